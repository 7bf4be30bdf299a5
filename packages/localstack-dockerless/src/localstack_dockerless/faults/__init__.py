"""Makes AWS operations fail when a test asks for it. It is off unless `EMULATOR_FAULTS=on`.

injection.py   takes plans at `/_emulator/faults` and fails the planned calls
plan.py        holds the plans: which calls of which operations fail, and how
"""
