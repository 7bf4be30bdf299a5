"""The functions share these modules. A caller passes in the clients; no module here makes one.

clients            the patience of the AWS clients, and the clock
logs               writes log lines
day_lock           says which run may write a day's objects
day_objects        reads and writes the objects of a day
customers_table    reads the table of customers, segment by segment
customer_parts     writes and reads the parts of a run's customers, block by block
shard_answers      passes the answers of a shard's steps to the publisher
json_objects       reads and writes small objects in JSON
context            the part of Lambda's context that the handlers use
duck               opens DuckDB within the function's memory
"""
