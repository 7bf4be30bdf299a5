"""The alarms of a day, from the enriched bucket to the administrator and the queue."""
