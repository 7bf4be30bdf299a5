"""The alarms that a shard's readings of a day give, from the enriched bucket to the publisher."""
