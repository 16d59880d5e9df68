"""Deleting contacts, bringing them back, and that nothing shows them meanwhile."""

from datetime import date

import pytest

from crmcli.base.opening import Base
from crmcli.base.writing import writing
from tests.base.rows import rebuilt_rhythm, rhythm
from tests.builders import (
    add_channel,
    add_contact,
    add_deal,
    add_employee,
    add_product,
    add_sales,
    add_segment,
    add_touch,
    building,
)
from tests.commands.conftest import Asked, Said, on_sqlite
from tests.conftest import Run, location_text
from tests.terminal import at_a_terminal
from tests.test_help import all_words

NAME = "Zyxwvut"


def may(day: int) -> date:
    return date(2026, 5, day)


@pytest.fixture
def shop(base: Base) -> None:
    """Contact 1 is a company whose name, NAME, is met nowhere else; 2 works there and was sent by it; 3 is another."""
    with building(base) as writer:
        olga, boris, web = add_employee(writer, "Olga"), add_employee(writer, "Boris"), add_channel(writer, "Web")
        add_product(writer, "Tea", price=450_00)
        add_segment(writer, "All", "touches >= 0")
        gone = add_contact(
            writer, f"{NAME} Co", kind="company", phones=["+79160000001"], emails=[f"{NAME}@example.com"],
            tags=["vip", NAME], owner_id=olga, channel_id=web, city=f"City {NAME}", note=f"note {NAME}",
            extra={f"field {NAME}": NAME}, tax_id="7700000001", next_contact_on=date(2026, 7, 1),
        )  # fmt: skip
        worker = add_contact(writer, "Ivan", company_id=gone, referred_by_id=gone, owner_id=boris)
        add_contact(writer, f"{NAME[:-1]} Co", kind="company", phones=["+79160000009"], tax_id="7700000001")
        for contact_id in (gone, worker):
            deal = add_deal(
                writer, ("New lead", may(1)), ("Proposal", may(2)), contact_id=contact_id, owner_id=olga,
                title=f"{NAME} beans" if contact_id == gone else "Tea",
            )  # fmt: skip
            add_sales(writer, contact_id, may(1), may(11), may(21))
            text = f"said {NAME}" if contact_id == gone else "said hello"
            add_touch(writer, contact_id, may(3), text=text, deal_id=deal, direction="in")


READING = [
    "contact list", "contact list --archived", "contact list --search 916", "contact show 2", "contact duplicates",
    "touch list", "deal list", "deal show 2", "purchase list", "reactivate --as-of 2026-09-01 --include-touched",
    "retention", "retention --acquisition Web=90k --unpaid --as-of 2028-01-01",
    "rfm --as-of 2026-09-01", "rfm --as-of 2026-09-01 --segment lost",
    "forecast", "worth",
    "profit", "profit --by channel", "attention --as-of 2027-09-01", "loyalty --unhappy", "loyalty",
    "funnel", "funnel --by owner", "funnel --by channel", "funnel --mode activity", "stage list", "channel list",
    "product list", "employee list", "config list", "revenue --by owner", "revenue what-if",
    "doctor", "backup list", "segment list", "segment fields", "segment show All", "best", "best --profile",
    "export contacts", "export contacts --archived", "export touches", "export deals", "export purchases",
    "export products", "export contacts --format vcf",
]  # fmt: skip


CHANGING = {
    "add", "edit", "tag", "archive", "merge", "distinct", "delete", "restore", "purge", "move", "refund", "rename",
    "handover", "set", "import", "template", "undo", "demo", "create", "verify", "prune", "remove", "copy",
}  # fmt: skip
NAMING_NOBODY = {
    "forecast", "worth",
    "profit --by channel", "loyalty --unhappy", "loyalty",
    "contact list --archived", "deal show 2", "funnel", "funnel --by owner", "funnel --by channel",
    "funnel --mode activity", "stage list", "channel list", "product list", "employee list", "config list",
    "export contacts --archived", "export products", "doctor", "backup list", "revenue --by owner",
    "revenue what-if",
    "rfm --as-of 2026-09-01", "retention",
    "segment list", "segment fields",
}  # fmt: skip
"""These show no contact; what the others show of one that is there is seen before it is gone."""

TELLING_ANYWAY = {"history", "config get", "discount"}
"""The history tells who deleted whom; a setting is told by its name; a discount is of one contact, found as any is."""


def test_every_command_that_reads_is_among_those_tried() -> None:
    words = {" ".join(found) for found in all_words()} - {""}
    nouns = {word.split()[0] for word in words if " " in word}
    reading = {word for word in words - nouns if word.split()[-1] not in CHANGING} - TELLING_ANYWAY
    tried = {
        " ".join(line.split()[: len(word.split())]) for line in READING for word in reading if line.startswith(word)
    }
    assert tried | {"export all"} == reading


@pytest.mark.usefixtures("shop")
def test_no_list_question_or_export_shows_a_deleted_contact(crm: Run, do: Said) -> None:
    def told() -> dict[str, str]:
        lines = [f"{words} --format json" for words in READING if "--format" not in words]
        found = {words: crm(*words.split()) for words in [*READING, *lines, "export all --format json"]}
        assert {words: ran.err for words, ran in found.items() if ran.code} == {}
        return {words: ran.out + ran.err for words, ran in found.items()}

    shown = [words for words, text in told().items() if NAME.casefold() in text.casefold()]
    assert {words for words in READING if words not in shown} == NAMING_NOBODY
    do("contact", "delete", "1", "--reason", "closed down", "--yes")
    assert [words for words, text in told().items() if NAME.casefold() in text.casefold()] == []


@pytest.mark.usefixtures("shop")
def test_a_deleted_contact_counts_nowhere_but_in_sales(do: Said, ask: Asked, base: Base) -> None:
    def counted() -> tuple[int, int, int, int]:
        steps = ask("funnel", "--mode", "activity")
        amount = next(step["amount"] for step in steps if step["kind"] == "won")
        reached = ask("funnel")[0]["reached"]
        calls = next(step["count"] for step in steps if step["stage"] == "Call")
        return reached, calls, len(ask("reactivate", "--as-of", "2026-09-01")), int(float(amount))

    assert counted() == (2, 2, 2, 600)
    do("contact", "delete", "1", "--reason", "closed down", "--yes")
    assert counted() == (1, 1, 1, 600)
    assert len(rhythm(base)) == 2
    assert rhythm(base) == rebuilt_rhythm(base)
    assert ask("employee", "handover", "Olga", "Boris")["deal_count"] == 1


@pytest.mark.usefixtures("shop")
def test_a_restored_contact_is_back_with_all_it_had(do: Said, ask: Asked, base: Base) -> None:
    do("contact", "archive", "1")
    lists = ("contact list --archived", "contact show 1", "contact show 2", "touch list", "deal list", "purchase list")
    before, kept = [ask(*words.split()) for words in lists], rhythm(base)
    do("contact", "delete", "1", "--reason", "closed down", "--yes")
    assert ask("contact", "list", "--archived") == []
    said = do("contact", "restore", "1")
    assert said.startswith(f"Brought contact 1 {NAME} Co back from the trash; the contact is archived")
    assert [ask(*words.split()) for words in lists] == before
    assert rhythm(base) == kept


@pytest.mark.usefixtures("shop")
def test_a_delete_and_a_restore_are_taken_back_like_everything(do: Said, ask: Asked) -> None:
    before = ask("contact", "show", "1")
    do("contact", "delete", "1", "--reason", "closed down", "--yes")
    do("undo", "--yes")
    assert ask("contact", "show", "1") == before
    do("undo", str(ask("contact", "list", "--deleted", "--meta")["total"] + 3), "--yes")
    assert ask("contact", "list", "--deleted")[0]["reason"] == "closed down"


@pytest.mark.usefixtures("shop")
def test_the_trash_says_who_deleted_whom_when_and_why(do: Said, ask: Asked, refused: Said) -> None:
    assert "The trash is empty." in do("contact", "list", "--deleted")
    do("contact", "delete", "2", "--reason", "moved  away", "--yes", "--as", "Olga")
    do("contact", "delete", f"{NAME} Co", "--reason", "closed", "--yes", "--as", "Boris")
    rows = ask("contact", "list", "--deleted")
    assert [(row["id"], row["deleted_by"], row["reason"], row["purged"]) for row in rows] == [
        (1, "Boris", "closed", False),
        (2, "Olga", "moved away", False),
    ]
    assert all(row["deleted_on"] for row in rows)
    assert [row["id"] for row in ask("contact", "list", "--deleted", "--search", "ivan")] == [2]
    assert "--search alone" in refused("contact", "list", "--deleted", "--city", "Kazan", code=2)


REFUSED = [
    "contact show 1", "contact edit 1 --city Kazan", "contact tag 1 new", "contact archive 1", "touch add 1 call",
    "deal add 1 Tea", "deal move 1 Call", "deal show 1", "purchase add 1 100", "purchase refund 1",
    "contact merge 2 1 --yes", "contact merge 1 2 --yes", "contact distinct 1 2", "touch list --contact 1",
    "contact add Petr --company 'Zyxwvut Co'", "contact add Petr --referred-by 1", "purchase add - 5 --deal 1",
    "contact delete 1 --reason again --yes",
]  # fmt: skip


@pytest.mark.usefixtures("shop")
def test_who_names_a_deleted_contact_is_told_where_it_is(do: Said, ask: Asked, refused: Said) -> None:
    import shlex

    do("contact", "delete", "1", "--reason", "closed down", "--yes")
    for words in REFUSED:
        told = refused(*shlex.split(words))
        assert "contact 1 is in the trash: crmcli contact restore 1" in told, words
    for words in (NAME, "+79160000001", f"{NAME}@example.com"):
        assert f"in the trash: 1 {NAME} Co; crmcli contact restore" in refused("contact", "show", words)
    assert "in the trash (crmcli contact restore 1" in refused("contact", "add", "Petr", "--phone", "+79160000001")
    assert [row["name"] for row in ask("contact", "list")] == ["Ivan", f"{NAME[:-1]} Co"]


@on_sqlite
@pytest.mark.usefixtures("shop")
def test_nobody_is_deleted_without_a_reason_and_a_yes(refused: Said, ask: Asked) -> None:
    assert "--reason" in refused("contact", "delete", "1", "--yes", code=2)
    assert "add --yes" in refused("contact", "delete", "1", "--reason", "closed", code=2)
    refused("contact", "delete", "1", "--reason", " ", "--yes", code=2)
    assert len(ask("contact", "list")) == 3


@pytest.mark.usefixtures("shop")
def test_only_what_is_in_the_trash_is_restored(do: Said, refused: Said) -> None:
    assert "no contact in the trash is '1'" in refused("contact", "restore", "1")
    do("contact", "delete", "1", "--reason", "x", "--yes")
    do("contact", "delete", "3", "--reason", "x", "--yes")
    assert "say which by its id" in refused("contact", "restore", "Co")
    do("contact", "restore", "+79160000001")
    do("contact", "restore", "Co")
    assert "no contact in the trash is 'Co'" in refused("contact", "restore", "Co")


def test_a_world_with_deleted_contacts_keeps_its_rollup_through_undo(base: Base) -> None:
    from crmcli.actions.trash import delete
    from crmcli.actions.undo import undo

    with building(base) as writer:
        anna = add_contact(writer, "Anna")
        add_sales(writer, anna, may(1), may(11))
    before = rhythm(base)
    with writing(base, "contact delete", "me") as writer:
        delete(writer, anna, "x")
    assert rhythm(base) == []
    with building(base) as later:
        undo(later, writer.operation_id)
    assert rhythm(base) == before


def test_without_a_reason_it_is_not_asked_any_further(base: Base, do: Said) -> None:
    do("contact", "add", "Vera")
    code, seen = at_a_terminal(b"\n", "--base", location_text(base), "contact", "delete", "Vera")
    assert code == 1
    assert "nothing was deleted" in seen
    assert "Delete contact" not in seen
