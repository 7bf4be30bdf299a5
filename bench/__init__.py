"""Benchmarks: `make bench` measures the system against something else in the same run and writes `RESULTS.md`."""
