from datetime import date
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.errors import CrmError
from crmcli.sheets.options import ReadingOptions
from crmcli.sheets.vcards import read_vcards
from crmcli.values.points import Point
from crmcli.values.records import ContactRecord, SheetReading

OPTIONS = ReadingOptions(today=date(2026, 11, 21))
IN_AMERICA = ReadingOptions(today=date(2026, 11, 21), country="US")

REAL = {
    "John_Doe_ANDROID": [None, None, "Ñ Ñ Ñ Ñ Ñ", "Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ Ñ", "Ñ Ñ Ñ Ñ", "ÑÑÑÑ"],
    "John_Doe_BLACK_BERRY": ["John Doe"],
    "John_Doe_EVOLUTION": ["Mr. John Richter, James Doe Sr."],
    "John_Doe_GMAIL": ["Mr. John Richter, James Doe Sr."],
    "John_Doe_IPHONE": ["Mr. John Richter James Doe Sr."],
    "John_Doe_LOTUS_NOTES": ["Mr. Doe John I Johny"],
    "John_Doe_MAC_ADDRESS_BOOK": ["Mr. John Richter,James Doe Sr."],
    "John_Doe_MS_OUTLOOK": ["Mr. John Richter James Doe Sr."],
    "fullcontact": ["Prefix FirstName MiddleName LastName Suffix"],
    "gmail-list": ["Arnold Smith", "Chris Beatle", "Doug White"],
    "gmail-single": ["Greg Dartmouth"],
    "gmail-single2": ["VCard Test"],
    "issue114": ["Dummy, Dummy"],
    "outlook-2003": ["John Doe III"],
    "outlook-2007": ["Mr. Michael Angstadt Jr."],
    "rfc2426-example": ["Frank Dawson", "Tim Howes"],
    "rfc6350-example": ["Simon Perreault"],
    "thunderbird-MoreFunctionsForAddressBook-extension": ["John Doe"],
}
PHONES = {
    "John_Doe_ANDROID": ["123456789", "123456", "234567", "3456789", "45678901", "123456", "55556666"],
    "John_Doe_BLACK_BERRY": ["+96123456789"],
    "John_Doe_EVOLUTION": ["+19056661234", "+19055551234"],
    "John_Doe_IPHONE": ["+19055551234", "+19056661234", "+19057771234", "+19058881234", "+19059991234", "905-111-1234",
                        "+19052221234"],
    "John_Doe_MS_OUTLOOK": ["+19055551234", "+19056661234"],
    "fullcontact": [f"555-555-111{n}" for n in range(1, 10)],
    "gmail-list": [],
    "gmail-single2": [f"55555511{n}" for n in range(11, 22)],
    "issue114": ["+49123456789", "+49987654321"],
    "rfc2426-example": ["+19196769515", "+19196769564", "+14159373419", "+14155284164"],
    "rfc6350-example": ["+14186569254", "+14182626501"],
}  # fmt: skip


def read(text: str | bytes, options: ReadingOptions = OPTIONS) -> SheetReading:
    return read_vcards("cards.vcf", text.encode() if isinstance(text, str) else text, options)


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def only(*lines: str, version: str = "3.0") -> ContactRecord:
    (record,) = read(card(*lines, version=version)).records
    assert isinstance(record, ContactRecord)
    return record


def contacts(reading: SheetReading) -> list[ContactRecord]:
    return [record for record in reading.records if isinstance(record, ContactRecord)]


def real(folder: Path, stem: str) -> SheetReading:
    return read((folder / "vcards" / f"{stem}.vcf").read_bytes(), IN_AMERICA)


@pytest.mark.parametrize("stem", REAL)
def test_every_card_of_real_programs_is_read(stem: str, shared_data: Path) -> None:
    reading = real(shared_data, stem)
    assert reading.rejections == ()
    assert [record.name for record in contacts(reading)] == REAL[stem]


@pytest.mark.parametrize("stem", PHONES)
def test_every_phone_of_real_programs_is_read(stem: str, shared_data: Path) -> None:
    points = [point for record in contacts(real(shared_data, stem)) for point in record.points]
    assert [point.value or point.raw for point in points if point.kind == "phone"] == PHONES[stem]


def test_no_real_file_is_forgotten(shared_data: Path) -> None:
    assert {path.stem for path in (shared_data / "vcards").glob("*.vcf")} == set(REAL)


def test_a_real_card_is_read_to_its_last_field(shared_data: Path) -> None:
    (record,) = contacts(real(shared_data, "thunderbird-MoreFunctionsForAddressBook-extension"))
    assert (record.company, record.city, record.birthday) == ("TheOrganization", "New York", date(1970, 9, 21))
    assert record.tags == ("category1", "category2", "category3")
    assert record.note is not None
    assert record.note.startswith("This is the notes field.\nSecond Line\n\nFourth Line\n")
    assert [(p.value, p.label) for p in record.points if p.kind == "website"] == [
        ("www.private-webpage.com", "Home"),
        ("www.work-webpage.com", "Work"),
    ]
    assert [p.value for p in record.points if p.kind == "address"] == [
        "222 Broadway, Suite 100, New York, NY, 98765, USA",
        "123 Main St, Apt 10, Austin, TX, 12345, USA",
    ]
    assert record.extra == {
        "Nickname": "Johnny", "Department": "TheDepartment", "Title": "TheTitle", "Spouse": "TheSpouse",
        "Anniversary": "1990-04-30",
    }  # fmt: skip


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
def test_every_field_finds_its_place(version: str) -> None:
    record = only(
        "N:Петров;Пётр;Ильич;;", "FN:Пётр Ильич Петров", "ORG:ООО «Юг»;Склад", "TITLE:Директор",
        "TEL;TYPE=CELL:8 916 000-00-01", "EMAIL;TYPE=WORK:P@Example.RU", "URL:https://Yug.example/",
        "ADR;TYPE=WORK:;;ул. Мира, 5;Омск;Омская обл.;644000;Россия", "BDAY:1980-03-05", "NOTE:Любит чай",
        "CATEGORIES:vip,опт", "UID:7", version=version,
    )  # fmt: skip
    assert (record.name, record.kind, record.company) == ("Петров Пётр Ильич", "person", "ООО «Юг»")
    assert (record.key, record.city, record.birthday) == ("7", "Омск", date(1980, 3, 5))
    assert (record.note, record.tags) == ("Любит чай", ("vip", "опт"))
    assert [(p.kind, p.value, p.label) for p in record.points] == [
        ("phone", "+79160000001", "Mobile"),
        ("email", "p@example.ru", "Work"),
        ("website", "yug.example", ""),
        ("address", "ул. Мира, 5, Омск, Омская обл., 644000, Россия", "Work"),
    ]
    assert record.extra == {"Department": "Склад", "Title": "Директор"}


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN:Анна Иванова", "N:Иванова;Анна;;;"], "Иванова Анна"),
        (["FN:Анна Сантехник", "N:Иванова;Анна;;;"], "Анна Сантехник"),
        (["N:Иванова;Анна;Олеговна;;"], "Иванова Анна Олеговна"),
        (["N:Smith;John;Q;Mr.;Jr."], "John Q Smith"),
        (["FN:Mr. John Q Smith Jr.", "N:Smith;John;Q;Mr.;Jr."], "Mr. John Q Smith Jr."),
        (["FN:", "N:Smith;John"], "John Smith"),
        (["N:Smith\\; Sons;John"], "John Smith; Sons"),
        (["FN:One", "FN:Two"], "One"),
        (["NICKNAME:Аня", "TEL:89160000001"], "Аня"),
    ],
)
def test_the_name_is_the_one_displayed_with_russian_surnames_first(lines: list[str], name: str) -> None:
    assert only(*lines).name == name


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["KIND:org", "FN:Юг", "ORG:Юг"], ("Юг", "company", None)),
        (["X-ABShowAs:COMPANY", "N:;;;;", "FN:Юг", "ORG:Юг;"], ("Юг", "company", None)),
        (["FN:Юг", "N:;;;;", "ORG:Юг"], ("Юг", "company", None)),
        (["ORG:Юг", "TEL:84950000001"], ("Юг", "company", None)),
        (["FN:ООО Юг", "TEL:84950000001"], ("ООО Юг", "company", None)),
        (["FN:Анна", "ORG:Юг"], ("Анна", "person", "Юг")),
        (["FN:Анна", "N:Анна;;;;", "ORG:Анна"], ("Анна", "person", None)),
    ],
)
def test_a_company_is_told_from_a_person(lines: list[str], said: tuple[str, str, str | None]) -> None:
    record = only(*lines)
    assert (record.name, record.kind, record.company) == said


@pytest.mark.parametrize(
    ("head", "label"),
    [
        ("TEL", ""), ("TEL;CELL", "Mobile"),
        ("TEL;TYPE=cell,voice,pref", "Mobile"), ("TEL;TYPE=FAX;TYPE=WORK", "Work fax"),
        ('TEL;TYPE="home,voice";PREF=1', "Home"), ("tel;type=дача", "Дача"), ("TEL;WORK;VOICE", "Work"),
        ("TEL;TYPE=iPhone;TYPE=CELL", "IPhone mobile"),
    ],
)  # fmt: skip
def test_types_become_a_label(head: str, label: str) -> None:
    (point,) = only("FN:Анна", f"{head}:+7 916 000-00-01").points
    assert (point.value, point.label) == ("+79160000001", label)


def test_a_label_of_ones_own_goes_before_the_types() -> None:
    record = only(
        "FN:Анна", "item1.TEL;type=CELL:89160000001", "item1.X-ABLabel:Дача", "item2.TEL:89160000002",
        "item2.X-ABLabel:_$!<Mobile>!$_", "item3.X-ABDATE:2010-05-01", "item3.X-ABLabel:_$!<Anniversary>!$_",
    )  # fmt: skip
    assert [point.label for point in record.points] == ["Дача", "Mobile"]
    assert record.extra == {"Anniversary": "2010-05-01"}


@pytest.mark.parametrize(
    ("said", "point"),
    [
        ("tel:+7-916-000-00-01", Point("phone", "+79160000001", "+7-916-000-00-01")),
        ("tel:+7-495-000-00-01;ext=12", Point("phone", "+74950000001", "+7-495-000-00-01 ext 12")),
        ("8 495 000-00-01,,12", Point("phone", "+74950000001", "8 495 000-00-01 ext 12")),
        ("спросить у Олега", Point("phone", None, "спросить у Олега")),
    ],
)
def test_a_phone_may_be_an_address_or_have_an_extension(said: str, point: Point) -> None:
    assert only("FN:Анна", f"TEL;VALUE=uri:{said}").points == (point,)


@pytest.mark.parametrize(
    ("line", "point"),
    [
        ("IMPP;X-SERVICE-TYPE=Skype:skype:anna.77", ("@anna.77", "Skype")),
        ("IMPP:tg:anna_77", ("@anna_77", "Telegram")),
        ("IMPP;TYPE=work:xmpp:anna%40example.com", (None, "Jabber")),
        ("X-SKYPE:anna.77", ("@anna.77", "Skype")),
        ("X-TELEGRAM:@Anna_77", ("@anna_77", "Telegram")),
        ("X-WHATSAPP:8 916 000-00-01", ("+79160000001", "WhatsApp")),
        ("IMPP;X-SERVICE-TYPE=Telegram:https://t.me/anna_77", ("@anna_77", "Telegram")),
    ],
)
def test_messengers_are_read_in_all_their_spellings(line: str, point: tuple[str | None, str]) -> None:
    assert [(p.value, p.label) for p in only("FN:Анна", line).points] == [point]


@pytest.mark.parametrize(
    ("line", "birthday", "extra"),
    [
        ("BDAY:19800305", date(1980, 3, 5), {}),
        ("BDAY;VALUE=date:1980-03-05", date(1980, 3, 5), {}),
        ("BDAY:1980-03-05T00:00:00Z", date(1980, 3, 5), {}),
        ("BDAY:--0305", None, {"Birthday": "--03-05"}),
        ("BDAY:--03-05", None, {"Birthday": "--03-05"}),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-05", None, {"Birthday": "--03-05"}),
        ("BDAY;VALUE=text:весной", None, {"Birthday": "весной"}),
    ],
)
def test_a_birthday_without_a_year_or_in_words_costs_only_itself(
    line: str, birthday: date | None, extra: dict[str, str]
) -> None:
    record = only("FN:Анна", line)
    assert (record.birthday, record.extra) == (birthday, extra)


def test_an_address_without_a_street_gives_its_parts() -> None:
    record = only("FN:Анна", "ADR:;;;Омск;;;Россия")
    assert (record.city, record.points, record.extra) == ("Омск", (), {"Country": "Россия"})


def test_phones_are_dialled_in_the_country_of_the_card() -> None:
    record = only("FN:Ann", "TEL:(212) 736-5000", "ADR:;;5 Main St;New York;NY;10011;United States of America")
    assert record.points[0].value == "+12127365000"


def test_custom_fields_keep_what_has_no_field() -> None:
    record = only(
        "FN:Анна", "X-MANAGER:Олег", "X-MS-SPOUSE:Пётр", "RELATED:Ира",
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/relation;Яна;1;;",
        "TITLE:а", "TITLE:б", "item1.X-CRMCLI-FIELD:15%", "item1.X-ABLabel:Скидка",
    )  # fmt: skip
    assert record.extra == {
        "Manager": "Олег", "Spouse": "Пётр", "Related": "Ира", "Relation": "Яна", "Title": "а; б", "Скидка": "15%",
    }  # fmt: skip


def test_columns_name_what_was_taken_and_what_was_not() -> None:
    reading = read(card("FN:Анна", "TEL:1", "TITLE:Босс", "REV:2020", "PHOTO;ENCODING=b:AAAA") + card("FN:Б", "TEL:2"))
    assert [(c.letter, c.heading, c.meaning, c.example) for c in reading.columns] == [
        ("FN", "Name", "name", "Анна"),
        ("TEL", "Phone", "phone", "1"),
        ("TITLE", "Title", "custom field", "Босс"),
        ("REV", "", "", "2020"),
        ("PHOTO", "", "", ""),
    ]
    assert (reading.sheet, reading.kind, reading.heading_row, reading.row_count) == ("cards", "contacts", None, 2)


def test_a_card_with_a_text_that_no_base_takes_is_rejected_and_the_others_are_read() -> None:
    for line in ("NOTE:" + "x" * 1_000_001, "X-FOO:" + "x" * 1_000_001, "NOTE:" + "\r\n xxxxxxxx" * 200_000):
        reading = read(card("FN:Анна", line) + card("FN:Иван"))
        assert "holds a text of 1," in reading.rejections[0].reason
        assert [record.name for record in reading.records if isinstance(record, ContactRecord)] == ["Иван"]


def test_a_damaged_card_is_rejected_by_its_line_and_the_others_are_read() -> None:
    text = (
        card("FN:Анна") + card("FN:Борис", "мусор") + "BEGIN:VCARD\nFN:Вера\n" + card("FN:Глеб") + "BEGIN:VCARD\nFN:Д"
    )
    reading = read(text)
    assert [record.name for record in contacts(reading)] == ["Анна", "Глеб"]
    assert [(r.where.row, r.value, r.reason) for r in reading.rejections] == [
        (5, "Борис", "line 8 is no property of a card: мусор"),
        (10, "Вера", "the card has no END:VCARD: it is cut short"),
        (16, "Д", "the card has no END:VCARD: it is cut short"),
    ]
    assert reading.row_count == 5


def test_a_card_that_names_nobody_is_rejected() -> None:
    (rejection,) = read(card("FN:", "NOTE:пусто")).rejections
    assert (rejection.where.row, rejection.value, rejection.reason.split(":")[0]) == (1, "пусто", "names nobody")


def test_a_phone_that_was_cut_short_is_rejected() -> None:
    (rejection,) = read(card("FN:Анна", "TEL:7,91612E+10")).rejections
    assert (rejection.column, rejection.value) == ("TEL, Phone", "7,91612E+10")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_lines_may_end_in_every_way_and_are_counted_alike(end: str) -> None:
    reading = read((card("FN:Анна") + card("FN:Бо", " рис")).replace("\r\n", end))
    assert [(r.name, r.where.row) for r in contacts(reading)] == [("Анна", 1), ("Борис", 5)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251", "koi8-r"])
def test_a_file_is_read_in_its_encoding(encoding: str) -> None:
    reading = read(card("FN:Анна Петрова", "ORG:Цветы и подарки", "NOTE:Звонить после обеда").encode(encoding))
    assert (contacts(reading)[0].name, contacts(reading)[0].company) == ("Анна Петрова", "Цветы и подарки")


def test_every_property_may_have_an_encoding_of_its_own() -> None:
    text = card("FN;CHARSET=windows-1251:@", "ORG;CHARSET=koi8-r:#", "NOTE:Я")
    content = text.encode().replace(b"@", "Анна".encode("cp1251")).replace(b"#", "Юг".encode("koi8-r"))
    (record,) = contacts(read(content))
    assert (record.name, record.company, record.note) == ("Анна", "Юг", "Я")


@pytest.mark.parametrize("charset", ["no-such", "idna", "hex", "", "utf-8", "ascii"])
def test_a_charset_that_is_none_does_no_harm(charset: str) -> None:
    assert only(f"FN;CHARSET={charset}:Анна").name == "Анна"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=90=D0=BD=D0=BD=D0=B0"], "Анна"),
        (["FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=90=D0=", "=BD=D0=BD=D0=B0"], "Анна"),
        (["FN;QUOTED-PRINTABLE;CHARSET=windows-1251:=C0=ED=ED=E0"], "Анна"),
        (["FN;ENCODING=QUOTED-PRINTABLE:=C0=ED=ED=E0 =CF=E5=F2=F0=EE=E2=E0"], "Анна Петрова"),
        (["FN;ENCODING=QUOTED-PRINTABLE:Anna=", ""], "Anna"),
        (["FN;ENCODING=QUOTED-PRINTABLE:Anna="], "Anna"),
    ],
)
def test_quoted_printable_is_read(lines: list[str], name: str) -> None:
    assert only(*lines, version="2.1").name == name


def test_a_letter_may_be_folded_in_its_middle() -> None:
    content = card("FN:Анна").encode().replace("нн".encode(), b"\xd0\r\n \xbd\xd0\xbd")
    assert contacts(read(content))[0].name == "Анна"


@pytest.mark.parametrize("picture", [["PHOTO;BASE64:", "  AAAA", "  BBBB=", ""], ["PHOTO;ENCODING=b:AAAA", "BBBB="]])
def test_pictures_are_passed_over(picture: list[str]) -> None:
    assert only("FN:Анна", *picture, "TEL:89160000001").points[0].value == "+79160000001"


def test_a_card_within_a_card_is_passed_over() -> None:
    record = only("FN:Анна", "AGENT:", "BEGIN:VCARD", "FN:Секретарь", "END:VCARD", "NOTE:Я", version="2.1")
    assert (record.name, record.note) == ("Анна", "Я")


def test_colons_and_semicolons_in_quotes_belong_to_the_parameter() -> None:
    record = only('ADR;LABEL="a;b:c":;;ул. Мира\\; 5;Омск;;;', "FN:Анна\\, Олег\\\\ \\:)")
    assert (record.name, record.points[0].value) == ("Анна, Олег\\ :)", "ул. Мира; 5, Омск")


@pytest.mark.parametrize("content", [b"", b"hello", b"END:VCARD\n", b"\x00\xff\x00\xfe" * 50])
def test_what_holds_no_card_is_refused_in_one_line(content: bytes) -> None:
    with pytest.raises(CrmError, match=r"^cards\.vcf [^\n]+$"):
        read(content)


@pytest.mark.parametrize(
    "text", ["\\n;:=", ";\\", "x:", ", ", "((", "  ", '"', '";', "=\r\n", "а", "\\", "p", "\r\n=41="]
)
@pytest.mark.parametrize("head", ["NOTE:", 'X-A;B="', "N:", "TEL:8", "ADR:", "EMAIL:a", "X;ENCODING=QUOTED-PRINTABLE:"])
def test_a_long_value_is_read_at_once(head: str, text: str) -> None:
    begun = process_time()
    read(card("FN:Анна", head + text * (300_000 // len(text)) + "1"))
    assert process_time() - begun < 5


LINES = st.sampled_from(
    ["BEGIN:VCARD", "END:VCARD", "VERSION:2.1", "FN:Анна", "N:a;b", "TEL;CELL:89160000001", "AGENT:", "NOTE:a=", " x",
     "NOTE;QUOTED-PRINTABLE:=D0=", "PHOTO;BASE64:AA", "item1.X-ABLabel:я", "item1.TEL:1", 'TEL;TYPE="a:b', "", ":", ";",
     "BDAY:9999999", "ADR:a", "ORG:;;", "IMPP:x:", "X-ANDROID-CUSTOM:vnd.android.cursor.item/a;"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=20), max_size=30))
def test_any_lines_end_in_contacts_or_rejections(lines: list[str]) -> None:
    content = "\n".join(["BEGIN:VCARD", *lines]).encode("utf-8", "replace")
    reading = read_vcards("a.vcf", content, OPTIONS)
    assert reading.row_count == len(reading.records) + len(reading.rejections) >= 1


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        reading = read_vcards("a.vcf", b"BEGIN:VCARD\n" + content, OPTIONS)
    except CrmError:
        return
    assert reading.row_count >= 1
