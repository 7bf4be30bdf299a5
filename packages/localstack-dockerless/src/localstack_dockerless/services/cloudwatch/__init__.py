"""Patches CloudWatch: it publishes metrics that LocalStack lacks, and evaluates alarms as AWS does.

alarms.py        evaluates alarms in AWS's rhythm; alarm_rules.py has the rules
metrics.py       sums up the values of the services and publishes them
each_minute.py   publishes metrics of states once a minute
percentiles.py   keeps values with their counts, and answers percentiles
executions.py    publishes the metrics of Step Functions
saved.py         declares the data points to the saved state
permissions.py   says what IAM has to allow for each operation
"""
