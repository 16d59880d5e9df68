"""Erasing a contact for good: no byte of what is personal is left, and nothing brings it back."""

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from crmcli.base import shred as shredding
from crmcli.base.location import SqliteLocation
from crmcli.base.opening import Base
from crmcli.base.writing import reading
from crmcli.commands.session import Session
from crmcli.errors import CrmError
from crmcli.schema import METADATA
from tests.base.rows import rebuilt_rhythm, rhythm
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run
from tests.held import held

PERSONAL = (
    "Зигмунд", "зигмунд", "Zigmund", "9160000001", "9160000002", "000-00-01", "zig@example.com", "secretnote", "KZN-77",
    "7700000001", "1971-03-04", "secrettext", "secrettitle", "secretlost", "secrettag", "droppedtag", "secretfield",
    "secretvalue", "secretreason", "secretcity", "oldnote", "secretref",
)  # fmt: skip
LIFE = [
    "employee add Olga",
    "contact add Other --phone +79160000009",
    "contact add Зигмунд --phone +79160000001 --email zig@example.com --note oldnote --tag secrettag --tag droppedtag",
    "contact edit Зигмунд --note secretnote --city secretcity --birthday 1971-03-04 --tax-id 7700000001",
    "contact edit Зигмунд --phone '8 (916) 000-00-02' --set secretfield=secretvalue --referred-by Other",
    "contact edit Зигмунд --drop +79160000002",
    "contact tag Зигмунд droppedtag --remove",
    "deal add Зигмунд secrettitle --amount 500 --opened 2026-05-01",
    "deal move 1 Lost --reason secretlost --on 2026-05-02",
    "touch add Зигмунд call --text secrettext --on 2026-05-03",
    "purchase add Зигмунд 1200 --on 2026-05-04",
    "contact add Zigmund --phone +79160000001 --force --city 'secretcity 2' --note 'secretnote 2'",
    "contact distinct 1 3",
    "contact merge 2 3 --yes",
    "contact add Worker --company 'KZN-77 Zigmund'",
    "contact edit 2 --name 'Зигмунд Ф'",
    "undo --yes",
    "contact delete 2 --reason secretreason --yes",
    "contact restore 2",
    "contact tag 1 kept",
]


@pytest.fixture
def life(do: Said, crm: Run, tmp_path: Path) -> None:
    """Contact 2 has had a life of every kind of change; contact 1 is another, 5 a worker of company 4."""
    import shlex

    for words in LIFE:
        do(*shlex.split(words))
    sheet = tmp_path / "zigmund.csv"
    sheet.write_text("Id,Name,Phone\nsecretref,Зигмунд,+79160000001\nk2,Neighbour,+79160000008\n", encoding="utf-8")
    do("import", str(sheet), "--yes")


@pytest.mark.usefixtures("life")
def test_nothing_personal_is_left_in_any_byte(base: Base, do: Said, ask: Asked) -> None:
    company = ask("contact", "show", "5")["company"]
    assert company == "KZN-77 Zigmund"
    names = set(PERSONAL) - {"KZN-77", "Zigmund", "000-00-01"}
    assert names <= held(base, PERSONAL)
    before = rhythm(base)
    do("contact", "purge", "2", "--confirm", "Зигмунд")
    do("contact", "purge", "4", "--confirm", company)
    assert held(base, PERSONAL) == set()
    assert rhythm(base) == rebuilt_rhythm(base)
    assert len(rhythm(base)) == len(before) - 2


@pytest.mark.usefixtures("life")
def test_dates_kinds_and_amounts_stay_and_so_does_everybody_else(base: Base, do: Said, ask: Asked) -> None:
    def sold() -> str:
        return str(next(step["amount"] for step in ask("funnel", "--mode", "activity") if step["kind"] == "won"))

    others, amount = ask("contact", "show", "1"), sold()
    do("contact", "purge", "2", "--confirm", "зигмунд")
    assert ask("contact", "show", "1") == others
    assert sold() == amount == "1200.00"
    assert [row["name"] for row in ask("contact", "list", "--deleted")] == ["Erased 2"]
    assert ask("contact", "list", "--deleted")[0]["purged"] is True
    tables = METADATA.tables
    with reading(base) as connection:
        touch = connection.execute(select(tables["touches"])).one()
        deal = connection.execute(select(tables["deals"])).one()
        sale = connection.execute(select(tables["purchases"])).one()
        row = connection.execute(select(tables["contacts"]).where(tables["contacts"].c.id == 2)).one()
    assert (touch.contact_id, touch.kind, touch.happened_on, touch.text) == (2, "call", date(2026, 5, 3), None)
    assert (deal.contact_id, deal.amount, deal.opened_on, deal.lost_reason) == (2, 500_00, date(2026, 5, 1), None)
    assert (sale.contact_id, sale.amount) == (2, 1200_00)
    assert (row.name, row.note, row.city, row.birthday, row.extra) == ("Erased 2", None, None, None, {})


@pytest.mark.usefixtures("life")
def test_employees_of_an_erased_company_keep_their_link_to_its_row(base: Base, do: Said, ask: Asked) -> None:
    do("contact", "purge", "4", "--confirm", "KZN-77 Zigmund")
    assert ask("contact", "show", "5")["company"] is None
    contacts = METADATA.tables["contacts"]
    with reading(base) as connection:
        assert connection.execute(select(contacts.c.company_id).where(contacts.c.id == 5)).scalar_one() == 4


@pytest.mark.usefixtures("life")
def test_nothing_that_would_bring_the_person_back_is_taken_back(
    base: Base, do: Said, ask: Asked, refused: Said
) -> None:
    do("contact", "delete", "2", "--reason", "asked to", "--yes")
    erased = ask("contact", "purge", "2", "--confirm", "Зигмунд")["operation_id"]
    assert "was erased for good" in refused("undo", "--yes")
    for number in (3, 4, 5, 6, 7, 8, 9, 10, 14, 16, 18, 19, erased - 2, erased - 1, erased):
        told = refused("undo", str(number), "--yes")
        assert "cannot be taken back" in told or "taken back already" in told
        if "already" not in told:
            assert "a contact that it changed was erased for good" in told, number
    assert "contact 2 was erased for good: it cannot be brought back" in refused("contact", "restore", "2")
    assert "contact 2 was erased for good" in refused("contact", "show", "2")
    do("undo", "20", "--yes")  # of another contact
    assert held(base, PERSONAL) <= {"KZN-77", "Zigmund"}  # the company is still there


@pytest.mark.usefixtures("life")
def test_a_contact_that_was_merged_for_a_while_leaves_nothing_with_the_other(base: Base, do: Said) -> None:
    do("contact", "add", "Secretperson", "--phone", "+79160000077", "--note", "ownnote", "--city", "owncity")
    do("contact", "edit", "1", "--note", "a", "--city", "b")
    do("contact", "merge", "1", "7", "--yes")
    do("undo", "--yes")
    words = ("Secretperson", "9160000077", "ownnote", "owncity")
    assert held(base, words) == set(words)
    do("contact", "purge", "7", "--confirm", "Secretperson")
    assert held(base, words) == set()
    assert "9160000009" in held(base, ("9160000009",))


@on_sqlite
@pytest.mark.usefixtures("life")
def test_the_name_is_typed_or_given_exactly(refused: Said, do: Said, ask: Asked) -> None:
    assert "--confirm" in refused("contact", "purge", "2", "--no-input", code=2)
    assert "is not the name" in refused("contact", "purge", "2", "--confirm", "Зиг")
    assert "is not the name" in refused("contact", "purge", "2", "--confirm", "")
    assert "no contact 99" in refused("contact", "purge", "99", "--confirm", "x")
    assert ask("contact", "show", "2")["name"] == "Зигмунд"
    said = do("contact", "purge", "2", "--confirm", "Зигмунд")
    assert said.startswith("Erased contact 2 for good; ")
    assert not re.search("undo", said)
    again = "Contact 2 was erased already; the base's files were rewritten once more."
    assert do("contact", "purge", "2").startswith(again)


@on_sqlite
@pytest.mark.usefixtures("life")
def test_the_backups_that_still_hold_the_person_are_named(ask: Asked, do: Said) -> None:
    before = ask("backup", "create")["path"]
    erased = ask("contact", "purge", "2", "--confirm", "Зигмунд")
    after = ask("backup", "create")["path"]
    [automatic] = [row["path"] for row in ask("backup", "list") if row["why"] == "purge"]
    assert erased["held_by"] == sorted([before, automatic])
    assert after not in ask("contact", "purge", "2")["held_by"]
    assert f"These copies still hold the person: {erased['held_by'][0]}" in do("contact", "purge", "2")
    assert do("contact", "purge", "2").endswith("Copies in other folders were not looked at.")


@pytest.mark.usefixtures("life")
def test_a_sale_of_an_erased_customer_can_still_be_given_back(do: Said, ask: Asked) -> None:
    do("contact", "purge", "2", "--confirm", "Зигмунд")
    assert ask("purchase", "refund", "1")["refund_of_id"] == 1


SECRET = ("Secretname", "1980-05-06", "SECRETCITY", "500100732259", "SECRETNOTE", "SECRETSIZE", "9160000001")


@pytest.fixture
def two(do: Said) -> None:
    """Contact 1, a keeper, and contact 2, the person."""
    do("contact", "add", "Keeper One", "--note", "ours")
    words = "--birthday 1980-05-06 --city SECRETCITY --tax-id 500100732259 --note SECRETNOTE --set size=SECRETSIZE"
    do("contact", "add", "Secretname Person", "--phone", "+79160000001", *words.split())


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    "life",
    [
        ["contact merge 1 2 --yes", "undo --yes"],
        ["contact merge 1 2 --yes", "contact edit 1 --city Tomsk", "undo --yes", "undo 3 --yes"],
        ["contact merge 1 2 --yes", "contact edit 1 --city Tomsk", "undo --last 2 --yes"],
        ["contact merge 1 2 --yes", "undo 3 --yes", "undo 4 --yes", "undo 5 --yes", "undo 6 --yes", "undo 7 --yes"],
        ["contact add Third", "contact merge 1 2 --yes", "contact merge 3 1 --yes", "undo --yes", "undo --yes"],
        ["contact add Third", "contact merge 1 2 3 --yes", "undo --yes"],
        ["contact merge 1 2 --yes", "undo --yes", "contact delete 2 --reason SECRETNOTE --yes"],
    ],
)
def test_whoever_was_part_of_another_leaves_nothing_with_that_one(
    life: list[str], base: Base, do: Said, ask: Asked
) -> None:
    for words in life:
        do(*words.split())
    kept = ask("contact", "show", "1")
    assert held(base, SECRET) == set(SECRET)
    do("contact", "purge", "2", "--confirm", "Secretname Person")
    assert held(base, SECRET) == set()
    assert ask("contact", "show", "1") == kept
    assert {"Keeper One", "ours"} <= {
        change["after"] for row in ask("history", "1") for change in row["changes"] if change["action"] == "added"
    }


def test_a_referrer_whose_name_a_merge_noted_leaves_it_nowhere(base: Base, do: Said, ask: Asked) -> None:
    for name, *links in (
        ("Зигмунд Secretname",),
        ("Refone",),
        ("Keeper", "--referred-by", "2", "--set", "other company=mine"),
        ("Double", "--referred-by", "1", "--set", "other referrer=Зигмунд Secretname"),
        ("Triple", "--referred-by", "1"),
    ):
        do("contact", "add", name, *links)
    do("contact", "merge", "3", "4", "5", "--yes")
    do("contact", "edit", "3", "--city", "Омск")
    assert "Зигмунд Secretname" in ask("contact", "show", "3")["extra"].values()
    do("contact", "purge", "1", "--confirm", "Зигмунд Secretname")
    assert held(base, ("Зигмунд", "зигмунд", "Secretname", "\\\\u0437", "\\\\u0417")) == set()
    assert ask("contact", "show", "3")["extra"] == {
        "other company": "mine",
        "other name": "Double",
        "other name 2": "Triple",
    }


@pytest.mark.usefixtures("two")
def test_one_whose_insertion_was_taken_back_is_erased_too(base: Base, do: Said, ask: Asked, refused: Said) -> None:
    do("undo", "--yes")
    assert "SECRETNOTE" in str(ask("history", "2"))
    assert "is not the name" in refused("contact", "purge", "2", "--confirm", "Keeper One")
    do("contact", "purge", "2", "--confirm", "Secretname Person")
    assert held(base, SECRET) == set()
    assert "erased for good" in refused("undo", "3", "--yes")
    assert [row["id"] for row in ask("contact", "list")] == [1]
    assert [row["id"] for row in ask("contact", "list", "--deleted")] == [2]
    assert rhythm(base) == rebuilt_rhythm(base)


@pytest.mark.usefixtures("two")
def test_one_who_is_part_of_another_is_erased_with_that_one(base: Base, do: Said, refused: Said) -> None:
    do("contact", "merge", "1", "2", "--yes")
    told = refused("contact", "purge", "2", "--confirm", "Secretname Person")
    assert "contact 2 is part of contact 1" in told
    assert "crmcli contact purge 1" in told
    do("contact", "purge", "1", "--confirm", "Keeper One")
    assert held(base, SECRET) == set()


@pytest.mark.usefixtures("postgres_programs", "two")
def test_copies_that_hold_whoever_was_merged_or_taken_back_are_named(
    base: Base, do: Said, ask: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ask("backup", "create")
    do("contact", "merge", "1", "2", "--yes")
    done = ask("backup", "restore", before["path"], "--yes")
    do("contact", "merge", "1", "2", "--yes")
    held_by = ask("contact", "purge", "1", "--confirm", "Keeper One")["held_by"]
    former = done["former"] if isinstance(base.location, SqliteLocation) else f"schema {done['former']}"
    assert {before["path"], done["saved"], former} <= set(held_by)
    assert ask("contact", "purge", "1")["held_by"] == held_by
    listed = ask("backup", "list")
    assert [row["why"] for row in listed].count("former base") == 1
    assert listed[-1]["path"] == former
    assert f"former_{'bases' if isinstance(base.location, SqliteLocation) else 'schemas_beside'}" in {
        row["check"] for row in ask("doctor") if row["state"] == "warn" and done["former"] in row["fix"]
    }


@pytest.mark.usefixtures("postgres_programs", "two")
@pytest.mark.parametrize("merged", [False, True])
def test_a_restore_that_brings_erased_persons_back_names_them(
    merged: bool, do: Said, ask: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask("backup", "create")["path"]
    if merged:
        do("contact", "merge", "1", "2", "--yes")
    do("contact", "purge", "1", "--confirm", "Keeper One")
    asked: list[str] = []
    monkeypatch.setattr(Session, "confirm", lambda _, question: not asked.append(question))  # type: ignore[func-returns-value]
    done = ask("backup", "restore", made)
    assert done["erased_before"] == ([1, 2] if merged else [1])
    assert "erased for good since then: crmcli contact purge 1" in asked[0]
    assert ask("backup", "restore", made)["erased_before"] == []
    do("contact", "purge", "1", "--confirm", "Keeper One")
    assert "crmcli contact purge 1" in do("backup", "restore", made)


@pytest.mark.usefixtures("postgres_programs", "two")
def test_a_purge_whose_files_could_not_be_rewritten_says_so_and_is_finished_by_the_same_command(
    base: Base, do: Said, ask: Asked, refused: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise CrmError("the disk is full: nothing was stored")

    purging = ("contact", "purge", "2", "--confirm", "Secretname Person")
    with monkeypatch.context() as patched:
        patched.setattr(shredding, "_rewrite", full)
        told = refused(*purging)
    assert "nothing was stored" not in told
    assert "the disk is full: the contact's rows are erased, but the base's files are not rewritten yet" in told
    assert "run the same command again" in told
    (found,) = (row for row in ask("doctor") if row["check"] == "erasures")
    assert (found["state"], found["fix"]) == ("warn", "crmcli contact purge 2")
    assert "not rewritten yet" in ask("history")[0]["summary"]
    do(*purging)
    (found,) = (row for row in ask("doctor") if row["check"] == "erasures")
    assert (found["state"], ask("history")[0]["summary"]) == ("ok", "erased contact 2")
    assert held(base, SECRET) == set()


def test_undo_without_an_id_passes_over_a_purge(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna Petrova")
    do("contact", "add", "Secretperson")
    do("contact", "edit", "1", "--city", "Omsk")
    do("contact", "purge", "2", "--confirm", "Secretperson")
    assert "contact edit" in do("undo", "--yes")
    assert ask("contact", "show", "1")["city"] is None
