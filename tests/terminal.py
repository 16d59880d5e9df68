"""The program at a terminal of its own."""

import os
import pty
import subprocess
import sys


def at_a_terminal(answer: bytes, *words: object) -> tuple[int, str]:
    """Runs a command that asks at a terminal, and answers; its exit code and all that was to be seen."""
    master, slave = pty.openpty()
    line = [sys.executable, "-m", "crmcli", *(str(word) for word in words)]
    with subprocess.Popen(line, stdin=slave, stdout=slave, stderr=slave, close_fds=True) as running:
        os.close(slave)
        os.write(master, answer)
        seen = b"".join(iter(lambda: _read(master), b""))
    os.close(master)
    return running.returncode, seen.decode(errors="replace")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end is closed
        return b""
