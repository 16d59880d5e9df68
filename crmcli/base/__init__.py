"""A base: where it is, opening and creating it, its journal, and the one way to write to it."""
