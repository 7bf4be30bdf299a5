"""Serves the requests of load balancers: the data plane.

forward.py -> view.py -> rules.py -> stickiness.py, balancing.py -> forwarding_headers.py -> connections.py

forward.py      takes a request at a listener and returns the target's answer
view.py         reads listeners, rules and target groups from moto's model
rules.py        finds the rule that a request matches
balancing.py    orders the healthy targets
connections.py  keeps HTTP/1.1 connections to targets in a pool
passages.py     observes each request, for metrics.py and access_log.py
access_log.py   writes access logs to S3; access_log_lines.py has the lines
metrics.py      publishes the metrics of requests and targets
function_target.py  invokes a Lambda function as the target; function_messages.py has its event and its answer
stickiness.py   keeps a client at its target
answer_headers.py   sets the headers that the listener's attributes name
health.py       checks all targets from one thread: checker.py sends, health_check.py judges
targets.py      holds the registered targets; target_state.py has the states of a target
"""
