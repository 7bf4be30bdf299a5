"""The alerting step judges a shard's enriched readings of a day, and stores the alarms for the publisher."""
