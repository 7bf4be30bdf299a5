"""The launcher starts, changes and stops a local stack. `python -m local.launcher COMMAND` is its way in.

lifecycle                                   `make up`, `make deploy`, `make down`: the steps in order
report, console, hints                      the words that it prints
doctor                                      the programs that this machine lacks
settings, record, state, files              the settings of a stack, and what is remembered between commands
engines/                                    the two modes: embedded and docker
processes, programs, run_postgres           the supervisor of the embedded mode and its programs
terraform, guard, identity                  Terraform, which reaches this stack and no account
ports, port_probe, marks, orphans           other stacks and programs of this machine, and leftovers of killed commands
errors, failures                            foreseen errors and their one line
"""
