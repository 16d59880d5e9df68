"""A base of people and companies, Russian and English, some of them stored twice in the ways that happen."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

_WORDS = {
    key: words.split()
    for key, words in tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8")).items()
}
_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A contact to be stored. `truth`: the same for those who are one."""

    truth: int
    kind: str
    name: str
    city: str | None = None
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass
class _Maker:
    random: Random
    numbers: set[str] = field(default_factory=set)

    def phone(self) -> str:
        while (made := f"+79{self.random.randrange(10**9):09}") in self.numbers:
            pass
        self.numbers.add(made)
        return made

    def name(self, kind: str) -> str:
        if kind == "company":
            return self._company()
        if kind == "english":
            return f"{self.random.choice(_WORDS['first'])} {self.random.choice(_WORDS['last'])}"
        return self._russian()

    def _russian(self) -> str:
        random, woman = self.random, self.random.random() < 0.5
        family = random.choice(_WORDS["roots"]) + random.choice(_WORDS["endings"])
        first, father = (
            random.choice(_WORDS["women"] if woman else _WORDS["men"]),
            random.choice(_WORDS["fathers"]) + ("на" if woman else "ич"),
        )
        if woman and not family.endswith("енко"):
            family = f"{family[:-2]}ая" if family.endswith("ий") else f"{family}а"
        return f"{family} {first} {father}" if random.random() < 0.5 else f"{first} {family}"

    def _company(self) -> str:
        random = self.random
        adjective, thing, root = (random.choice(_WORDS[key]) for key in ("adjectives", "things", "roots"))
        one, other = (random.choice(_WORDS["trades"]).lower() for _ in range(2))
        bare = random.choice((f"{adjective} {thing} {random.randint(1, 400)}", f"{root}{one}{other}"))
        return f"{random.choice(('ООО', 'ИП', 'АО'))} «{bare}»"


def people(count: int, doubles: int, seed: int = 7) -> list[Person]:
    """So many contacts, of whom `doubles` are others once more; the same for the same seed."""
    random = Random(seed)
    maker = _Maker(random)
    made = [_new(maker, truth) for truth in range(count - doubles)]
    known = [person for person in made if person.phones or person.emails]
    _share_phones(random, made)
    copies = [random.choice(WAYS)(maker, person) for person in random.sample(known, doubles)]
    made += copies
    random.shuffle(made)
    return made


def _new(maker: _Maker, truth: int) -> Person:
    random = maker.random
    kind = random.choices(("russian", "english", "company"), (75, 10, 15))[0]
    phones = tuple(maker.phone() for _ in range(random.choices((0, 1, 2), (12, 76, 12))[0]))
    emails = (_email(random, truth),) if random.random() < 0.55 else ()
    city = random.choice(_WORDS["cities"]) if random.random() < 0.9 else None
    return Person(truth, "company" if kind == "company" else "person", maker.name(kind), city, phones, emails)


def _share_phones(random: Random, made: list[Person]) -> None:
    """What is no duplicate: families and offices with one phone, phones and e-mails of nobody."""
    for _ in range(len(made) // 50):
        one, other = random.randrange(len(made)), random.randrange(len(made))
        made[other] = replace(made[other], phones=made[one].phones or made[other].phones)
    for _ in range(len(made) // 900):
        for place in random.sample(range(len(made)), 3):
            made[place] = random.choice(_OF_NOBODY)(made[place])


_OF_NOBODY: tuple[Callable[[Person], Person], ...] = (
    lambda person: replace(person, phones=("+79990000000",)),
    lambda person: replace(person, phones=("+78001002030",)),
    lambda person: replace(person, emails=("noreply@example.com",)),
)


def _email(random: Random, number: int) -> str:
    return f"{random.choice(('info', 'mail', 'box', 'me'))}{number}{random.choice('abcdefgh')}@example.com"


def _typo(maker: _Maker, person: Person) -> Person:
    name, random = person.name, maker.random
    at = random.randrange(1, len(name) - 2)
    changed = random.choice((
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + random.choice("аеиоурстлн") + name[at + 1 :],
    ))  # fmt: skip
    return replace(person, name=changed)


def _initials(_maker: _Maker, person: Person) -> Person:
    first, *others = person.name.split()
    if person.kind == "company" or not others:
        return replace(person, emails=())
    return replace(person, name=" ".join([first, *(f"{word[0]}." for word in others)]))


def _swapped(_maker: _Maker, person: Person) -> Person:
    return replace(person, name=" ".join(reversed(person.name.split())))


def _transliterated(_maker: _Maker, person: Person) -> Person:
    return replace(
        person, name=" ".join("".join(_LATIN.get(c, c) for c in w.lower()).title() for w in person.name.split())
    )


def _without_phone(_maker: _Maker, person: Person) -> Person:
    return replace(person, phones=())


def _other_email(maker: _Maker, person: Person) -> Person:
    return replace(person, emails=(_email(maker.random, -person.truth),))


def _with_e(_maker: _Maker, person: Person) -> Person:
    return replace(person, name=person.name.replace("ё", "е"), emails=())


def _other_phone(maker: _Maker, person: Person) -> Person:
    return replace(person, phones=(maker.phone(),))


def _again(_maker: _Maker, person: Person) -> Person:
    return person


def _typo_without_phone(maker: _Maker, person: Person) -> Person:
    return replace(_typo(maker, person), phones=())


WAYS: tuple[Callable[[_Maker, Person], Person], ...] = (
    _typo, _initials, _swapped, _transliterated, _without_phone, _other_email, _with_e, _other_phone, _again,
    _typo_without_phone,
)  # fmt: skip
"""How a contact comes to be stored twice."""
