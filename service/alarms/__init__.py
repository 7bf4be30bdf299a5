"""This room reads the alarms of a metering point from DynamoDB and knows nothing of HTTP.

alarms_query    parses the query of a page of alarms
alarms_table    reads a page
dynamodb        makes the call, with the role of the task
"""
