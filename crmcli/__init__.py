"""The customer base of a small business, in its owner's terminal."""

__version__ = "0.1.0"
