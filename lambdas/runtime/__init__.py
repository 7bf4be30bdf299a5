"""The functions share these modules. A caller passes in the clients; no module here makes one.

clients            the patience of the AWS clients, and the clock
logs               writes log lines
day_lock           says which run may write a day's objects
day_objects        reads and writes the objects of a day
customers_table    reads the table of customers, segment by segment
customer_parts     writes and reads the parts of a run's customers, block by block
json_objects       reads and writes small objects in JSON
json_rows          writes rows to Parquet by way of lines of JSON
context            the part of Lambda's context that the handlers use
day_plan           the boundaries between a day's shards
completed_runs     the last run that a day has completed
publications       reads and adds the records of publications
stored_parts       stores, verifies and fetches the parts of publications
part_facts         what a step says of the parts that it stored
alarm_tallies      the counts of the alarms that a run has changed
earlier_days       the published days against which a run judges its day
part_totals        counts what is in a part
duck               opens DuckDB within the function's memory
"""
