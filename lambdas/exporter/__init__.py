"""A day's readings, from Postgres to the exported bucket."""
