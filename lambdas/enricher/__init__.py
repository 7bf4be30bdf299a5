"""The enricher adds the customers' data to a day's readings, from the exported to the enriched bucket."""
