"""Patches Step Functions: it keeps settings that LocalStack drops, and refuses what it cannot run.

requests.py      looks at requests before LocalStack does, and keeps their settings
permissions.py   says what IAM has to allow for each operation
"""
