"""One table of settings, and where each value comes from: flag > environment > base or file > default.

Business facts are kept in the base, for everyone who works with it; personal ones in the user's own file.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crmcli.errors import CrmError, NotAllowed, UnknownName, Wrong
from crmcli.values.money import DEFAULT_CURRENCY

if TYPE_CHECKING:
    from configparser import ConfigParser

FORMATS = ("table", "json", "jsonl", "csv", "tsv", "ids", "xlsx")
VCARDS = "vcf"
"""A form that exports alone have."""
_SECTION = "crmcli"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: `read` turns its text into its value or raises ValueError with what is expected."""

    name: str
    place: Literal["base", "file"]
    default: str
    help: str
    read: Callable[[str], Any] = str
    fixed: bool = False
    """Whether the base alone says it: amounts would change their meaning with the environment."""


@dataclass(frozen=True, slots=True)
class Found:
    """A setting's value as text, and where it was found: flag, environment, base, file or default."""

    value: str
    source: str


def _matching(pattern: str, expected: str, text: str) -> str:
    if not re.fullmatch(pattern, text):
        raise ValueError(expected)
    return text


def _whole(least: int, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < least:
        raise ValueError(f"expected a whole number, {least} or more")
    return int(text)


def _factor(text: str) -> Decimal:
    value = Decimal(text) if re.fullmatch(r"\d{1,4}(\.\d{1,2})?", text) else Decimal(0)
    if not 0 < value <= 1000:
        raise ValueError("expected a number above 0 with at most two decimals, such as 1.5")
    return value


def _cost(text: str) -> Decimal | None:
    """An amount in the base's currency, None where it is not known."""
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}([.,][0-9]{1,3})?", text):
        raise ValueError("expected an amount in the base's currency, such as 150 or 12.50; '' where it is not known")
    return Decimal(text.replace(",", "."))


def _share(text: str) -> Decimal:
    value = Decimal(text) if re.fullmatch(r"[01](\.[0-9]{1,4})?", text) else Decimal(-1)
    if not 0 <= value <= 1:
        raise ValueError("expected a number from 0 to 1 with at most four decimals, such as 0.4")
    return value


def _zone(text: str) -> str:
    if text != "local":
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            raise ValueError("expected local or a time zone such as Europe/Moscow") from None
    return text


def _format(text: str) -> str:
    if text not in (*FORMATS, VCARDS):
        raise ValueError(f"expected one of {', '.join(FORMATS)}")
    return text


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting(
            "currency",
            "base",
            DEFAULT_CURRENCY,
            "the currency of every amount, ISO 4217",
            partial(_matching, "[A-Z]{3}", "expected three capital letters, such as RUB, USD or EUR"),
            fixed=True,
        ),
        Setting(
            "country",
            "base",
            "RU",
            "the country of phones without a +, ISO 3166",
            partial(_matching, "[A-Z]{2}", "expected two capital letters, such as RU, KZ or US"),
        ),
        Setting("time_zone", "base", "local", "the zone whose date is today; local: the system's", _zone),
        Setting("due_factor", "base", "1", "due: silent for longer than so many own periods", _factor),
        Setting("dormant_factor", "base", "3", "dormant: silent for longer than so many own periods", _factor),
        Setting("touched_days", "base", "7", "reactivate leaves out who was touched so many days ago or later",
                partial(_whole, 0)),
        Setting("cost_call", "base", "", "what a call costs you, without the minutes", _cost),
        Setting("cost_meeting", "base", "", "what a meeting costs you, without the minutes", _cost),
        Setting("cost_email", "base", "", "what an e-mail costs you, without the minutes", _cost),
        Setting("cost_message", "base", "", "what a message costs you, without the minutes", _cost),
        Setting("cost_visit", "base", "", "what a visit costs you, without the minutes", _cost),
        Setting("cost_letter", "base", "", "what a letter costs you, without the minutes", _cost),
        Setting("cost_minute", "base", "", "what a minute of a touch costs you", _cost),
        Setting("attention_customer", "base", "4", "touches a year that a customer should have", partial(_whole, 0)),
        Setting("attention_lead", "base", "6", "touches a year that a lead should have", partial(_whole, 0)),
        Setting("competition", "base", "0.4", "how strongly competitors pull, 0 to 1: see loyalty", _share),
        Setting("base", "file", "", "the base to work with: a file's path or a postgresql:// URL"),
        Setting("employee", "file", "", "who I am: the employee who acts"),
        Setting("format", "file", "table", "how answers look", _format),
        Setting("limit", "file", "20", "how many rows a list shows on a terminal", partial(_whole, 1)),
    )
}  # fmt: skip


def setting_named(name: str) -> Setting:
    """The setting of that name. Raises UnknownName with the names there are."""
    if name not in SETTINGS:
        raise UnknownName(f"there is no setting {name!r}; there are {', '.join(SETTINGS)}")
    return SETTINGS[name]


def checked(setting: Setting, text: str) -> Any:
    """The setting's value. Raises Wrong with what is expected."""
    try:
        return setting.read(text)
    except ValueError as error:
        raise Wrong(f"{setting.name} cannot be {text!r}: {error}") from None


def find(name: str, flags: Mapping[str, str], in_file: Mapping[str, str], in_base: Mapping[str, str]) -> Found:
    """The text of a setting and its source; an empty environment variable counts as unset."""
    setting = setting_named(name)
    places = (
        ("flag", flags.get(name)),
        ("environment", None if setting.fixed else os.environ.get(f"CRMCLI_{name.upper()}") or None),
        (setting.place, (in_base if setting.place == "base" else in_file).get(name)),
    )
    return next(
        (Found(value, source) for source, value in places if value is not None), Found(setting.default, "default")
    )


def settings_file() -> Path:
    """Where the user's own settings are kept."""
    import platformdirs

    return platformdirs.user_config_path("crmcli") / "settings.ini"


def default_base() -> Path:
    """The base of a user who has chosen none."""
    import platformdirs

    return platformdirs.user_data_path("crmcli") / "base.db"


def read_settings_file() -> dict[str, str]:
    """The user's own settings; empty where the file does not exist. CrmError where it cannot be read."""
    return dict(_parsed(settings_file())[_SECTION])


def write_setting(name: str, value: str) -> Path:
    """Puts one setting into the user's file, which keeps the others, and returns the file's path.

    The file is for its owner alone: the address of a base may hold a password.
    """
    path = settings_file()
    parser = _parsed(path)
    parser[_SECTION][name] = value
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            parser.write(file)
        part.replace(path)
    except PermissionError:
        raise NotAllowed(f"{path} cannot be written: it is closed to you") from None
    except OSError as error:
        raise CrmError(f"{path} cannot be written: {error.strerror}") from None
    return path


def _parsed(path: Path) -> "ConfigParser":
    from configparser import ConfigParser, Error

    parser = ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        pass
    except OSError as error:
        raise CrmError(f"{path} cannot be read: {error.strerror}") from None
    except (Error, UnicodeDecodeError) as error:
        raise CrmError(f"{path} cannot be read: {' '.join(str(error).split())}. Mend or remove it") from None
    if _SECTION not in parser:
        parser[_SECTION] = {}
    return parser
