"""The permissions that operations need, for services that have no folder in `services/`: a module for each service.

secretsmanager.py, ssm.py and sts.py are services that LocalStack provides. firehose.py is a target of events.
"""
