"""Runs the distributed Map: each item is an execution of its own, as on AWS.

state.py      replaces what LocalStack does for a distributed Map state: start here
dispatch.py   starts the child executions, counts how they end, and stops them where too many fail
children.py   makes a child execution: its ARN, its state machine, its history and its log
tolerance.py  decides whether more children failed than the state tolerates
results.py    writes the files of a ResultWriter
errors.py     makes the errors that AWS names
refusals.py   refuses definitions that the emulator cannot run faithfully

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""
