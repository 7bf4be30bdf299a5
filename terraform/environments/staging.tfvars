# What staging has in place of the values of aws.tfvars, which are read first.

name                            = "energy-staging"
nat_gateways                    = 1
database_instance_class         = "db.t4g.small"
database_allocated_storage_gib  = 20
database_max_storage_gib        = 100
database_multi_az               = false
database_backup_retention_days  = 1
service_max_tasks               = 4
authorizer_reserved_concurrency = 20
log_retention_days              = 30
