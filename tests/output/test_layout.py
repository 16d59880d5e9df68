import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.output.layout import fitted, flowed, legible

COLUMNS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("natural", "longest_word", "least"),
    [(5, 5, 5), (16, 4, 16), (54, 7, 16), (40, 25, 25), (90, 90, 32), (20, 31, 20)],
)
def test_short_texts_stay_whole_and_of_longer_ones_the_words(natural: int, longest_word: int, least: int) -> None:
    assert legible(natural, longest_word) == least


def test_what_fits_is_left_as_it_is() -> None:
    assert fitted([10, 20], [5, 5], 30) == [10, 20]


def test_the_widest_column_gives_way_first() -> None:
    assert fitted([10, 40, 20], [10, 5, 5], 40) == [10, 15, 15]


def test_a_column_gives_way_no_further_than_it_is_legible() -> None:
    assert fitted([10, 40, 20], [10, 30, 5], 50) == [10, 30, 10]
    assert fitted([10, 40, 20], [10, 30, 5], 44) is None


@given(COLUMNS, st.integers(1, 300))
def test_widths_are_legible_and_fill_no_more_than_the_room(columns: list[list[int]], room: int) -> None:
    least, naturals = [column[0] for column in columns], [column[1] for column in columns]
    widths = fitted(naturals, least, room)
    if widths is None:
        assert sum(least) > room
    else:
        assert sum(widths) <= room
        assert all(low <= width <= natural for low, width, natural in zip(least, widths, naturals, strict=True))


def test_pieces_flow_into_as_few_lines_as_hold_them() -> None:
    pieces = [("aaaa", 4), ("bb", 2), ("cccccccc", 8), ("d" * 20, 20), ("e", 1)]
    assert flowed(pieces, "  ", 10) == ["aaaa  bb", "cccccccc", "d" * 20, "e"]
    assert flowed([], "  ", 10) == []
