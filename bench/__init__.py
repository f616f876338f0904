"""Benchmarks: ``make bench`` measures this program beside its peers and writes docs/benchmarks.md."""
