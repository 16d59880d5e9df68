"""What --base may be."""

import os
from pathlib import Path

import pytest
from sqlalchemy import make_url

from crmcli.base.location import PostgresLocation, SqliteLocation, read_location
from crmcli.base.opening import open_or_create
from crmcli.errors import Wrong


@pytest.mark.parametrize(
    "name", ["a b.db", "Мой магазин.db", "100%.db", "a%20b#c?d=e&f.db", "it's.db", "base", "x;y.db"]
)
def test_a_file_of_any_name_is_made_where_it_was_named(name: str, tmp_path: Path) -> None:
    open_or_create(read_location(str(tmp_path / name)))
    assert [path.name for path in tmp_path.glob("*")] == [name]


def test_a_file_whose_name_is_no_text_is_made_where_it_was_named(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xcc\xe0\xe3.db")
    open_or_create(read_location(str(tmp_path / name)))
    assert (tmp_path / name).stat().st_size


def test_a_path_with_two_slashes_in_front_is_a_path(tmp_path: Path) -> None:
    open_or_create(read_location(f"/{tmp_path}/base.db"))
    assert (tmp_path / "base.db").stat().st_size


def test_a_relative_path_starts_where_the_program_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_location("shop.db") == SqliteLocation(tmp_path / "shop.db")


def test_a_tilde_is_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/anna")
    assert read_location("~/shop.db") == SqliteLocation(Path("/home/anna/shop.db"))


def test_a_tilde_of_nobody_is_refused() -> None:
    with pytest.raises(Wrong, match="no such user's folder"):
        read_location("~nobody-of-that-name/shop.db")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_url_names_a_schema_that_is_crmcli_unless_said(scheme: str) -> None:
    assert read_location(f"{scheme}://u@h:5433/d") == PostgresLocation("postgresql://u@h:5433/d", "crmcli")
    assert read_location(f"{scheme}://h/d?schema=shop_2") == PostgresLocation("postgresql://h/d", "shop_2")


def test_a_url_without_a_host_keeps_its_slashes() -> None:
    assert read_location("postgresql:///shop?host=/run/pg").url == "postgresql:///shop?host=%2Frun%2Fpg"  # type: ignore[union-attr]


def test_what_else_a_url_says_reaches_the_server_as_it_was_meant() -> None:
    location = read_location("postgresql://u%40x:p%23%2F%3A%25@h/d?options=-c%20geqo%3Doff&schema=a&password=a+b%26")
    assert isinstance(location, PostgresLocation)
    url = make_url(location.url)
    assert (url.username, url.password) == ("u@x", "p#/:%")
    assert dict(url.query) == {"options": "-c geqo=off", "password": "a+b&"}


def test_a_location_is_shown_without_the_password() -> None:
    shown = str(read_location("postgresql://anna:secret@db.example/shop?password=secret&schema=south"))
    assert shown == "postgresql://db.example/shop, schema south"


@pytest.mark.parametrize("text", ["mysql://h/d", "http://h/d", "sqlite:///x.db", "file:///x.db", "://x"])
def test_other_schemes_are_refused(text: str) -> None:
    with pytest.raises(Wrong, match="file's path or a postgresql:// URL"):
        read_location(text)


@pytest.mark.parametrize("schema", ["", "Shop", "a-b", "a b", 'a"b', "1a", "a;drop", "ш", "a" * 64])
def test_a_schema_name_that_would_need_quoting_is_refused(schema: str) -> None:
    with pytest.raises(Wrong, match="a schema's name has"):
        read_location(f"postgresql://h/d?schema={schema}")


@pytest.mark.parametrize("password", ["se#cret", "se/cret", "1/1", "se?cret", "1?1", "1#1", "[secret"])
def test_a_password_that_breaks_the_url_is_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(Wrong) as refused:
        read_location(f"postgresql://anna:{password}@h/d")
    assert "%23" in str(refused.value)
    assert "cret" not in str(refused.value)


def test_a_password_with_an_at_sign_is_not_repeated() -> None:
    with pytest.raises(Wrong) as refused:
        read_location("postgresql://anna:p@s3cret@host/db")
    assert "s3cret" not in str(refused.value)
