"""What a date, an amount, a phone or a name is: read from text, and written back. Plain functions on plain data."""
