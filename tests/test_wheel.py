"""The wheel works away from the checkout: migrations and sample travel in it."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.conftest import ROOT


def run(words: list[str | Path], folder: Path, **environment: str) -> str:
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", **environment}
    ran = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("a wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], folder)
    (made,) = folder.glob("*.whl")
    return made


def test_a_wheel_installed_in_an_empty_environment_runs_the_demo(wheel: Path, tmp_path: Path) -> None:
    empty = tmp_path / "an environment"
    venv.create(empty, symlinks=True)
    settings = {name: value for name, value in os.environ.items() if name.startswith("PIP_") or "CERT" in name}
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", empty / "bin" / "python"]
    run([*pip, "install", "--quiet", "--no-compile", wheel], tmp_path, **settings)
    shown = run([empty / "bin" / "crmcli", "demo"], tmp_path)
    assert "Whom to call on 2026-07-01" in shown
    assert "The weakest step" in shown
    where = run([empty / "bin" / "python", "-c", "import crmcli; print(crmcli.__file__)"], tmp_path)
    assert str(empty) in where


def test_the_wheel_has_what_the_program_needs_and_no_tests(wheel: Path) -> None:
    names = run([sys.executable, "-m", "zipfile", "-l", wheel], wheel.parent)
    for needed in ("crmcli/migrations/env.py", "crmcli/migrations/versions/0001", "crmcli/sample/workbook.py"):
        assert needed in names
    assert "tests/" not in names
