"""Which contact a record means. Two people made one cannot be told apart again: in doubt they stay two, or it asks."""

import re
from difflib import SequenceMatcher

from crmcli.actions.importing.intake import Doubtful, Refused
from crmcli.actions.importing.roster import REACHING, Known, Roster, name_of, point_key
from crmcli.actions.merge import OTHER_NAME
from crmcli.actions.trash import told
from crmcli.values.names import LEGAL_FORMS
from crmcli.values.points import NAMES_ON_A_POINT, Point, is_junk
from crmcli.values.records import ContactRecord
from crmcli.values.text import search_key

_WHICH = "{} contacts have {}: {} would tell which is meant"
_MISSPELT = 0.8
_NAMESAKES = 100
"""Of more contacts of one name than these, a phone or an e-mail tells who is meant, and the name alone nothing."""


def matched(record: ContactRecord, roster: Roster) -> int | None:
    """The id of the contact that a record means: by the sheet's own key, a phone or e-mail, then the name.

    None where there is no such contact. Raises Doubtful where it may be several, Refused where it contradicts the one
    whose key it has, or means one in the trash.
    """
    try:
        found = _found(record, roster)
    except Doubtful as doubt:
        refuse_deleted(roster, doubt.contact_ids[0])  # of several there, all are: a live one comes first
        raise
    if found is not None:
        refuse_deleted(roster, found)
    return found


def refuse_deleted(roster: Roster, contact_id: int) -> None:
    """Raises Refused where a contact is in the trash: it is neither changed unseen nor made once more."""
    known = roster.by_id[contact_id]
    if known.deleted:
        raise Refused(told(contact_id, erased=known.erased))


def _found(record: ContactRecord, roster: Roster) -> int | None:
    if record.key and (by_key := roster.by_key.get(record.key)):
        _refuse_contradiction(record, roster, by_key)
        return by_key
    by_point = _by_point(record, roster)
    if by_point is not None or name_of(record):
        return by_point or _by_name(record, roster)
    return _by_tax_id(record, roster)


def names_agree(one: str, other: str) -> bool:
    """Whether two names may be one person's or company's: what only one has, or an initial, is no contradiction.

    Анна and Петрова Анна agree, as do А. Петрова and Анна Петрова; Пётр Иванов and Иван Иванов do not.
    """
    first, second = _words(one), _words(other)
    if not first or not second:
        return search_key(one) == search_key(other)
    fewer, more = sorted((first - second, second - first), key=len)
    return all(any(_is_initial(a, b) or _is_initial(b, a) for b in more) for a in fewer)


def is_told_already(record: ContactRecord, roster: Roster, contact_id: int) -> bool:
    """Whether a contact of that name has all that a record says: such a row says nothing new."""
    known = roster.by_id[contact_id]
    said = (record.city, record.birthday, record.tax_id, record.note)
    held = tuple(known.row[column] for column in ("city", "birthday", "tax_id", "note"))
    same = all(one is None or one == other for one, other in zip(said, held, strict=True))
    points = {(point.kind, point_key(point)) for point in record.points}
    return same and _is_called(record, known) and points <= known.points.keys()


def _by_point(record: ContactRecord, roster: Roster) -> int | None:
    doubt: tuple[str, list[int]] | None = None
    for point in record.points:
        if point.kind not in REACHING or point_key(point) not in roster.by_point:
            continue
        alike = roster.live(i for i in _holders(record, roster, point) if _may_be(record, roster.by_id[i]))
        alike = [i for i in alike if _is_called(record, roster.by_id[i])] or alike
        if len(alike) == 1:
            return alike[0]
        if alike:
            told = "the full name or a key" if name_of(record) else "a name"
            doubt = _WHICH.format(len(alike), point.raw, told), alike
    if doubt and not record.key:
        raise Doubtful(*doubt)
    return None


def _holders(record: ContactRecord, roster: Roster, point: Point) -> list[int]:
    """The contacts with that phone or e-mail; of one that is nobody's, only such as nothing else is known of."""
    found = roster.by_point.get(point_key(point))
    if not found:
        return []
    if not is_junk(point.kind, point.value or "") and not _is_everybodys(found, roster):
        return found
    return [] if name_of(record) else [i for i in found if roster.by_id[i].is_nameless]


def _is_everybodys(found: list[int], roster: Roster) -> bool:
    if len(found) <= NAMES_ON_A_POINT:
        return False
    return len({roster.by_id[i].row["search_key"] for i in found}) > NAMES_ON_A_POINT


def _by_tax_id(record: ContactRecord, roster: Roster) -> int | None:
    alike = roster.live(i for i in roster.by_tax_id.get(record.tax_id or "", ()) if _may_be(record, roster.by_id[i]))
    if len(alike) > 1 and not record.key:
        raise Doubtful(_WHICH.format(len(alike), f"the tax id {record.tax_id}", "a name"), alike)
    return alike[0] if len(alike) == 1 else None


def _by_name(record: ContactRecord, roster: Roster) -> int | None:
    found = roster.by_name.get(search_key(name_of(record) or ""))
    if not found or (len(found) > _NAMESAKES and any(point.kind in REACHING for point in record.points)):
        return None
    alike = roster.live(i for i in found if _same_by_name(record, roster, roster.by_id[i]))
    near = [i for i in alike if _shares_place(record, roster, roster.by_id[i])] or alike
    if len(near) > 1 and not record.key:
        raise Doubtful(_WHICH.format(len(near), "this name", "a phone, an e-mail or a key"), near)
    return near[0] if len(near) == 1 else None


def _may_be(record: ContactRecord, known: Known) -> bool:
    """A phone or e-mail may be shared: the names must agree, and the sheet's keys must not differ."""
    if record.key and known.keys:
        return False
    name = name_of(record)
    return not name or known.is_nameless or names_agree(name, known.row["name"])


def _is_called(record: ContactRecord, known: Known) -> bool:
    return bool(search_key(name_of(record) or "") == known.row["search_key"])


def _same_by_name(record: ContactRecord, roster: Roster, known: Known) -> bool:
    """Of one name: nothing else that tells people apart differs; another phone does unless the company is the same."""
    if record.key and known.keys:
        return False
    company = roster.company_key(known)
    facts = (
        (record.company and record.name and search_key(record.company), company),
        (record.city and search_key(record.city), known.row["city"] and search_key(known.row["city"])),
        (record.birthday, known.row["birthday"]),
        (record.tax_id, known.row["tax_id"]),
    )
    if any(said and held and said != held for said, held in facts):
        return False
    same_company = company is not None and facts[0][0] == company
    return same_company or not _reached_otherwise(record, known)


def _reached_otherwise(record: ContactRecord, known: Known) -> bool:
    """Whether both have phones, or both e-mails, and none in common."""
    for kind in REACHING:
        said = {point_key(point) for point in record.points if point.kind == kind}
        held = {key for of_kind, key in known.points if of_kind == kind}
        said, held = ({key for key in keys if not is_junk(kind, key)} for keys in (said, held))
        if said and held and said.isdisjoint(held):
            return True
    return False


def _shares_place(record: ContactRecord, roster: Roster, known: Known) -> bool:
    same_company = record.company and search_key(record.company) == roster.company_key(known)
    same_city = record.city and known.row["city"] and search_key(record.city) == search_key(known.row["city"])
    return bool(same_company or same_city)


def _refuse_contradiction(record: ContactRecord, roster: Roster, contact_id: int) -> None:
    known = roster.by_id[contact_id]
    name = name_of(record)
    if not name or known.is_nameless or _agree(record, roster, known):
        return
    if any((point.kind, point_key(point)) in known.points for point in record.points if point.kind in REACHING):
        return
    whose = "another row," if known.is_new else f"contact {contact_id}"
    raise Refused(
        f"the key {record.key} is that of {whose} {known.row['name']}, not of {name}: "
        "if the file comes from another system, import it with --source NAME"
    )


def _agree(record: ContactRecord, roster: Roster, known: Known) -> bool:
    """Whether a record of a contact's key may be of it: a sheet may call a person by his company, or the reverse."""
    names, held = [record.name or record.company or ""], [known.row["name"], *_other_names(known)]
    company = roster.company_key(known)
    if company and not (record.name and record.company):
        held.append(company)
    if record.company and known.row["kind"] == "company":
        names.append(record.company)
    return any(names_agree(a, b) or _is_misspelt(a, b) for a in names for b in held)


def _other_names(known: Known) -> list[str]:
    """What those were called who were merged into the contact."""
    return [str(text) for field, text in known.row["extra"].items() if field.startswith(OTHER_NAME)]


def _is_misspelt(one: str, other: str) -> bool:
    ratio = SequenceMatcher(None, " ".join(sorted(_words(one))), " ".join(sorted(_words(other)))).ratio()
    return ratio >= _MISSPELT


def _words(name: str) -> set[str]:
    return {word for word in re.findall(r"\w+", search_key(name)) if word not in LEGAL_FORMS}


def _is_initial(word: str, name: str) -> bool:
    return len(word) == 1 and name.startswith(word)
