"""This room has the tasks that run once after the database was restored from a snapshot. It knows nothing of HTTP.

tasks      runs one of them with the environment of the service, as the role that owns the tables
fill       adds the readings that the database lacks, out of objects in S3
fill_sql   its SQL
listing    lists every reading with a hash, so that two states of the database can be compared
objects    reads and writes the objects
"""
