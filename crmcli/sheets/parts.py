"""Which part of an .xlsx holds which sheet."""

import posixpath
import zipfile
from xml.etree import ElementTree as ET

from crmcli.sheets.archive import part_name

_LARGEST = 16 << 20


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of every sheet, by the sheet's name; empty where the workbook is in no XML, as in .xlsb and .ods."""
    names = {part_name(part): part for part in archive.namelist()}
    book = next((part for part in names if part.rpartition("/")[2] == "workbook.xml"), None)
    if book is None:
        return {}
    folder = posixpath.dirname(book)
    targets = _targets(archive, names.get(posixpath.join(folder, "_rels/workbook.xml.rels")))
    found = {}
    for element in _elements(archive, names[book]):
        if _local(element.tag) == "sheet":
            key = next((value for name, value in element.attrib.items() if _local(name) == "id"), "")
            part = names.get(part_name(posixpath.normpath(posixpath.join("/", folder, targets.get(key, "")))))
            if part is not None:
                found[element.get("name", "")] = part
    return found


def _targets(archive: zipfile.ZipFile, part: str | None) -> dict[str, str]:
    elements = _elements(archive, part) if part else []
    return {element.get("Id", ""): element.get("Target", "").replace("\\", "/") for element in elements}


def _elements(archive: zipfile.ZipFile, part: str) -> list[ET.Element]:
    if archive.getinfo(part).file_size > _LARGEST:
        return []
    try:
        return list(ET.fromstring(archive.read(part)).iter())  # noqa: S314  declares no entities: checked
    except ET.ParseError:
        return []


def _local(name: str) -> str:
    return name.rpartition("}")[2]
