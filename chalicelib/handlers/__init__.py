"""HTTP routes and the plain functions behind other triggers."""
