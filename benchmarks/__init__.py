"""Timed comparisons, run by hand: `python -m benchmarks.all` runs every one and writes the figures into README.md."""
