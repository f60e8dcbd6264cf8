"""What language a text is in, as far as its letters tell: a tag of BCP 47."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

# Of longer texts the beginning is looked at.
_ENOUGH = 2000
# One sign of Chinese, Japanese or Korean says as much as two letters and a bit.
_WEIGHTS = {"Hani": 11, "Kana": 11, "Hang": 11}
_LETTER = 5
# Han among so much kana is Japanese.
_KANA = 0.1
# The first word of the name of a letter, and its script.
_SCRIPTS = {
    "CJK": "Hani", "IDEOGRAPHIC": "Hani", "HIRAGANA": "Kana", "KATAKANA": "Kana", "KATAKANA-HIRAGANA": "Kana",
    "HALFWIDTH": "Kana", "HANGUL": "Hang", "BOPOMOFO": "Hani", "LATIN": "Latn", "FULLWIDTH": "Latn",
    "CYRILLIC": "Cyrl", "GREEK": "Grek", "ARABIC": "Arab", "HEBREW": "Hebr", "THAI": "Thai", "DEVANAGARI": "Deva",
    "ARMENIAN": "Armn", "GEORGIAN": "Geor", "BENGALI": "Beng", "TAMIL": "Taml", "TIBETAN": "Tibt", "LAO": "Laoo",
    "KHMER": "Khmr", "MYANMAR": "Mymr", "ETHIOPIC": "Ethi", "TELUGU": "Telu", "GUJARATI": "Gujr", "SINHALA": "Sinh",
}  # fmt: skip
_LANGUAGES = {"Hani": "zh", "Kana": "ja", "Hang": "ko"}


def language_of(text: str) -> str | None:
    """Return the language of a text: ``zh``, ``ja``, ``ko``, or of others the script alone (``und-Latn``).

    That of most of its letters counts. ``None`` for a text without any, or of scripts that are not known.
    """
    found: Counter[str] = Counter()
    for char, number in Counter(text[:_ENOUGH]).items():
        script = _script(char)
        if script:
            found[script] += number * _WEIGHTS.get(script, _LETTER)
    if found["Kana"] > _KANA * found["Hani"]:
        found["Kana"] += found.pop("Hani", 0)
    if not found:
        return None
    script = max(sorted(found), key=lambda each: found[each])
    return (_LANGUAGES.get(script) or f"und-{script}") if found[script] else None


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    if not char.isalpha():
        return ""
    return _SCRIPTS.get(unicodedata.name(char, "").split(" ", maxsplit=1)[0], "")
