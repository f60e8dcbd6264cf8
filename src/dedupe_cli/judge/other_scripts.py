"""Differences in scripts without a dictionary: judged by size, by the few words that must never pass, by company."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from dedupe_cli.judge import difference_weights as weights
from dedupe_cli.model import Kind, Reason
from dedupe_cli.text import lexicon
from dedupe_cli.text.fold import SCRIPT, Fold

if TYPE_CHECKING:
    from dedupe_cli.judge.judge import Judged
    from dedupe_cli.text.alignment import Block

# The first letter of Greek, Cyrillic and what follows; Latin letters have a dictionary.
_BEYOND_LATIN = 0x370
# Words that turn a sentence round, and words for numbers (NFKD, as folded). Grammars of the languages.
_NEGATION_WORDS = frozenset(
    unicodedata.normalize("NFKD", word)
    for word in (
        *("не", "ни", "нет", "без", "нельзя"),  # Russian
        *("لا", "لم", "لن", "ليس", "ليست", "غير", "بدون"),  # Arabic
        *("안", "못"),  # Korean
        *("नहीं", "मत", "אין", "לא", "δεν", "μη"),
    )
)
# ... and those that are written together with other words.
_NEGATION_PARTS = tuple(unicodedata.normalize("NFKD", part) for part in ("않", "없", "ない", "ません", "ไม่", "ห้าม"))
_ENGLISH = frozenset({"not", "no", "never", "nor", "neither", "without", "hardly", "unless"})
_HAN = lexicon.NEGATIONS | {"別"}
_NUMERALS = frozenset(
    unicodedata.normalize("NFKD", word)
    for word in (
        "일",
        "이",
        "삼",
        "사",
        "오",
        "육",
        "칠",
        "팔",
        "구",
        "십",
        "백",
        "천",
        "만",
        "한",
        "두",
        "세",
        "네",
    )
)
_REACH = 6
# Letters that are looked at at a time.
_PIECE = 1 << 18


def beyond(fold: Fold) -> bytes:
    """Return 1 for each letter of such a script; nothing when there is none."""
    found = []
    for at in range(0, len(fold), _PIECE):  # what is made on the way is several times the result
        codes = fold.codes[at : at + _PIECE]
        found.append((fold.classes[at : at + _PIECE] == SCRIPT) | (codes >= _BEYOND_LATIN) & (codes < 0x590))
    return b"".join(part.tobytes() for part in found) if any(part.any() for part in found) else b""


def is_beyond(places: bytes, block: Block) -> bool:
    """Tell whether a difference is in a script that the judge has no words for; ``places`` are of :func:`beyond`."""
    a0, a1, b0, b1 = block
    return (a0 == a1 or places.find(1, a0, a1) >= 0) and (b0 == b1 or places.find(1, b0, b1) >= 0)


def is_single(fold: Fold, block: Block) -> bool:
    """Tell whether a difference is one letter (a syllable of Hangul is one)."""
    return max(_letters(fold, block.a0, block.a1), _letters(fold, block.b0, block.b1)) == 1


def judged_by_size(fold: Fold, item: Judged, singles: int, blocks: int) -> Judged:
    """Judge one difference of a pair that has so many differences, and so many of one letter."""
    kept, copy = _text(fold, item.block.a0, item.block.a1), _text(fold, item.block.b0, item.block.b1)
    if _turns(fold, item.block):
        return _content(item, Reason.NEGATION)
    if kept in _NUMERALS and copy in _NUMERALS:
        return _content(item, Reason.NUMBER)
    single = is_single(fold, item.block)
    if (single and singles < weights.SCRIPT_SINGLES) or (not single and blocks < weights.SCRIPT_BLOCKS):
        return _content(item, Reason.WORD)
    if single:
        return item._replace(kind=Kind.NOISE, reason=None, score=min(item.score, 0.0))
    return item


def _text(fold: Fold, start: int, end: int) -> str:
    return fold.string[start:end]


def _turns(fold: Fold, block: Block) -> bool:
    """Tell whether a negation stands in one text only, in the words of the difference."""
    kept, copy = _words(fold, block.a0, block.a1), _words(fold, block.b0, block.b1)
    if sum(w in _NEGATION_WORDS for w in kept) != sum(w in _NEGATION_WORDS for w in copy):
        return True
    one, other = " ".join(kept), " ".join(copy)
    return any(one.count(part) != other.count(part) for part in _NEGATION_PARTS)


def _words(fold: Fold, start: int, end: int) -> list[str]:
    """Words that a folded range touches, one more on each side."""
    span = fold.span(max(start - 1, 0), min(end + 1, len(fold)))
    text = fold.text[max(span.start - _REACH, 0) : span.end + _REACH]
    return unicodedata.normalize("NFKD", text).split()


def _letters(fold: Fold, start: int, end: int) -> int:
    """Count the original letters of a range: a syllable of Hangul is one."""
    return len(set(fold.offsets[start:end].tolist()))


def turns_round(text: str) -> bool:
    """Tell whether a scrap of text has a word that turns a sentence round, in any language that is known here."""
    words = unicodedata.normalize("NFKD", text).casefold().replace("’", "'").split()
    if any(w in _NEGATION_WORDS or w in _ENGLISH or w.endswith("n't") for w in words):
        return True
    denying = re.sub("|".join(lexicon.NO_DENIALS), "", text)
    return not _HAN.isdisjoint(denying) or any(part in " ".join(words) for part in _NEGATION_PARTS)


def _content(item: Judged, reason: Reason) -> Judged:
    return item._replace(kind=Kind.CONTENT, reason=reason, score=max(item.score, 1.0))
