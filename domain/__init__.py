"""The domain holds the rules that the functions, the service, the seed and the operations agree on.

It needs the standard library alone. It reads no environment and no clock by itself.

    metering_points    the number that is the customer's key everywhere
    readings           the table of a reading's quantities: names, types, units and limits
    days               the interval grid and the local day
    customers          a customer and its attributes
    api_keys           the keys and their hashes
    findings/          the checks of a customer's day, one file each
    alarms             an alarm and the text of its messages
    pipeline_dates     the day that a run is for
    shards             the ranges of numbers that a day is cut into
    shard_tasks        the input of a step for one shard
    object_keys        the keys in the buckets
    environment        reads given variables into a typed model, for the functions and the service
    log_lines          the schema of a log line
"""
