"""Whom to call today, and why."""

from dataclasses import replace
from datetime import date
from typing import Annotated

import typer
from sqlalchemy import Connection

from crmcli.commands import finding, params
from crmcli.commands.deal import Rate
from crmcli.commands.fitting import kept
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, words
from crmcli.output.result import Card, Column, Listing
from crmcli.questions.reactivate import Reactivation, at_risk, reason, silent_count, to_reactivate, touched_count
from crmcli.values.purchase_model import KeptFit, NoFit

app = words("Whom to call today, and why.")

_COLUMNS = (
    Column("contact_id", "Id", "int"),
    Column("name", "Name"),
    Column("external_ref", shown=False),
    Column("phones", "Phones", "texts"),
    Column("emails", "E-mails", "texts", shown=False),
    Column("owner", "Owner", shown=False),
    Column("channel", "Channel", shown=False),
    Column("state", "State"),
    Column("last_purchase_on", kind="date", shown=False),
    Column("silent_days", kind="int", shown=False),
    Column("period_days", kind="int", shown=False),
    Column("period_source", shown=False),
    Column("purchase_days", kind="int", shown=False),
    Column("revenue", "Revenue", "money", shown=False),
    Column("yearly_value", "A year", "money"),
    Column("alive", "Alive", "rate", rough=True),
    Column("value_at_risk", "At risk", "money", rough=True),
    Column("last_touch_on", "Last touch", "date"),
    Column("reason", "Why"),
)
_FIT = (
    Column("fit"),
    Column("fit_as_of", kind="date"),
    Column("fit_confirmed", kind="flag"),
)


@command(
    app,
    "reactivate",
    [
        "crmcli reactivate",
        "crmcli reactivate --state due --min-value 10k --limit 10",
        "crmcli reactivate --as-of 2026-07-01 --format json",
    ],
    ListWord,
)
def reactivate(
    owner: Annotated[str | None, params.text("--owner", metavar="EMPLOYEE", help="Contacts of this employee")] = None,
    channel: Annotated[str | None, params.text("--channel", metavar="CHANNEL", help="From this channel")] = None,
    state: Annotated[str | None, params.word("--state", of=("due", "dormant"), help="Those alone")] = None,
    min_value: Annotated[int | None, params.amount("--min-value", help="Who brings at least so much a year")] = None,
    by: Annotated[str, params.word("--by", of=("value", "value-at-risk"), help="Who comes first")] = "value",
    segment: params.Segment = None,
    include_touched: Annotated[
        bool, typer.Option("--include-touched", help="Also who was touched in the last days (setting touched_days)")
    ] = False,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
    rate: Rate = None,
) -> Listing:
    """List customers who have been silent for longer than their own purchase period, most valuable first.

    due: longer than their period; dormant: longer than three (settings due_factor, dormant_factor). Who has bought on
    one day only is measured with the base's median period. A year: what this customer brings in a year at that pace.

    Where crmcli forecast has been asked, alive is the probability, by the fit it kept, that he has not left for good;
    a fit of a later day than --as-of is not used, and one that no trial confirmed is called so. --by value-at-risk puts
    those first of whom most may be lost and can be saved: a year, or all he has brought where that is less, x alive x
    (1 - alive). Who has surely left brings nothing whatever is done, and who surely has not needs no call.
    """
    with current().reading() as connection:
        at = finding.stored_as_of(connection, as_of)
        found = kept(connection)
        fit = found if isinstance(found, KeptFit) and found.as_of <= at.day else None
        asked = Reactivation(
            at=at,
            states=(state,) if state else ("due", "dormant"),
            owner_id=finding.given(finding.employee_id, connection, owner),
            channel_id=finding.given(finding.channel_id, connection, channel),
            min_value=min_value,
            touched_days=current().setting("touched_days"),
            include_touched=include_touched,
            among=finding.in_segment(connection, segment, at),
            by_risk=fit.model if fit and by != "value" else None,
        )
        rows = finding.all_rows(connection, to_reactivate(asked, current().limit))
        total, left_out = _counts(connection, asked, len(rows))
    model = fit.model if fit else None
    told = [
        {**row, "reason": reason(row), **at_risk(row, model)} for row in finding.split_lists(rows, "phones", "emails")
    ]
    remarks = [*_remarks(left_out), *_fit_told(fit, by, found)] if told else _remarks(left_out)
    empty = f"Nobody{finding.of_segment(segment)} to call."
    return Listing(_columns(fit, by), told, total, left_out, remarks=remarks, empty=empty, summary=_summary(fit))


def _counts(connection: Connection, asked: Reactivation, found: int) -> tuple[int, int]:
    """How many are wanted, and how many more were touched lately, as far as it is told."""
    if not current().tells_counts:
        return found, 0
    left_out = 0 if asked.include_touched else int(connection.execute(touched_count(asked)).scalar_one())
    if found != current().limit:
        return found, left_out
    silent = int(connection.execute(silent_count(asked)).scalar_one())
    return (silent if asked.include_touched else silent - left_out), left_out


def _columns(fit: KeptFit | None, by: str) -> list[Column]:
    """What the forecast adds is shown where there is one, what is at risk where it is asked for."""
    shown = {"alive": fit is not None, "value_at_risk": fit is not None and by != "value"}
    return [replace(column, shown=shown.get(column.key, column.shown)) for column in _COLUMNS]


def _summary(fit: KeptFit | None) -> Card:
    """The fit that alive goes by, for programs."""
    told = {"fit": fit.model.name, "fit_as_of": fit.as_of, "fit_confirmed": fit.confirmed} if fit else {}
    return Card(_FIT, told)


def _remarks(left_out: int) -> list[str]:
    if not left_out:
        return []
    days = current().setting("touched_days")
    return [f"{left_out} more touched in the last {days} days; --include-touched shows them."]


def _fit_told(fit: KeptFit | None, by: str, found: KeptFit | NoFit | None) -> list[str]:
    if fit:
        doubt = "" if fit.confirmed else ", which no trial confirmed"
        return [f"Alive by the {fit.model.name} fit of {fit.as_of}{doubt}; crmcli forecast makes it anew."]
    if isinstance(found, KeptFit):
        order = "" if by == "value" else "By value: "
        return [f"{order}Who is alive is not known yet on this day: the fit is of {found.as_of}."]
    if by == "value":
        return []
    if found:
        return [f"By value: who is at risk is not known. crmcli forecast of {found.as_of} found no model that fits."]
    return ["By value: who is at risk is not known yet. crmcli forecast makes it known."]
