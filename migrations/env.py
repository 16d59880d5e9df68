"""Runs the migrations on the connection it is handed, inside that connection's transaction."""

from alembic import context

from crmcli.schema import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite rebuilds a table to alter it
    transactional_ddl=False,  # the transaction is the caller's: Alembic's own leaves half a schema at a kill
)
context.run_migrations()
