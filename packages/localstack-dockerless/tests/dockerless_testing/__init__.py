"""Has the helpers of the package's tests. Tests of another project may use them: they need boto3, psutil and psycopg2.

bare_localstack.py                 starts LocalStack with this package as one process, and `postgres.py` its Postgres
emulator.py                        describes a running LocalStack, with clients that reach only it
waiting.py                         waits on a condition with a deadline
roles.py, iam_world.py             make roles, and read the report of the calls that were evaluated
iam_cases.py                       has a call for each rule of the permissions, with what it needs
lambda_functions.py                makes functions of a few lines of Python
athena_world.py                    makes tables over objects, and queries them
ecs_world.py, ecs_server.py        make a cluster with agents, and are the program of its tasks
gateways.py, backends.py, raw.py   make HTTP APIs and load balancers, targets behind them, and requests byte by byte
exchanges.py                       makes requests to the gateway without a socket
event_world.py                     makes queues, streams and rules
rds_instances.py                   makes DB instances and queries them
"""
