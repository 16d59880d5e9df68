"""The quick reading of phones beside phonenumbers alone: do they ever disagree, and what does a number cost?

python -m benchmarks.phones [RU [COUNT]]
"""

import sys
from collections.abc import Callable
from time import perf_counter

from crmcli.values.home_phones import home_e164
from crmcli.values.points import e164, parsed_e164
from tests.values.spelled_phones import spelled_phones

Reading = Callable[[str, str], str | None]


def main(country: str, count: int) -> int:
    """Prints what was found; the number of disagreements."""
    texts = list(spelled_phones(country, count, seed=count))
    alone: Reading = parsed_e164.__wrapped__
    quick, _ = _timed(home_e164, texts, country)
    parsed, parsed_cost = _timed(alone, texts, country)
    wrong = [text for text in texts if quick[text] and quick[text] != parsed[text]]
    plain = [text for text in texts if quick[text]]
    print(f"{country}: {count} texts, {len(parsed)} different, {sum(map(bool, parsed.values()))} of them phones")
    print(f"read quickly: {len(plain) / count:.0%}; disagreements: {len(wrong)} {wrong[:10]}")
    print(f"phonenumbers alone, all texts: {parsed_cost:.1f} microseconds a text")
    _, mixed_cost = _timed(e164, texts, country)
    print(f"both, all texts: {mixed_cost:.1f}")
    print(f"phonenumbers alone, plain texts: {_timed(alone, plain, country)[1]:.1f}")
    print(f"quick, plain texts: {_timed(home_e164, plain, country)[1]:.1f}")
    return len(wrong)


def _timed(read: Reading, texts: list[str], country: str) -> tuple[dict[str, str | None], float]:
    """What each text was read as, and the microseconds a text."""
    read("+79160000001", country)
    begun = perf_counter()
    found = [read(text, country) for text in texts]
    cost = (perf_counter() - begun) / len(texts) * 1e6
    return dict(zip(texts, found, strict=True)), cost


if __name__ == "__main__":
    country, count = [*sys.argv[1:], *("RU", "1000000")[len(sys.argv) - 1 :]][:2]
    sys.exit(1 if main(country, int(count)) else 0)
