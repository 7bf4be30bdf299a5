"""Faults injected for real, and what the data look like afterwards. See README.md."""
