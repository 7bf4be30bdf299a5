"""The ingestion service takes customers' meter readings over HTTP and keeps them in Postgres.

`README.md` draws the way of a batch. `http/` handles requests, `readings/` handles readings, `postgres/` handles the
database, `alarms/` reads a customer's alarms, `restore/` has the tasks after a restore of the database. The modules in
this folder join the rooms:

    settings             the environment, read once at start
    components           the parts, made once for each app
    intake, workers      the limits of work
    room                 a batch of a new day waits until its partition is made
    partition_catalog    the partitions that exist and should exist
    problems             the reasons for a refusal
    json_logs            the log lines
"""
