"""RDS: what makes a DB instance real, a role and a database on the stack's own Postgres."""
