"""What the README and the pages of docs/ show is what the program does.

After a change that is meant: WRITE_HELP=1 make test writes the screens anew.
"""

import os
import pty
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, Run

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WIDTH = 100


def blocks(kind: str, *pages: Path) -> list[str]:
    """The blocks of a kind in these pages, the README without any."""
    texts = [page.read_text(encoding="utf-8") for page in pages or PAGES[:1]]
    return re.findall(rf"```{kind}\n(.*?)```", "".join(texts), re.DOTALL)


@pytest.fixture
def shop(tmp_path: Path, program: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the demo in it, to work in."""
    monkeypatch.chdir(tmp_path)
    assert program("demo").code == 0
    shutil.copy(tmp_path / "crmcli-demo" / "demo-shop.xlsx", tmp_path / "customers.xlsx")
    return tmp_path


def on_a_terminal(words: list[str], folder: Path) -> str:
    """What the program prints on a terminal of WIDTH columns, where it does well."""
    ours, theirs = pty.openpty()
    environment = {
        "PATH": os.environ["PATH"],
        "COLUMNS": str(WIDTH),
        "NO_COLOR": "1",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "crmcli", *words], stdout=theirs, cwd=folder, env=environment, stdin=subprocess.DEVNULL
    ) as ran:
        os.close(theirs)
        seen = b""
        try:
            while part := os.read(ours, 65536):
                seen += part
        except OSError:  # how a terminal says that the other side has gone
            pass
    os.close(ours)
    assert ran.returncode == 0, words
    plain = re.sub(r"\x1b\[[0-9;]*m", "", seen.decode())
    return "\n".join(line.rstrip() for line in plain.replace("\r\n", "\n").splitlines())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_screens_are_what_the_demo_prints(page: Path, shop: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for block in blocks("console", page):
        first = block.splitlines()[0]
        screen = f"{first}\n{on_a_terminal(shlex.split(first.removeprefix('$ crmcli')), shop)}\n"
        if os.environ.get("WRITE_HELP"):
            text = text.replace(block, screen)
            page.write_text(text, encoding="utf-8")
        assert screen in text


def test_the_commands_used_most_work_one_after_another(shop: Path, program: Run) -> None:
    commands = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("crmcli ")]
    assert len(commands) == 14
    for command in commands:
        ran = program(*shlex.split(command)[1:])
        assert ran.code == 0, f"{command}: {ran.err}"
        assert ran.out, command


def test_the_cron_lines_work_in_crons_empty_environment(shop: Path) -> None:
    shutil.copy(shop / "crmcli-demo" / "demo-shop.db", shop / "shop.db")
    lines = [line for line in blocks("cron")[0].splitlines() if re.match(r"\d", line)]
    assert len(lines) == 5
    for line in lines:
        command = line.split(maxsplit=5)[5].replace("crmcli", f"{shlex.quote(sys.executable)} -m crmcli", 1)
        ran = subprocess.run(
            ["/bin/sh", "-c", command], env={"HOME": str(shop)}, capture_output=True, text=True, cwd="/", check=False
        )
        assert (ran.returncode, ran.stderr) == (0, ""), line
    assert (shop / "today.xlsx").exists()
    assert (shop / "funnel.csv").read_text(encoding="utf-8").startswith("group,stage,")


def test_what_a_clone_can_make_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake (\w+)", " ".join(blocks("sh"))))
    assert named <= targets
