"""Countries as address columns name them: they tell where a phone without a plus is dialled."""

from functools import lru_cache

from crmcli.values.text import search_key

UNKNOWN = "ZZ"
"""What phonenumbers calls a region that is not known: only phones with a plus can be read there."""

# phonenumbers names all countries in all languages, but takes 0.3 s to load the names.
_NAMES = {
    "AM": "армения; armenia", "AR": "argentina; аргентина", "AT": "austria; австрия", "AU": "australia; австралия",
    "AZ": "азербайджан; azerbaijan", "BE": "belgium; бельгия", "BG": "bulgaria; болгария", "BR": "brazil; бразилия",
    "BY": "беларусь; белоруссия; республика беларусь; belarus", "CA": "canada; канада",
    "CH": "switzerland; швейцария", "CL": "chile; чили", "CN": "china; китай; кнр", "CY": "cyprus; кипр",
    "CZ": "czech republic; czechia; чехия", "DE": "germany; deutschland; германия", "DK": "denmark; дания",
    "EE": "estonia; эстония", "ES": "spain; испания", "FI": "finland; финляндия", "FR": "france; франция",
    "GB": "united kingdom; uk; great britain; england; великобритания; англия", "GE": "грузия; georgia",
    "GR": "greece; греция", "HU": "hungary; венгрия", "IE": "ireland; ирландия; eire", "IL": "israel; израиль",
    "IN": "india; индия", "IT": "italy; италия", "JP": "japan; япония",
    "KG": "кыргызстан; киргизия; kyrgyzstan", "KZ": "казахстан; республика казахстан; kazakhstan",
    "LT": "lithuania; литва", "LV": "latvia; латвия", "MD": "молдова; молдавия; moldova",
    "ME": "montenegro; черногория",
    "MX": "mexico; мексика", "NL": "netherlands; the netherlands; holland; нидерланды; голландия",
    "NO": "norway; норвегия", "PL": "poland; польша", "PT": "portugal; португалия", "RO": "romania; румыния",
    "RS": "serbia; сербия", "RU": "россия; рф; российская федерация; russia; russian federation",
    "SE": "sweden; швеция", "TJ": "таджикистан; tajikistan", "TM": "туркменистан; туркмения; turkmenistan",
    "TR": "turkey; turkiye; турция", "UA": "украина; ukraine", "UZ": "узбекистан; uzbekistan",
    "US": "usa; united states; united states of america; сша; u.s.a.", "VE": "venezuela; венесуэла",
    "AE": "uae; united arab emirates; оаэ",
}  # fmt: skip
_CODES = {search_key(name): code for code, names in _NAMES.items() for name in (*names.split(";"), code)}


@lru_cache(1024)
def country_code(name: str) -> str:
    """The ISO 3166 alpha-2 code of a country by its name or code, UNKNOWN for one that is not listed here."""
    return _CODES.get(search_key(name), UNKNOWN)
