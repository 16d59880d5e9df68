"""Which encoding a text file has: its mark, else UTF-8, else the one in which it reads as words."""

import codecs
import re
from math import log

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CYRILLIC = ("cp1251", "cp866", "koi8-r")
_SAMPLE = 200_000
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x19]")
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN_SIGNS = frozenset("«»„“”’‘—–…№§°±²³€₽£©®\u00a0")
# Letters of a thousand in Russian text; і, ї, є, ґ are here for Ukrainian names.
_FREQUENCY = {
    "о": 110, "е": 85, "а": 80, "и": 74, "н": 67, "т": 63, "с": 55, "р": 47, "в": 45, "л": 44, "к": 35, "м": 32,
    "д": 30, "п": 28, "у": 26, "я": 20, "ы": 19, "ь": 17, "г": 17, "з": 16, "б": 16, "ч": 15, "й": 12, "х": 10,
    "ж": 9, "ш": 7, "ю": 6, "ц": 5, "щ": 4, "э": 3, "ф": 3, "ъ": 1, "ё": 2, "і": 3, "ї": 1, "є": 1, "ґ": 0.3,
}  # fmt: skip
_LETTER = {letter: log(count / 8) for letter, count in _FREQUENCY.items()}


def decode(content: bytes) -> str:
    """The text of a file. Raises ValueError where it is no text, or in no encoding that we can tell."""
    encoding = encoding_of(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise ValueError(f"it seems to be in {encoding}, but parts of it are not") from None


def encoding_of(content: bytes) -> str:
    """The name of the encoding of a file. Raises ValueError where it is no text, or in none that we can tell."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if b"\0" in content[:4096] and not _is_blemished(content[:4096]):
        return _wide(content[:4096])
    return "utf-8" if _is_utf8(content) else _narrow(content[:_SAMPLE])


def _is_blemished(sample: bytes) -> bool:
    """Whether it is text of one byte a letter in which a few zero bytes stand by mistake."""
    return sample.count(0) * 50 < len(sample) and not _CONTROLS.search(sample)


def _is_utf8(content: bytes) -> bool:
    """Whether it is UTF-8, perhaps with a few broken bytes: those are no reason to read it as something else."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
    else:
        return True
    return text.count("\ufffd") * 20 <= sum(not c.isascii() for c in text)


def _wide(sample: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: the high bytes of most letters are zero, of UTF-32 two of four always."""
    zeros = [sample[place::4].count(0) * 4 for place in range(4)]
    if len(sample) % 4 == 0 and min(zeros[0], zeros[1]) == len(sample):
        return "utf-32-be"
    if len(sample) % 4 == 0 and min(zeros[2], zeros[3]) == len(sample):
        return "utf-32-le"
    even, odd = (zeros[0] + zeros[2]) // 4, (zeros[1] + zeros[3]) // 4
    if max(even, odd) * 10 < len(sample) // 2 or min(even, odd) * 5 > max(even, odd):
        raise ValueError("it holds binary data, not text")
    return "utf-16-le" if odd > even else "utf-16-be"


def _narrow(sample: bytes) -> str:
    scores = {encoding: _likeness(sample.decode(encoding, "replace")) for encoding in (*_CYRILLIC, "cp1252")}
    best = max(scores, key=lambda encoding: scores[encoding])
    return best if scores[best] > 0 else _guessed(sample)


def _likeness(text: str) -> float:
    """How much the text beyond ASCII reads like words: above 0 when it does."""
    score = sum(_word_likeness(word) for word in _WORD.findall(text) if not word.isascii())
    signs = sum(not c.isascii() and not c.isalnum() and c not in _PLAIN_SIGNS for c in text)
    return score - 3.0 * signs


def _word_likeness(word: str) -> float:
    high = [c for c in word if not c.isascii()]
    cyrillic = [c for c in high if "\u0400" <= c <= "\u04ff"]
    if not cyrillic:
        # Latin words carry an accent here and there; a word of accents alone is Cyrillic misread.
        return 1.0 * len(high) if len(high) * 2 <= len(word) or len(word) <= 2 else -2.0 * len(high)
    if len(cyrillic) < len(word):
        return -3.0 * len(high)
    if not (word.islower() or word.isupper() or word.istitle()):
        return -2.0 * len(high)
    return sum(_LETTER.get(c, -3.0) for c in word.casefold())


def _guessed(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    guess = from_bytes(sample).best()
    if guess is None:
        raise ValueError("its encoding cannot be told")
    return guess.encoding
