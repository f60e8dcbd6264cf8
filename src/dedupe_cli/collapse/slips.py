"""What is said again at once and is no slip: names of which one ends like the other, pictures, titles."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.decide.standing import is_name
from dedupe_cli.text.lines import FINAL, space_start
from dedupe_cli.text.structure import is_item

if TYPE_CHECKING:
    from collections.abc import Collection

    from dedupe_cli.model import Repeat, Span

# A doubling of so many characters may be one of names that begin alike; how a name goes on.
NAME_REACH = 80
_NAME_GOES_ON = re.compile(r"[_./:-]{1,2}[0-9A-Za-z_]|(?<=[a-z])[A-Z]|(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")
# A name of code around a place: letters, digits and the signs that join them; in prose it has none of these.
_NAME = re.compile(r"[0-9A-Za-z_.:`~/@]+")
_IS_CODE = re.compile(r"_|`|[a-z][.:/~][a-z]")
# Names are no loop where they are so few; from there on a sign joins their parts.
FEW_NAMES = 3
_JOINED = re.compile(r"[0-9A-Za-z][_./:-]+[0-9A-Za-z]")
# Groups of a number, in digits or in sixteens: masks, addresses.
_GROUPS = re.compile(r"[0-9A-Fa-f]+(?:[.,:_-][0-9A-Fa-f]+)*")
# What stands for letters or digits that are not said.
_BLANK = "xxx"
# How a title may end that is a line for itself; words at the end of a part of a list, how far ahead the next one ends.
_ASKED = frozenset("?\uff1f")
_LAST_WORDS, _PART_REACH = 2, 60
_ENDS = re.compile(r"[.!?\u3002\uff01\uff1f](?:\s|\Z)|\n[ \t]*\n")
# Marks between two clauses of a sentence.
_CLAUSE_MARKS = frozenset("，、；,;")
# Behind these a sentence names a question.
_NAMED = _CLAUSE_MARKS | frozenset("“\"'「")
# A table has no more columns than so many, nor a number groups; what stands there oftener is a loop.
_COLUMNS = 30
# What begins the line of a title in Markdown and AsciiDoc.
_MARKED = re.compile(r"(?:#{1,6}|={1,6})[ \t]")
# The end of the words of a link, and how its target may begin.
_TO_TARGET = re.compile(r"\](?:\(<?|\[|:\s*)[#./]*\Z")
# Letters and digits of an item before a place that is inside of it: more than its number.
_HEAD = 3
# Characters before it that are looked at.
_NEAR_HEAD = 200
# A numbered item.
_STEP = re.compile(r"[ \t>]*(\d{1,3})[.)、．](?=\s|[^\W\d_])")
# What tells that the rounds before it stand for more of them.
_SO_ON = re.compile(
    r"[\s)\]）】」』”\"'`*_、，,]*(?:等等|等(?=[。；，,;\s]|\Z)|…|\.\.\.|以此类推|依此类推|依次类推|周而复始|循环往复|如此往复|如此反复"
    r"|(?:and\s+)?so\s+(?:on|forth)\b|etc\b|ad\s+infinitum)",
    re.IGNORECASE,
)
_FEW_ROUNDS = 3
# A blank line, and the longest words behind one that take up those before it: what overlaps is longer.
_TAKEN_UP = 40
_BREAK = re.compile(r"\n[ \t>]*\n")
# Letters that are a word in some language.
_WORDS = frozenset("aeiouywkvzs")


def is_no_slip(text: str, repeat: Repeat) -> bool:
    """Tell whether what is said again at once is meant: names, what is drawn, a title and the sentence under it."""
    return any(meant(text, repeat) for meant in _MEANT)


def _cuts_name(text: str, repeat: Repeat) -> bool:
    """Tell whether a doubling goes on into a name that is another one: ``format`` and ``format_only``.

    Or begins or ends inside of one: of two names of a list the end of the first and the beginning of the second.
    """
    if len(repeat.cuts) > 1 or repeat.rule != "D203":
        return False
    first, last = repeat.cuts[0].copy[0], repeat.cuts[0].copy[-1]
    if len(" ".join(text[first.start : last.end].split())) > NAME_REACH:
        return False
    kept = repeat.kept[-1].start if repeat.kept else first.start
    edges = (first.start, last.end, kept)
    return _NAME_GOES_ON.match(text, last.end) is not None or any(_in_name(text, at) for at in edges)


def _in_name(text: str, at: int) -> bool:
    """Tell whether a place is inside of a word, and that word part of a name of code."""
    beside = text[at - 1 : at + 1] if at else ""
    if len(beside) < 2 or not all(c.isascii() and (c.isalnum() or c == "_") for c in beside):
        return False
    low, high = max(at - NAME_REACH, 0), at + NAME_REACH
    found = (name for name in _NAME.finditer(text, low, high) if name.start() < at < name.end())
    return any(_IS_CODE.search(name[0]) for name in found)


def _is_names(text: str, repeat: Repeat) -> bool:
    """Tell whether rounds are a name alone, two or three times: a path, an option and what it is short for."""
    said = [span.of(text).strip() for cut in repeat.cuts for span in cut.copy]
    return len(said) < FEW_NAMES and all(is_name(one) and _JOINED.search(one) for one in said)


def is_number(said: str) -> bool:
    """Tell whether a stretch is nothing but a number, or groups of one; of letters one again and again."""
    if not _GROUPS.fullmatch(said):
        return False
    return any(map(str.isdigit, said)) or len({c for c in said.casefold() if c.isalpha()}) == 1


def _is_groups(text: str, repeat: Repeat) -> bool:
    """Tell whether rounds are groups of one number, with nothing but a sign between them: a mask, an address."""
    copy, kept = repeat.cuts[0].copy[0], repeat.kept[-1] if repeat.kept else repeat.cuts[0].copy[0]
    joint = text[kept.end : copy.start]
    if len(repeat.cuts) > _COLUMNS:
        return False
    return bool(joint) and not any(map(str.isspace, joint)) and is_number(copy.of(text))


def _is_blank(text: str, repeat: Repeat) -> bool:
    """Tell whether rounds are places for something else: rows of bits, numbers to be filled in (``10xxxxxx``)."""
    words = repeat.cuts[0].copy[0].of(text).split()
    return len(repeat.cuts) <= _COLUMNS and all(_BLANK in word.casefold() for word in words)


def _is_asked(text: str, repeat: Repeat) -> bool:
    """Tell whether a question stands alone that was named in the sentence before it: it is a title."""
    if len(repeat.cuts) > 1 or not repeat.kept:
        return False
    kept, copy = repeat.kept[0], repeat.cuts[0].copy[-1]
    line = text[text.rfind("\n", 0, copy.start) + 1 : _line_end(text, copy.end)].strip()
    above, below = text[repeat.kept[-1].end : copy.start], text[copy.end : copy.end + NAME_REACH]
    alone = "\n\n" in above.replace(" ", "") and "\n\n" in below.replace(" ", "") and line[-1:] in _ASKED
    if not alone or len(line) > NAME_REACH:
        return False
    before = space_start(text, kept.start)
    return text[max(before - 1, 0) : before] in _NAMED


def _is_listed(text: str, repeat: Repeat) -> bool:
    """Tell whether rounds are parts of a list that end alike, the next one too: a for x, b for x, c for x."""
    if len(repeat.cuts) > 1 or not repeat.kept:
        return False
    copy = repeat.cuts[0].copy[-1]
    said = copy.of(text)
    if _ENDS.search(said):
        return False
    at = max((n for n, c in enumerate(said) if c in _CLAUSE_MARKS), default=0)
    words = said[:at].split()[-_LAST_WORDS:]
    if len(words) < _LAST_WORDS:
        return False
    behind = " ".join(_ENDS.split(text[copy.end : copy.end + _PART_REACH])[0].split())
    return re.search(rf"\b{re.escape(' '.join(words))}\b", behind) is not None


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _is_picture(text: str, repeat: Repeat) -> bool:
    """Tell whether rounds are mostly signs: rows of a drawing, of a form to be filled in."""
    said = [c for c in repeat.cuts[0].copy[0].of(text) if not c.isspace()]
    return all(map(str.isascii, said)) and 2 * sum(map(str.isalnum, said)) < len(said)


def _is_letter(text: str, repeat: Repeat) -> bool:
    """Tell whether rounds are a single letter that is no word: columns of a table, crosses in a form."""
    said = repeat.cuts[0].copy[0].of(text)
    letter = len(said) == 1 and said.isascii() and said.isalpha() and said.casefold() not in _WORDS
    return letter and len(repeat.cuts) < _COLUMNS


def _is_titled(text: str, repeat: Repeat) -> bool:
    """Tell whether a sentence begins with the title over it: a line alone, and the text below that goes on.

    Of a term and the sentence that is indented under it the end of the term is enough.
    """
    if len(repeat.cuts) > 1 or not repeat.kept:
        return False
    kept, copy = repeat.kept[-1], repeat.cuts[0].copy[0]
    between = text[kept.end : copy.start]
    if "\n" not in between or any(map(str.isalnum, between)):
        return False
    lines = "\n" in kept.of(text).strip()  # of more than one line the last is the term
    start = text.rfind("\n", 0, kept.end if lines else kept.start) + 1
    own = text.rfind("\n", 0, copy.start) + 1
    goes_on = any(map(str.isalnum, text[copy.end : _line_end(text, copy.end)]))
    title = text[start : kept.end].expandtabs().rstrip()
    if not goes_on or text[own : copy.start].strip(" \t`*(\"'") or between.split("\n", 1)[0].strip(" `*:)\t"):
        return False
    if len(text[own : copy.start].expandtabs()) > len(title) - len(title.lstrip()):
        return len(title.strip()) <= NAME_REACH
    if lines:
        return False
    marked = _MARKED.match(text, start) is not None
    alone = (
        marked or not space_start(text, start) or not text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start].strip()
    )
    return (
        alone
        and "\n\n" in between.replace(" ", "")
        and (text[kept.start - 1 : kept.start].isspace() or 2 * len(kept) >= len(title.strip()))
    )


def _is_taken_up(text: str, repeat: Repeat) -> bool:
    """Tell whether what ends one clause begins the next one, which goes on: behind a mark it is taken up again."""
    return _ends_and_begins(text, repeat, _CLAUSE_MARKS, 1)


def _begins_next(text: str, repeat: Repeat) -> bool:
    """Tell whether what ends one sentence begins the next one, which goes on: no sentence is said twice."""
    return _ends_and_begins(text, repeat, FINAL, NAME_REACH)


def _ends_and_begins(text: str, repeat: Repeat, marks: Collection[str], reach: int) -> bool:
    """Tell whether one of some marks parts two rounds, or a blank line two short ones, with a word so near to each."""
    if len(repeat.cuts) > 1 or not repeat.kept:
        return False
    kept, copy = repeat.kept[-1], repeat.cuts[0].copy[0]
    between = text[kept.end : copy.start]
    parted = any(c in marks for c in between) or (len(copy) <= _TAKEN_UP and _BREAK.search(between) is not None)
    if not parted or any(map(str.isalnum, between)):
        return False
    low, high = max(kept.start - reach, 0), copy.end + reach
    before, behind = text[low : kept.start].rstrip()[-1:], text[copy.end : high].lstrip()[:1]
    return before.isalnum() and behind.isalnum()


def _is_link(text: str, repeat: Repeat) -> bool:
    """Tell whether a link has the words of its target: ``[on fog](#on-fog)``."""
    if len(repeat.cuts) > 1 or not repeat.kept:
        return False
    return _TO_TARGET.search(text, repeat.kept[-1].start, repeat.cuts[0].copy[0].start) is not None


def _is_across_items(text: str, repeat: Repeat) -> bool:
    """Tell whether a round begins inside of one item of a list and ends inside of the next: their heads differ."""
    if len(repeat.cuts) > 1 or not repeat.kept:
        return False
    copy = repeat.cuts[0].copy[0]
    at = text.find("\n", copy.start, copy.end)
    if at < 0:
        return False
    own = max(text.rfind("\n", 0, copy.start) + 1, copy.start - _NEAR_HEAD)
    if sum(map(str.isalnum, text[own : copy.start])) < _HEAD:
        return False
    while at >= 0:
        line = at + 1
        while line < copy.end and text[line] in " \t":
            line += 1
        if line < copy.end and is_item(text, line):
            return True
        at = text.find("\n", at + 1, copy.end)
    return False


def _is_steps(text: str, repeat: Repeat) -> bool:
    """Tell whether two or three rounds are steps that are counted: each begins an item with the next number."""
    if len(repeat.cuts) >= _FEW_ROUNDS or not repeat.kept:
        return False
    found = [_step(text, span) for span in (repeat.kept[0], *(cut.copy[0] for cut in repeat.cuts))]
    return None not in found and all(
        behind == before + 1 for before, behind in pairwise(each for each in found if each is not None)
    )


def _step(text: str, span: Span) -> int | None:
    """Return the number of the item that a stretch begins, or stands at the beginning of."""
    start = text.rfind("\n", 0, span.start) + 1
    found = _STEP.match(text, start)
    return int(found[1]) if found and not any(map(str.isalnum, text[found.end() : span.start])) else None


def _goes_on_so(text: str, repeat: Repeat) -> bool:
    """Tell whether two or three rounds stand for many: behind them stands *and so on*, and not behind each of them."""
    if len(repeat.cuts) >= _FEW_ROUNDS or not repeat.kept or not _SO_ON.match(text, repeat.cuts[-1].copy[-1].end):
        return False
    return not _SO_ON.match(text, repeat.kept[-1].end)


# Why what is said again at once is meant.
_MEANT = (
    _cuts_name,
    _is_names,
    _is_groups,
    _is_blank,
    _is_picture,
    _is_letter,
    _is_titled,
    _is_asked,
    _is_taken_up,
    _begins_next,
    _is_listed,
    _is_link,
    _is_across_items,
    _is_steps,
    _goes_on_so,
)
