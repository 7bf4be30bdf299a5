"""The planner acquires the day for a run, decides the shards, and stores the customers as they are now."""
