"""Provides RDS for PostgreSQL: a DB instance is a role and a database on a real Postgres.

provider.py           answers the API of DB instances
  requests.py           refuses settings that cannot be honoured
  windows.py            checks the backup window and the maintenance window
  subnet_groups.py      answers the API of DB subnet groups
  snapshot_operations.py  answers the API of DB snapshots; snapshots.py copies the data
    restoration.py        restores a snapshot onto the Postgres of `EMULATOR_POSTGRES_URL`
      role_scripts.py       finds an instance's roles in the script of a server's roles
recorded.py           names the settings without an effect
saved.py              declares the instances to the saved state
renaming.py           gives an instance another identifier
placement.py          decides: the Postgres of `EMULATOR_POSTGRES_URL`, or a server of the instance's own
instances.py          creates and drops an instance; provisioning.py tells when it is available
instance_metrics.py    publishes the metrics of an instance: processor, memory, storage, connections
  postgres.py           manages roles and databases of the Postgres of `EMULATOR_POSTGRES_URL`
  own_server.py         runs a server of one instance's own; addresses.py chooses its address
    programs.py, run_program.py   run Postgres' programs from `EMULATOR_POSTGRES_PROGRAMS`
"""
