"""The functions share these modules. A caller passes in the clients; no module here makes one.

clients            the patience of the AWS clients, and the clock
logs               writes log lines
day_lock           says which run may write a day's objects
day_objects        reads and writes the objects of a day
customers_table    reads the whole table of customers
duck               opens DuckDB within the function's memory
"""
