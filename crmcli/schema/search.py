"""Where a part of a name, phone or e-mail is looked up: on SQLite a table of trigrams, kept right by the writer."""

from sqlalchemy import Text, column, table

from crmcli.schema.columns import BIG

contact_search = table("contact_search", column("rowid", BIG), column("text", Text))
"""`rowid` is a contact's id, and `text` what it can be found by, a space before each name, phone and e-mail.

On SQLite it has a row a contact, on PostgreSQL, where it is a view, a row a name and point. It is no table of the
metadata: all of it can be told from contacts and their points.
"""
