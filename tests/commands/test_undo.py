"""Taking operations back through the program."""

import re
from datetime import date

import pytest

from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_deal, add_employee, add_product, add_sale, building
from tests.commands.conftest import Asked, Said
from tests.conftest import location_text
from tests.terminal import at_a_terminal

LISTS = ("contact", "touch", "deal", "purchase", "stage", "channel", "product", "employee", "config")


@pytest.fixture
def shop(base: Base) -> None:
    with building(base) as writer:
        olga, boris = add_employee(writer, "Olga"), add_employee(writer, "Boris")
        add_channel(writer, "Web")
        add_product(writer, "Tea", price=450_00)
        anna = add_contact(writer, "Anna", phones=["+79120000001"], owner_id=olga, tags=["old"])
        add_deal(writer, ("New lead", date(2026, 6, 1)), contact_id=anna, owner_id=boris)
        add_sale(writer, anna, date(2026, 6, 1))


CHANGING = [
    "contact add Ivan --phone +79120000002 --company Door --tag vip",
    "contact edit Anna --city Kazan --phone +79120000003 --drop +79120000001 --set a=b",
    "contact tag Anna vip",
    "contact tag Anna old --remove",
    "contact archive Anna",
    "touch add Anna call --next +7d",
    "deal add Anna Coffee",
    "deal move 1 Lost --reason dear",
    "purchase add Anna --line Tea*2 --deal 1",
    "purchase refund 1",
    "stage add Sample --after Call",
    "stage rename Call Ring",
    "channel add Fair",
    "product add Cup",
    "employee add Ivan",
    "employee handover Olga Boris",
    "config set touched_days 14",
]


@pytest.mark.usefixtures("shop")
def test_what_every_changing_command_says_takes_it_back(do: Said, ask: Asked) -> None:
    def all_lists() -> list[object]:
        return [ask(noun, "list") for noun in LISTS] + [ask("contact", "show", "1")["timeline"]]

    before = all_lists()
    for words in CHANGING:
        said = do(*words.split())
        assert said.count("\n") == 0, words
        found = re.search(r"\. \(crmcli (undo \d+) takes it back\)$", said)
        assert found, said
        assert "Took back operation" in do(*found[1].split(), "--yes")
        assert all_lists() == before, words


@pytest.mark.usefixtures("shop")
def test_undo_alone_takes_back_what_was_done_last_and_then_what_was_done_before(do: Said, ask: Asked) -> None:
    do("contact", "add", "Ivan")
    do("contact", "add", "Petr")
    do("undo", "--yes")
    assert [row["name"] for row in ask("contact", "list")] == ["Anna", "Ivan"]
    do("undo", "--yes")
    assert [row["name"] for row in ask("contact", "list")] == ["Anna"]


@pytest.mark.usefixtures("shop")
def test_an_undo_can_be_taken_back_but_nothing_twice(do: Said, ask: Asked, refused: Said) -> None:
    done = ask("contact", "add", "Ivan")
    undone = ask("undo", done["operation_id"], "--yes")
    assert (undone["undone_id"], undone["command"]) == (done["operation_id"], "contact add")
    assert "taken back already" in refused("undo", done["operation_id"], "--yes")
    do("undo", undone["operation_id"], "--yes")
    assert [row["name"] for row in ask("contact", "list")] == ["Anna", "Ivan"]


@pytest.mark.usefixtures("shop")
def test_what_later_operations_stand_on_is_not_taken_back(do: Said, ask: Asked, refused: Said) -> None:
    done = ask("contact", "add", "Ivan")["operation_id"]
    later = ask("contact", "edit", "Ivan", "--city", "Kazan")["operation_id"]
    assert f"crmcli undo {later}" in refused("undo", done, "--yes")
    do("undo", later, "--yes")
    do("undo", done, "--yes")


def test_where_there_is_nothing_to_take_back_that_is_said(do: Said, refused: Said) -> None:
    assert "nothing to take back" in refused("undo", "--yes")
    assert "there is no operation 99" in refused("undo", "99", "--yes")
    refused("undo", "0", "--yes", code=2)
    refused("undo", "99999999999999999999", "--yes", code=2)


@pytest.mark.usefixtures("shop")
def test_an_undo_tells_what_it_takes_back_and_of_whom(do: Said) -> None:
    do("purchase", "add", "-", "5")
    said = do("undo", "2", "--yes", "--as", "Olga")
    assert re.match(
        r"Took back operation 2, purchase add by \S+ at 20\d\d-\d\d-\d\d \d\d:\d\d UTC \(1 purchase added\)", said
    )


@pytest.mark.usefixtures("shop")
def test_nothing_is_taken_back_unasked(refused: Said, ask: Asked) -> None:
    assert "add --yes" in refused("undo", code=2)
    assert "add --yes" in refused("undo", "1", "--no-input", code=2)
    assert len(ask("purchase", "list")) == 1


@pytest.mark.usefixtures("shop")
def test_the_last_operations_are_taken_back_together_and_given_back_together(
    do: Said, ask: Asked, refused: Said
) -> None:
    do("contact", "add", "Ivan")
    do("contact", "edit", "Ivan", "--city", "Kazan")
    do("touch", "add", "Ivan", "call")
    assert "add --yes" in refused("undo", "--last", "3", code=2)
    told = ask("undo", "--last", "3", "--yes")
    assert [row["name"] for row in ask("contact", "list")] == ["Anna"]
    assert len(told["undone_ids"]) == 3
    do("undo", str(told["operation_id"]), "--yes")
    assert [(row["name"], row["city"]) for row in ask("contact", "list")] == [("Anna", None), ("Ivan", "Kazan")]
    assert len(ask("touch", "list")) == 1


def test_an_id_and_a_number_of_operations_are_not_given_together(refused: Said) -> None:
    assert "not both" in refused("undo", "1", "--last", "2", "--yes", code=2)


def lines_at_a_terminal(base: Base, *words: str) -> list[list[str]]:
    """What an undo at a terminal shows before it is told no: the words of each line."""
    code, seen = at_a_terminal(b"n\n", "--base", location_text(base), "undo", *words)
    assert code == 1, seen
    shown, found, _ = seen.partition("Take back ")
    assert found, seen
    return [line.split() for line in shown.splitlines()]


@pytest.mark.usefixtures("shop")
def test_before_it_asks_it_shows_what_every_field_is_and_will_be(base: Base, do: Said) -> None:
    do("contact", "edit", "Anna", "--city", "Kazan", "--owner", "Boris")
    shown = lines_at_a_terminal(base)
    assert ["contact", "1", "owner", "Boris", "Olga"] in shown
    assert ["contact", "1", "city", "Kazan", "–"] in shown
    assert len(shown) == 2 + 3, shown  # the typed n stands there, too


@pytest.mark.usefixtures("shop")
def test_of_several_operations_it_shows_what_is_and_what_was_before_all_of_them(base: Base, do: Said) -> None:
    for city in ("Kazan", "Perm", "Omsk"):
        do("contact", "edit", "Anna", "--city", city)
    shown = lines_at_a_terminal(base, "--last", "2")
    assert [line[:2] for line in shown if line[:1] == ["operation"]] == [["operation", "4,"], ["operation", "3,"]]
    assert [line for line in shown if "city" in line] == [["contact", "1", "city", "Omsk", "Kazan"]]


@pytest.mark.usefixtures("shop")
def test_many_changes_are_counted_alone_and_with_yes_it_is_a_line(base: Base, do: Said) -> None:
    do("contact", "add", "Ivan", *(word for n in range(12) for word in ("--tag", f"tag{n}")))
    assert not any("tag0" in line for line in lines_at_a_terminal(base))
    code, seen = at_a_terminal(b"", "--base", location_text(base), "undo", "--yes")
    assert (code, seen.count("\n")) == (0, 1)


@pytest.mark.usefixtures("shop")
def test_naming_the_currency_that_amounts_have_anyway_is_taken_back(do: Said, ask: Asked) -> None:
    do("config", "set", "currency", "RUB")
    assert ask("config", "get", "currency")["source"] == "base"
    do("undo", "--yes")
    assert ask("config", "get", "currency")["source"] == "default"


@pytest.mark.usefixtures("shop")
def test_a_refund_is_not_brought_back_where_the_rest_was_refunded_since(do: Said, ask: Asked, refused: Said) -> None:
    first = ask("purchase", "refund", "1", "--amount", "60")["operation_id"]
    undone = ask("undo", first, "--yes")["operation_id"]
    later = ask("purchase", "refund", "1")["operation_id"]
    told = refused("undo", undone, "--yes")
    assert f"operation {later} (purchase refund) refunded the same sale" in told
    assert "nothing is left to give back" in refused("purchase", "refund", "1")
    do("undo", later, "--yes")
    do("undo", undone, "--yes")
    assert [row["amount"] for row in ask("purchase", "list") if row["kind"] == "refund"] == ["60.00"]


@pytest.mark.usefixtures("shop")
def test_whoever_took_what_only_one_may_have_is_named(do: Said, ask: Asked, refused: Said) -> None:
    do("contact", "tag", "1", "vip")
    removed = ask("contact", "tag", "1", "vip", "--remove")["operation_id"]
    again = ask("contact", "tag", "1", "vip")["operation_id"]
    told = refused("undo", removed, "--yes")
    assert f"operation {again} (contact tag) gave another what it would give back" in told
    assert f"crmcli undo {again}" in told


@pytest.mark.usefixtures("shop")
def test_a_company_with_people_does_not_become_a_person_again(do: Said, ask: Asked, refused: Said) -> None:
    made = ask("contact", "edit", "1", "--kind", "company")["operation_id"]
    later = ask("contact", "add", "Worker", "--company", "Anna")["operation_id"]
    assert f"operation {later} (contact add) made it somebody's company" in refused("undo", made, "--yes")
    do("undo", later, "--yes")
    do("undo", made, "--yes")
    assert ask("contact", "show", "1")["kind"] == "person"


def test_where_all_was_taken_back_it_is_said_what_does_it_again(do: Said, ask: Asked, refused: Said) -> None:
    do("contact", "add", "Ivan")
    do("contact", "add", "Petr")
    assert re.match(r"Took back operation 2, [^;]*; operation 1, .*\)$", do("undo", "--last", "2", "--yes"))
    assert "nothing to take back; crmcli undo 3 does again" in refused("undo", "--yes")
    do("undo", "3", "--yes")
    assert len(ask("contact", "list")) == 2


@pytest.mark.usefixtures("shop")
def test_programs_are_told_what_every_field_was_and_is(do: Said, ask: Asked) -> None:
    do("contact", "edit", "Anna", "--city", "Kazan")
    told = ask("undo", "--yes")
    city = {"table": "contact", "row_id": 1, "field": "city", "now": "Kazan", "then": None}
    assert told["changed_back"] == [city]
    do("contact", "add", "Ivan", *(word for n in range(12) for word in ("--tag", f"tag{n}")))
    assert ask("undo", "--yes")["changed_back"] == []


@pytest.mark.usefixtures("shop")
def test_people_who_were_with_a_company_before_it_was_one_keep_nothing_from_being_taken_back(
    do: Said, ask: Asked
) -> None:
    firm = ask("contact", "add", "Firm", "--kind", "company")["id"]
    worker = ask("contact", "add", "Worker", "--company", "Firm")["id"]
    do("contact", "edit", firm, "--kind", "person")
    made = ask("contact", "edit", firm, "--kind", "company")["operation_id"]
    do("contact", "edit", worker, "--city", "Omsk")
    do("undo", "--yes")
    do("undo", made, "--yes")
    assert ask("contact", "show", firm)["kind"] == "person"
