"""The database's roles. Each has its own password, and none of them is the master user."""

OWNER = "energy_owner"
"""It owns the tables and migrates them."""

SERVICE = "energy_service"
"""It writes readings. It cannot delete any, and it cannot change the history."""

EXPORTER = "energy_exporter"
"""It reads readings."""

ROLES = (OWNER, SERVICE, EXPORTER)
