"""A base's file and its place: who may read it, its names, what lies beside it, the disk."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlcipher3 import dbapi2

from crmcli.base.checks import file
from crmcli.base.opening import Base
from tests.base.checks.conftest import Examined
from tests.base.processes import started
from tests.conftest import Run

pytestmark = pytest.mark.parametrize("base", ["sqlite"], indirect=True)


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o604, 0o601])
def test_a_file_that_others_may_open_fails(mode: int, path: Path, examined: Examined) -> None:
    path.chmod(mode)
    found = examined()
    assert list(found) == ["mode"]
    assert found["mode"]["found"] == f"base.db is open to others ({mode:04o})"
    assert os.system(found["mode"]["fix"]) == 0
    assert examined() == {}


def test_a_link_fails_and_what_it_leads_to_is_checked(path: Path, tmp_path: Path, program: Run) -> None:
    (tmp_path / "link.db").symlink_to(path)
    ran = program("doctor", "--base", tmp_path / "link.db", "--format", "csv")
    assert ran.code == 1
    assert f"links,fail,{tmp_path / 'link.db'} is a link to {path}" in ran.out
    assert (ran.out.count(",ok,"), ran.out.count(",fail,")) == (22, 1)


def test_a_second_name_is_told_and_taken_away(path: Path, tmp_path: Path, examined: Examined) -> None:
    (tmp_path / "other.db").hardlink_to(path)
    found = examined()
    assert {check: row["state"] for check, row in found.items()} == {"links": "warn"}
    assert os.system(found["links"]["fix"]) == 0
    assert examined() == {}


def test_a_log_that_a_killed_command_left_is_told_and_stays_until_the_next(
    path: Path, shop: Base, examined: Examined, crm: Run
) -> None:
    writing = """
    from crmcli.base.location import read_location
    from crmcli.base.opening import open_base
    from crmcli.base.writing import writing
    from tests.base.rows import add_contact
    base = open_base(read_location(words[0]))
    with writing(base, "test", "me") as writer:
        add_contact(writer, "Vera")
        kept = base.engine.connect()
        kept.begin()
    start()
    """
    process = started(writing, path)
    log = path.with_name("base.db-wal")
    assert examined() == {}  # in use
    process.kill()
    process.communicate()
    before = path.read_bytes(), log.read_bytes()
    found = examined()
    assert {check: row["state"] for check, row in found.items()} == {"log": "warn"}
    assert "base.db-wal" in found["log"]["found"]
    assert (path.read_bytes(), log.read_bytes()) == before
    assert crm(*found["log"]["fix"].split()[1:]).code == 0
    assert examined() == {}
    assert "Vera" in crm("contact", "list").out


def test_a_log_that_has_grown_out_of_measure_is_told(
    path: Path, examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    for number in range(300):
        connection.execute(f"PRAGMA user_version = {number}")
    monkeypatch.setattr(file, "_LARGE_LOG", 1000)
    found = examined()
    assert {check: row["state"] for check, row in found.items()} == {"log": "warn"}
    assert "has grown" in found["log"]["found"]
    connection.close()


def test_a_base_that_is_written_without_a_log_is_told_and_gets_one_again(path: Path, examined: Examined) -> None:
    connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    found = examined()
    assert {check: row["state"] for check, row in found.items()} == {"log_mode": "warn"}
    assert found["log_mode"]["fix"] == "crmcli doctor --fix"
    assert examined("--fix") == {}
    connection = dbapi2.connect(str(path), isolation_level=None)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


@pytest.mark.parametrize("name", [".crmcli-new-a1.part", "shop-2026.db.part"])
def test_an_unfinished_file_is_told(name: str, path: Path, examined: Examined) -> None:
    path.with_name(name).touch()
    found = examined()
    assert {check: row["state"] for check, row in found.items()} == {"parts": "warn"}
    assert os.system(found["parts"]["fix"]) == 0
    assert examined() == {}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("//nas/share {folder} cifs rw 0 0", ["file_system"]),
        ("server:/export {folder} nfs4 rw 0 0", ["file_system"]),
        ("me@host:/ {folder} fuse.sshfs rw 0 0", ["file_system"]),
        ("/dev/sdb1 {folder} fuseblk rw 0 0", []),
        ("server:/export {folder}er nfs4 rw 0 0", []),
        ("server:/export {folder} nfs4 rw 0 0\n/dev/sdb1 {folder} xfs rw 0 0", []),
    ],
)
def test_a_network_file_system_fails(
    line: str, wrong: list[str], path: Path, examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = path.with_name("mounts")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\n{line.format(folder=path.parent)}\n")
    monkeypatch.setattr(file, "_MOUNTS", mounts)
    assert list(examined()) == wrong


def test_a_folder_with_odd_letters_is_found_among_the_mounts(base: Base) -> None:
    mounts = "/dev/sda1 / ext4 rw 0 0\nnas:/x /mnt/my\\040бaза nfs rw 0 0\n"
    assert file._mounted_kind(Path("/mnt/my бaза/shop.db"), mounts) == "nfs"
    assert file._mounted_kind(Path("/mnt/my/shop.db"), mounts) == "ext4"


def test_a_disk_without_room_for_the_base_once_more_is_told(
    examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    found = examined()
    assert {check: row["state"] for check, row in found.items()} == {"disk": "warn"}
    assert "1000 bytes are free" in found["disk"]["found"]
