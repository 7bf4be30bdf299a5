"""`make bench` compares the system with a reference in the same run, and writes `RESULTS.md`."""
