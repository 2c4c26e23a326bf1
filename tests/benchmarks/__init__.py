"""Measurements, run by `make bench`; their table is docs/benchmarks.md."""
