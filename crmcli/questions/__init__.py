"""What is asked of a base: a dataclass of parameters and a function that returns a statement, or plain arithmetic."""
