import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli.values.points import Point, e164, is_junk, read_email, read_phone


@pytest.mark.parametrize(
    "text",
    ["+79161234567", "+7 916 123-45-67", "+7 (916) 123-45-67", "8 916 123-45-67", "8(916)1234567", "89161234567",
     "9161234567", "79161234567", "7 916 123 45 67", "tel:+79161234567", "моб. 8 916 123-45-67", "＋7 916 123 45 67",
     "\u202a+7\u00a0916\u00a0123‑45‑67\u202c", " +79161234567\n"],
)  # fmt: skip
def test_one_phone_has_one_form_however_it_is_typed(text: str) -> None:
    assert e164(text, "RU") == "+79161234567"


@pytest.mark.parametrize(
    "text",
    ["8 916 123-45-67 доб. 12", "8 916 123-45-67, доб. 12", "+7 916 123-45-67 ext 12", "8 916 123-45-67 вн. 12",
     "8 916 123-45-67 внутр. 12", "8 916 123-45-67 Иван", "+7 916 123-45-67 (Иван, склад)"],
)  # fmt: skip
def test_an_extension_or_a_note_stays_in_what_was_typed(text: str) -> None:
    assert read_phone(text, "RU") == Point("phone", "+79161234567", text)


@pytest.mark.parametrize(
    ("text", "country", "normal"),
    [
        ("+380 50 123-45-67", "RU", "+380501234567"),
        ("380501234567", "RU", "+380501234567"),
        ("810 380 50 123 45 67", "RU", "+380501234567"),
        ("4915112345678", "RU", "+4915112345678"),
        ("+1 (212) 736-5000", "RU", "+12127365000"),
        ("(212) 736-5000", "US", "+12127365000"),
        ("79161234567", "US", "+79161234567"),
        ("8 800 555-35-35", "RU", "+78005553535"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("8 701 123 45 67", "KZ", "+77011234567"),
    ],
)
def test_phones_of_other_countries_are_read(text: str, country: str, normal: str) -> None:
    assert e164(text, country) == normal


@pytest.mark.parametrize(
    "text",
    ["", "нет", "Иванов", "12", "112", "123-45-67", "+", "+7", "7916123456", "89161234567890", "+79161234567890",
     "7.9161234567E+10", "8-916-123-45-67 / 8-916-123-45-68", "1" * 1000, "anna@example.com"],
)  # fmt: skip
def test_what_is_no_phone_is_kept_as_typed(text: str) -> None:
    assert read_phone(text, "RU") == Point("phone", None, text)


def test_a_country_that_does_not_exist_takes_phones_with_a_plus_alone() -> None:
    assert e164("+79161234567", "XX") == "+79161234567"
    assert e164("89161234567", "XX") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Anna@Example.COM", "anna@example.com"),
        (" anna@example.com ", "anna@example.com"),
        ("mailto:anna@example.com", "anna@example.com"),
        ("MAILTO: anna@example.com?subject=Hi", "anna@example.com"),
        ("anna@example.com.", "anna@example.com"),
        ("anna+shop@example.co.uk", "anna+shop@example.co.uk"),
        ("ПОЧТА@Пример.РФ", "почта@пример.рф"),
        ("anna@xn--e1afmkfd.xn--p1ai", "anna@xn--e1afmkfd.xn--p1ai"),
        ("anna\u200b@example.com\ufeff", "anna@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
    ],
)
def test_an_email_is_kept_in_lower_case(text: str, value: str) -> None:
    assert read_email(text) == Point("email", value, text.strip())


@pytest.mark.parametrize(
    "text",
    ["", "anna", "anna@", "@example.com", "anna@example", "anna@@example.com", "anna@example..com", "anna @example.com",
     "anna@example.com, ivan@example.com", "anna@example.com:80", "a\x00@example.com", "mailto:", "нет"],
)  # fmt: skip
def test_what_is_no_email_is_kept_as_typed(text: str) -> None:
    assert read_email(text) == Point("email", None, text)


def test_a_label_goes_with_the_point() -> None:
    assert read_phone("89161234567", "RU", "Рабочий").label == "Рабочий"
    assert read_email("a@b.ru", "Личный").label == "Личный"


@given(st.text() | st.text("0123456789+-() .,;/xдобext#*", max_size=40), st.sampled_from(["RU", "US", "XX"]))
def test_any_text_is_a_phone_in_e164_or_none(text: str, country: str) -> None:
    found = e164(text, country)
    assert found is None or (found[0] == "+" and found[1:].isascii() and found[1:].isdigit() and len(found) <= 19)
    assert found is None or e164(found, country) == found


@given(st.text() | st.text("abя@.:?mailto <>", max_size=20))
def test_any_text_is_an_email_or_none(text: str) -> None:
    point = read_email(text)
    assert point.raw == text.strip()
    assert point.value is None or (point.value.count("@") == 1 and read_email(point.value).value == point.value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "+79990000000"),
        ("phone", "+79999999999"),
        ("phone", "+71234567890"),
        ("email", "noreply@example.com"),
        ("email", "no-reply@example.com"),
        ("email", "do_not_reply@example.com"),
        ("email", "test@example.com"),
    ],
)
def test_what_is_typed_for_want_of_a_phone_or_e_mail_is_nobodys(kind: str, value: str) -> None:
    assert is_junk(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [("phone", "+79160000001"), ("phone", "+79123456789"), ("phone", "+79161111111"), ("phone", "12-34"),
     ("email", "reply@example.com"), ("email", "testov@example.com"),
     ("messenger", "test@example.com")],
)  # fmt: skip
def test_what_somebody_may_have_is_not_nobodys(kind: str, value: str) -> None:
    assert not is_junk(kind, value)
