from crmcli.values.points import Point
from crmcli.values.records import ContactRecord, Where


def test_values_that_are_alike_are_equal_and_found_in_sets() -> None:
    assert Where("Лист", 7) == Where("Лист", 7) != Where("Лист", 8)
    assert {Point("email", "a@example.com", "a@example.com")} == {Point("email", "a@example.com", "a@example.com", "")}


def test_each_record_has_custom_fields_of_its_own() -> None:
    one, other = ContactRecord(Where("Лист", 7)), ContactRecord(Where("Лист", 7))
    one.extra["Рост"] = "170"
    assert other.extra == {}
