"""Processes of their own that measures start: load generators and what the system is compared with."""
