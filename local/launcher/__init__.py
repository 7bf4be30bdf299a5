"""The launcher starts, changes and stops a local stack. `local/run.py` calls it for each command.

lifecycle, steps, tasks                     `make up`, `deploy`, `stop`, `start`, `down`: the steps in order
saved, templates                            the saved state of LocalStack, and the templates of new stacks
web_console, console_gate                   the console of a stack, which starts when somebody opens it
report, console, hints                      the texts that the launcher prints
changes, function_code                      the edited parts of a deployment, and code updates without an apply
doctor                                      the programs that this machine lacks
settings, record, state, files              the settings of a stack, and its record between commands
engines/                                    the modes: embedded, docker, and compose inside of `docker compose up`
processes, programs, run_postgres           the supervisor of the embedded mode and its programs
terraform, terraform_environment, guard     Terraform, which reaches only this stack
identity, loopback                          whose LocalStack answers on the stack's port
ports, port_probe, marks, orphans           other stacks and programs of this machine, and leftovers of killed commands
errors, failures                            foreseen errors and their one line
"""
