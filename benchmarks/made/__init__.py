"""Data that benchmarks measure with: made up, the same for the same seed."""
