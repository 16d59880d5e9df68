"""What the properties of a vCard mean, in the words that columns of sheets have."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from crmcli.sheets.vcard_text import CardText, Property
from crmcli.values.text import search_key

CUSTOM = "custom field"
LEFT_OUT = ""

_MEANINGS = {
    "TEL": ("phone", "Phone"),
    "EMAIL": ("email", "Email"),
    "URL": ("website", "Website"),
    "X-SOCIALPROFILE": ("website", "Website"),
    "IMPP": ("messenger", "Messenger"),
    "X-MS-IMADDRESS": ("messenger", "Messenger"),
    "NOTE": ("note", "Note"),
    "CATEGORIES": ("tags", "Tags"),
    "NICKNAME": ("alias", "Nickname"),
    "UID": ("customer key", "UID"),
    "BDAY": ("birthday", "Birthday"),
    "X-ABDATE": (CUSTOM, "Date"),
    "X-ABRELATEDNAMES": (CUSTOM, "Related"),
}
"""The meaning of a property and what its heading would be."""

_SERVICES = {
    "X-SKYPE": "Skype", "X-SKYPE-USERNAME": "Skype", "X-TELEGRAM": "Telegram", "X-WHATSAPP": "WhatsApp",
    "X-VIBER": "Viber", "X-ICQ": "ICQ", "X-JABBER": "Jabber", "X-AIM": "AIM", "X-MSN": "MSN", "X-YAHOO": "Yahoo",
    "X-QQ": "QQ", "X-GTALK": "GTalk", "X-GOOGLE-TALK": "GTalk",
}  # fmt: skip
_SCHEMES = {"skype": "Skype", "tg": "Telegram", "telegram": "Telegram", "whatsapp": "WhatsApp", "viber": "Viber",
            "icq": "ICQ", "xmpp": "Jabber", "aim": "AIM", "msnim": "MSN", "ymsgr": "Yahoo"}  # fmt: skip
_TYPES = {"cell": "mobile", "iphone": "iPhone"}
_NO_LABELS = frozenset({
    "voice", "pref", "internet", "text", "video", "msg", "textphone", "x400", "postal", "parcel", "dom", "intl", "bbs",
    "modem", "car", "isdn", "pcs", "uri", "x-internet", "character", "8bit", "7bit",
})  # fmt: skip
_READ_APART = frozenset({"FN", "N", "VERSION", "KIND", "X-ABSHOWAS", "X-ABLABEL", "PROFILE"})
_TECHNICAL_NAME = re.compile(
    r"(?:PRODID|PHOTO|LOGO|SOUND|KEY|REV|GEO|TZ|CLASS|SOURCE|NAME|MAILER|SORT-STRING|LANG|LANGUAGE|XML|CLIENTPIDMAP|FBURL"
    r"|CALURI|CALADRURI|MEMBER|AGENT|LABEL|X-ABADR|X-ABUID|X-ID|X-ETAG|X-GENERATOR|X-IMAGE.*|X-GENDER|X-EVOLUTION-FILE-AS"
    r"|X-MS-OL-.*|X-MS-CARDPICTURE|X-PHONETIC-.*|X-FC.*|X-COUCHDB-.*|X-ADDRESSBOOKSERVER-.*|X-APPLE-.*)\Z"
)
"""What says nothing of the contact, or says it anew: pictures, keys, time stamps, sounds of a name."""
_MAKERS = re.compile(r"^X-(?:MS-|EVOLUTION-|ANDROID-|CRMCLI-)?")
_GOOGLES_GROUP = re.compile(r"\bmy ?contacts\b", re.IGNORECASE)
_ANDROID = re.compile(r"vnd\.android\.cursor\.item/(\w+);([^;]*).*", re.DOTALL)
_URI = re.compile(r"([a-z][a-z0-9+.-]+):(?://)?(.*)", re.IGNORECASE | re.DOTALL)
_TEL = re.compile(r"tel:([^;]*)(?:;ext=(\d+))?.*", re.IGNORECASE | re.DOTALL)
_PAUSE = re.compile(r"[,;pw]{1,9}(\d{1,7})#?\Z", re.IGNORECASE)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_DAY = re.compile(r"(\d{4}|--)-?(\d\d)-?(\d\d)(?:[T ].*)?", re.DOTALL)


@dataclass(slots=True)
class Field:
    """One thing that a card says: what a cell under `heading` would say."""

    name: str
    meaning: str
    heading: str
    text: str
    label: str = ""


def fields_of(card: CardText) -> Iterator[Field]:
    """What the card says, in its order, but the name first. What is LEFT_OUT comes too, to be named."""
    labels = {p.head.group: _own_label(p) for p in card.properties if p.head.name == "X-ABLABEL"}
    yield from _names(card)
    seen: set[str] = set()
    for one in card.properties:
        label = labels.get(one.head.group) or _label(one.head.types)
        if one.head.name == "ORG":
            yield from _organization(one, is_first="ORG" not in seen)
        elif one.head.name == "ADR":
            yield from _address(one, label, is_first="ADR" not in seen)
        elif one.head.name not in _READ_APART:
            yield _field(one, label)
        seen.add(one.head.name)


def is_company(card: CardText) -> bool:
    """Whether the card says that it is an organisation's, or names nobody but the organisation."""
    said = {one.head.name: one for one in reversed(card.properties)}
    if any(name in said and said[name].text.lower() in {"org", "company"} for name in ("KIND", "X-ABSHOWAS")):
        return True
    name, company = said.get("FN"), said.get("ORG")
    has_parts = "N" in said and any(said["N"].parts[:3])
    return bool(company and not has_parts and (name is None or search_key(name.text) == search_key(company.parts[0])))


def _names(card: CardText) -> Iterator[Field]:
    """The name as it is displayed; a Russian one in parts where these are the same words: surnames go first there."""
    whole = next((p.text for p in card.properties if p.head.name == "FN" and p.text), "")
    parts = next((p.parts for p in card.properties if p.head.name == "N"), [])
    last, first, middle = [*parts, "", "", ""][:3]
    joined = f"{last} {first} {middle}"
    is_russian = _CYRILLIC.search(joined) is not None
    if whole and not (is_russian and sorted(search_key(whole).split()) == sorted(search_key(joined).split())):
        yield Field("FN", "name", "Name", whole)
        return
    headings = ("Фамилия", "Имя", "Отчество") if is_russian else ("Last name", "First name", "Middle name")
    for meaning, heading, part in zip(("last", "first", "middle"), headings, (last, first, middle), strict=True):
        if part:
            yield Field("N", meaning, heading, part)


def _organization(one: Property, *, is_first: bool) -> Iterator[Field]:
    company, *units = (part for part in [*one.parts, ""])
    if company:
        yield Field("ORG", "company" if is_first else CUSTOM, "Company", company)
    if department := ", ".join(unit for unit in units if unit):
        yield Field("ORG", CUSTOM, "Department", department)


def _address(one: Property, label: str, *, is_first: bool) -> Iterator[Field]:
    """The address in one text; the first one's parts too, where it has no street and as phones are dialled there."""
    parts = [_in_one_line(part) for part in [*one.parts, *[""] * 7][:7]]
    street = ", ".join(part for part in parts[:3] if part)
    places = parts[3:]
    if street:
        beside = [place for place in places if place and search_key(place) not in search_key(street)]
        yield Field("ADR", "address", "Address", ", ".join([street, *beside]), label)
    if is_first:
        meanings = (("city", "City"), ("region", "Region"), ("postcode", "Postal code"), ("country", "Country"))
        for (meaning, heading), place in zip(meanings, places, strict=True):
            if place:
                yield Field("ADR", meaning, heading, place)


def _in_one_line(part: str) -> str:
    lines = (line.strip(" ,\t") for line in part.split("\n"))
    return ", ".join(line for line in lines if line)


def _field(one: Property, label: str) -> Field:
    name, text = one.head.name, one.text
    if name in _SERVICES:
        return Field(name, "messenger", "Messenger", text, _SERVICES[name])
    if one.head.encoding == "BASE64" or _TECHNICAL_NAME.match(name):
        return Field(name, LEFT_OUT, "", text)
    if name == "X-ANDROID-CUSTOM" and (match := _ANDROID.fullmatch(text)):
        return Field(name, CUSTOM, match[1].replace("_", " ").capitalize(), match[2])
    meaning, heading = _MEANINGS.get(name) or (CUSTOM, _MAKERS.sub("", name).replace("-", " ").capitalize())
    if meaning == CUSTOM:
        return Field(name, CUSTOM, label or heading, text)
    if meaning == "messenger":
        return _messenger(one, text, label)
    return Field(name, meaning, heading, _plain(one, text), label)


def _plain(one: Property, text: str) -> str:
    """The text as a cell of a sheet would have it."""
    match one.head.name:
        case "TEL":
            uri = _TEL.fullmatch(text)
            number = f"{uri[1]} ext {uri[2]}" if uri and uri[2] else uri[1] if uri else text
            return _PAUSE.sub(r" ext \1", number)
        case "BDAY" if match := _DAY.fullmatch(text):
            year = "--" if one.head.yearless else match[1]
            return f"{year}{'' if year == '--' else '-'}{match[2]}-{match[3]}"
        case "CATEGORIES":
            return _GOOGLES_GROUP.sub("", text)
        case _:
            return text


def _messenger(one: Property, text: str, label: str) -> Field:
    """A messenger's name without the scheme of its address: skype:anna -> anna, labelled Skype."""
    from urllib.parse import unquote

    uri = _URI.fullmatch(text)
    scheme = uri[1].lower() if uri else ""
    if scheme in {"", "http", "https"} or uri is None:
        return Field(one.head.name, "messenger", "Messenger", text, one.head.service or label)
    name = unquote(uri[2]).strip()
    return Field(one.head.name, "messenger", "Messenger", name, one.head.service or _SCHEMES.get(scheme, label))


def _own_label(one: Property) -> str:
    """The label that a user gave; Apple's own ones stand in signs such as _$!<Home>!$_."""
    return " ".join(one.text.removeprefix("_$!<").removesuffix(">!$_").split())


@lru_cache(4096)
def _label(types: tuple[str, ...]) -> str:
    """What the TYPEs say: WORK, FAX -> "Work fax"."""
    words = [_TYPES.get(word, word) for word in types if word not in _NO_LABELS and word]
    joined = " ".join(sorted(dict.fromkeys(words), key=lambda word: word not in {"home", "work"}))
    return joined[:1].upper() + joined[1:] if joined != "iPhone" else joined
