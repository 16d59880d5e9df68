import phonenumbers
import pytest

from crmcli.values.home_phones import home_e164
from crmcli.values.points import parsed_e164
from tests.values.spelled_phones import spelled_phones


@pytest.mark.parametrize("country", ["RU", "KZ", "US", "DE", "GB", "BY", "IT", "CA"])
def test_the_quick_reading_gives_the_parsers_answer_or_none(country: str) -> None:
    texts = list(spelled_phones(country, 5_000))
    quick = {text: found for text in texts if (found := home_e164(text, country))}
    assert {text: parsed_e164.__wrapped__(text, country) for text in quick} == quick
    assert len(quick) > 500


@pytest.mark.parametrize("country", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_country_has_its_plan(country: str) -> None:
    texts = list(spelled_phones(country, 100))
    quick = {text: found for text in texts if (found := home_e164(text, country))}
    assert {text: parsed_e164.__wrapped__(text, country) for text in quick} == quick


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("+7 916 000-00-01", "RU"),
        ("8 (916) 000-00-01", "RU"),
        ("89160000001", "RU"),
        ("79160000001", "RU"),
        ("9160000001", "RU"),
        (" 8.916.000.00.01\n", "RU"),
        ("8 701 000 00 01", "KZ"),
        ("(212) 736-5000", "US"),
        ("1-212-736-5000", "US"),
        ("01512 3456789", "DE"),
        ("07400 123456", "GB"),
        ("312 345 6789", "IT"),
        ("8 029 491-19-11", "BY"),
    ],
)
def test_plain_spellings_need_no_parser(text: str, country: str) -> None:
    assert home_e164(text, country) == parsed_e164(text, country) is not None


@pytest.mark.parametrize(
    "text",
    ["", "+", "8 916 000-00-01 доб. 12", "+380 50 123-45-67", "８ 916 000-00-01", "8 916 000-00-01, 2", "1" * 1000],
)
def test_everything_else_is_left_to_the_parser(text: str) -> None:
    assert home_e164(text, "RU") is None


def test_a_country_that_does_not_exist_has_no_phones_of_its_own() -> None:
    assert home_e164("+7 916 000-00-01", "XX") is None
    assert home_e164("+7 916 000-00-01", "") is None
