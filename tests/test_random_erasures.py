"""Whatever became of a person before: once it is erased nothing of it is left, and others keep what is theirs."""

import re
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from datetime import date
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.commands.session import Session
from crmcli.schema import contact_points, contact_tags, contacts, deals, touches
from tests.base.rows import rebuilt_rhythm, rebuilt_sums, rhythm, sums
from tests.conftest import Run, location_text
from tests.held import held

Words = tuple[str, ...]
Erase = Callable[[list[Words], int], None]

PEOPLE = (1, 2, 3, 4)
TEXTS = ("name", "city", "note", "size", "tag", "text", "title", "reason", "newname", "newcity", "newtag")


def mark(person: int, what: str) -> str:
    """A text that only this person's fields have."""
    return f"Qz{person}{what}"


def phone(person: int, number: int = 0) -> str:
    return f"+7916{person}{number}00055"


def marks(person: int) -> list[str]:
    own = [mark(person, what) for what in TEXTS]
    return [*own, *(text.casefold() for text in own), *(phone(person, number) for number in (0, 1))]


FOUNDING = [
    ("contact", "add", mark(1, "name"), "--phone", phone(1), "--set", f"size={mark(1, 'size')}"),
    ("contact", "add", mark(2, "name"), "--city", mark(2, "city"), "--note", mark(2, "note"), "--referred-by", "1"),
    ("contact", "add", mark(3, "name"), "--tag", mark(3, "tag"), "--referred-by", "2"),
    ("contact", "add", mark(4, "name"), "--city", mark(4, "city"), "--phone", phone(4), "--referred-by", "3"),
]


def _of(make: Callable[[int], Words]) -> st.SearchStrategy[Words]:
    return st.sampled_from(PEOPLE).map(make)


_OTHERS = st.permutations(PEOPLE)
COMMAND: st.SearchStrategy[Words] = st.one_of(
    _OTHERS.map(lambda ids: ("contact", "merge", str(ids[0]), str(ids[1]), "--yes")),
    _OTHERS.map(lambda ids: ("contact", "merge", *map(str, ids[:3]), "--yes")),
    st.integers(1, 4).map(lambda count: ("undo", "--last", str(count), "--yes")),
    st.integers(1, 24).map(lambda number: ("undo", str(number), "--yes")),
    st.just(("undo", "--yes")),
    _OTHERS.map(lambda ids: ("contact", "edit", str(ids[0]), "--referred-by", str(ids[1]))),
    _OTHERS.map(lambda ids: ("contact", "distinct", str(ids[0]), str(ids[1]))),
    _of(
        lambda one: ("contact", "edit", str(one), "--name", mark(one, "newname"), "--set", f"size={mark(one, 'size')}")
    ),
    _of(lambda one: ("contact", "edit", str(one), "--city", mark(one, "newcity"), "--note", mark(one, "note"))),
    _of(lambda one: ("contact", "edit", str(one), "--phone", phone(one, 1))),
    _of(lambda one: ("contact", "edit", str(one), "--drop", phone(one))),
    _of(lambda one: ("contact", "tag", str(one), mark(one, "newtag"))),
    _of(lambda one: ("contact", "tag", str(one), mark(one, "tag"), "--remove")),
    _of(lambda one: ("contact", "delete", str(one), "--reason", mark(one, "reason"), "--yes")),
    _of(lambda one: ("contact", "restore", str(one))),
    _of(lambda one: ("touch", "add", str(one), "call", "--text", mark(one, "text"))),
    _of(lambda one: ("deal", "add", str(one), mark(one, "title"))),
    _of(lambda one: ("purchase", "add", str(one), "100")),
)


@pytest.fixture
def erase(
    fresh_base: Callable[[], AbstractContextManager[Base]], program: Run, monkeypatch: pytest.MonkeyPatch
) -> Erase:
    """Runs commands on a base of their own, erases a person, and looks for it everywhere."""
    monkeypatch.setattr(Session, "today", date(2026, 7, 1))

    def run(commands: list[Words], person: int) -> None:
        with fresh_base() as base:
            monkeypatch.setenv("CRMCLI_BASE", location_text(base))
            for words in [*FOUNDING, *commands]:
                ran = program(*words)
                assert ran.code in {0, 1, 2}, (words, ran)
                assert "mistake of ours" not in ran.err, (words, ran)
            erased = _erased(base, program, person)
            assert held(base, [text for one in erased for text in marks(one)]) == set()
            assert rhythm(base) == rebuilt_rhythm(base)
            assert sums(base) == rebuilt_sums(base)

    return run


def _erased(base: Base, program: Run, person: int) -> list[int]:
    """Erases the person with the one that it is part of; who was erased. The others are seen to be as they were."""
    erased = [person]
    while found := re.search(r"is part of contact (\d+)", _purged(program, erased[-1], "?")):
        erased.append(int(found[1]))
    before = _kept(base, erased)
    name = next(name for name in _names(program, erased[-1]) if not _purged(program, erased[-1], name))
    assert name
    after = _kept(base, erased)
    assert after == before
    return erased


def _purged(program: Run, person: int, name: str) -> str:
    """What is said against it."""
    ran = program("contact", "purge", person, "--confirm", name)
    assert "mistake of ours" not in ran.err, ran
    return ran.err if ran.code else ""


def _names(program: Run, person: int) -> list[str]:
    return [mark(person, "name"), mark(person, "newname")]


def _kept(base: Base, erased: Collection[int]) -> list[list[tuple[object, ...]]]:
    """The rows of all others, without the custom fields: a name that a merge noted there goes."""
    owned = (contact_points, contact_tags, touches, deals)
    asked = [
        select(*(c for c in contacts.c if c.name != "extra"))
        .where(contacts.c.id.not_in(erased))
        .order_by(contacts.c.id),
        *(select(table).where(table.c.contact_id.not_in(erased)).order_by(table.c.id) for table in owned),
    ]
    with reading(base) as connection:
        return [[tuple(row) for row in connection.execute(statement)] for statement in asked]


_checked = partial(settings, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@_checked(max_examples=3, derandomize=True)
@given(commands=st.lists(COMMAND, min_size=14, max_size=14), person=st.sampled_from(PEOPLE))
def test_a_person_is_erased_from_every_corner(commands: list[Words], person: int, erase: Erase) -> None:
    erase(commands, person)


@pytest.mark.long
@_checked(max_examples=100)
@given(commands=st.lists(COMMAND, min_size=14, max_size=20), person=st.sampled_from(PEOPLE))
def test_a_person_is_erased_from_every_corner_after_long_lives(
    commands: list[Words], person: int, erase: Erase
) -> None:
    erase(commands, person)
