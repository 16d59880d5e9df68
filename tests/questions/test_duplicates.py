"""Pairs that may be one: by blocks as the program finds them, and by holding everybody against everybody."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from crmcli.actions.merge import set_apart
from crmcli.base.opening import Base
from crmcli.base.writing import Writer, reading
from crmcli.questions import duplicates as question
from crmcli.questions.duplicates import WINDOW
from crmcli.questions.likeness import LEAST, Found, judged, with_points
from crmcli.schema import contact_points
from crmcli.values.names import skeleton
from crmcli.values.points import is_junk
from tests.builders import add_contact, add_sale, building, rows_of

BORN = date(1990, 5, 1)


@dataclass(frozen=True)
class Asked:
    """What the question answers on a base."""

    pairs: list[Found]
    cut_blocks: int

    @property
    def ids(self) -> set[tuple[int, int]]:
        return {(pair.a.id, pair.b.id) for pair in self.pairs}

    @property
    def reasons(self) -> list[str]:
        return [pair.reason for pair in self.pairs]


def ask(base: Base) -> Asked:
    with reading(base) as connection:
        people = question.people_of(
            connection.execute(question.contacts_compared()), connection.execute(question.points_compared())
        )
        apart = [(row[0], row[1]) for row in connection.execute(question.pairs_set_apart())]
    return Asked(*question.duplicates(people, apart))


def naive(base: Base) -> set[tuple[int, int, float, str]]:
    """Everybody held against everybody: those who have anything in common by which the program looks."""
    with reading(base) as connection:
        people = question.people_of(
            connection.execute(question.contacts_compared()), connection.execute(question.points_compared())
        )
        apart = [(row[0], row[1]) for row in connection.execute(question.pairs_set_apart())]
    held: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for person in people:
        for point in person.points:
            held[point] = held.get(point, set()) | {person.words}
    told = [p for p, names in held.items() if len(names) <= 4 and not is_junk(*p)]
    people = [with_points(person, tuple(p for p in person.points if p in told)) for person in people]
    namesakes = Counter(person.words for person in people)
    pairs = (
        judged(a, b, namesakes) for a, b in combinations(people, 2) if in_common(a, b) and (a.id, b.id) not in apart
    )
    return {(pair.a.id, pair.b.id, pair.likeness, pair.reason) for pair in pairs if pair}


def in_common(a: Any, b: Any) -> bool:
    bones, others = ([skeleton(word) for word in person.full_words[:4]] for person in (a, b))
    a_word = bool({skeleton(w) for w in a.full_words} & {skeleton(w) for w in b.full_words})
    two_words = any(
        x == y and x2[:3] == y2[:3]
        for i, x in enumerate(bones) for j, y in enumerate(others)
        for k, x2 in enumerate(bones) for m, y2 in enumerate(others) if i != k and j != m
    )  # fmt: skip
    only_word = len(bones) == len(others) == 1 and bones == others
    return bool(
        set(a.points) & set(b.points)
        or (a.tax_id and a.tax_id == b.tax_id)
        or (a.birthday and a.birthday == b.birthday and a_word)
        or (a.company_id and a.company_id == b.company_id and a_word)
        or (a.city_key and a.city_key == b.city_key and (two_words or only_word))
        or (a.words and a.words == b.words)
    )


FIRST = ("Анна", "Anna", "Аня", "Пётр", "Петр", "Petr", "П.", "Иван", "")
LAST = ("Иванов", "Ivanov", "Иванова", "Ивонов", "И.", "Петров", "Щукин", "Schukin", "")


def fill(writer: Writer, random: Random, count: int) -> None:
    companies = [add_contact(writer, name, kind="company") for name in ("ООО Дверь", "Dver LLC", "Мельница")]
    made = []
    for _ in range(count):
        name = " ".join(random.sample([random.choice(FIRST), random.choice(LAST)], 2)).strip() or "+79160000099"
        phones = [f"+7916000000{random.randrange(8)}"] if random.random() < 0.6 else []
        phones += ["+79990000000"] if random.random() < 0.2 else []
        emails = [random.choice(("a@example.com", "b@example.com", "noreply@example.com"))] * (random.random() < 0.4)
        fields: dict[str, Any] = {"city": random.choice((None, "Омск", "г. Омск", "Omsk", "Чита"))}
        fields["company_id"] = random.choice((None, None, *companies))
        fields["birthday"] = random.choice((None, None, BORN, date(1991, 1, 1)))
        fields["tax_id"] = random.choice((None, None, None, "77", "78"))
        fields["archived"] = random.random() < 0.1
        made.append(add_contact(writer, name, phones=phones, emails=emails, **fields))
    for pair in random.sample(list(combinations(made, 2)), count):
        set_apart(writer, pair)


@pytest.mark.parametrize("seed", range(6))
def test_the_pairs_are_those_of_everybody_held_against_everybody(sqlite_base: Base, seed: int) -> None:
    with building(sqlite_base) as writer:
        fill(writer, Random(seed), 30)
    found = ask(sqlite_base)
    assert found.cut_blocks == 0
    assert {(pair.a.id, pair.b.id, pair.likeness, pair.reason) for pair in found.pairs} == naive(sqlite_base)
    assert len(found.pairs) > 10


def test_both_engines_answer_the_same(sqlite_base: Base, postgres_base: Base) -> None:
    answers = []
    for base in (sqlite_base, postgres_base):
        with building(base) as writer:
            fill(writer, Random(9), 30)
        answers.append([(pair.a.id, pair.b.id, pair.likeness, pair.reason) for pair in ask(base).pairs])
    assert answers[0] == answers[1] != []


def test_the_most_likely_come_first_each_pair_once_and_in_the_order_of_ids(base: Base) -> None:
    with building(base) as writer:
        fill(writer, Random(3), 25)
    pairs = ask(base).pairs
    assert [pair.likeness for pair in pairs] == sorted((pair.likeness for pair in pairs), reverse=True)
    assert all(pair.a.id < pair.b.id for pair in pairs)
    assert len({(pair.a.id, pair.b.id) for pair in pairs}) == len(pairs)
    assert all(LEAST <= pair.likeness <= 1 for pair in pairs)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            {"name": "Анна Петрова", "phones": ["+79160000001"]},
            {"name": "Анна Петрва", "phones": ["+79160000001"]},
            "same phone +79160000001, names 87 % alike",
        ),
        (
            {"name": "Иванов Пётр", "emails": ["a@example.com"]},
            {"name": "Petr Ivanov", "emails": ["a@example.com"]},
            "same e-mail a@example.com, same name written otherwise",
        ),
        (
            {"name": "Анна Петрова", "city": "Казань", "phones": ["+79160000001"]},
            {"name": "Петрова Анна", "city": "г. Казань", "phones": ["+79160000002"]},
            "same name and city, no common phone",
        ),
        (
            {"name": "Анна Петрова", "phones": ["+79160000001"]},
            {"name": "Анна Петрова", "phones": ["+79160000002"]},
            "same name, no common phone",
        ),
        (
            {"name": "Анна Петрова", "phones": ["+79160000001"], "birthday": BORN},
            {"name": "Анна Петрова", "phones": ["+79160000001"], "birthday": date(1990, 1, 2)},
            "same phone +79160000001, same name, birthdays differ",
        ),
        (
            {"name": "ООО Ромашка", "kind": "company", "tax_id": "7701"},
            {"name": "Ромашка плюс", "kind": "company", "tax_id": "7701"},
            "same tax id 7701, names 90 % alike",
        ),
        (
            {"name": "+7 916 000-00-01", "phones": ["+79160000001"]},
            {"name": "Анна Петрова", "phones": ["+79160000001"]},
            "same phone +79160000001, one of them without a name",
        ),
        (
            {"name": "Анна Петрова", "birthday": BORN},
            {"name": "Анна Петровна", "birthday": BORN},
            "names 89 % alike, same birthday",
        ),
    ],
)
def test_a_pair_says_why(sqlite_base: Base, one: dict[str, Any], other: dict[str, Any], reason: str) -> None:
    with building(sqlite_base) as writer:
        ids = (add_contact(writer, **one), add_contact(writer, **other))
    found = ask(sqlite_base)
    assert found.reasons == [reason]
    assert found.ids == {ids}


def test_people_of_one_company_whose_names_are_nearly_one_are_a_pair(sqlite_base: Base) -> None:
    with building(sqlite_base) as writer:
        door = add_contact(writer, "Дверь", kind="company")
        ids = tuple(add_contact(writer, name, company_id=door) for name in ("Вера Щербакова", "Вера Щербокова"))
    found = ask(sqlite_base)
    assert found.ids == {ids}
    assert found.reasons == ["names 91 % alike, same company"]


def test_who_shares_a_phone_under_another_name_is_somebody_else(sqlite_base: Base) -> None:
    with building(sqlite_base) as writer:
        for name in ("Анна Иванова", "Пётр Иванов", "Blue Door"):
            add_contact(writer, name, phones=["+79160000001"])
    assert ask(sqlite_base).pairs == []


def test_a_phone_of_many_names_and_one_of_nobody_make_no_pair(sqlite_base: Base) -> None:
    with building(sqlite_base) as writer:
        for name in ("Анна Петрова", "Анна Петрва", "Вера Ким", "Олег Цой", "Яна Лу", "Нина Фо"):
            add_contact(writer, name, phones=["+79160000001"])
        for name in ("Зоя Белова", "Зоя Белава"):
            add_contact(writer, name, phones=["+79990000000"], emails=["noreply@example.com"])
    assert ask(sqlite_base).pairs == []


def test_the_phones_that_tell_nothing_are_still_shown(sqlite_base: Base) -> None:
    with building(sqlite_base) as writer:
        for _ in range(2):
            add_contact(writer, "Зоя Белова", phones=["+79990000000"])
    (pair,) = ask(sqlite_base).pairs
    assert pair.reason == "same name"
    assert pair.a.points == (("phone", "+79990000000"),)


@pytest.mark.parametrize(
    "fields",
    [{"tax_id": "77"}, {"birthday": BORN, "city": "Омск"}, {"city": "Омск", "phones": ["+79160000001"]}],
    ids=str,
)
def test_namesakes_with_other_facts_are_two(sqlite_base: Base, fields: dict[str, Any]) -> None:
    others: dict[str, Any] = {"tax_id": "78", "birthday": date(1960, 1, 1), "city": "Чита", "phones": ["+79160000002"]}
    with building(sqlite_base) as writer:
        add_contact(writer, "Анна Петрова", **fields)
        add_contact(writer, "Анна Петрова", **{key: others[key] for key in fields})
    assert ask(sqlite_base).pairs == []


def test_a_company_and_who_works_there_are_no_pair(sqlite_base: Base) -> None:
    with building(sqlite_base) as writer:
        company = add_contact(writer, "ИП Иван Смирнов", kind="company", phones=["+79160000001"])
        add_contact(writer, "Иван Смирнов", company_id=company, phones=["+79160000001"])
    assert ask(sqlite_base).pairs == []


def test_archived_contacts_and_those_set_apart_are_left_out(base: Base) -> None:
    with building(base) as writer:
        first, second, third = (add_contact(writer, "Анна Петрова", phones=["+79160000001"]) for _ in range(3))
        add_contact(writer, "Анна Петрова", phones=["+79160000001"], archived=True)
        set_apart(writer, [first, second])
    assert ask(base).ids == {(first, third), (second, third)}


def test_a_phone_that_could_not_be_read_counts_as_it_was_typed(sqlite_base: Base) -> None:
    with building(sqlite_base) as writer:
        ids = tuple(add_contact(writer, "Анна Петрова", phones=["12-34"]) for _ in range(2))
    assert ask(sqlite_base).reasons == ["same phone 12-34, same name"]
    assert ask(sqlite_base).ids == {ids}


def test_a_block_that_is_too_large_is_compared_by_the_nearest_names_alone_and_that_is_said(sqlite_base: Base) -> None:
    count = WINDOW * 4
    with building(sqlite_base) as writer:
        for _ in range(count):
            add_contact(writer, "Анна Петрова", emails=["a@example.com"])
    found = ask(sqlite_base)
    assert found.cut_blocks == 2  # by the e-mail and by the name
    assert len(found.pairs) == sum(min(WINDOW, count - 1 - place) for place in range(count))


def test_what_belongs_to_a_contact_is_counted(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer, phones=["+79160000001", "+79160000002"], emails=["a@example.com"], tags=["vip"])
        add_contact(writer, "Boris", phones=["+79160000003"])
        add_sale(writer, anna, BORN)
        row = {"contact_id": anna, "kind": "website", "value": "example.com", "raw": "example.com", "position": 9}
        writer.connection.execute(insert(contact_points).values(row))
    (counted,) = rows_of(base, question.belongings(anna))
    assert counted == {"phones": 2, "e-mails": 1, "tags": 1, "touches": 0, "deals": 0, "purchases": 1}
