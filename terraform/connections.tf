# The connections to the database, in one place: the pool of each task, the alarm and the preflight follow these numbers.

locals {
  # During a deployment there are twice the tasks. Each has its pool and a connection for its upkeep of the partitions. An
  # export of a shard takes one. 10 are for migrations, the function database_roles, people and RDS itself.
  # operations/preflight_account.py compares the sum with the instance class before an apply, as a test holds.
  database_connections = 2 * var.service_max_tasks * (var.database_pool_size + 1) + var.pipeline_max_concurrency + 10
}
