"""A run of a day: whose turn it is, which shards there are, and the customers as they are now."""
