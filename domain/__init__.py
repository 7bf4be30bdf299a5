"""The domain holds the rules that the functions, the service, the seed and the operations agree on.

It needs the standard library alone. It reads no environment and no clock by itself.

    metering_points    the number that is the customer's key everywhere
    readings           the table of a reading's quantities: names, types, units and limits
    days               the local day
    intervals          the lengths of a metering point's intervals, and their grid
    supply             the time in which a customer's readings are due
    due                the intervals of a day for which a customer owes a reading
    customers          a customer and its attributes
    customer_meter     the attributes that say when which interval is due
    customer_options   the optional attributes: the contracted power, and the mail about own alarms
    customer_rows      the rows in which the steps pass the customers on
    identity_headers   what the gateway says to the service of the caller
    api_keys           the keys and their hashes
    findings/          the checks of a customer's day, one file each
    estimation         the value to use for each due interval
    alarms             an alarm, its states and its moves
    alarm_life         decides which alarms change when a day has other findings
    alarm_silence      the days without readings in a row, which are one alarm
    alarm_items        the items of the table of alarms
    alarm_table        the states of an alarm and a customer's view of it, without the checks
    digest             the administrator's mail about a run
    pipeline_dates     the day that a run is for
    customer_samples   decides the boundaries of the shards from samples of the numbers
    shards             the ranges of numbers that a day is cut into
    publications       the record of one state of a day's objects
    summaries          the numbers of a day and of its shards, and how they are merged
    shard_tasks        the input of a step for one shard
    object_keys        the keys in the buckets
    database_roles     the names of the database's roles
    environment        reads given variables into a typed model, for the functions and the service
    log_lines          the schema of a log line
"""
