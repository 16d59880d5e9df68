"""What a user says of a sheet's columns, at the prompt or in a file that an import saved."""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from crmcli.errors import CrmError, Wrong
from crmcli.sheets.columns import DATES as DATE_FIELDS
from crmcli.sheets.days import read_moment
from crmcli.sheets.fields import known_field
from crmcli.sheets.options import ReadingOptions
from crmcli.values.records import SheetReading

DATES = ("day-first", "month-first")
"""How 03/04/2026 may be meant: 3 April, or 4 March."""

_HEAD = "# How a sheet is read: crmcli import FILE --mapping {name}\n# A heading without a field is left out.\n"


def with_words(
    options: ReadingOptions,
    fields: Sequence[tuple[str, str]],
    ignored: Sequence[str],
    defaults: Sequence[tuple[str, str]],
) -> ReadingOptions:
    """The options with what was said at the prompt. Raises Wrong for a field that no sheet has."""
    said = {heading: known_field(field) for heading, field in fields} | dict.fromkeys(ignored, "")
    told = {known_field(field): text for field, text in defaults}
    for field, text in told.items():
        _refuse_no_day(field, text, options)
    mapping, stand = {**options.mapping, **said}, {**options.defaults, **told}
    return replace(options, mapping=mapping, defaults=stand)


def _refuse_no_day(field: str, text: str, options: ReadingOptions) -> None:
    if field in DATE_FIELDS:
        try:
            read_moment(text, options.day_first, options.today.year + 20)
        except ValueError as error:
            raise Wrong(f"--default {field}={text}: {error}") from None


def with_file(options: ReadingOptions, path: Path) -> ReadingOptions:
    """The options with what a mapping file says. Raises CrmError where it cannot be read."""
    found = _parsed(path)
    strange = set(found) - {"map", "default", "dates", "keep-unknown"}
    if strange:
        raise CrmError(f"{path.name} has {sorted(strange)[0]!r}: it may have [map], [default], dates, keep-unknown")
    try:
        told = with_words(options, _texts(found, "map"), (), _texts(found, "default"))
    except Wrong as error:
        raise CrmError(f"{path.name}: {error}") from None
    dates = found.get("dates")
    if dates not in (None, *DATES):
        raise CrmError(f"{path.name}: dates can be {' or '.join(DATES)}, not {dates!r}")
    day_first = options.day_first if dates is None else dates == DATES[0]
    return replace(told, day_first=day_first, keep_unknown=bool(found.get("keep-unknown", options.keep_unknown)))


def written(sheets: Iterable[SheetReading], options: ReadingOptions, path: Path) -> str:
    """The mapping file with which sheets like these are read as these were.

    A heading that means one thing in one sheet and another in the next is left to be told again.
    """
    found: dict[str, set[str]] = {}
    for reading in sheets:
        for column in reading.columns if reading.kind else ():
            found.setdefault(column.heading or column.letter, set()).add(column.meaning)
    fields = {heading: meanings.pop() for heading, meanings in found.items() if len(meanings) == 1}
    lines = [_HEAD.format(name=path.name)]
    if options.day_first is not None:
        lines.append(f'dates = "{DATES[not options.day_first]}"')
    lines += ["[map]", *_lines({heading: field for heading, field in fields.items() if field != "row number"})]
    if options.defaults:
        lines += ["", "[default]", *_lines(options.defaults)]
    return "\n".join(lines) + "\n"


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CrmError(f"there is no file {path}: check the path, or make it with --save-mapping") from None
    except OSError as error:
        raise CrmError(f"cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CrmError(f"{path.name} is no TOML: {error}") from None


def _texts(found: Mapping[str, Any], name: str) -> list[tuple[str, str]]:
    table = found.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(text, str) for text in table.values()):
        raise CrmError(f'[{name}] of a mapping file holds lines such as "Heading" = "field"')
    return list(table.items())


def _lines(texts: Mapping[str, str]) -> list[str]:
    """Texts as TOML takes them: a JSON string is one."""
    return [" = ".join(json.dumps(text, ensure_ascii=False) for text in pair) for pair in texts.items()]
