"""The machine that figures were measured on: no name, no path."""

import os
import platform
import re
import sqlite3
from importlib.metadata import version
from pathlib import Path

from sqlcipher3 import dbapi2

_PACKAGES = ("typer", "sqlalchemy", "duckdb", "python-calamine", "xlsxwriter", "rapidfuzz", "psycopg")


def described() -> list[str]:
    """Lines of a list: processor, memory, versions."""
    information = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"model name\s*: (.*)", information)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return [
        f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB of memory",
        f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}",
        f"SQLite {dbapi2.sqlite_version} (crmcli), {sqlite3.sqlite_version} (bare sqlite3)",
        packages,
    ]
