"""Which encoding a text without a mark is in: every one that is possible is tried, and what comes out is judged.

A guess counts only when it reads as a language (its most frequent characters are the frequent ones of that
language) and no other reading comes near. Otherwise it is a guess to tell people of, not to act on.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

from dedupe_cli.text.script import ACCENTED, FREQUENT, script_of

# What is tried when nothing is configured. Windows-1252 and its like read any bytes, so they come last.
ENCODINGS = (
    "gb18030", "big5", "utf-16", "utf-32", "shift_jis", "euc-kr",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253",
)  # fmt: skip
# The codecs of a name, the narrowest first: the first one that reads the text counts.
_CODECS = {
    "big5": ("big5", "cp950", "big5hkscs"),
    "utf-16": ("utf-16-le", "utf-16-be"),
    "utf-32": ("utf-32-le", "utf-32-be"),
    "shift_jis": ("shift_jis", "cp932"),
    "euc-kr": ("euc_kr", "cp949"),
}
_MIXED = re.compile("(?:(?<=[a-zA-Z])[^\\W\\d_a-zA-Z]|[^\\W\\d_a-zA-Z](?=[a-zA-Z]))")
# A sign inside of a word; a letter with none beside it; a capital behind a small letter.
_IN_WORD = re.compile("(?<=[^\\W\\d_])([^\x00-\x7f’·\u00ad])(?=[^\\W\\d_])")
_APART = re.compile("(?<![^\\W\\d_])([^\x00-\x7fàáóéèÀÉÈÁÓ])(?![^\\W\\d_])")
_TURNED = re.compile("(?<=[a-z])[À-ÖØ-ÞĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮŽŐŰ]")
_WIDE = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})

# What every Windows code page reads as the same signs: quotation marks, dashes, dots, a blank that does not break.
_SIGNS = b"\x84\x85\x91\x92\x93\x94\x95\x96\x97\xa0\xab\xbb"
# Such signs where they stand in a text of Latin letters; those that say nothing are not counted.
_SIGN = re.compile("[„…‘’“”•–—«»]")
_PLACED = re.compile(
    "(?<![^\\s(\\[“‘„«–—-])[“‘„«](?=\\w)|(?<=[\\w.,!?;:…–—-])[”’»](?!\\w)|(?<=[a-zA-Z])’(?=[a-zA-Z])"
    "|(?<=[\\w\\s”’.,!?])[–—](?=[\\w\\s“‘])|(?<=\\w)…|(?<![^\\s])•(?=\\s)"
)

# How much of a text is judged, in bytes, and how much of that before the first byte outside of ASCII; all of the text
# must be readable.
_JUDGED, _LEAD = 1 << 16, 256
_HIGH = re.compile(rb"[\x80-\xff]")
# Log odds (natural) that a reading is the language it looks like: what is worth a word, and what is sure, when it is
# so far before the next one.
_WORTH, _SURE, _AHEAD = 2.0, 6.0, 6.0
# What a letter with an accent says for a reading where it stands as in words of a language, and against it elsewhere.
_FITS, _ODD = 1.0, -3.0
# Most characters that no text has, of those outside of ASCII.
_STRANGE = 0.02
# Least share of one script, and from what share of kana on Han characters are Japanese.
_OWN, _KANA = 0.9, 0.15


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding (a codec's name), and whether the odds for it are enough to act on."""

    encoding: str
    sure: bool


def detect(data: bytes, encodings: Sequence[str] = ENCODINGS) -> Guess | None:
    """Return the likeliest of ``encodings`` for bytes that are no UTF-8; ``None`` when they read in none."""
    window = _window(data)
    found: dict[str, tuple[float, str]] = {}
    for name in encodings:
        for codec in _CODECS.get(name, (name,)):
            text = _read(window, codec)
            if text is not None and _reads(data, codec):
                found.setdefault(text, (_judge(text, wide=codec in _WIDE), codec))
                if codec not in _WIDE:
                    break
    if signs := _with_signs(data, window, encodings):
        found[signs[0]] = signs[1:]
    order = sorted(found.values(), key=lambda item: -item[0])
    if not order or order[0][0] < _WORTH:
        return None
    odds, codec = order[0]
    ahead = odds - (order[1][0] if len(order) > 1 else 0.0)
    return Guess(codec, odds >= _SURE and ahead >= _AHEAD)


def _with_signs(data: bytes, window: bytes, encodings: Sequence[str]) -> tuple[str, float, str] | None:
    """Return text, log odds and codec of a text in Latin letters with nothing but such signs outside of ASCII.

    All Windows code pages read it alike, so none of them is a wrong one. What is usual stands first.
    """
    pages = sorted((name for name in encodings if name.startswith("windows-")), key=lambda name: name != "windows-1252")
    if not pages or data.translate(None, bytes(range(0x80)) + _SIGNS):
        return None
    text = window.decode(pages[0])
    placed, signs = len(_PLACED.findall(text)), len(_SIGN.findall(text))
    odds = _FITS * placed + _ODD * (signs - placed)
    return (text, odds, pages[0]) if odds > 0 else None


def _window(data: bytes) -> bytes:
    """Return the part that is judged: it begins shortly before the first byte outside of ASCII."""
    first = _HIGH.search(data)
    start = max(0, first.start() - _LEAD if first else 0) // 4 * 4
    return data[start : start + _JUDGED]


def _read(window: bytes, codec: str) -> str | None:
    """Decode the part that is judged, but for a character that its end cuts; ``None`` when that is impossible."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        text = decoder.decode(window, final=len(window) < _JUDGED)
        data = window[: len(window) - len(decoder.getstate()[0])]
        return text if text.encode(codec) == data else None
    except UnicodeError:
        return None


def _reads(data: bytes, codec: str) -> bool:
    """Tell whether all of the bytes are a text of a codec."""
    try:
        data.decode(codec)
    except UnicodeError:
        return False
    return True


def _judge(text: str, *, wide: bool) -> float:
    """Return the log odds that somebody wrote what a reading says."""
    counts = Counter(text)
    outside = {char: count for char, count in counts.items() if char > "\x7f"}
    total = sum(outside.values())
    controls = sum(count for char, count in counts.items() if char < " " and char not in "\t\n\r\f")
    strange = sum(count for char, count in outside.items() if _is_strange(char))
    if controls > len(text) // 200 or strange > total * _STRANGE:
        return 0.0
    scripts = Counter[str]()
    for char, count in outside.items():
        scripts[script_of(char)] += count
    marks = scripts.pop("", 0)
    if wide:
        scripts["latin"] += sum(count for char, count in counts.items() if char <= "\x7f" and char.isalpha())
    letters = sum(scripts.values())
    if not letters or marks > 2 * letters:
        return 0.0
    return max(_readings(counts, scripts, text, wide=wide))


def _is_strange(char: str) -> bool:
    return char == "\ufffd" or (unicodedata.category(char) in {"Cn", "Co", "Cs", "Cc"} and char != "\x85")


def _readings(counts: Counter[str], scripts: Counter[str], text: str, *, wide: bool) -> Iterator[float]:
    """Yield for each language the log odds that the letters are those of it."""
    letters = sum(scripts.values())
    yield 0.0
    for language, (parts, frequent, share, chance) in FREQUENT.items():
        own = sum(scripts[part] for part in parts)
        if own < letters * _OWN or (language == "japanese") is not (scripts["kana"] > own * _KANA and "han" in parts):
            continue
        common = sum(counts[char] for char in frequent)
        odds = common * log(share / chance) + (letters - common) * log((1 - share) / (1 - chance))
        yield odds if "han" in parts or language == "korean" else odds + _ODD * len(_MIXED.findall(text))
    if wide and scripts["latin"] > letters * _OWN:
        yield float(letters)
    elif scripts["latin"] > letters * _OWN:
        yield _accented(text, max(sum(counts[char] for char in alphabet) for alphabet in ACCENTED), letters)


def _accented(text: str, fitting: int, letters: int) -> float:
    """Return the log odds of accented letters among plain ones; ``fitting`` of them are of one language."""
    signs = sum(1 for char in _IN_WORD.findall(text) if not char.isalpha())
    apart = sum(1 for char in _APART.findall(text) if char.isalpha())
    turned = len(_TURNED.findall(text))
    return _FITS * fitting + _ODD * (letters - fitting + signs + apart + turned)
