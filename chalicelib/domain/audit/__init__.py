"""Who did what: reading the audit entries that every change and every refusal leaves."""
