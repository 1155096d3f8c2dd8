"""Benchmarks: the main jobs timed against plain ways of doing them. `make bench` prints the table."""
