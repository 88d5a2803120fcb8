"""Taking back what an import or a bulk change did, as far as nothing came after it."""
