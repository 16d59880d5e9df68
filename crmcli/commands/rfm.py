"""Who the best customers are, who is leaving, and what to do about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from crmcli.commands import finding, params
from crmcli.commands.costs import counts
from crmcli.commands.cuts import read_cuts
from crmcli.commands.session import current
from crmcli.commands.word import ListWord, command, sentence, words
from crmcli.errors import Wrong
from crmcli.output.result import Card, Column, Listing, Report
from crmcli.questions import rfm as question
from crmcli.questions.rfm import BINS, Rfm, Scores

app = words("Who the best customers are, who is leaving, and what to do about it.")

_PERSON = (
    Column("contact_id", "Id", "int"),
    Column("name", "Name"),
    Column("external_ref", shown=False),
    Column("recency_days", "Days ago", "int"),
    Column("frequency", "Sales", "int"),
    Column("monetary", "Revenue", "money"),
    Column("r", "R", "int"),
    Column("f", "F", "int"),
    Column("m", "M", "int"),
    Column("segment", "Segment"),
)
_SEGMENT = (
    Column("segment", "Segment"),
    Column("customers", "Customers", "int"),
    Column("share", "Share", "rate"),
    Column("revenue", "Revenue", "money"),
    Column("share_of_revenue", "Of revenue", "rate"),
    Column("bar", "", "bar"),
    Column("advice", "What to do", shown=False),
)
_ADVICE = (Column("segment", "Segment"), Column("advice", "What to do"))
_NOBODY = "Nobody{} has bought yet."


@command(
    app,
    "rfm",
    [
        "crmcli rfm --as-of 2026-07-01",
        "crmcli rfm --as-of 2026-07-01 --segment 'at risk'",
        "crmcli rfm --as-of 2026-07-01 --bins 3 --format csv",
    ],
    ListWord,
)
def rfm(
    segment: params.Segment = None,
    bins: Annotated[
        int | None, typer.Option("--bins", min=BINS[0], max=BINS[-1], metavar="N", help="How many scores; 5 without it")
    ] = None,
    cuts: Annotated[Path | None, params.file("--cuts", metavar="FILE", help="Thresholds of the scores (TOML)")] = None,
    as_of: Annotated[date | None, params.day("--as-of", help="The day to look from; today without it")] = None,
) -> Listing | Report:
    """Score customers by recency, frequency and revenue, and say who they are and what to do about them.

    R: days since the last purchase. F: how many sales. M: revenue, refunds not taken off. Scores go from 1 to 5, the
    best: customers are ordered by the value, equal ones by id, and split into five equal parts, so that equal values
    may have different scores. A segment is made of R and of the mean of F and M, rounded down. The table has the
    segments, other formats the customers, most revenue first, and --meta both; archived ones are left out.

    --segment champions lists the customers of that segment of scores; --segment with a saved one scores its customers
    among themselves; both list those who are champions among them. Elsewhere --segment champions means the champions
    among all, by five scores.

    --cuts takes fixed thresholds, equal values with equal scores: recency_days = [30, 60, 120, 240], frequency =
    [2, 3, 5, 10], monetary = [1000, 5000, "20k", "50k"]: bought 30 days ago or less scores 5, 10 sales and more too.
    """
    if bins is not None and cuts:
        raise Wrong("--bins and --cuts: the file says how many scores there are")
    day, thresholds = as_of or current().today, read_cuts(cuts) if cuts else None
    with current().reading() as connection:
        wanted, saved = _parted(connection, segment or ())
        asked = Rfm(day, bins or 5, thresholds, finding.in_segment(connection, saved, finding.as_of(day)))
        if wanted is None and current().format == "table":
            return _pictured(connection, asked)
        return _listed(connection, asked, wanted)


def _parted(connection: Connection, names: Sequence[str]) -> tuple[str | None, list[str]]:
    """The segment of scores that is to be listed, and the saved ones whose customers alone are scored."""
    scored = {name: finding.scored_segment(connection, name) for name in names}
    wanted = sorted({found for found in scored.values() if found})
    if len(wanted) > 1:
        raise Wrong(f"nobody is in two segments of scores: {' or '.join(wanted)}?")
    return (wanted[0] if wanted else None), [name for name, found in scored.items() if not found]


def _listed(connection: Connection, asked: Rfm, wanted: str | None) -> Listing:
    """The customers, all or of one segment."""
    rows = connection.execute(question.people(asked)).all()
    found = question.scores(asked, rows)
    bins = question.bins_of(asked)
    told: list[dict[str, Any]] = [
        {**row._mapping, **score._asdict(), "segment": question.segment_of(score, bins)}
        for row, score in zip(rows, found, strict=True)
    ]
    mine = sorted((row for row in told if wanted in (None, row["segment"])), key=lambda row: -row["monetary"])
    advice = [f"{sentence(one.name)}: {one.advice}." for one in question.SEGMENTS if one.name == wanted]
    return Listing(
        _PERSON,
        mine[: current().limit],
        len(mine),
        remarks=(_too_few(asked, rows) or advice) if mine else (),
        empty=f"No customer is among the {wanted}." if rows and wanted else _nobody(asked),
        summary=Card((), {}, sections={"segments": _segments(asked, rows, found)}),
    )


def _pictured(connection: Connection, asked: Rfm) -> Listing | Report:
    """The grid of recency and frequency, the segments, and what to do about those that have anybody."""
    rows = connection.execute(question.measures(asked)).all()
    if not rows:
        return Listing(_PERSON, [], 0, empty=_nobody(asked))
    found = question.scores(asked, rows)
    segments = _segments(asked, rows, found)
    met = [row for row in segments.rows if row["customers"]]
    if few := _too_few(asked, rows):
        return Report([_grid(asked, rows, found), replace(segments, remarks=few)])
    advice = Listing(_ADVICE, met, len(met), remarks=_remarks(asked, len(rows)))
    return Report([_grid(asked, rows, found), segments, advice])


def _nobody(asked: Rfm) -> str:
    return _NOBODY.format("" if asked.among is None else " in this segment")


def _too_few(asked: Rfm, rows: Sequence[Any]) -> list[str]:
    """That so few customers cannot be compared: there are fewer of them than scores, and none is set by --cuts."""
    if asked.cuts or len(rows) >= asked.bins:
        return []
    few = f"{asked.bins} customers are needed, this is {len(rows)}"
    return [f"Scores compare customers with each other: {few}. --cuts sets thresholds."]


def _segments(asked: Rfm, rows: Sequence[Any], found: Sequence[Scores]) -> Listing:
    told = question.segments_told(asked, rows, found)
    return Listing(_SEGMENT, [{**row, "bar": row["share_of_revenue"]} for row in told], len(told))


def _grid(asked: Rfm, rows: Sequence[Any], found: Sequence[Scores]) -> Listing:
    told = question.grid(asked, rows, found)
    scored = range(1, question.bins_of(asked) + 1)
    sales = question.frequencies(rows, found)
    darkest = max(row[f"f{f}"] for row in told for f in scored)
    columns = [
        Column("recency", "R", "int"),
        Column("days", "Days ago"),
        *(Column(f"f{f}", _labelled(f, sales.get(f)), "heat", full=darkest) for f in scored),
        Column("customers", "Customers", "int"),
    ]
    shown = [{**row, "days": _between(row["days"])} for row in told]
    title = f"Recency and frequency of {counts(len(rows), 'customer')} on {asked.day}"
    return Listing(columns, shown, len(told), title=title)


def _labelled(score: int, sales: tuple[int, int] | None) -> str:
    return f"F{score}: {_between(sales)}" if sales else f"F{score}"


def _between(bounds: tuple[int, int] | None) -> str:
    if bounds is None:
        return ""
    low, high = bounds
    return str(low) if low == high else f"{low}-{high}"


def _remarks(asked: Rfm, customers: int) -> list[str]:
    if asked.cuts or customers >= 10 * asked.bins:
        return []
    return ["Scores compare customers with each other: with so few of them they say little. --cuts sets thresholds."]
