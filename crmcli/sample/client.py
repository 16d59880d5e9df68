"""The shop's clients: who they are, how to reach them, and on which days they bought."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crmcli.sample.names import COMPANIES, ENGLISH, email_for, russian_people
from crmcli.sample.rhythm import AS_OF, OPENED_ON, Pattern, personal_period, purchase_days

MANAGERS = ("Ольга Дроздова", "Тимур Галеев", "Кирилл Мохов")
CHANNELS = ("Сайт", "Рекомендация", "Выставка", "Instagram", "Walk-in")
_PEOPLE: dict[Pattern, int] = {"steady": 50, "slipping": 10, "gone": 13, "once": 17, "lead": 14}
_COMPANIES: dict[Pattern, int] = {"steady": 22, "slipping": 7, "gone": 6, "once": 1, "lead": 10}
_CITIES = ("Ярославль", "Ярославль", "Ярославль", "Рыбинск", "Кострома", "Вологда", "Москва")
_NOTES = (
    "Любит светлую обжарку", "Звонить после 11:00", "Доставка до двери", "Просит счёт заранее",
    "Пьёт только фильтр", "Самовывоз по субботам", "Интересует подписка", "Prefers e-mail",
    "Берёт помол под турку", "Оплата по безналу",
)  # fmt: skip
_NOTATIONS = (
    "+7 ({0}) {1}-{2}-{3}", "8 {0} {1}-{2}-{3}", "+7 {0} {1}-{2}-{3}", "8({0}){1}{2}{3}", "+7{0}{1}{2}{3}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Client:
    """A row of the client sheet, with the days of its purchases; a lead has none."""

    code: str
    person: str | None
    company: str | None
    phone: str | int | None
    email: str | None
    city: str
    channel: str
    manager: str
    birthday: date | None
    tags: str | None
    note: str | None
    created_on: date
    pattern: Pattern
    purchase_days: tuple[date, ...]

    @property
    def name(self) -> str:
        """What the other sheets call this client."""
        return self.person or self.company or ""

    @property
    def strays(self) -> bool:
        """Whether the client has bought more than once and stays away longer than usual."""
        return self.pattern in {"slipping", "gone"}


@dataclass(frozen=True, slots=True)
class _Draft:
    created_on: date
    person: str | None
    company: str | None
    pattern: Pattern
    purchase_days: tuple[date, ...]


def stream(subject: str) -> Random:
    """A source of chance of its own for each subject, so that a change to one leaves the others as they are."""
    return Random(f"crmcli sample: {subject}")  # noqa: S311 - the same workbook every time, no secret


def make_clients() -> list[Client]:
    """All clients, in the order in which the shop met them."""
    rng = stream("clients")
    drafts = sorted(_drafts(rng), key=lambda draft: draft.created_on)
    endings = rng.sample(range(10_000), 2 * len(drafts))
    return [_client(number, draft, endings, rng) for number, draft in enumerate(drafts)]


def _drafts(rng: Random) -> list[_Draft]:
    names = [*ENGLISH, *russian_people(sum(_PEOPLE.values()) + len(COMPANIES) - len(ENGLISH), stream("names"))]
    people, faces = names[: -len(COMPANIES)], names[-len(COMPANIES) :]
    # Of some companies the shop knows whom to ask for, of most only the company.
    known = [face if number % 3 == 0 else None for number, face in enumerate(faces)]
    return [
        *(_draft(person, None, pattern, rng) for person, pattern in zip(people, _dealt(_PEOPLE, rng), strict=True)),
        *(
            _draft(face, company, pattern, rng)
            for face, company, pattern in zip(known, COMPANIES, _dealt(_COMPANIES, rng), strict=True)
        ),
    ]


def _dealt(counts: dict[Pattern, int], rng: Random) -> list[Pattern]:
    patterns = [pattern for pattern, count in counts.items() for _ in range(count)]
    rng.shuffle(patterns)
    return patterns


def _draft(person: str | None, company: str | None, pattern: Pattern, rng: Random) -> _Draft:
    days = purchase_days(pattern, personal_period(rng, wholesale=company is not None), rng)
    met_on = days[0] if days else AS_OF - timedelta(days=rng.randint(15, 420))
    created_on = max(OPENED_ON, met_on - timedelta(days=rng.choice((0, 0, 1, 3, 8, 20))))
    return _Draft(created_on, person, company, pattern, days)


def _client(number: int, draft: _Draft, endings: list[int], rng: Random) -> Client:
    phone = None if number % 11 == 5 else _phone_cell(endings[2 * number], endings[2 * number + 1], rng)
    has_email = phone is None or rng.random() < 0.75
    domain = rng.choice(("example.com", "example.org"))
    return Client(
        code=f"К-{number + 1:03}",
        person=draft.person,
        company=draft.company,
        phone=phone,
        email=email_for(draft.person, draft.company, domain) if has_email else None,
        city=rng.choice(_CITIES),
        channel=rng.choices(CHANNELS, (30, 25, 10, 15, 20))[0],
        manager=rng.choices(MANAGERS, (45, 35, 20))[0],
        birthday=None if draft.company or rng.random() < 0.4 else _birthday(rng),
        tags=_tags(draft, rng),
        note=rng.choice(_NOTES) if rng.random() < 0.3 else None,
        created_on=draft.created_on,
        pattern=draft.pattern,
        purchase_days=draft.purchase_days,
    )


def _phone_cell(ending: int, second: int, rng: Random) -> str | int:
    kind = rng.random()
    if kind < 0.15:
        return int(f"{rng.choice(('7', '8', ''))}900000{ending:04}")
    if kind < 0.3:
        return f"{_phone(ending, rng)}{rng.choice((', ', '; ', ' / '))}{_phone(second, rng)}"
    return _phone(ending, rng)


def _phone(ending: int, rng: Random) -> str:
    return rng.choice(_NOTATIONS).format("900", "000", f"{ending:04}"[:2], f"{ending:04}"[2:])


def _birthday(rng: Random) -> date:
    return date(1962, 1, 1) + timedelta(days=rng.randrange(41 * 365))


def _tags(draft: _Draft, rng: Random) -> str | None:
    tags = ["опт"] if draft.company else []
    if draft.pattern == "steady" and rng.random() < 0.4:
        tags.append("постоянный")
    if rng.random() < 0.35:
        tags.append(rng.choice(("эспрессо", "фильтр", "посуда", "подарки", "чай")))
    return ", ".join(tags) or None
