"""The models that forecasts keep: told from the purchases, as rollups are, and so no matter of the journal."""

from sqlalchemy import Column, Date, Table, Text

from crmcli.schema.columns import METADATA, key

fits = Table(
    "fits",
    METADATA,
    key(),
    Column("as_of", Date, nullable=False),  # the last day whose purchases it knows
    Column("model", Text, nullable=False),  # JSON: the fields of a PurchaseModel, and whether a trial confirmed it
    sqlite_autoincrement=True,
)
