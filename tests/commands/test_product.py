"""Products through the program."""

from tests.commands.conftest import Asked, Said


def test_products_are_added_once_by_name_and_by_sku(do: Said, ask: Asked, refused: Said) -> None:
    do("product", "add", "Tea 250 g", "--sku", "T-250", "--price", "450", "--cost", "210,50")
    do("product", "add", "Cup", "--sku", "", "--price", "$2", "--rate", "USD=90")
    do("product", "add", "Plate", "--sku", "")
    assert "already" in refused("product", "add", "TEA 250 G")
    assert "sku T-250" in refused("product", "add", "Tea", "--sku", "T-250")
    assert ask("product", "list") == [
        {"id": 2, "sku": None, "name": "Cup", "price": "180.00", "cost": None},
        {"id": 3, "sku": None, "name": "Plate", "price": None, "cost": None},
        {"id": 1, "sku": "T-250", "name": "Tea 250 g", "price": "450.00", "cost": "210.50"},
    ]


def test_a_name_with_a_line_break_is_one_product_in_a_sale(do: Said, ask: Asked) -> None:
    do("product", "add", "Tea\nand cup", "--price", "5")
    do("purchase", "add", "-", "--line", "tea and cup")
    assert ask("purchase", "list")[0]["products"] == ["Tea and cup"]
