from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from crmcli.actions.setting import put, put_currency
from crmcli.base.writing import Writer
from crmcli.errors import CrmError
from crmcli.schema import settings
from tests.builders import add_contact, add_deal, add_product, add_sale

ON = date(2026, 1, 5)
ADD: list[Callable[[Writer], object]] = [
    lambda writer: add_sale(writer, None, ON),
    lambda writer: add_deal(writer, ("New lead", ON)),
    lambda writer: add_product(writer, "Tea", 5),
]


def stored(writer: Writer) -> dict[str, str]:
    return {row.key: row.value for row in writer.connection.execute(select(settings.c.key, settings.c.value))}


def test_a_setting_is_stored_and_changed(writer: Writer) -> None:
    before = stored(writer)
    put(writer, "country", "KZ")
    put(writer, "country", "BY")
    put(writer, "touched_days", "9")
    assert stored(writer) == before | {"country": "BY", "touched_days": "9"}


@pytest.mark.parametrize("add", ADD)
def test_amounts_keep_a_base_from_another_currency(writer: Writer, add: Callable[[Writer], object]) -> None:
    add_contact(writer)
    put_currency(writer, "JPY", "RUB")
    put_currency(writer, "RUB", "JPY")
    add(writer)
    with pytest.raises(CrmError, match="has amounts in RUB"):
        put_currency(writer, "JPY", "RUB")
    with pytest.raises(CrmError, match="has amounts in RUB"):
        put_currency(writer, "USD", "RUB")
    assert stored(writer)["currency"] == "RUB"
