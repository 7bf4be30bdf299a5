"""Patches SQS: it refuses attributes out of their bounds.

queues.py       is the patch
attributes.py   has the bounds
"""
