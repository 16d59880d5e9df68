"""A file per word at the prompt: it parses, calls an action or a question, and returns what is to be shown."""
