"""Makes the database's roles. Terraform invokes it when it applies, and nothing invokes it at run time."""
