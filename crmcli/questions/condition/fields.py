"""The fields that a condition may name: their English and Russian names, their kinds, and where each is in the base."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import ColumnElement, Date, Subquery, and_, case, exists, func, literal, select

from crmcli.questions.condition.birthdays import days_to_birthday
from crmcli.questions.rhythm import AsOf, contact_states
from crmcli.schema import (
    channels,
    contact_points,
    contact_tags,
    contacts,
    deals,
    employees,
    not_deleted,
    stages,
)
from crmcli.schema.functions import days_between, folded, json_members, total
from crmcli.values.text import search_key

Kind = Literal["text", "word", "number", "money", "date", "flag"]
Value = str | int | date | bool
Condition = ColumnElement[bool]


class Asked:
    """What a condition is asked of: the day, and what the contacts were then."""

    def __init__(self, at: AsOf) -> None:
        self.at = at

    @cached_property
    def states(self) -> Subquery:
        """The measures of every contact, to be joined where a condition has one of them."""
        return contact_states(self.at)


def _as_it_is(met: Condition) -> Condition:
    return met


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is in the base: a column, and how a condition on it becomes one on the contact."""

    column: Any
    of_contact: Callable[[Condition], Condition] = _as_it_is


@dataclass(frozen=True, slots=True)
class Field:
    """A field: `names` in English, in Russian, and others; `words` what a word may be, by any of its names.

    `measured`: it is one of the measures that `Asked.states` has.
    """

    names: tuple[str, ...]
    kind: Kind
    help: str
    place: Callable[[Asked], Place]
    words: dict[str, str] = field(default_factory=dict)
    measured: bool = False

    @property
    def name(self) -> str:
        """Its English name."""
        return self.names[0]


def field_named(name: str) -> Field | None:
    """The field of that English or Russian name, whatever its case."""
    return _BY_NAME.get(search_key(name))


def nearest(name: str) -> str | None:
    """The name of a field that may have been meant; None where none is like it."""
    return next(iter(get_close_matches(search_key(name), _BY_NAME, n=1)), None)


def custom_field(name: str) -> Field:
    """A contact's own field, whatever the case of its name."""
    members = json_members(contacts.c.extra).table_valued("key", "value")
    key = search_key(name)

    def place(_asked: Asked) -> Place:
        named = folded(members.c.key) == key
        return Place(folded(members.c.value), lambda met: exists().where(named, met).correlate(contacts))

    return Field((f"field('{name}')",), "text", "", place)


def _own(column: Any) -> Callable[[Asked], Place]:
    return lambda _asked: Place(column)


def _linked(column: Any, link: Condition) -> Callable[[Asked], Place]:
    """A column of the rows that are linked with the contact so."""
    return lambda _asked: Place(column, lambda met: exists().where(link, met).correlate(contacts))


def _measure(
    names: tuple[str, ...],
    kind: Kind,
    help_text: str,
    read: Callable[[Subquery, date], Any],
    words: dict[str, str] | None = None,
) -> Field:
    return Field(names, kind, help_text, lambda asked: Place(read(asked.states, asked.at.day)), words or {}, True)


def _of_deals(what: Any) -> Any:
    """Something of the contact's open deals."""
    mine = and_(deals.c.contact_id == contacts.c.id, stages.c.kind == "open")
    counted = select(what).select_from(deals.join(stages, stages.c.id == deals.c.stage_id)).where(mine)
    return counted.correlate(contacts).scalar_subquery()


def _has_point(kind: str) -> Condition:
    mine = exists().where(contact_points.c.contact_id == contacts.c.id, contact_points.c.kind == kind)
    return mine.correlate(contacts)


_COMPANY, _REFERRER = contacts.alias("company_of"), contacts.alias("referrer_of")
_KINDS = {"person": "person", "человек": "person", "company": "company", "компания": "company"}
_STATES = {
    "lead": "lead", "лид": "lead",
    "active": "active", "активный": "active",
    "due": "due", "пора": "due",
    "dormant": "dormant", "спящий": "dormant",
}  # fmt: skip


def _mean_sale(states: Subquery, _day: date) -> Any:
    count = states.c.sale_count
    return case((count > 0, (2 * states.c.revenue + count) // (2 * func.nullif(count, 0, type_=count.type))))


FIELDS = (
    Field(("name", "имя", "название"), "text", "Name", _own(contacts.c.search_key)),
    Field(("kind", "вид"), "word", "person or company", _own(contacts.c.kind), _KINDS),
    Field(("city", "город"), "text", "City", _own(folded(contacts.c.city))),
    Field(
        ("owner", "ответственный"), "text", "Who looks after the contact",
        _linked(employees.c.search_key, employees.c.id == contacts.c.owner_id),
    ),
    Field(
        ("channel", "канал"), "text", "Where the contact came from",
        _linked(channels.c.search_key, channels.c.id == contacts.c.channel_id),
    ),
    Field(
        ("tag", "тег", "tags", "теги"), "text", "A tag: with several, any of them",
        _linked(folded(contact_tags.c.tag), contact_tags.c.contact_id == contacts.c.id),
    ),
    Field(("tax_id", "инн"), "text", "Tax number", _own(folded(contacts.c.tax_id))),
    Field(
        ("company", "компания"), "text", "The company of a person",
        _linked(_COMPANY.c.search_key, and_(_COMPANY.c.id == contacts.c.company_id, not_deleted(_COMPANY))),
    ),
    Field(
        ("referred_by", "кто_порекомендовал"), "text", "Who sent the contact",
        _linked(_REFERRER.c.search_key, and_(_REFERRER.c.id == contacts.c.referred_by_id, not_deleted(_REFERRER))),
    ),
    Field(("note", "примечание", "заметка"), "text", "The note", _own(folded(contacts.c.note))),
    Field(("birthday", "дата_рождения"), "date", "Date of birth", _own(contacts.c.birthday)),
    Field(
        ("birthday_in_days", "дней_до_дня_рождения"), "number", "Days to the next birthday; 0 on the day",
        lambda asked: Place(days_to_birthday(contacts.c.birthday, asked.at.day)),
    ),
    Field(
        ("created_on", "дата_создания"), "date", "When the contact was added",
        _own(func.date(contacts.c.created_at, type_=Date)),
    ),
    Field(
        ("next_contact_on", "следующий_контакт"), "date", "When to get in touch next", _own(contacts.c.next_contact_on)
    ),
    Field(("has_phone", "есть_телефон"), "flag", "Has a phone", _own(_has_point("phone"))),
    Field(("has_email", "есть_почта"), "flag", "Has an e-mail", _own(_has_point("email"))),
    Field(("archived", "в_архиве"), "flag", "Is archived", _own(contacts.c.archived_at.is_not(None))),
    Field(
        ("open_deals", "открытых_сделок"), "number", "Deals in an open stage now", _own(_of_deals(func.count()))
    ),
    Field(
        ("open_amount", "сумма_открытых_сделок"), "money", "The amount of these deals",
        _own(_of_deals(total(deals.c.amount))),
    ),
    _measure(
        ("state", "состояние"), "word", "lead, active, due or dormant",
        lambda states, _day: states.c.state, _STATES,
    ),
    _measure(
        ("revenue", "выручка"), "money", "All sales together",
        lambda states, _day: states.c.revenue,
    ),
    _measure(
        ("refunds", "возвраты"), "money", "All refunds together",
        lambda states, _day: states.c.refunds,
    ),
    _measure(("mean_sale", "средний_чек"), "money", "Revenue by sale", _mean_sale),
    _measure(
        ("yearly_value", "выручка_в_год"), "money", "What a year brings at the customer's own pace",
        lambda states, _day: states.c.value,
    ),
    _measure(
        ("purchases", "покупок"), "number", "How many sales",
        lambda states, _day: states.c.sale_count,
    ),
    _measure(
        ("purchase_days", "дней_с_покупками"), "number", "On how many days",
        lambda states, _day: states.c.purchase_days,
    ),
    _measure(
        ("first_purchase_on", "первая_покупка"), "date", "The first purchase",
        lambda states, _day: states.c.first_on,
    ),
    _measure(
        ("last_purchase_on", "последняя_покупка"), "date", "The last purchase",
        lambda states, _day: states.c.last_on,
    ),
    _measure(
        ("silent_days", "не_покупал_дней"), "number", "Days since the last purchase",
        lambda states, _day: states.c.silent_days,
    ),
    _measure(
        ("period_days", "период_дней"), "number", "Days between purchases; the base's median where there was one",
        lambda states, _day: states.c.period_days,
    ),
    _measure(
        ("touches", "касаний"), "number", "How many touches",
        lambda states, _day: states.c.touch_count,
    ),
    _measure(
        ("last_touch_on", "последнее_касание"), "date", "The last touch",
        lambda states, _day: states.c.last_touch_on,
    ),
    _measure(
        ("untouched_days", "не_касались_дней"), "number", "Days since the last touch",
        lambda states, day: days_between(literal(day), states.c.last_touch_on),
    ),
)  # fmt: skip
CUSTOM = ("field", "поле")
"""How a contact's own field is named: field('size')."""

_BY_NAME = {search_key(name): one for one in FIELDS for name in one.names}
