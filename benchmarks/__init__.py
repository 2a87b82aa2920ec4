"""Benchmarks: the same work done by this project and by what it is measured against (docs/benchmarks.md)."""
