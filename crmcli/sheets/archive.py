"""A zip archive looked over before a reader of workbooks opens it: is it a workbook, and is it safe to unpack."""

import io
import re
import zipfile
import zlib
from collections import Counter
from pathlib import PurePath

from crmcli.errors import CrmError

_MOST_PARTS = 10_000
_LARGEST = 3 << 30
"""Bytes unpacked, all parts together. A sheet full to its last row, ten columns wide, takes about one GiB."""
_DENSEST = 200
"""Times a large part may grow when it is unpacked: sheets grow 10 to 25 times, bombs about a thousand."""
_LARGE = 4 << 20
_DENSEST_TOGETHER = 60
"""The same of all parts: many parts, each too small to tell, are a bomb too."""
_LARGE_TOGETHER = 16 << 20
_PROLOG = 4096
_ROOT = re.compile(rb"<[A-Za-z_]")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OTHERS = (
    ("word/document.xml", "a Word document: copy its table into a spreadsheet"),
    ("ppt/presentation.xml", "a presentation: copy its table into a spreadsheet"),
    ("index.numbers", "a Numbers document: export it as .xlsx"),
    ("index/document.iwa", "a Numbers document: export it as .xlsx"),
    ("meta-inf/manifest.mf", "a program, not a spreadsheet"),
)


def checked_archive(name: str, content: bytes) -> zipfile.ZipFile:
    """The archive of a workbook that is safe to unpack.

    Raises CrmError, with the file's name, where it is damaged, no workbook, or made to harm its reader.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        problem = _dangerous_sizes(archive) or _no_workbook(archive) or _declaring(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, RuntimeError) as error:
        cause = " ".join(str(error).split())[:120]
        raise CrmError(f"{name} is damaged and no workbook that can be read ({cause}): get the file again") from None
    if problem:
        raise CrmError(f"{name} {problem}")
    return archive


def part_name(part: str) -> str:
    """How parts are compared: some programs write \\ between folders, and their own capitals."""
    return part.replace("\\", "/").strip("/").lower()


def _dangerous_sizes(archive: zipfile.ZipFile) -> str:
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        return f"holds {len(parts)} parts, more than any workbook: not opened"
    if any(part.flag_bits & 1 for part in parts):
        return "is an archive locked by a password: unpack it first"
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > _LARGEST:
        return f"would unpack to more than {_LARGEST >> 30} GiB: not opened; split it into smaller workbooks"
    is_dense = any(p.file_size > max(_LARGE, _DENSEST * p.compress_size) for p in parts)
    if is_dense or unpacked > max(_LARGE_TOGETHER, _DENSEST_TOGETHER * packed):
        return "is packed far tighter than any workbook, as if made to fill the memory: not opened"
    if _overlap(archive):
        return "is an archive whose parts overlap: not opened; save it again as .xlsx"
    name, times = (
        Counter(part_name(p.filename) for p in parts if not p.is_dir()).most_common(1)[0] if parts else ("", 0)
    )
    return f"has the part {name[:80]} {times} times: not opened; save it again as .xlsx" if times > 1 else ""


def _overlap(archive: zipfile.ZipFile) -> bool:
    spans = sorted((p.header_offset, p.header_offset + 30 + p.compress_size) for p in archive.infolist())
    starts = [start for start, _ in spans[1:]] + [archive.start_dir]
    return any(end > start for (_, end), start in zip(spans, starts, strict=True))


def _no_workbook(archive: zipfile.ZipFile) -> str:
    names = {part_name(part): part for part in archive.namelist()}
    if {"workbook.xml", "workbook.bin"} & {part.rpartition("/")[2] for part in names}:
        return ""
    if "meta-inf/manifest.xml" in names and b"encryption-data" in archive.read(names["meta-inf/manifest.xml"]):
        return "is locked by a password, and an .ods cannot be opened with it: save a copy without one"
    if "mimetype" in names:
        return "" if archive.read(names["mimetype"]).startswith(_ODS) else "is an office document but no spreadsheet"
    if "content.xml" in names:
        return "is an .ods without its part mimetype: save it again, as .ods or .xlsx"
    for part, what in _OTHERS:
        if part in names:
            return f"is {what}"
    inside = next((part for part in names if PurePath(part).suffix in {".xlsx", ".xls", ".csv", ".ods", ".txt"}), None)
    return f"is a packed archive: unpack it first and name {inside or 'the spreadsheet in it'}"


def _declaring(archive: zipfile.ZipFile) -> str:
    """A part that declares a document type or entities: no office program writes those, bombs do."""
    for part in archive.infolist():
        if part.filename.lower().endswith((".xml", ".rels")) and part.file_size:
            with archive.open(part) as opened:
                start = opened.read(_PROLOG).replace(b"\0", b"")
            root = _ROOT.search(start)
            if _DECLARED.search(start):
                return f"declares a document type in {part.filename[:80]}, as no office program does: not opened"
            if root is None and len(start) >= _PROLOG // 2:
                return f"holds in {part.filename[:80]} what is no XML: not opened; save it again as .xlsx"
    return ""
