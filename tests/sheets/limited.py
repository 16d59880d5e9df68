"""Files read one after the other in a process of their own, with little memory and time."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_READING = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (512 << 20, 512 << 20))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from pathlib import Path
from crmcli.errors import CrmError
from crmcli.sheets.formats import grids_of
for path in sys.argv[1:]:
    started, spent = time.process_time(), int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent + 15, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    try:
        said = "", sum(len(grid.rows) for grid in grids_of(Path(path).name, Path(path).read_bytes()))
    except CrmError as error:
        said = str(error), 0
    print(json.dumps([path, *said, time.process_time() - started]), flush=True)
"""


@dataclass(frozen=True)
class Ended:
    """How reading a file ended: refused with a message, read, or died with the process for want of memory or time."""

    path: Path
    refusal: str
    rows: int
    seconds: float
    died: str = ""


def read_in_limits(paths: Iterable[Path]) -> list[Ended]:
    """What became of each file; where one ends the process, the others are read in the next."""
    left, ended = list(paths), list[Ended]()
    while left:
        words = [sys.executable, "-c", _READING, *map(str, left)]
        ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
        done = [json.loads(line) for line in ran.stdout.splitlines()]
        ended += [Ended(Path(path), *rest) for path, *rest in done]
        left = left[len(done) :]
        if left:
            ended.append(Ended(left[0], "", 0, 0, died=f"{ran.returncode}: {ran.stderr.strip()[-300:]}"))
            left = left[1:]
    return ended
