import os
import stat
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmcli import settings
from crmcli.errors import CrmError, UnknownName, Wrong
from crmcli.settings import SETTINGS, Found, checked, find, read_settings_file, setting_named, write_setting
from tests.conftest import Run


def file_with(text: str) -> Path:
    path = settings.settings_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_flag_goes_before_the_environment_before_the_base_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    flags, in_base = {"country": "US"}, {"country": "KZ"}
    monkeypatch.setenv("CRMCLI_COUNTRY", "DE")
    assert find("country", flags, {}, in_base) == Found("US", "flag")
    assert find("country", {}, {}, in_base) == Found("DE", "environment")
    monkeypatch.delenv("CRMCLI_COUNTRY")
    assert find("country", {}, {}, in_base) == Found("KZ", "base")
    assert find("country", {}, {}, {}) == Found("RU", "default")


def test_the_environment_does_not_change_what_amounts_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMCLI_CURRENCY", "JPY")
    assert find("currency", {}, {}, {}) == Found("RUB", "default")


def test_a_personal_setting_comes_from_the_file_and_never_from_the_base(monkeypatch: pytest.MonkeyPatch) -> None:
    in_file, in_base = {"limit": "30"}, {"limit": "40"}
    assert find("limit", {}, in_file, in_base) == Found("30", "file")
    assert find("limit", {}, {}, in_base) == Found("20", "default")
    monkeypatch.setenv("CRMCLI_LIMIT", "50")
    assert find("limit", {}, in_file, in_base) == Found("50", "environment")


def test_a_business_fact_is_never_taken_from_the_file() -> None:
    assert find("currency", {}, {"currency": "USD"}, {}) == Found("RUB", "default")


def test_an_empty_environment_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMCLI_CURRENCY", "")
    assert find("currency", {}, {}, {}) == Found("RUB", "default")


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownName, match=r"there is no setting 'colour'; there are currency, country, .*limit"):
        setting_named("colour")


@pytest.mark.parametrize("name", list(SETTINGS))
def test_every_default_is_a_good_value(name: str) -> None:
    checked(SETTINGS[name], SETTINGS[name].default)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("currency", "rub"), ("currency", "РУБ"), ("currency", ""), ("currency", "USD\n"), ("country", "RUS"),
        ("time_zone", "Moscow"), ("time_zone", ""), ("time_zone", "../../etc/passwd"), ("time_zone", "Europe"),
        ("time_zone", "x" * 5000), ("time_zone", "Europe/Mos\x00cow"),
        ("due_factor", "0"), ("due_factor", "nan"), ("due_factor", "sNaN"), ("due_factor", "inf"),
        ("due_factor", "1e3"), ("due_factor", "-1"), ("due_factor", "1.555"), ("due_factor", "1000.01"),
        ("dormant_factor", "three"),
        ("touched_days", "-1"), ("touched_days", "1.5"), ("touched_days", "9999999"), ("limit", "0"), ("limit", "all"),
        ("format", "yaml"), ("format", "JSON"),
        ("cost_call", "-1"), ("cost_call", "5 USD"), ("cost_minute", "much"), ("attention_lead", "-1"),
        ("competition", "1.1"), ("competition", "-0.1"), ("competition", "40%"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_what_is_expected(name: str, text: str) -> None:
    with pytest.raises(Wrong, match=f"{name} cannot be .*: expected"):
        checked(SETTINGS[name], text)


@given(st.sampled_from(sorted(SETTINGS)), st.text() | st.from_regex(r"[0-9.eE+-]{1,9}|[A-Z]{2,3}", fullmatch=True))
def test_any_text_is_a_value_or_wrong(name: str, text: str) -> None:
    with suppress(Wrong):
        checked(SETTINGS[name], text)


@pytest.mark.parametrize(
    ("name", "text"),
    [("due_factor", "1.5"), ("due_factor", "1000"), ("time_zone", "Europe/Moscow"), ("competition", "0.45")],
)
def test_a_good_value_is_read(name: str, text: str) -> None:
    assert str(checked(SETTINGS[name], text)) == text


def test_without_a_file_there_are_no_settings_of_ones_own() -> None:
    assert read_settings_file() == {}


def test_writing_a_setting_keeps_the_others() -> None:
    file_with("[crmcli]\nbase = /shop/base.db\nlimit = 30\n\n[other]\nx = 1\n")
    path = write_setting("limit", "50")
    write_setting("employee", "Ольга % Дроздова")
    assert read_settings_file() == {"base": "/shop/base.db", "limit": "50", "employee": "Ольга % Дроздова"}
    assert "[other]" in path.read_text(encoding="utf-8")
    assert [file.name for file in path.parent.iterdir()] == ["settings.ini"]


def test_the_file_is_for_its_owner_alone_since_a_url_may_hold_a_password() -> None:
    old = os.umask(0o022)
    try:
        path = write_setting("base", "postgresql://anna:secret@db/shop")
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content", [b"limit = 30\n", b"[crmcli]\nlimit\x00\xff\xfe\n", b"[crmcli]\nlimit=1\nlimit=2\n"]
)
def test_a_file_of_garbage_is_told_in_one_line_and_left_alone(content: bytes) -> None:
    path = file_with("")
    path.write_bytes(content)
    for act in (read_settings_file, lambda: write_setting("limit", "5")):
        with pytest.raises(CrmError, match=r"settings\.ini cannot be read: .*Mend or remove it") as caught:
            act()
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_opened_is_no_empty_file() -> None:
    settings.settings_file().mkdir(parents=True)
    with pytest.raises(CrmError, match="cannot be read: Is a directory"):
        read_settings_file()


def test_a_place_that_cannot_be_written_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(settings, "settings_file", lambda: tmp_path / "none" / "settings.ini")
    (tmp_path / "none").symlink_to(tmp_path / "file")
    with pytest.raises(CrmError, match=r"settings\.ini cannot be (written|read)"):
        write_setting("limit", "5")


@pytest.mark.parametrize(
    ("places", "source"),
    [
        ({"flag", "variable", "file"}, "flag"),
        ({"variable", "file"}, "environment"),
        ({"file"}, "file"),
        ((), "default"),
    ],
)
def test_the_program_says_where_a_value_comes_from(
    places: set[str], source: str, program: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "file" in places:
        write_setting("format", "csv")
    if "variable" in places:
        monkeypatch.setenv("CRMCLI_FORMAT", "csv")
    ran = program("config", "get", "format", *(["--format", "csv"] if "flag" in places else []))
    assert ran.code == 0
    assert source in ran.out


def test_a_bad_value_is_told_with_its_source_in_one_line(program: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write_setting("format", "yaml")
    ran = program("config", "get", "limit")
    assert (ran.code, ran.out) == (2, "")
    assert "format cannot be 'yaml'" in ran.err
    assert "file" in ran.err
    monkeypatch.setenv("CRMCLI_FORMAT", "toml")
    ran = program("config", "get", "limit")
    assert "format cannot be 'toml'" in ran.err
    assert "environment" in ran.err
    assert ran.err.count("\n") == 1
