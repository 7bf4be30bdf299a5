"""Provides ECS on Fargate: an agent process stands for each container, so that no Docker is needed.

provider.py           answers the API: it checks a request, and changes the model under the engine's lock
  task_operations.py    has the operations on tasks; passed_roles.py checks the right to start one with its roles
  task_definitions.py, service_requests.py, run_requests.py, network.py   have the checks
    identifiers.py, fargate_sizes.py   have the checks of names and of sizes
  lookup.py             finds the clusters, services and tasks that a request names, or raises AWS's error
  views.py              shows services and tasks as the API does
task_counts.py        publishes the numbers of tasks to CloudWatch
state.py              holds the one engine of this process
saved.py              declares the engine to the saved state
engine.py             has one thread: it asks the scheduler for the next step and carries it out
  scheduler.py          decides the next step of a service: start a task, stop one, or wait
  places.py             keeps the slots: agents join, leave and fall silent
    images.py, hosts.py, mapped_agents.py   start an agent for an image that the settings map to a process
  scaling.py            decides the desired count when agents join or leave
  health.py             judges whether a task is healthy
  model.py              holds services, deployments, tasks of services and of RunTask, and slots
  task_lifecycle.py     is the table of a task's states and their legal moves
  aws.py                names the AWS calls of a task; localstack_aws.py makes them on LocalStack
    secret_values.py, image_pull.py   resolve a task's secrets and check the right to pull its image
permissions.py        says what IAM has to allow for each operation
agents.py             has the HTTP endpoints that agents call
agent/                is the agent: it runs a task's process on one address and port; protocol.py has the messages
"""
