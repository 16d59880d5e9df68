"""What stands where a base should be, and is none, is refused in a line and left as it is."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from crmcli.base.opening import Base
from tests.conftest import Run


def _link(path: Path, base: Path) -> None:
    path.symlink_to(base)


def _link_to_nothing(path: Path, _base: Path) -> None:
    path.symlink_to(path.with_name("none.db"))


def _link_to_itself(path: Path, _base: Path) -> None:
    path.symlink_to(path)


def _pipe(path: Path, _base: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path, _base: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_link, "is a link: name the base itself, --base "),
        (_link_to_nothing, "is a link: name the base itself, --base "),
        (_link_to_itself, "is a link"),
        (_pipe, "is no file"),
        (_socket, "is no file"),
    ],
)
@pytest.mark.parametrize("words", ["contact add Anna", "contact list"])
def test_what_is_no_file_is_refused(
    words: str, make: Callable[[Path, Path], None], told: str, sqlite_base: Base, program: Run
) -> None:
    base = Path(str(sqlite_base.location))
    make(base.with_name("a"), base)
    before = base.read_bytes(), sorted(base.parent.iterdir())
    ran = program(*words.split(), "--base", base.with_name("a"))
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert told in ran.err
    assert (base.read_bytes(), sorted(base.parent.iterdir())) == before


def test_a_linked_folder_is_as_good_as_any(sqlite_base: Base, tmp_path: Path, program: Run) -> None:
    base = Path(str(sqlite_base.location))
    (tmp_path / "linked").symlink_to(base.parent)
    assert program("contact", "add", "Anna", "--base", tmp_path / "linked" / base.name).code == 0
    assert "Anna" in program("contact", "list", "--base", base).out
