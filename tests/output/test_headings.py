from datetime import date

import pytest

from crmcli.output.headings import LANGUAGES, Language, columns_of_noun, headed, words_of
from crmcli.schema.touches import OUTCOMES, TOUCH_KINDS
from crmcli.sheets.fields import column_fields
from crmcli.sheets.headings import meaning_of
from crmcli.sheets.kinds import decide_kind
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.table import Table
from crmcli.sheets.touches import touch_kind, touch_outcome
from crmcli.values.records import SheetKind

NOUNS: tuple[SheetKind, ...] = ("contacts", "purchases", "deals", "touches")
UNDERSTOOD: dict[SheetKind, dict[str, str]] = {
    "contacts": {
        "key": "customer key", "name": "name", "company": "company", "phones": "phone", "emails": "email",
        "messengers": "messenger", "websites": "website", "addresses": "addresses", "city": "city",
        "birthday": "birthday", "tax_id": "tax id", "owner": "owner", "channel": "channel",
        "referred_by": "referred by", "tags": "tags", "note": "note", "created_on": "created on",
        "next_contact_on": "next contact on",
    },
    "purchases": {
        "key": "key", "purchased_on": "date", "contact_key": "customer key", "contact": "party", "kind": "operation",
        "order_amount": "order amount", "product": "product", "sku": "sku", "quantity": "quantity",
        "amount": "amount", "cost": "cost", "owner": "owner", "channel": "channel",
    },
    "deals": {
        "key": "key", "title": "title", "contact_key": "customer key", "contact": "party", "amount": "amount",
        "stage": "stage", "owner": "owner", "channel": "channel", "product": "product", "opened_on": "date",
        "expected_on": "expected on", "closed_on": "closed on", "lost_reason": "lost reason",
    },
    "touches": {
        "key": "key", "happened_on": "date", "happened_at": "time", "contact_key": "customer key",
        "contact": "party", "kind": "kind", "direction": "direction", "outcome": "outcome", "minutes": "minutes",
        "text": "text", "employee": "owner",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("noun", NOUNS)
def test_the_importer_knows_the_headings_without_mapping(noun: SheetKind, language: Language) -> None:
    columns = headed(noun, language)
    fields = column_fields([one.heading for one in columns], [None] * len(columns), noun)
    found = dict(zip((one.column.key for one in columns), fields, strict=True))
    assert {key: found[key] for key in UNDERSTOOD[noun]} == UNDERSTOOD[noun]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("noun", NOUNS)
def test_the_importer_knows_the_kind_of_a_sheet_by_them(noun: SheetKind, language: Language) -> None:
    headings = tuple(one.heading for one in headed(noun, language))
    table = Table("sheet", 1, 0, headings, (None,) * len(headings), [])
    assert decide_kind(table, ReadingOptions(today=date(2026, 11, 21))).kind == noun


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("noun", [*NOUNS, "products"])
def test_no_two_headings_are_the_same(noun: str, language: Language) -> None:
    headings = [one.heading for one in headed(noun, language, ["size", "Размер"])]
    assert len(set(headings)) == len(headings)


def test_each_custom_field_has_a_column_of_its_own() -> None:
    *_, size = headed("contacts", "ru", ["Размер"])
    assert size.heading == "Поле: Размер"
    assert size.getter()({"extra": {"Размер": "XL"}}) == "XL"
    assert size.getter()({"extra": {}}) is None
    assert [column.key for column in columns_of_noun("contacts")].count("extra") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_for_codes_mean_them(language: Language) -> None:
    kinds, outcomes = words_of("kind", language), words_of("outcome", language)
    assert [touch_kind(kinds.get(code, code)) for code in TOUCH_KINDS] == list(TOUCH_KINDS)
    assert [touch_outcome(outcomes.get(code, code)) for code in OUTCOMES] == list(OUTCOMES)


def test_a_customer_s_key_has_one_heading_in_every_sheet() -> None:
    assert {meaning_of("Код клиента", noun) for noun in NOUNS} == {"customer key"}
