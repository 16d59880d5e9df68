"""Segments through the program, and --segment wherever there is one."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_deal, add_refund, add_sales, add_segment, add_touch, building
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run


def june(day: int) -> date:
    return date(2026, 6, day)


@pytest.fixture
def shop(base: Base) -> dict[str, int]:
    """Two people in Kazan, of whom one is archived, and one elsewhere, each with a bit of everything."""
    with building(base) as writer:
        ids = {
            "anna": add_contact(writer, "Анна", city="КАЗАНЬ", tags=["VIP"]),
            "ivan": add_contact(writer, "Ivan", city="Казань", archived=True),
            "olga": add_contact(writer, "Olga", city="Омск"),
        }
        for contact_id in ids.values():
            add_sales(writer, contact_id, june(1), june(3))
            add_touch(writer, contact_id, june(2))
            add_deal(writer, ("New lead", june(1)), contact_id=contact_id)
        add_sales(writer, None, june(4))
        add_refund(writer, ids["olga"], june(5))
    return ids


def test_a_condition_is_saved_once_listed_shown_and_forgotten(
    shop: dict[str, int], do: Said, ask: Asked, refused: Said
) -> None:
    assert do("segment", "add", "  Наши   люди ", "--where", "город = 'казань'").startswith(
        "Saved segment 1 Наши люди. (crmcli undo"
    )
    assert "there is a segment 'Наши люди' already" in refused("segment", "add", "НАШИ ЛЮДИ", "--where", "archived")
    assert ask("segment", "list") == [{"id": 1, "name": "Наши люди", "condition": "город = 'казань'"}]
    assert [row["id"] for row in ask("segment", "show", "наши")] == [shop["anna"]]
    assert list(ask("segment", "show", "наши")[0]) == list(ask("contact", "list")[0])
    assert do("segment", "show", "наши").startswith("Наши люди: город = 'казань'\n")
    assert do("segment", "remove", "Наши люди").startswith("Removed segment 1 Наши люди.")
    assert do("segment", "list").startswith("No segment yet")
    do("undo", "--yes")
    assert [row["name"] for row in ask("segment", "list")] == ["Наши люди"]
    assert do("segment", "show", "Champions").startswith("champions: a segment of rfm\n")
    assert "there is no segment 'others'; there are Наши люди" in refused("segment", "show", "others")


def test_who_is_in_a_segment_is_told_of_the_day_asked_about(shop: dict[str, int], do: Said, ask: Asked) -> None:
    do("segment", "add", "Silent", "--where", "silent_days > 5 and last_purchase_on >= -30d")
    assert [row["id"] for row in ask("segment", "show", "Silent")] == [shop["olga"], shop["anna"]]
    assert ask("segment", "show", "Silent", "--as-of", "2026-06-05") == []
    assert ask("segment", "show", "Silent", "--as-of", "2026-08-01") == []


@pytest.mark.usefixtures("shop")
def test_a_condition_that_cannot_be_read_is_wrong_usage_and_saves_nothing(refused: Said, ask: Asked) -> None:
    told = refused("segment", "add", "x", "--where", "citty = 'Казань'", code=2)
    assert told == "crmcli: in the condition, at character 1: there is no field 'citty': did you mean city?"
    assert "is empty" in refused("segment", "add", "x", "--where", "", code=2)
    assert ask("segment", "list") == []


@on_sqlite
def test_amounts_are_in_the_currency_of_the_base(do: Said, ask: Asked, base: Base) -> None:
    do("config", "set", "currency", "JPY")
    with building(base) as writer:
        add_sales(writer, add_contact(writer), june(1), june(2), amount=600)
    do("segment", "add", "Dear", "--where", "revenue between 1k and 1 200")
    assert len(ask("segment", "show", "Dear")) == 1


@on_sqlite
def test_the_fields_are_listed_in_both_languages(do: Said, ask: Asked) -> None:
    rows = ask("segment", "fields")
    assert rows[0] == {"field": "name", "russian": "имя", "kind": "text", "meaning": "Name"}
    assert rows[-1]["field"] == "field('...')"
    assert "не_покупал_дней" in do("segment", "fields")
    assert len(ask("segment", "fields", "--limit", "3")) == 3


LISTS = {
    "contact list": ("name", ["Анна"]),
    "contact list --archived": ("name", ["Ivan"]),
    "touch list": ("contact", ["Ivan", "Анна"]),
    "deal list": ("contact", ["Ivan", "Анна"]),
    "purchase list": ("contact", ["Ivan", "Ivan", "Анна", "Анна"]),
    "reactivate --as-of 2026-06-20": ("name", ["Анна"]),
    "export contacts": ("name", ["Анна"]),
    "export touches": ("contact", ["Анна", "Ivan"]),
    "export deals": ("contact", ["Анна", "Ivan"]),
    "export purchases": ("contact", ["Анна", "Анна", "Ivan", "Ivan"]),
}


@pytest.mark.usefixtures("shop")
def test_every_list_is_narrowed_to_a_segment(do: Said, ask: Asked) -> None:
    do("segment", "add", "Kazan", "--where", "city = казань and silent_days > 5 and state != lead")
    for words, (key, names) in LISTS.items():
        assert _several(ask(*words.split(), "--segment", "kazan"), key, names) == sorted(names), words
        assert len(ask(*words.split())) > 0


def _several(rows: Any, key: str, names: list[str]) -> list[str]:
    found = rows if isinstance(rows, list) else next(iter(rows.values()))
    return sorted(row[key] for row in found)


def test_the_funnel_is_that_of_a_segment(shop: dict[str, int], do: Said, ask: Asked) -> None:
    do("segment", "add", "Kazan", "--where", "city = казань")
    assert ask("funnel", "--segment", "Kazan")[0]["reached"] == 2
    counted = {row["stage"]: row["count"] for row in ask("funnel", "--mode", "activity", "--segment", "Kazan")}
    assert (counted["Call"], counted["Paid"]) == (2, 4)
    assert ask("funnel")[0]["reached"] == 3


@pytest.mark.usefixtures("shop")
def test_every_question_is_narrowed_to_a_segment(do: Said, ask: Asked) -> None:
    def june_of(*words: str) -> list[tuple[str | None, int | None, int]]:
        rows = ask("revenue", "--from", "2026-06-01", "--to", "2026-06-30", *words)
        return sorted((row["group"] or "", row["buyers"], row["sales"]) for row in rows)

    do("segment", "add", "Kazan", "--where", "city = казань")
    do("segment", "add", "Dear", "--where", "tag = vip or city = омск")
    mine = ("--as-of", "2026-06-30", "--segment", "Kazan")
    assert june_of("--segment", "Kazan") == [("", 2, 4)]
    assert june_of("--by", "segment")[:2] == [("Dear", 2, 4), ("Kazan", 2, 4)]
    assert june_of("--by", "segment", "--segment", "Dear") == [("Dear", 2, 4), ("Kazan", 1, 2)]
    assert ask("revenue", "what-if", *mine) != ask("revenue", "what-if", *mine[:2])
    assert [row["name"] for row in ask("rfm", *mine)] == ["Анна"]
    assert ask("retention", *mine)[0]["customers"] == 2
    assert [row["name"] for row in ask("profit", *mine)] == ["Анна"]
    assert sum(row["contacts"] for row in ask("loyalty", *mine)) == 1
    assert sum(row["contacts"] for row in ask("attention", "--sums", *mine)) == 1
    assert [row["name"] for row in ask("best", *mine)] == ["Анна"]


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_by_segment_there_is_nothing_until_one_is_saved_and_that_is_said(do: Said, ask: Asked) -> None:
    for question in ("revenue", "profit", "loyalty"):
        assert do(question, "--by", "segment").startswith("No segment yet: crmcli segment add"), question
        assert ask(question, "--by", "segment") == []


@pytest.mark.usefixtures("shop")
def test_money_and_loyalty_are_told_by_segment_and_that_segments_overlap(do: Said, ask: Asked) -> None:
    do("segment", "add", "Kazan", "--where", "city = казань")
    do("segment", "add", "VIP", "--where", "tag = vip")
    do("touch", "add", "Анна", "call", "--rating", "4/5", "--on", "2026-06-10")
    profit = ask("profit", "--by", "segment", "--as-of", "2026-06-30")
    assert [(row["group"], row["customers"]) for row in profit] == [("Kazan", 2), ("VIP", 1), (None, 1)]
    loyal = ask("loyalty", "--by", "segment", "--as-of", "2026-06-30")
    assert [(row["group"], row["contacts"], row["answers"]) for row in loyal] == [
        ("Kazan", 1, 1),
        ("VIP", 1, 1),
        (None, 1, 0),
    ]
    for question in ("profit", "loyalty"):
        assert "the rows do not add up" in do(question, "--by", "segment", "--as-of", "2026-06-30"), question
    assert "1 of 2 contacts gave a rating" in do("loyalty", "--by", "segment", "--as-of", "2026-06-30")


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_that_nobody_is_in_a_segment_is_not_said_of_everybody(do: Said) -> None:
    do("segment", "add", "Nobody", "--where", "city = x")
    told = {words: do(*words.split(), "--segment", "Nobody") for words in ("best", "rfm", "retention", "loyalty")}
    assert {text.replace("No contact", "Nobody").partition(" in this segment")[0] for text in told.values()} == {
        "Nobody"
    }
    assert do("revenue", "--segment", "Nobody") == "No purchases in this segment up to 2026-07-01."
    assert do("reactivate", "--segment", "Nobody") == "Nobody in this segment to call."


@pytest.mark.usefixtures("shop")
def test_several_segments_are_those_who_are_in_all_and_rfm_has_its_own(do: Said, ask: Asked) -> None:
    do("segment", "add", "Kazan", "--where", "city = казань")
    do("segment", "add", "VIP", "--where", "tag = vip or city = омск")
    scored = {row["segment"]: row["name"] for row in ask("rfm", "--as-of", "2026-06-05")}
    mine = ("--as-of", "2026-06-30", "--segment", "Kazan")
    assert [row["name"] for row in ask("best", *mine, "--segment", "vip")] == ["Анна"]
    assert len(scored) > 1
    for segment, name in scored.items():
        found = ask("best", "--as-of", "2026-06-05", "--segment", segment)
        assert [row["name"] for row in found] == [name]
        both = ask("best", "--as-of", "2026-06-05", "--segment", segment, "--segment", "Kazan")
        assert [row["name"] for row in both] == [name] * (name == "Анна")


@pytest.mark.usefixtures("shop")
def test_a_name_that_may_be_two_segments_is_not_taken(do: Said, refused: Said, base: Base) -> None:
    for name in ("Champions", "cant lose them", "Unattributed"):
        assert "is taken" in refused("segment", "add", name, "--where", "archived")
    with building(base) as writer:
        add_segment(writer, "champions", "archived")
    for question in ("best", "rfm"):
        assert "may be the saved one or that of rfm" in refused(question, "--segment", "champions")
    do("segment", "remove", "champions")
    assert "nobody is in two" in refused("rfm", "--segment", "new", "--segment", "champions", code=2)


@on_sqlite
def test_a_segment_that_is_not_there_is_told_and_the_trash_has_none(refused: Said, do: Said) -> None:
    do("segment", "add", "Kazan", "--where", "city = казань")
    for words in ("contact list", "touch list", "deal list", "purchase list", "reactivate", "funnel", "export deals"):
        assert "there is no segment 'x'; there are Kazan" in refused(*words.split(), "--segment", "x"), words
    assert "--deleted can be narrowed" in refused("contact", "list", "--deleted", "--segment", "Kazan", code=2)


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_an_export_of_a_segment_goes_to_a_file(do: Said, crm: Run, tmp_path: Path) -> None:
    do("segment", "add", "Kazan", "--where", "тег = vip")
    assert crm("export", "contacts", "--segment", "Kazan", "-o", tmp_path / "a.json").code == 0
    assert "Анна" in json.dumps(json.loads((tmp_path / "a.json").read_text("utf-8")), ensure_ascii=False)


def test_a_base_that_is_not_there_has_no_segments(program: Run, tmp_path: Path) -> None:
    for words in (["list"], ["show", "x"]):
        ran = program("--base", tmp_path / "none.db", "segment", *words)
        assert (ran.code, ran.out) == (1, "")
        assert "there is no base" in ran.err
    assert program("--base", tmp_path / "none.db", "segment", "fields").code == 0
    assert program("--base", tmp_path / "none.db", "segment", "add", "x", "--where", "citty").code == 2
    assert not (tmp_path / "none.db").exists()
