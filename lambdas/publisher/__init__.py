"""The publisher verifies the parts of a run, adds its publication, and keeps the alarms to its findings."""
