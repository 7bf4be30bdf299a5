"""A day's readings with their customers, from the exported to the enriched bucket."""
