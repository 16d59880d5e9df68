"""Contacts that may be one, through the program."""

from datetime import date
from pathlib import Path

import pytest

from crmcli.base.opening import Base
from tests.builders import add_contact, add_deal, add_sale, add_sales, add_touch, building
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run

MAY = date(2026, 5, 1)


@pytest.fixture
def shop(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer, "Анна Петрова", phones=["+79160000001"], city="Казань", tags=["vip"])
        double = add_contact(writer, "Петрова Ана", phones=["+79160000001", "+79160000002"], emails=["a@example.com"])
        add_contact(writer, "Boris")
        add_sales(writer, anna, MAY)
        add_sale(writer, double, date(2026, 6, 1), 250_00)
        add_touch(writer, double, MAY)
        add_deal(writer, ("New lead", MAY), contact_id=double)


@pytest.mark.usefixtures("shop")
def test_duplicates_are_listed_with_all_that_tells_them_apart(ask: Asked) -> None:
    assert ask("contact", "duplicates") == [
        {
            "contact_a": 1, "name_a": "Анна Петрова", "phones_a": ["+79160000001"], "emails_a": [], "city_a": "Казань",
            "contact_b": 2, "name_b": "Петрова Ана", "phones_b": ["+79160000001", "+79160000002"],
            "emails_b": ["a@example.com"], "city_b": None,
            "likeness": 0.9625, "reason": "same phone +79160000001, same name written otherwise",
        }
    ]  # fmt: skip


@pytest.mark.usefixtures("shop")
def test_of_a_segment_pairs_are_listed_of_which_one_is_in_it(do: Said, ask: Asked) -> None:
    do("segment", "add", "Mails", "--where", "has_email = yes")
    do("segment", "add", "Others", "--where", "name = 'Boris'")
    assert [row["contact_b"] for row in ask("contact", "duplicates", "--segment", "Mails")] == [2]
    assert ask("contact", "duplicates", "--segment", "Others") == []
    assert "No duplicates in this segment." in do("contact", "duplicates", "--segment", "Others")


@pytest.mark.usefixtures("shop")
def test_the_list_says_how_to_join_two_and_how_to_keep_them_apart(do: Said) -> None:
    said = do("contact", "duplicates")
    assert "crmcli contact merge 1 2 joins two; crmcli contact distinct 1 2 says they are not one." in said


@pytest.mark.usefixtures("shop")
def test_who_was_said_not_to_be_one_is_listed_no_more_until_that_is_taken_back(do: Said, ask: Asked) -> None:
    said = do("contact", "distinct", "Анна", "2")
    assert said.startswith("Noted that contacts 1 Анна Петрова, 2 Петрова Ана are not one. (crmcli undo")
    assert ask("contact", "duplicates") == []
    assert "is noted already" in do("contact", "distinct", "2", "1")
    do("undo", "--yes")
    assert len(ask("contact", "duplicates")) == 1


@pytest.mark.usefixtures("shop")
def test_a_merge_says_what_moves_and_one_undo_brings_it_back(do: Said, ask: Asked) -> None:
    before = [ask("contact", "show", one) for one in (1, 2)]
    said = do("contact", "merge", "1", "2", "--yes")
    has = "2 phones, 1 e-mail, 1 touch, 1 deal, 1 purchase"
    assert said.startswith(f"Merged 2 Петрова Ана ({has}) into 1 Анна Петрова. (crmcli undo ")
    shown = ask("contact", "show", 1)
    assert shown["phones"] == ["+79160000001", "+79160000002"]
    assert (shown["revenue"], shown["purchase_days"], shown["emails"]) == ("350.00", 2, ["a@example.com"])
    assert shown["extra"] == {"other name": "Петрова Ана"}
    assert [row["id"] for row in ask("contact", "list")] == [3, 1]
    do("undo", "--yes")
    assert [ask("contact", "show", one) for one in (1, 2)] == before


@pytest.mark.usefixtures("shop")
def test_several_contacts_become_one_in_one_operation(do: Said, ask: Asked) -> None:
    done = ask("contact", "merge", "1", "2", "Boris", "2", "--yes")
    assert {key: done[key] for key in ("id", "name", "merged")} == {"id": 1, "name": "Анна Петрова", "merged": "2, 3"}
    assert [row["id"] for row in ask("contact", "list")] == [1]
    do("undo", done["operation_id"], "--yes")
    assert len(ask("contact", "list")) == 3


@pytest.mark.usefixtures("shop")
def test_nothing_is_merged_unasked(refused: Said, ask: Asked) -> None:
    assert "Merge 2 Петрова Ана (2 phones" in refused("contact", "merge", "1", "2", code=2)
    assert "add --yes" in refused("contact", "merge", "1", "2", "--no-input", code=2)
    assert len(ask("contact", "list")) == 3


@pytest.mark.usefixtures("shop")
def test_what_cannot_be_merged_is_refused_in_one_line(do: Said, refused: Said) -> None:
    assert "cannot be merged with itself" in refused("contact", "merge", "1", "Анна", "--yes")
    assert "no contact is '99'" in refused("contact", "merge", "1", "99", "--yes")
    do("contact", "archive", "3")
    assert "contact 3 Boris is archived" in refused("contact", "merge", "1", "3", "--yes")
    assert "contact 3 Boris is archived" in refused("contact", "merge", "3", "1", "--yes")
    assert "two contacts or more" in refused("contact", "distinct", "1")


@on_sqlite
def test_a_base_without_duplicates_says_so(do: Said, ask: Asked, crm: Run) -> None:
    do("contact", "add", "Anna")
    assert do("contact", "duplicates") == "No duplicates."
    assert ask("contact", "duplicates") == []
    assert crm("contact", "duplicates", "--fail-if-empty").code == 1


@on_sqlite
def test_a_limit_says_how_many_there_are(base: Base, do: Said) -> None:
    with building(base) as writer:
        for _ in range(4):
            add_contact(writer, "Anna Petrova", phones=["+79160000001"])
    said = do("contact", "duplicates", "--limit", "2")
    assert "2 of 6; --limit 6 shows all." in said


def test_the_sheet_that_a_merged_contact_came_from_means_the_kept_one(do: Said, ask: Asked, tmp_path: Path) -> None:
    sheet = tmp_path / "customers.csv"
    sheet.write_text("Customer ID;Name;Phone\n17;Anna Petrova;+7 916 000-00-01\n", encoding="utf-8")
    do("contact", "add", "Anya")
    do("import", sheet, "--yes")
    do("contact", "merge", "1", "2", "--yes")
    sheet.write_text("Customer ID;Name;City\n17;Anna Petrova;Omsk\n", encoding="utf-8")
    do("import", sheet, "--yes")
    (anna,) = ask("contact", "list")
    assert (anna["id"], anna["city"], anna["external_ref"]) == (1, "Omsk", "17")
