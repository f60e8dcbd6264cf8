"""Entries of a reference: a term (a name, an option, a function), and under it what is said of that alone.

Every entry stands for itself: who looks one up does not read the others. So a sentence may stand in many of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.document.directives import DIRECTIVE, HISTORY, PROSE
from dedupe_cli.document.structure import is_item
from dedupe_cli.text.lines import FINAL, PAUSE

if TYPE_CHECKING:
    from dedupe_cli.model import Span

# So many lines are looked at above a place and below it, and characters of a line.
_LINES, _WIDE = 400, 200
# Terms of one depth that make a list of entries, lines under each of them, terms directly above one another.
_TERMS, _BODY, _STACKED = 3, 60, 4
# Lines between a declaration and the end of what is said of it.
_DECLARED = 15
# Characters of a term: a longer line is a sentence.
_TERM = 160
_TAB = 8
# What ends an example in a help text, at the margin, is no sign of its line.
_ENDS_EXAMPLE = re.compile(r"<(?=\s|\Z)")
# Directives that set text off, wherever it stands: what they hold belongs to what they stand under.
_BOXES = PROSE | HISTORY
_MARK = re.compile(r"[ ]*\S{1,5}[ ]+(?=\S)")
# A declaration of a function: a type, a name, and what stands in brackets, closed there or further below.
# Or the type stands in the line above: then what is in the brackets has one.
_SIGNATURE = re.compile(
    r"(?:[A-Za-z_][\w:]*[ \t*&]+)+[A-Za-z_]\w*[ ]?\([^.;]*(?:\);?|,)$"
    r"|[A-Za-z_]\w*\((?:[A-Za-z_]\w*[ \t]+)+[*&]*[A-Za-z_]\w*(?:,[^.;]*)?(?:\);?|,)$"
)
# The line under a title, and the longest title; so many make a text of sections that are looked up, each for itself.
_UNDERLINE = re.compile(r"\n(([=~^\"'*+#.:-])\2{2,})[ \t]*(?=\n|\Z)")
_TITLE = 90
_SECTIONS = 3
# A heading of Markdown, or of AsciiDoc: marks and a title. Letters, notes and what models write have a few of them,
# too: more make a reference.
_MARKED_SECTIONS = 8
_MARKED = re.compile(r"^[ ]{0,3}(#{1,6}|={1,6})[ \t]+(\S[^\n]*?)[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"([!-/:-@\[-`{-~])\1{2,}$")


class _Row(NamedTuple):
    """A line: where it begins and ends, the column of its first sign, what is shown, whether it may be a term."""

    at: int
    end: int
    line: str
    depth: int
    shown: str
    short: bool


@lru_cache(maxsize=1 << 14)
def _row(text: str, at: int) -> _Row:
    """Return the line that begins at a place; asked for again and again, from all places around it."""
    end = text.find("\n", at, at + 20 * _WIDE)
    end = end if end >= 0 else min(len(text), at + 20 * _WIDE)
    line = _without_angle(text[at : min(end, at + _WIDE)].rstrip())
    shown = line.strip()
    return _Row(at, end, line, _depth(line), shown, bool(shown) and _is_short(shown))


def in_entry(text: str, spans: Sequence[Span]) -> bool:
    """Tell whether one of some stretches, in text order, stands in an entry: under a term, or under a declaration."""
    # A declaration has a bracket, so without one no stretch is asked for one.
    declares = text.find("(", max(spans[0].start - 20 * _WIDE * _DECLARED, 0), spans[-1].end) >= 0
    return any(
        is_owned(text, span) or (declares and _is_declared(_above(text, text.rfind("\n", 0, span.start) + 1)))
        for span in spans
    )


def _is_declared(above: Iterable[_Row]) -> bool:
    """Tell whether a place stands under the declaration of a function, set as code."""
    below = ""
    for row in islice(above, _DECLARED):
        if row.depth and _SIGNATURE.match(row.shown):
            return True
        if row.shown and _RULE.fullmatch(below):
            return False
        below = row.shown
    return False


def is_owned(text: str, span: Span) -> bool:
    """Tell whether a stretch stands under a term by its indent, or begins with one."""
    start = text.rfind("\n", 0, span.start) + 1
    rows = (_without_angle(line) for line in text[start : min(span.end, start + 20 * _WIDE)].split("\n"))
    lines = [line for line in rows if line.strip()]
    depth = min(map(_depth, lines), default=0)
    if len(lines) > 1 and all(_depth(line) > depth for line in lines[1:]) and _is_short(lines[0].strip()):
        return True  # an entry with its term
    if depth and _owned(text, list(_above(text, start)), depth):
        return True
    return bool(lines) and _is_lone_term(text, start, lines)


def sections(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return where the headings of a text begin, and what they and those above them say.

    None where there are only a few. The signs that underline have their rank in the order in which a text uses them;
    with a line over the title, too, a sign is another one. Those of Markdown and AsciiDoc have as many marks as is
    their rank.
    """
    marked = [(found.start(), found[2], len(found[1])) for found in _MARKED.finditer(text)]
    if len(marked) >= _MARKED_SECTIONS:
        return list(_paths(marked))
    found = [(at, title, line[2]) for at, title, line in _headings(text) if 2 * len(line[1]) >= len(title)]
    if len(found) < _SECTIONS:
        return []
    ranked: list[tuple[int, str, int]] = []
    signs: list[tuple[str, bool]] = []
    for at, title, char in found:
        above = text[text.rfind("\n", 0, max(at - 1, 0)) + 1 : at].strip()
        sign = char, bool(above) and not above.strip(char)
        if sign not in signs:
            signs.append(sign)
        ranked.append((at, title, signs.index(sign)))
    return list(_paths(ranked))


def _paths(headings: Iterable[tuple[int, str, int]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield where each heading begins, and its title with those of a lower rank above it."""
    path: list[str] = []
    for at, title, rank in headings:
        path = [*path[:rank], *[""] * (rank - len(path)), title.strip()]
        yield at, tuple(path)


def _headings(text: str) -> Iterator[tuple[int, str, re.Match[str]]]:
    """Yield where each underlined title begins, the title, and the line under it, which is no title itself."""
    end = 0
    for line in _UNDERLINE.finditer(text):
        start = text.rfind("\n", 0, line.start()) + 1
        title = text[start : line.start()]
        if start >= end and 0 < len(title) <= _TITLE and title[0] not in " \t":
            yield start, title, line
            end = line.end()


def _is_lone_term(text: str, start: int, lines: list[str]) -> bool:
    """Tell whether a stretch is a term by itself, with something under it."""
    if len(lines) > 1 or not _is_short(lines[0].strip()):
        return False
    below = islice(_below(text, start), 1, 3)
    first, depth = next((row.depth for row in below if row.shown), 0), _depth(lines[0])
    return first > depth and _has_siblings(text, start, depth)


def _owned(text: str, above: list[_Row], depth: int) -> bool | None:
    """Tell whether what owns lines of a depth is a term; ``None`` when nothing does."""
    for number, row in enumerate(above):
        if not row.shown or row.depth >= depth:
            continue
        directive = DIRECTIVE.match(row.shown)
        if directive is not None and directive[1] not in _BOXES:
            return bool(directive[2].strip())
        if directive is None:
            if is_item(text, row.at + len(row.line) - len(row.line.lstrip())) and depth >= _words(row.line):
                return True
            if _is_term(above, number) and _has_siblings(text, row.at, row.depth):
                return True
            depth = row.depth
        else:  # a box stands under what is said before it
            depth = max(row.depth, next((over.depth for over in above[number + 1 :] if over.shown), 0))
        if depth == 0:
            return None
    return None


def _words(line: str) -> int:
    """Return the column in which the words of an item begin, behind its mark."""
    wide = line.expandtabs(_TAB)
    mark = _MARK.match(wide)
    return mark.end() if mark else _depth(line) + 1


def _is_term(above: list[_Row], number: int) -> bool:
    """Tell whether a line is a term: short, no sentence, and nothing of its depth but terms directly above it."""
    depth = above[number].depth
    for row in above[number : number + _STACKED]:
        if not row.shown or row.depth > depth:
            return True
        if row.depth < depth or not row.short:
            return row.depth < depth
    return False


def _is_short(shown: str) -> bool:
    """Tell whether a line may be a term by itself: it may end with a colon, or as in ``enable NAME...``."""
    open_ = shown.endswith(("...", "…", ":", "：")) or (shown[-1] not in FINAL and shown[-1] not in PAUSE)
    return len(shown) <= _TERM and open_


@lru_cache(maxsize=1 << 8)
def _has_siblings(text: str, at: int, depth: int) -> bool:
    """Tell whether other terms of the same depth stand around, each with a few lines under it."""
    terms, body, open_ = 0, 0, False
    for row in (*reversed(list(_above(text, at))), *_below(text, at)):
        if not row.shown:
            continue
        if row.depth > depth:
            body += 1
            continue
        terms += open_ and 0 < body <= _BODY
        body, open_ = 0, row.depth == depth and row.short
    terms += open_ and 0 < body <= _BODY
    return terms >= _TERMS


def _above(text: str, start: int) -> Iterator[_Row]:
    """Yield the lines above one that begins at ``start``, the nearest first."""
    for _ in range(_LINES):
        if start < 1:
            return
        start = text.rfind("\n", max(0, start - 1 - 20 * _WIDE), start - 1) + 1
        yield _row(text, start)


def _below(text: str, at: int) -> Iterator[_Row]:
    """Yield a line and those below it."""
    for _ in range(_LINES):
        row = _row(text, at)
        yield row
        if row.end >= len(text):
            return
        at = row.end + 1


def _without_angle(line: str) -> str:
    return " " + line[1:] if _ENDS_EXAMPLE.match(line) else line


def _depth(line: str) -> int:
    """Return the column of the first sign of a line; wide spaces begin a paragraph and are none."""
    wide = line.expandtabs(_TAB)
    return len(wide) - len(wide.lstrip(" "))
