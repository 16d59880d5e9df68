"""Spreadsheets in: read a file, find its tables, say what their columns mean, convert their rows to records."""
