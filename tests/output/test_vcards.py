import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.output.vcards import ContactCard, vcards
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.plain import NOTHING
from crmcli.sheets.vcards import read_vcards
from crmcli.values.points import PointKind
from crmcli.values.records import ContactRecord

OPTIONS = ReadingOptions(today=date(2026, 11, 21))
ANNA = ContactCard(
    "Петрова Анна Олеговна", key="7", company="ООО «Юг»", title="Директор", phones=(("+79160000001", "Mobile"),),
    emails=(("anna@example.com", ""),), birthday=date(1980, 3, 5), city="Омск", tags=("vip", "опт"), note="Любит чай",
)  # fmt: skip


def written(*cards: ContactCard) -> str:
    return "".join(vcards(cards))


def read(*cards: ContactCard) -> list[ContactCard]:
    reading = read_vcards("cards.vcf", written(*cards).encode(), OPTIONS)
    assert reading.rejections == ()
    return [as_card(record) for record in reading.records if isinstance(record, ContactRecord)]


def as_card(record: ContactRecord) -> ContactCard:
    def points(kind: PointKind) -> tuple[tuple[str, str], ...]:
        return tuple((point.value or point.raw, point.label) for point in record.points if point.kind == kind)

    extra = dict(record.extra)
    return ContactCard(
        record.name or "", record.kind or "person", record.key or "", record.company or "", extra.pop("Title", ""),
        points("phone"), points("email"), points("messenger"), points("website"), points("address"),
        record.city or "", record.birthday, record.tags, record.note or "", extra,
    )  # fmt: skip


def test_a_card_says_what_telephones_and_mail_programs_look_for() -> None:
    assert written(ANNA).split("\r\n") == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "FN:Петрова Анна Олеговна",
        "N:Петрова;Анна;Олеговна;;",
        "ORG:ООО «Юг»",
        "TITLE:Директор",
        "NOTE:Любит чай",
        "UID:7",
        "BDAY:1980-03-05",
        "CATEGORIES:vip,опт",
        "TEL;TYPE=CELL:+79160000001",
        "EMAIL;TYPE=INTERNET:anna@example.com",
        "ADR:;;;Омск;;;",
        "END:VCARD",
        "",
    ]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Петрова Анна", "Петрова;Анна;;;"),
        ("Anna Smith", "Smith;Anna;;;"),
        ("John Q Smith", "Smith;John;Q;;"),
        ("Анна", ";Анна;;;"),
        ("Anna van der Berg", ";Anna van der Berg;;;"),
        ("", ";;;;"),
    ],
)
def test_a_name_is_written_in_its_parts(name: str, parts: str) -> None:
    assert f"\r\nN:{parts}\r\n" in written(ContactCard(name))


def test_a_company_is_shown_as_one() -> None:
    text = written(ContactCard("Юг", kind="company"))
    assert "\r\nN:;;;;\r\nORG:Юг\r\nX-ABShowAs:COMPANY\r\n" in text
    assert read(ContactCard("Юг", kind="company")) == [ContactCard("Юг", kind="company")]


def test_a_label_of_ones_own_is_written_beside_its_point() -> None:
    text = written(ContactCard("Анна", phones=(("+79160000001", "Дача, летом"),)))
    assert "item1.TEL:+79160000001\r\nitem1.X-ABLabel:Дача\\, летом\r\n" in text


def test_hostile_text_stays_in_its_field() -> None:
    note = "a\r\nEND:VCARD\nBEGIN:VCARD\nFN:Зло\x00\x1b[31m\x9b2J\ud800; \\n"
    (card,) = read(replace(ANNA, note=note))
    assert card == replace(ANNA, note="a\nEND:VCARD\nBEGIN:VCARD\nFN:Зло[31m2J; \\n")


def test_long_lines_are_folded_between_letters() -> None:
    text = written(replace(ANNA, note="ж😀" * 500, title="x" * 75))
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.encode().decode() == text
    assert read(replace(ANNA, note="ж😀" * 500)) == [replace(ANNA, note="ж😀" * 500)]


def test_a_megabyte_is_written_and_read() -> None:
    card = replace(ANNA, note="длинно, " * 100_000 + "конец")
    assert read(card) == [card]


def test_cards_are_written_one_by_one() -> None:
    def endless() -> Iterator[ContactCard]:
        while True:
            yield ANNA

    text = vcards(endless())
    assert next(text) == next(text) == written(ANNA)


def says(text: str) -> bool:
    """Whether a cell with that text is not an empty one."""
    return text.casefold() not in NOTHING


HOSTILE = st.text(max_size=100) | st.text("аЯz;:,\\n\r\n\t\x00\x1b\u2028=\"'^% ", max_size=100)
LINES = HOSTILE.map(lambda text: " ".join("".join(c for c in text if c.isprintable()).split())).filter(says)
WORDS = st.text("абвЮЯxyz09.", min_size=1, max_size=12)
LABELS = st.sampled_from(["", "Mobile", "Work", "Work fax", "Дача", "a; b, c: d", "мой \\n номер", '"', "Home"])
SERVICES = st.sampled_from(["Skype", "Telegram", "VK Teams", "", "a;b"])
NUMBERS = st.integers(0, 9_999_999)


def texts(text: str) -> str:
    """What a card can hold of a text."""
    bare = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", bare)


def labelled(
    values: st.SearchStrategy[str], labels: st.SearchStrategy[str] = LABELS
) -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    return st.lists(st.tuples(values, labels), max_size=3, unique_by=lambda pair: pair[0]).map(tuple)


TEXTS = HOSTILE.map(lambda text: texts(text).strip()).filter(says)
CARDS = st.builds(
    ContactCard,
    name=LINES,
    key=WORDS,
    title=LINES | st.just(""),
    phones=labelled(NUMBERS.map(lambda n: f"+7916{n:07}")),
    emails=labelled(NUMBERS.map(lambda n: f"anna{n}@example.com")),
    messengers=labelled(NUMBERS.map(lambda n: f"@anna.{n}_x"), SERVICES),
    websites=labelled(NUMBERS.map(lambda n: f"example.com/?a={n},b")),
    addresses=labelled(NUMBERS.map(lambda n: f"Омск, ул. Мира, {n}; офис \\ 5")),
    city=st.sampled_from(["", "Омск"]),
    birthday=st.none() | st.dates(date(1920, 1, 1), date(2026, 1, 1)),
    tags=st.lists(WORDS, max_size=3, unique=True).map(tuple),
    note=TEXTS | st.just(""),
    extra=st.dictionaries(LINES.filter(lambda heading: heading != "Title"), TEXTS, max_size=2),
)


@given(CARDS, CARDS)
def test_what_was_written_reads_back_the_same(one: ContactCard, other: ContactCard) -> None:
    found = read(one, other)
    assert [replace(card, kind="person") for card in found] == [one, other]
