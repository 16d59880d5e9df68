"""Where contacts come from."""

from typing import Annotated

from crmcli.actions import named as action
from crmcli.commands import finding, params
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, words
from crmcli.output.result import Column, Done, Listing
from crmcli.questions.names import all_channels

app = words("Where contacts come from.", ["crmcli channel list", "crmcli channel add Telegram"])


@command(app, "add", ["crmcli channel add 'Trade fair'", "crmcli channel add Telegram"])
def add(name: Annotated[str, params.text_argument("NAME", help="The channel's name")]) -> Done:
    """Add a channel."""
    with current().writing("channel add") as writer:
        channel_id = action.add_channel(writer, name)
        writer.summary = f"added channel {channel_id} {name}"
    return said(f"Added channel {channel_id} {name}", id=channel_id, name=name)


@command(app, "list", ["crmcli channel list", "crmcli channel list --format json"], ListWord)
def list_channels() -> Listing:
    """List the channels."""
    with current().reading() as connection:
        rows, total = finding.fetched(connection, all_channels())
    return Listing((Column("id", "Id", "int"), Column("name", "Channel")), rows, total, empty="No channel yet.")
