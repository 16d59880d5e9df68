"""Where contacts come from, and what winning a customer there costs."""

from typing import Annotated

from crmcli.actions import named as action
from crmcli.commands import finding, params
from crmcli.commands.deal import Rate
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, said, sentence, words
from crmcli.output.result import Column, Done, Listing
from crmcli.output.values import for_people
from crmcli.questions.names import all_channels

app = words("Where contacts come from.", ["crmcli channel list", "crmcli channel add Telegram --cost 500"])

_COST = Column("acquisition_cost", "To win a customer", "money")
_COLUMNS = (Column("id", "Id", "int"), Column("name", "Channel"), _COST)
_WON = "What winning one customer there costs you"


@command(app, "add", ["crmcli channel add 'Trade fair'", "crmcli channel add Telegram --cost 500"])
def add(
    name: Annotated[str, params.text_argument("NAME", help="The channel's name")],
    cost: Annotated[int | None, params.amount("--cost", help=_WON)] = None,
    rate: Rate = None,
) -> Done:
    """Add a channel."""
    with current().writing("channel add") as writer:
        channel_id = action.add_channel(writer, name, cost)
        writer.summary = f"added channel {channel_id} {name}"
    return said(f"Added channel {channel_id} {name}", id=channel_id, name=name)


@command(app, "edit", ["crmcli channel edit Сайт --cost 1500", "crmcli channel edit Рекомендация --cost 0"])
def edit(
    channel: Annotated[str, params.text_argument("NAME", help="The channel's name")],
    cost: Annotated[int, params.amount("--cost", help=_WON)],
    rate: Rate = None,
) -> Done:
    """Say what winning one customer through a channel costs you: profit counts with it."""
    with current().writing("channel edit") as writer:
        channel_id = finding.channel_id(writer.connection, channel)
        row = next(row for row in finding.all_rows(writer.connection, all_channels()) if row["id"] == channel_id)
        if row["acquisition_cost"] != cost:
            action.price_channel(writer, channel_id, cost)
        told = for_people(cost, _COST, current().look)
        writer.summary = f"a customer of channel {channel_id} {row['name']} costs {told}"
    line = sentence(writer.summary)
    return said(f"{line} now", otherwise=f"{line} already", id=channel_id, name=row["name"])


@command(app, "list", ["crmcli channel list", "crmcli channel list --format json"], ListWord)
def list_channels() -> Listing:
    """List the channels."""
    with current().reading() as connection:
        rows, total = finding.fetched(connection, all_channels())
    return Listing(_COLUMNS, rows, total, empty="No channel yet.")
