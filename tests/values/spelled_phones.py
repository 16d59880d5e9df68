"""Phones as people write them, right and wrong: what the quick reading of phones is compared on."""

import random
from collections.abc import Iterator

import phonenumbers
from phonenumbers import PhoneMetadata

_GAPS = (" ", "-", ".", " - ", "\u00a0", "  ", "")


def spelled_phones(country: str, count: int, seed: int = 1) -> Iterator[str]:
    """`count` texts: numbers of the country, of others and of none, whole and broken, in every spelling."""
    chance = random.Random(f"{country} {seed}")
    home = PhoneMetadata.metadata_for_region(country)
    assert home is not None
    examples = _examples(country) * 8 + _examples("UA") + _examples("US")
    plus, trunk = f"+{home.country_code}", home.national_prefix or ""
    leads = ["", plus, trunk, plus[1:]] * 5 + ["+", "0", "8", "1", "7", "00", "810", "011", "+380", f"({plus})"]
    for _ in range(count):
        number = _number(chance, chance.choice(examples))
        yield _spelling(chance, chance.choice(leads), _broken(chance, number))


def _examples(country: str) -> list[str]:
    """A national number of every type that the country has."""
    of_types = (phonenumbers.example_number_for_type(country, number_type) for number_type in range(11))
    return [phonenumbers.national_significant_number(found) for found in of_types if found]


def _number(chance: random.Random, example: str) -> str:
    """The example with its last digits, or nearly all of them, made anew."""
    kept = chance.choice((0, 1, 2, 3, 3, 4, 4, 5))
    return example[:kept] + "".join(chance.choices("0123456789", k=len(example) - kept))


def _broken(chance: random.Random, number: str) -> str:
    """One number in five with digits lost, added or doubled."""
    match chance.randrange(15):
        case 0:
            return number[: chance.randrange(len(number))]
        case 1:
            return number + "".join(chance.choices("0123456789", k=chance.randint(1, 4)))
        case 2:
            return number * 2
        case _:
            return number


def _spelling(chance: random.Random, lead: str, number: str) -> str:
    if chance.random() < 0.2:
        return lead + number
    gap = chance.choice(_GAPS)
    first, second = chance.randint(1, 5), chance.randint(5, 8)
    area = f"({number[:first]})" if chance.random() < 0.4 else number[:first]
    whole = chance.choice((gap, " ")).join((lead, area, number[first:second], number[second:]))
    return whole + chance.choice(("",) * 12 + (" ", "\n", ".", ")", " доб. 12", " ext 5", "#", "x7", " Иван", "/2"))
