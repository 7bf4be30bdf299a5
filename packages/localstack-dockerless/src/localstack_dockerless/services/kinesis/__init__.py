"""Refuses Kinesis by name if LocalStack's server for it is not installed.

requests.py      checks each request
permissions.py   says what IAM has to allow for each operation
"""
