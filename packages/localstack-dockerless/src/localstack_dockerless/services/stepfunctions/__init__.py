"""Patches Step Functions: it keeps settings that LocalStack drops, and refuses what it cannot run.

requests.py   looks at requests before LocalStack does
settings.py   keeps tracing, encryption and logging of a state machine
saved.py      writes executions to the saved state, and fails those that were cut off
"""
