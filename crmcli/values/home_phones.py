"""The plain spellings of a country's own phones, told by one pattern instead of a parser, ten times as fast.

The pattern is made of phonenumbers' own data. It takes only what phonenumbers reads in one way; all else is left to it.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phonenumbers.phonemetadata import PhoneMetadata, PhoneNumberDesc

_NEVER = "(?!)"
_LONGEST = 40
"""Characters of a text that is looked at; no number spelled plainly is longer."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the phones of one country are dialled; every pattern is to match from the first digit."""

    plus_code: str
    code: str
    dials_abroad: re.Pattern[str]
    trunk: re.Pattern[str]
    possible: re.Pattern[str]
    valid: re.Pattern[str]


def home_e164(text: str, country: str) -> str | None:
    """The E.164 form of a valid number of `country` spelled in digits, spaces, dashes, dots and brackets.

    None where the text is anything else, which may still be a phone.
    """
    plan = _plan(country)
    if plan is None or len(text) > _LONGEST:
        return None
    digits = text.replace(" ", "").replace("-", "").replace("(", "").replace(")", "").replace(".", "")
    digits = digits.replace("\u00a0", "").strip()
    if not digits.isascii():
        return None
    if digits.startswith(plan.plus_code):
        return digits if plan.valid.match(digits, len(plan.plus_code)) else None
    return _national_e164(digits, plan) if digits.isdigit() else None


def _national_e164(digits: str, plan: _Plan) -> str | None:
    """E.164 of digits dialled inside the country: bare, after its calling code, or after what leads inland calls."""
    if plan.dials_abroad.match(digits):
        return None
    if plan.valid.match(digits):
        return plan.plus_code + digits
    if digits.startswith(plan.code):
        is_coded = not plan.possible.match(digits) and plan.valid.match(digits, len(plan.code))
        return f"+{digits}" if is_coded else None
    trunk = plan.trunk.match(digits)
    return plan.plus_code + digits[trunk.end() :] if trunk and plan.valid.match(digits, trunk.end()) else None


@cache
def _plan(country: str) -> _Plan | None:
    """The plan of a country, None for one that does not exist."""
    import phonenumbers

    home = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    if home is None or home.country_code is None:
        return None
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[home.country_code]
    found = [phonenumbers.PhoneMetadata.metadata_for_region(region, None) for region in regions]
    sharing = [rules for rules in found if rules]
    before = sharing[: regions.index(country)]
    trunk = None if home.national_prefix_transform_rule else home.national_prefix_for_parsing
    return _Plan(
        plus_code=f"+{home.country_code}",
        code=str(home.country_code),
        dials_abroad=re.compile(home.international_prefix or _NEVER),
        trunk=re.compile(trunk or _NEVER),
        possible=re.compile(_whole(home.general_desc)),
        valid=re.compile(_valid(home, sharing[0], before)),
    )


def _valid(home: "PhoneMetadata", main: "PhoneMetadata", before: list["PhoneMetadata"]) -> str:
    """A number of some type that is read as it stands: none of it is taken for a prefix, no country claims it first.

    `main` is the country whose rules phonenumbers reads the shared calling code by; it asks those `before` first.
    """
    conditions = [_lengths(main.general_desc), _not_stripped(home), f"(?={_whole(home.general_desc)})"]
    if main.id != home.id:
        conditions.append(_not_stripped(main))
    conditions += [f"(?!{other.leading_digits})" for other in before if other.leading_digits]
    if home.leading_digits:
        conditions.append(f"(?={home.leading_digits})")
    return "".join(conditions) + f"(?:{'|'.join(_whole(desc) for desc in _types(home))})"


def _types(home: "PhoneMetadata") -> list["PhoneNumberDesc"]:
    types = (home.mobile, home.fixed_line, home.toll_free, home.shared_cost, home.premium_rate)
    rare = (home.voip, home.personal_number, home.pager, home.uan, home.voicemail)
    return [desc for desc in types + rare if desc and desc.national_number_pattern]


def _not_stripped(rules: "PhoneMetadata") -> str:
    """What must not follow: a prefix that leaves a possible number, or that is rewritten to one."""
    prefix = rules.national_prefix_for_parsing
    if not prefix:
        return ""
    left = "" if rules.national_prefix_transform_rule else _whole(rules.general_desc)
    return f"(?!(?:{prefix}){left})"


def _whole(desc: "PhoneNumberDesc | None") -> str:
    return rf"{_lengths(desc)}(?:{desc.national_number_pattern})\Z" if desc else _NEVER


def _lengths(desc: "PhoneNumberDesc | None") -> str:
    either = "|".join(rf"\d{{{length}}}" for length in (desc.possible_length if desc else ()) if length > 0)
    return rf"(?=(?:{either})\Z)" if either else ""
