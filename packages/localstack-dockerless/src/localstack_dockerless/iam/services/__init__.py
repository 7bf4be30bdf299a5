"""Lists the permissions that operations need, for services without a folder in `services/`: one module each.

secretsmanager.py, ssm.py and sts.py are services that LocalStack provides. firehose.py is a target of events.
"""
