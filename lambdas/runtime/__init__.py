"""What the functions share beyond the domain. Clients are passed in; nothing here makes one."""
