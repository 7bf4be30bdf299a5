"""The exporter reads a day's readings in Postgres: it chooses the instant of a run, finds what changed, and exports."""
