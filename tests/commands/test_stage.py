"""The steps of the funnel through the program."""

from tests.commands.conftest import Asked, Said


def names(ask: Asked) -> list[str]:
    return [row["name"] for row in ask("stage", "list")]


def test_a_new_base_has_the_trades_own_stages(ask: Asked) -> None:
    rows = ask("stage", "list")
    assert [row["name"] for row in rows] == [
        "New lead", "Call", "Meeting", "Interested", "Proposal", "Contract", "Paid", "Lost",
    ]  # fmt: skip
    assert [row["kind"] for row in rows] == ["open"] * 6 + ["won", "lost"]
    assert rows[2]["entered_by"] == "meeting"


def test_a_stage_is_added_after_another_or_as_the_last_open_one(do: Said, ask: Asked) -> None:
    do("stage", "add", "Sample", "--after", "meeting", "--entered-by", "visit")
    do("stage", "add", "Delivery")
    rows = ask("stage", "list")
    assert [row["name"] for row in rows][2:] == [
        "Meeting", "Sample", "Interested", "Proposal", "Contract", "Delivery", "Paid", "Lost",
    ]  # fmt: skip
    assert [row["position"] for row in rows] == list(range(1, 11))
    assert rows[3]["entered_by"] == "visit"


def test_no_stage_comes_after_the_end_and_none_has_the_name_of_another(refused: Said, ask: Asked) -> None:
    before = names(ask)
    assert "after the end" in refused("stage", "add", "After", "--after", "Lost")
    assert "already" in refused("stage", "add", "CALL")
    assert "already" in refused("stage", "rename", "Call", "meeting")
    assert "visit" in refused("stage", "add", "X", "--entered-by", "smoke", code=2)
    assert names(ask) == before


def test_a_renamed_stage_keeps_its_place_and_its_deals(do: Said, ask: Asked) -> None:
    do("contact", "add", "Anna")
    do("deal", "add", "Anna", "Tea", "--stage", "Proposal")
    assert do("stage", "rename", "proposal", "Счёт").startswith("Renamed stage 5 Proposal to Счёт.")
    assert ask("deal", "show", "1")["stage"] == "Счёт"
    assert names(ask)[4] == "Счёт"
    assert do("stage", "rename", "счет", "Счёт") == "Stage 5 is Счёт already."
    assert "Renamed" in do("stage", "rename", "Счёт", "СЧЁТ")
