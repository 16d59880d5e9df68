"""Settings: every one, its value, and where that comes from."""

from typing import Annotated, Any

import typer

from crmcli import settings
from crmcli.actions import setting as action
from crmcli.base.location import read_location
from crmcli.base.writing import Writer
from crmcli.commands import params
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, words
from crmcli.output.result import Card, Column, Done, Listing

app = words("Settings: of the base for everyone, and your own.", ["crmcli config list", "crmcli config set country KZ"])

_COLUMNS = (
    Column("name", "Setting"),
    Column("value", "Value"),
    Column("source", "From"),
    Column("kept_in", "Kept in"),
    Column("help", "What it is"),
)
Name = Annotated[str, typer.Argument(metavar="SETTING", help="The setting's name")]


@command(app, "list", ["crmcli config list", "crmcli config list --format json"], ListWord)
def list_settings() -> Listing:
    """List every setting, its value, and where that comes from: flag, environment, base, file or default."""
    rows = [_row(name) for name in settings.SETTINGS]
    return Listing(_COLUMNS, rows, len(rows))


@command(app, "get", ["crmcli config get currency", "crmcli config get base --format json"])
def get(name: Name) -> Card:
    """Show one setting."""
    return Card(_COLUMNS, _row(settings.setting_named(name).name))


@command(
    app, "set", ["crmcli config set country KZ", "crmcli config set touched_days 14", "crmcli config set limit 30"]
)
def set_value(
    name: Name, value: Annotated[str, params.text_argument("VALUE", help="Its new value", empty=True)]
) -> Done:
    """Change a setting: in the base for everyone, or in your own file."""
    setting = settings.setting_named(name)
    settings.checked(setting, value)
    if setting.place == "file":
        kept = str(read_location(value)) if name == "base" and value and "://" not in value else value
        path = settings.write_setting(name, kept)
        return said(f"{name} is {kept or 'its default'} now, in {path}", name=name, value=kept)
    with current().writing("config set") as writer:
        if current().found(name) != settings.Found(value, "base"):
            _put(writer, name, value)
        writer.summary = f"set {name} to {value}"
    return said(f"{name} is {value} now, in the base", otherwise=f"{name} is {value} already", name=name, value=value)


def _put(writer: Writer, name: str, value: str) -> None:
    if name == "currency":
        action.put_currency(writer, value, current().setting(name))
    else:
        action.put(writer, name, value)


def _row(name: str) -> dict[str, Any]:
    setting, found = settings.SETTINGS[name], current().found(name)
    value = str(current().location) if name == "base" else found.value  # without a password
    return {"name": name, "value": value, "source": found.source, "kept_in": setting.place, "help": setting.help}
