"""A generated base whose contacts have everything that a condition may name."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from crmcli.base.bulk import insert_rows
from crmcli.base.opening import Base
from crmcli.schema import contact_points, contact_tags
from tests.builders import Row, building
from tests.questions.world import FIRST_DAY, World, a_world, store

CITIES = (None, "", "Казань", "КАЗАНЬ ", "Нижний\u00a0 Новгород", "Орёл", "орел", "Weißenburg", "50%_off", "Kazan")
TAGS = ("VIP", "опт", "Ёлка", "a'b", 'say "hi"', "x\\y")
NOTES = (None, "Звонить ПОСЛЕ обеда", "called once;  asked the price", "100% сам_", "\n")
SIZES = (None, "XL", "xl ", "Большой")


@dataclass(frozen=True)
class Society:
    """A world, and the tags and points of its contacts."""

    world: World
    tags: list[Row] = field(default_factory=list)
    points: list[Row] = field(default_factory=list)

    @property
    def present(self) -> list[Row]:
        """The contacts that are not in the trash."""
        return self.world.present

    def present_name(self, contact_id: int | None) -> str | None:
        """The name of a contact that is not in the trash."""
        return next((row["name"] for row in self.present if row["id"] == contact_id), None)

    def store(self, base: Base) -> None:
        """Puts all of it into an empty base."""
        store(self.world, base)
        with building(base) as writer:
            for table, rows in ((contact_tags, self.tags), (contact_points, self.points)):
                columns = list(rows[0])
                insert_rows(writer.connection, table, columns, ([row[name] for name in columns] for row in rows))


def a_society(seed: int, contacts: int = 40) -> Society:
    """A base of so many contacts."""
    random, society = Random(seed), Society(a_world(seed, contacts))
    earlier: list[int | None] = [None]
    for row in society.world.contacts:
        row.update(_described(random, earlier))
        earlier.append(row["id"])
        for tag in random.sample(TAGS, random.randint(0, 3)):
            society.tags.append({"id": len(society.tags) + 1, "contact_id": row["id"], "tag": tag})
        for kind in random.sample(("phone", "email", "website"), random.randint(0, 2)):
            point = {"contact_id": row["id"], "kind": kind, "value": None, "raw": "x", "label": "", "position": 1}
            society.points.append({"id": len(society.points) + 1, **point})
    return society


def _described(random: Random, earlier: list[int | None]) -> Row:
    size = random.choice(SIZES)
    return {
        "kind": random.choice(("person", "company")),
        "city": random.choice(CITIES),
        "note": random.choice(NOTES),
        "tax_id": random.choice((None, "007712345678")),
        "extra": {"Размер": size, "size": "S"} if size else {},
        "company_id": random.choice(earlier),
        "referred_by_id": random.choice(earlier),
        "birthday": random.choice((None, date(1984, 2, 29), _some_day(random), date(1990, 3, 1), date(1970, 12, 31))),
        "next_contact_on": random.choice((None, _some_day(random))),
        "created_at": datetime(2026, 1, 1) + timedelta(hours=random.randint(0, 2000)),  # noqa: DTZ001 - UTC
    }


def _some_day(random: Random) -> date:
    return FIRST_DAY + timedelta(days=random.randint(0, 1000))
