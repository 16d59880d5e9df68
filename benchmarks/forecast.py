"""BG/NBD and MBG/NBD fitted to a million customers beside lifetimes: the optimum, seconds, memory."""

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.measured import Measured, run_measured
from benchmarks.measured.memory import watched_memory
from crmcli.forecast.purchases import log_likelihood
from crmcli.values.purchase_model import BG, MBG, PurchaseModel
from tests.forecast.simulated import buyers

CUSTOMERS = 1_000_000
MADE = {name: PurchaseModel(name, r=0.55, alpha=40, a=0.8, b=2.5) for name in (BG, MBG)}
PEERS = {"crmcli": "crmcli_fit", "lifetimes": "lifetimes_fit"}


def main() -> None:
    """Makes customers of each model, fits it to them with both programs, prints the table."""
    sys.stdout.write(f"{CUSTOMERS} customers, a process each, reading them included\n")
    sys.stdout.write(f"{'':22}{'seconds':>8}{'ratio':>7}{'cpu':>7}{'ratio':>7}{'MiB':>6}{'ratio':>7}")
    sys.stdout.write(f"{'r':>9}{'alpha':>9}{'a':>9}{'b':>9}{'log-likelihood':>17}\n")
    with TemporaryDirectory(prefix="crmcli-bench-") as name:
        for model in MADE.values():
            _compare(Path(name), model)


def _compare(folder: Path, model: PurchaseModel) -> None:
    histories = buyers(model, CUSTOMERS, seed=1)
    path = folder / "customers.npz"
    np.savez(path, **{each: getattr(histories, each)[histories.group] for each in ("x", "t_x", "age")})
    ours: Measured | None = None
    for name, module in PEERS.items():
        words = [sys.executable, "-m", f"benchmarks.peers.{module}", str(path), model.name]
        with watched_memory() as peaks:  # wait4 would count what this process has, too
            measured = run_measured(words, folder / "fit.txt")
        measured = replace(measured, peak_mib=max(peaks.values()))
        ours = ours or measured
        found = PurchaseModel(model.name, *map(float, (folder / "fit.txt").read_text(encoding="utf-8").split()))
        height, _ = log_likelihood(histories, found)  # each program has a unit of time of its own
        _print(f"{name} {model.name}", measured, ours, found, height)


def _print(who: str, measured: Measured, ours: Measured, found: PurchaseModel, height: float) -> None:
    told = f"{who:22}{measured.seconds:8.1f}{measured.seconds / ours.seconds:7.1f}"
    told += f"{measured.cpu_seconds:7.1f}{measured.cpu_seconds / ours.cpu_seconds:7.1f}"
    told += f"{measured.peak_mib:6.0f}{measured.peak_mib / ours.peak_mib:7.2f}"
    sys.stdout.write(f"{told}{found.r:9.4f}{found.alpha:9.3f}{found.a:9.4f}{found.b:9.4f}{height:17.1f}\n")


if __name__ == "__main__":
    main()
