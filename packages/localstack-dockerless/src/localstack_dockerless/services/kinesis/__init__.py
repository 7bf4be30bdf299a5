"""Kinesis is LocalStack's own. Here it is refused by name where its server is not installed.

requests.py      checks each request
permissions.py   says what IAM has to allow for each operation
"""
