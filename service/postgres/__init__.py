"""This room handles the database and knows nothing of readings and HTTP.

login           the password, which is read again where it was rotated
connections     the pools and the errors that mean "unavailable"
health_check    whether the database answers
schema          whether the schema is as new as this release needs
partitions      makes and drops partitions
upkeep          keeps a partition for each coming day and drops the partitions past retention
migrations/     the schema, by Alembic
"""
