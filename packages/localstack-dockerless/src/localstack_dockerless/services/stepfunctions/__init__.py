"""Patches Step Functions: it keeps settings that LocalStack drops, and refuses JSONata, which is not supported.

map_runs/        runs the distributed Map
recorded.py      names the settings without an effect
requests.py      checks requests before LocalStack, and keeps their settings
saved.py         writes executions to the saved state, and fails interrupted executions
permissions.py   says what IAM has to allow for each operation
"""
