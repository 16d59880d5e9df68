"""Contacts through the program."""

import json

from tests.conftest import Run


def test_a_contact_added_with_a_phone_is_found_by_that_phone_however_it_is_written(crm: Run) -> None:
    assert crm("contact", "add", "Анна Иванова", "--phone", "8 (912) 345-67-89").code == 0
    shown = json.loads(crm("contact", "show", "+7 912 345 67 89", "--format", "json").out)
    assert shown["name"] == "Анна Иванова"
    assert shown["phones"] == ["+79123456789"]
