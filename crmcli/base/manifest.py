"""The manifest of a backup. It stands at the file's end, behind the copy of the base: the two cannot be separated.

A backup of a base in a file is read by every SQLite tool all the same: what follows its last page does not count.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from crmcli.errors import CrmError, NotAllowed

BLOCK = 2**20
_LAST_LINE = "\ncrmcli-backup 1 {length:010} {digest}\n"
_LAST_LINE_READ = re.compile(rb"\ncrmcli-backup 1 (\d{10}) ([0-9a-f]{64})\n")
_LAST_LINE_SIZE = len(_LAST_LINE.format(length=0, digest="0" * 64))


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `made_at` is UTC, without a zone; `why` is empty where somebody made it by hand.

    `size` (bytes) and `sha256` are of the copy without its manifest.
    """

    made_at: datetime
    why: str
    base: str
    engine: str
    revision: str
    version: str
    counts: dict[str, int]
    digest: str
    size: int
    sha256: str


def seal(file: BinaryIO, manifest: Manifest) -> None:
    """Writes the manifest behind the copy that is in the file."""
    text = json.dumps(asdict(manifest), default=datetime.isoformat, ensure_ascii=False).encode()
    file.seek(manifest.size)
    file.write(b"\n" + text + _LAST_LINE.format(length=len(text), digest=sha256(text).hexdigest()).encode())
    file.flush()


def read_manifest(path: Path) -> Manifest:
    """The manifest of a backup, which says nothing yet of the copy before it. CrmError where there is none."""
    try:
        with path.open("rb") as file:
            return _read(file, path)
    except PermissionError:
        raise NotAllowed(f"{path} cannot be read: it is closed to you") from None
    except OSError as error:
        raise CrmError(f"{path} cannot be read: {error.strerror}") from None


def _read(file: BinaryIO, path: Path) -> Manifest:
    size = file.seek(0, 2)
    file.seek(max(size - _LAST_LINE_SIZE, 0))
    match = _LAST_LINE_READ.fullmatch(file.read())
    begin = size - _LAST_LINE_SIZE - int(match[1]) if match else -1
    if not match or begin < 1:
        raise CrmError(f"{path} is no backup that crmcli made, or is cut short or damaged at its end")
    file.seek(begin - 1)
    line_end, text = file.read(1), file.read(int(match[1]))
    if line_end != b"\n" or sha256(text).hexdigest() != match[2].decode():
        raise CrmError(f"{path} is damaged: its manifest is not what was written")
    manifest = _parsed(text, path)
    if manifest.size != begin - 1:
        raise CrmError(f"{path} is damaged: it has {begin - 1} bytes before its manifest, not {manifest.size}")
    return manifest


def _parsed(text: bytes, path: Path) -> Manifest:
    try:
        found = json.loads(text)
        row = {field.name: found[field.name] for field in fields(Manifest)}
        return Manifest(**{**row, "made_at": datetime.fromisoformat(row["made_at"])})
    except (ValueError, KeyError, TypeError):
        raise CrmError(f"{path} was made by another crmcli, which writes its backups otherwise") from None


def blocks_of(path: Path, manifest: Manifest) -> Iterator[bytes]:
    """The copy that a backup holds, block by block. CrmError at its end where it is not what was written."""
    digest, left = sha256(), manifest.size
    with path.open("rb") as file:
        while block := file.read(min(BLOCK, left)):
            digest.update(block)
            left -= len(block)
            yield block
    if digest.hexdigest() != manifest.sha256:
        raise CrmError(f"{path} is damaged: the copy in it is not what was written. Choose another backup")


def sha256_of(file: BinaryIO) -> tuple[int, str]:
    """Bytes and SHA-256 of an open file."""
    digest, size = sha256(), file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()
