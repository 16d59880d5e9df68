"""Which contacts a part of a name, phone or e-mail is in."""

import re
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, select, true, union_all

from crmcli.schema import contacts
from crmcli.schema.search import contact_search

INDEXED = 3
"""So many letters are looked up; shorter text is what a word, phone or e-mail begins with."""

_WILD = re.compile(r"[%_\\]")


def text_matches(key: str) -> ColumnElement[bool]:
    """Whether part of the contact's name, phone or e-mail is the search key.

    Of one or two letters: whether a word of the name, a phone or an e-mail begins with it. A phone may be written in
    any way: 8 912 begins +7912. What could not be parsed is found as it was typed.
    """
    return contacts.c.id.in_(ids_matching(key)) if key else true()


def ids_matching(key: str) -> CompoundSelect[Any]:
    """The ids of the contacts of whom `text_matches` is true, some twice; the key is not empty."""
    return union_all(*map(_with, _spellings(key)))


def name_matches(key: str) -> ColumnElement[bool]:
    """Whether part of the contact's name is the search key."""
    found: ColumnElement[bool] = contacts.c.search_key.contains(key, autoescape=True)
    return found if len(key) < INDEXED else and_(contacts.c.id.in_(_with(key)), found)


def _spellings(key: str) -> list[str]:
    """What to look for: the text itself, and where it may be a phone, its digits."""
    found = [key if len(key) >= INDEXED else f" {key}"]
    digits = re.sub(r"\D", "", key)
    if digits and not re.search(r"[^\W\d_]", key):
        found.append(digits if len(digits) >= INDEXED else f" +{digits}")
        if key.startswith("8") and len(digits) > 3:
            found.append(f" +7{digits[1:]}")
    return list(dict.fromkeys(found))


def _with(part: str) -> Select[Any]:
    """The ids of the contacts whose text has this part. Its wildcards stand for any letter where it is looked up."""
    met: ColumnElement[bool] = contact_search.c.text.like(f"%{_WILD.sub('_', part)}%")
    if _WILD.search(part):
        met = and_(met, contact_search.c.text.contains(part, autoescape=True))
    return select(contact_search.c.rowid).where(met)
