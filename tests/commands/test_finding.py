"""What is typed at the prompt, found in the base or refused with what there is."""

from datetime import date

import pytest

from crmcli.actions import named
from crmcli.base.opening import Base
from tests.builders import add_channel, add_contact, add_deal, add_employee, building
from tests.commands.conftest import Asked, Said


@pytest.fixture
def people(base: Base) -> None:
    with building(base) as writer:
        add_contact(writer, "Анна Иванова", phones=["+79123456789"], emails=["anna@example.com"])
        add_contact(writer, "Анна Петрова")
        add_contact(writer, "Ivan", phones=["+14155550100"])


@pytest.mark.usefixtures("people")
def test_a_contact_is_meant_by_its_id_phone_email_or_part_of_its_name(ask: Asked) -> None:
    for typed in ("1", "+79123456789", "8 912 345 67 89", "ANNA@example.com", "иванова", "АННА ИВ", " анна  иванова "):
        assert ask("contact", "show", typed)["id"] == 1, typed


@pytest.mark.usefixtures("people")
def test_nobody_is_meant_by_what_no_contact_has(refused: Said) -> None:
    for typed in ("99", "+79990000000", "nobody@example.com", "Nobody", "", " ", "%", "_", "-"):
        assert "no contact is" in refused("contact", "show", typed), typed


@pytest.mark.usefixtures("people")
def test_several_that_may_be_meant_are_listed_and_nothing_is_done(refused: Said, ask: Asked) -> None:
    said = refused("contact", "edit", "Анна", "--city", "Kazan")
    assert "1 Анна Иванова, 2 Анна Петрова" in said
    assert {row["city"] for row in ask("contact", "list")} == {None}


@pytest.mark.usefixtures("people")
def test_many_candidates_are_listed_in_part(base: Base, refused: Said) -> None:
    with building(base) as writer:
        for number in range(8):
            add_contact(writer, f"Shop {number}")
    assert refused("contact", "show", "shop").endswith("10 Shop 6, ...: say which by its id")


@pytest.mark.usefixtures("people")
def test_a_name_met_exactly_is_meant_though_others_contain_it(do: Said, ask: Asked) -> None:
    do("contact", "add", "Ivan the Great")
    assert ask("contact", "show", "ivan")["id"] == 3


def test_an_empty_text_does_not_mean_the_only_contact(do: Said, refused: Said) -> None:
    do("contact", "add", "Anna")
    refused("contact", "archive", "")


@pytest.fixture
def names(base: Base) -> None:
    with building(base) as writer:
        anna = add_contact(writer, "Anna")
        for name in ("Olga Petrova", "Olga Ivanova", "Boris"):
            add_employee(writer, name)
        add_channel(writer, "Web")
        named.add_product(writer, "Tea", "T-1", 450_00)
        add_deal(writer, ("New lead", date(2026, 6, 1)), contact_id=anna)


def test_where_there_is_none_yet_the_command_that_makes_one_is_named(do: Said, refused: Said) -> None:
    do("contact", "add", "Anna")
    assert "crmcli channel add 'Web'" in refused("contact", "edit", "1", "--channel", "Web")


UNKNOWN = [
    ("contact add X --owner Nobody", "Boris, Olga Ivanova, Olga Petrova"),
    ("contact edit 1 --owner Nobody", "Boris"),
    ("contact add X --channel Nothing", "there are Web"),
    ("contact list --owner Nobody", "Boris"),
    ("contact list --channel Nothing", "Web"),
    ("contact list --owner=", "Boris"),
    ("contact list --channel=", "Web"),
    ("touch add 1 call --employee Nobody", "Boris"),
    ("touch add 1 call --employee=", "Boris"),
    ("touch list --employee Nobody", "Boris"),
    ("touch list --contact=", "no contact is ''"),
    ("deal add 1 X --stage Nowhere", "Call, Contract, Interested, Lost"),
    ("deal add 1 X --stage=", "Call"),
    ("deal add 1 X --owner Nobody", "Boris"),
    ("deal add 1 X --channel Nothing", "Web"),
    ("deal add 1 X --product Coffee", "there are Tea"),
    ("deal move 1 Nowhere", "Call"),
    ("deal list --stage Nowhere", "Call"),
    ("deal list --owner Nobody", "Boris"),
    ("deal list --stage=", "Call"),
    ("purchase add 1 100 --owner Nobody", "Boris"),
    ("purchase add 1 100 --channel Nothing", "Web"),
    ("purchase add 1 --line Coffee*2=900", "Tea"),
    ("purchase list --owner Nobody", "Boris"),
    ("stage add New --after Nowhere", "Call"),
    ("stage rename Nowhere New", "Call"),
    ("employee handover Nobody Boris", "Boris"),
    ("employee handover Boris Nobody", "Boris"),
    ("reactivate --owner Nobody", "Boris"),
    ("reactivate --channel Nothing", "Web"),
    ("contact list --owner Olga", "may be Olga Ivanova, Olga Petrova: say which"),
]


@pytest.mark.usefixtures("names")
def test_an_unknown_name_is_refused_with_those_there_are_and_nothing_changes(refused: Said, ask: Asked) -> None:
    before = [ask(noun, "list") for noun in ("contact", "touch", "deal", "purchase", "stage")]
    for words, listed in UNKNOWN:
        assert listed in refused(*words.split(" ")), words
    assert [ask(noun, "list") for noun in ("contact", "touch", "deal", "purchase", "stage")] == before


@pytest.mark.usefixtures("names")
def test_a_name_is_met_by_the_beginning_of_one_of_its_words_and_a_product_by_its_sku(do: Said, ask: Asked) -> None:
    do("contact", "edit", "1", "--owner", "petr")
    do("purchase", "add", "1", "--line", "T-1*2")
    assert ask("contact", "show", "1")["owner"] == "Olga Petrova"
    assert ask("purchase", "list")[0]["products"] == ["Tea"]


@pytest.mark.usefixtures("people")
def test_a_misspelt_name_has_the_nearest_suggested_where_names_are_looked_up(base: Base, refused: Said) -> None:
    said = refused("contact", "show", "Ивановна Аня")
    in_file = "no contact is 'Ивановна Аня'; did you mean \"Анна Иванова\" (1)?"
    on_server = "no contact is 'Ивановна Аня'; see crmcli contact list --search, or crmcli contact add"
    assert said.endswith(in_file if base.engine.dialect.name == "sqlite" else on_server), said
