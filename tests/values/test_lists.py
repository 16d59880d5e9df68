import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.lists import read_list, write_list

TEXTS = st.one_of(st.text(min_size=1), st.text(alphabet='a1 ";()\n,/', min_size=1))


@pytest.mark.parametrize(
    ("texts", "cell"),
    [
        ([("+79160000001", "рабочий"), ("+79160000002", "")], "+79160000001 (рабочий); +79160000002"),
        ([("VIP", ""), ("опт; розница", "")], 'VIP; "опт; розница"'),
        ([("8 916 (Иван)", "")], '"8 916 (Иван)"'),
        ([('the "Cup"', "2")], '"the ""Cup""" ("2")'),
        ([], ""),
    ],
)
def test_only_what_could_be_misread_stands_in_quotes(texts: list[tuple[str, str]], cell: str) -> None:
    assert write_list(texts) == cell


def test_what_is_harmless_here_needs_no_quotes() -> None:
    assert write_list([("example.com/shop", "")], "/") == "example.com/shop"
    assert write_list([("example.com/a;b", "")], "/") == '"example.com/a;b"'


@given(st.lists(st.tuples(TEXTS, st.one_of(st.just(""), TEXTS)), min_size=1))
def test_whatever_was_written_with_quotes_is_read_again(texts: list[tuple[str, str]]) -> None:
    cell = write_list(texts)
    if '"' in cell:
        assert read_list(cell) == texts


@pytest.mark.parametrize("cell", ["", "a; b", "a (b)", 'ООО "Рога", офис 1', '"Рога" и копыта', '"a', 'a"b"'])
def test_a_cell_that_others_wrote_is_left_to_others(cell: str) -> None:
    assert read_list(cell) is None


def test_a_long_cell_takes_no_long_time() -> None:
    assert read_list('"' * 20_001) is None
    assert read_list("a (" * 10_000 + '"') is None
    assert read_list("a" + " " * 1_000_000 + '"') is None
    assert read_list("a a" * 500_000 + '"') is None
