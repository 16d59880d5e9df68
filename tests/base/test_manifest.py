"""The manifest at the end of a backup."""

import io
import json
from dataclasses import asdict, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from crmcli.base.manifest import Manifest, blocks_of, read_manifest, seal, sha256_of
from crmcli.errors import CrmError

COPY = b"what the engine wrote" * 100
MANIFEST = Manifest(
    made_at=datetime.fromisoformat("2026-11-22T01:57:21"),
    why="",
    base="/home/анна/магазин.db",
    engine="sqlite",
    revision="0001",
    version="1.0",
    counts={"contacts": 2},
    digest="d" * 64,
    size=len(COPY),
    sha256=sha256(COPY).hexdigest(),
)


def sealed(manifest: Manifest = MANIFEST, copy: bytes = COPY) -> bytes:
    file = io.BytesIO(copy)
    seal(file, manifest)
    return file.getvalue()


def written(folder: Path, content: bytes) -> Path:
    path = folder / "x.backup"
    path.write_bytes(content)
    return path


def test_a_manifest_is_read_as_it_was_written_behind_a_copy_that_stays_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path, sealed())
    assert read_manifest(path) == MANIFEST
    assert b"".join(blocks_of(path, MANIFEST)) == COPY
    assert path.read_bytes().startswith(COPY)


def test_anybody_can_read_it_in_the_last_lines(tmp_path: Path) -> None:
    manifest, last = sealed().splitlines()[-2:]
    assert json.loads(manifest) == asdict(MANIFEST) | {"made_at": "2026-11-22T01:57:21"}
    assert last == f"crmcli-backup 1 {len(manifest):010} {sha256(manifest).hexdigest()}".encode()


def test_every_bit_of_the_manifest_counts(tmp_path: Path) -> None:
    whole = sealed()
    for place in range(len(COPY), len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path = written(tmp_path, bytes(damaged))
        with pytest.raises(CrmError):
            read_manifest(path)


def test_a_manifest_of_another_crmcli_is_told(tmp_path: Path) -> None:
    text = b'{"made_at": "2026-11-22", "size": 1}'
    last = f"\ncrmcli-backup 1 {len(text):010} {sha256(text).hexdigest()}\n".encode()
    with pytest.raises(CrmError, match="made by another crmcli"):
        read_manifest(written(tmp_path, b"x\n" + text + last))


def test_a_copy_of_another_size_is_told(tmp_path: Path) -> None:
    whole = sealed()
    with pytest.raises(CrmError, match=f"has {len(COPY) - 1} bytes before its manifest, not {len(COPY)}"):
        read_manifest(written(tmp_path, whole[1:]))


def test_a_copy_that_is_not_the_manifests_is_told_at_its_end(tmp_path: Path) -> None:
    path = written(tmp_path, sealed(replace(MANIFEST, sha256="0" * 64)))
    with pytest.raises(CrmError, match="not what was written"):
        list(blocks_of(path, read_manifest(path)))


def test_the_size_and_digest_of_a_file_are_of_all_of_it() -> None:
    assert sha256_of(io.BytesIO(COPY)) == (MANIFEST.size, MANIFEST.sha256)
