"""Patches EventBridge: every event reaches its target or its dead-letter queue.

targets.py       delivers, retries and sends to the dead-letter queue
tasks.py         starts ECS tasks; task_requests.py makes RunTask's parameters
inputs.py        makes the event's part, constant or template that a target receives
rules.py         matches wildcards, and applies the current schedule of a rule
forwarding.py    sends no event on from a bus that has received it from a bus
archives.py      keeps events and replays them
refusals.py      refuses targets that could never receive an event
patterns.py      refuses event patterns that cannot be read
saved.py         restarts rules, targets and archives of a saved state
permissions.py   says what IAM has to allow for each operation
"""
