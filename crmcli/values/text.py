"""Text that is compared: names, headings, words at the prompt."""

import unicodedata
from functools import lru_cache


@lru_cache(65536)
def search_key(text: str) -> str:
    """The form in which names are compared: NFKC, case folded, ё as е, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(folded.split())
