"""The planner acquires the day for a run, stores the customers as they are now, and divides the day into shards."""
