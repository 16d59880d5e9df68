"""Rows of touch sheets: calls, meetings, letters."""

import re
from datetime import time, timedelta
from functools import lru_cache
from typing import Literal

from crmcli.sheets.amounts import read_share
from crmcli.sheets.columns import ODD_RATING
from crmcli.sheets.grid import text_of
from crmcli.sheets.keys import other_keys_of
from crmcli.sheets.people import customer_of
from crmcli.sheets.rows import BadCell, Row
from crmcli.values.records import ContactRecord, TouchRecord
from crmcli.values.text import search_key

# The first row one of whose beginnings of words is found is taken.
_KINDS = {
    "letter": "бумажн|почт[аы] росси|заказное|letter",
    "message": "whatsapp|ватсап|telegram|телеграм|viber|вайбер|смс|sms|сообщ|мессендж|чат|chat|message|vk|вк",
    "email": "письм|e-?mail|mail|почт|электронн|имейл|емейл",
    "meeting": "встреч|meet|презентац|переговор|zoom|demo",
    "visit": "визит|visit|выезд",
    "call": "звон|call|phone|телефон|недозвон|дозвон|перезвон",
}
_OUTCOMES = {
    "no-answer": "нет ответа|не ?дозв|не ответ|не отвеч|не бер[её]т|не взял|автоответ|занят|no.?answer|voicemail|busy"
    "|left message|unreachable|недоступ",
    "cancelled": "отмен|cancel|no.?show|не состоя|не приш",
    "callback": "перезвон|call.?back",
    "refused": "отказ|не ?интерес|not interested|refus|declin|reject",
    "interested": "интерес|заинтерес|interested",
    "done": "успешн|состоял|дозвон|выполн|сделан|done|complet|connected|ok|ок$|ответил|answered|held|провед|принят",
}
_KNOWN_KINDS = (
    "звонок, встреча, письмо, сообщение, визит, бумажное письмо (call, meeting, email, message, visit, letter)"
)
_INCOMING = re.compile(r"вход|incoming|inbound|\bin\b|от клиента|received")
_LONGEST_SECONDS = 7 * 24 * 3600
_CALLS = re.compile(r"звон|call", re.IGNORECASE)
_SECONDS = re.compile(r"сек|sec", re.IGNORECASE)


def read_touch(row: Row) -> TouchRecord:
    """The touch of a row. Raises BadCell where the date, the customer or the kind of touch is missing or unknown."""
    moment = row.moment("date")
    if moment is None:
        raise row.missing("date", "no date of the touch: write it as 2026-12-31")
    words = row.text("outcome")
    outcome = touch_outcome(words) if words else None
    # A recognised word says it all; a sentence goes to the text as well.
    told = words if words and (outcome is None or len(words.split()) > 2) else None
    return TouchRecord(
        row.where,
        moment.day,
        _customer(row),
        key=row.text("key"),
        kind=_kind(row),
        direction=_direction(row),
        outcome=outcome,
        happened_at=row.time("time") or moment.at,
        minutes=_minutes(row),
        text="\n".join(part for part in (row.long_text("text"), told, _odd_rating(row)) if part) or None,
        employee=row.text("owner"),
        next_contact_on=row.day("next contact on"),
        rating=_rating(row),
        deal_key=row.text("deal key"),
        other_keys=other_keys_of(row),
    )


@lru_cache(4096)
def touch_kind(text: str) -> str | None:
    """The kind of touch that a text names ("Исходящий звонок" -> "call"), None where it names none."""
    folded = search_key(text)
    return next((kind for kind, words in _KINDS.items() if re.search(rf"\b(?:{words})", folded)), None)


@lru_cache(4096)
def touch_outcome(text: str) -> str | None:
    """The outcome that a text names: done, no-answer, cancelled, interested, refused or callback; None for others."""
    folded = search_key(text)
    return next((outcome for outcome, words in _OUTCOMES.items() if re.search(rf"\b(?:{words})", folded)), None)


def _customer(row: Row) -> ContactRecord:
    customer = customer_of(row)
    if customer is None:
        raise BadCell(None, "", "names no customer: no name, company, phone, e-mail or key")
    return customer


def _kind(row: Row) -> str:
    """The kind of touch; a sheet without such a column holds calls, and so does one whose headings speak of calls."""
    for column, cell in row.filled("kind"):
        words = text_of(cell)
        if kind := touch_kind(words):
            return kind
        if not _is_of_calls(row):
            raise BadCell(column, words, f"no known kind of touch: write one of {_KNOWN_KINDS}")
    return "call"


def _is_of_calls(row: Row) -> bool:
    return any(_CALLS.search(column.heading) for m in ("date", "outcome") for column in row.columns.of(m))


def _direction(row: Row) -> Literal["in", "out"]:
    words = search_key(f"{row.text('direction') or ''} {row.text('kind') or ''}")
    return "in" if _INCOMING.search(words) else "out"


def _rating(row: Row) -> int | None:
    """The rating in ten-thousandths: 0.8, 80% or 4/5."""
    return next((read_share(cell) for _, cell in row.filled("rating")), None)


def _odd_rating(row: Row) -> str | None:
    """A rating on a scale of the sheet's own, in words."""
    return next((f"{column.heading}: {text_of(cell)}" for column, cell in row.filled(ODD_RATING)), None)


def _minutes(row: Row) -> int | None:
    """The minutes, rounded up; 0:05:30 counts as 6. Raises BadCell for less than none or more than a week."""
    for column, cell in row.filled("minutes"):
        clock = re.fullmatch(r"(?:(\d+):)?(\d+):(\d\d)", cell) if isinstance(cell, str) else None
        if clock:
            seconds = int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + int(clock[3])
        elif isinstance(cell, time):
            seconds = cell.hour * 3600 + cell.minute * 60 + cell.second
        elif isinstance(cell, timedelta):
            seconds = int(cell.total_seconds())
        else:
            each = 1 if _SECONDS.search(column.heading) else 60
            seconds = (row.quantity("minutes") or 0) * each // 1000
        if not 0 <= seconds <= _LONGEST_SECONDS:
            raise BadCell(column, text_of(cell), "no duration that can be right: write minutes")
        return -(-seconds // 60)
    return None
