"""The launcher starts, changes and stops a local stack. `local/run.py` calls it for each command.

lifecycle, steps, tasks                     `make up`, `deploy`, `stop`, `start`, `down`: the steps in order
saved, templates                            what LocalStack has saved, and the stacks that a new one starts from
report, console, hints                      the words that it prints
changes, function_code                      what a deployment has to change, and the code of functions without an apply
doctor                                      the programs that this machine lacks
settings, record, state, files              the settings of a stack, and what is remembered between commands
engines/                                    the modes: embedded, docker, and compose inside of `docker compose up`
processes, programs, run_postgres           the supervisor of the embedded mode and its programs
terraform, guard, identity                  Terraform, which reaches this stack and no account
ports, port_probe, marks, orphans           other stacks and programs of this machine, and leftovers of killed commands
errors, failures                            foreseen errors and their one line
"""
