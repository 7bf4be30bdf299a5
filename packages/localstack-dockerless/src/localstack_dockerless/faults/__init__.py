"""AWS operations that fail when a test asks for it. Off unless `EMULATOR_FAULTS=on`; tests/faults/README.md."""
