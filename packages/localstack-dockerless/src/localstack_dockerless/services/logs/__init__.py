"""Patches CloudWatch Logs: it matches filter patterns, and runs the filters that use them.

filters.py          applies filter patterns to new events, searches and requests
filter_pattern.py   parses filter patterns, with filter_conditions.py
subscriptions.py    sends matching events to Lambda, Kinesis and Firehose
metric_filters.py   publishes a metric for matching events
permissions.py      says what IAM has to allow for each operation
"""
