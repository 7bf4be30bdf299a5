"""Patches SQS: it refuses attributes out of their bounds.

queues.py        checks each request
attributes.py    has the bounds
ages.py          publishes the age of the oldest message of each queue
permissions.py   says what IAM has to allow for each operation
"""
