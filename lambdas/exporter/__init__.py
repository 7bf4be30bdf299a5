"""The exporter copies a day's readings from Postgres to the exported bucket."""
