"""Kinesis is LocalStack's own. Here it is refused by name where its server is not installed.

requests.py   the check of each request
"""
