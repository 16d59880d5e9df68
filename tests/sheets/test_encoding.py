import pytest

from crmcli.sheets.encoding import decode

SHORT = "Имя;Телефон\nИванов;89161234567\nПетрова;84951234567\n"
UPPER = "КЛИЕНТ;ГОРОД\nИВАНОВ ПЁТР;МОСКВА\n"
MIXED = "Клиент;Сумма, руб.\nООО «Ромашка» № 5;1 200,50\nИП Щукин Э.Ю.;300\nАО «Югра»;15\n"
CYRILLIC = ["cp1251", "koi8-r", "cp866"]
UNICODE = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize(
    "encoding",
    [*CYRILLIC, "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("text", [SHORT, UPPER])
def test_a_short_russian_sheet_reads_as_it_was_written(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)).removeprefix("\ufeff") == text


def test_signs_of_the_trade_do_not_mislead_windows_text() -> None:
    assert decode(MIXED.encode("cp1251")) == MIXED


@pytest.mark.parametrize("encoding", CYRILLIC)
def test_one_russian_word_among_latin_ones_is_enough(encoding: str) -> None:
    text = "Name,City\nIvan,Москва\nJohn,London\n"
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_western_accents_are_not_taken_for_cyrillic(encoding: str) -> None:
    text = "Name,Société\nJosé Müller,Café à Genève\nÅsa Öberg,Björk\n"
    assert decode(text.encode(encoding)) == text


def test_ukrainian_names_are_read_in_windows_text() -> None:
    text = "Ім'я;Місто\nОлексій Їжак;Київ\nЄва;Львів\n"
    assert decode(text.encode("cp1251")) == text


def test_binary_data_is_no_text() -> None:
    with pytest.raises(ValueError, match="binary"):
        decode(bytes(range(256)) * 20)


def test_broken_utf8_is_not_read_as_something_else() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        decode((SHORT * 5).encode() + b"\xd0;\xff\n")


def test_other_alphabets_are_told_too() -> None:
    text = "Όνομα;Πόλη\nΓιώργος Παπαδόπουλος;Αθήνα\nΜαρία Νικολάου;Θεσσαλονίκη\n" * 5
    assert decode(text.encode("cp1253")) == text
