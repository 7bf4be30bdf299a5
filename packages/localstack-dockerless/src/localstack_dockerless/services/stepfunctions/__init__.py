"""Patches Step Functions: it keeps settings that LocalStack drops, and refuses what it cannot run.

requests.py      looks at requests before LocalStack does, and keeps their settings
saved.py         writes executions to the saved state, and fails those that were cut off
permissions.py   says what IAM has to allow for each operation
"""
