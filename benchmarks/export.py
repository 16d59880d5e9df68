"""How long it takes to export contacts to a workbook, beside XlsxWriter alone writing the same cells.

python benchmarks/export.py [CONTACTS]: each is a process of its own, three times in turn; the best time counts. Prints
seconds of the clock and of the processor, peak memory in MiB, and the ratios.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_BARE = """
import json, sys
from datetime import date
from xlsxwriter import Workbook
with Workbook(sys.argv[2], {"constant_memory": True}) as book:
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    with open(sys.argv[1], encoding="utf-8") as rows:
        for number, line in enumerate(rows):
            for place, value in enumerate(line[:-1].split("\\t")):
                if value[4:5] == "-" and value[7:8] == "-" and len(value) == 10:
                    sheet.write_datetime(number, place, date.fromisoformat(value), day)
                elif value:
                    sheet.write_string(number, place, value)
"""


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.update(CRMCLI_BASE=str(folder / "base.db"), XDG_CONFIG_HOME=name, XDG_DATA_HOME=name)
        _write_contacts(folder / "contacts.csv", count)
        _run("import", str(folder / "contacts.csv"), "--yes")
        _run("export", "contacts", "-o", str(folder / "cells.tsv"))
        bare = [sys.executable, "-c", _BARE, str(folder / "cells.tsv"), str(folder / "bare.xlsx")]
        ours = [sys.executable, "-m", "crmcli", "export", "contacts", "-o", str(folder / "ours.xlsx")]
        measured = [(_measured(bare), _measured(ours)) for _ in range(3)]
        alone, whole = (min(runs) for runs in zip(*measured, strict=True))
        print(f"{count} contacts")
        for who, (clock, cpu, peak) in {"XlsxWriter alone": alone, "crmcli export": whole}.items():
            print(f"{who:18}{clock:7.2f} s {cpu:7.2f} s of the processor {peak:6.0f} MiB")
        print(f"ratio             {whole[0] / alone[0]:7.2f}   {whole[1] / alone[1]:7.2f}")


def _write_contacts(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("Код клиента;ФИО;Телефон;E-mail;Город;Дата рождения;Ответственный;Источник;Теги;Примечание\n")
        for number in range(count):
            phone, born = f"+7916{number:07d}", f"19{50 + number % 50}-0{1 + number % 9}-15"
            who = f"Клиент{number} Имя{number % 997} Отчество{number % 31}"
            place, seller = f"Город {number % 90}", f"Менеджер {number % 7}"
            more = f"{seller};Канал {number % 5};тег{number % 11},опт;Заметка {number}"
            file.write(f"К-{number};{who};{phone};c{number}@example.com;{place};{born};{more}\n")


def _run(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "crmcli", *words], check=True, stdout=subprocess.DEVNULL)


def _measured(command: list[str]) -> tuple[float, float, float]:
    """Seconds of the clock and of the processor, and the peak of memory in MiB, of a whole process."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
