"""The observer looks at a running stack. Its only change is to start an execution. Commands and tests use it.

running          the stack's address, outputs and clients
pipeline_run     starts an execution of the pipeline and follows it
day_objects      a day's objects in the buckets
alarm_queue      the messages of the queue, without receiving them
"""
