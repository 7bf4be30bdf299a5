"""The agent runs the process of one ECS task at a time, on one address and port. Standard library only.

agent.py           registers the slot, waits for an assignment, starts and stops the process
child.py           starts and stops the process, in an environment of its own
credentials_server.py   gives the process the credentials of the task's role
health_checks.py   runs the health check of the task's container
log_shipping.py    sends the output in batches to the task's CloudWatch log stream
protocol.py        defines the messages, for both sides
emulator_link.py   makes the HTTP calls to `services/ecs/agents.py`
"""
