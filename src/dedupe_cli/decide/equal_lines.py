"""Lines that are said again: the same line anywhere, and like lines that are neighbours.

The engine looks at nothing shorter than a passage. For lines as units that is too long: a word that stands twice as a
line of its own is a line that stands twice. A short line counts as the same only letter by letter, as a minus sign
or a bracket may be all that tells it from another.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from rapidfuzz.distance import Indel

from dedupe_cli.decide.space import line_span
from dedupe_cli.document.view import View
from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Cut, Difference, Kind, Repeat, Safety, Span
from dedupe_cli.settings import FORMS, Settings
from dedupe_cli.text.alignment import Alignment, align
from dedupe_cli.text.fold import Fold, fold, fold_char
from dedupe_cli.text.lines import rows
from dedupe_cli.text.noting import note

# A line of fewer units is the same only letter by letter, and one that weighs less (ten Han characters, 22 letters) is
# too short to be damaged.
LITERAL, LEAST_WEIGHT = 12, 110
# Longer lines, in characters, are the same or not: aligning two costs the product of their lengths.
DIRECT = 6000
# Percent by which a first look, at letters without Han variants and decimal points, may be mistaken.
DOUBT = 10.0


class Likeness(NamedTuple):
    """How a line repeats another one; the spans of ``differences`` count in each line for itself."""

    similarity: float
    rule: str
    safety: Safety
    differences: tuple[Difference, ...] = ()


def equal_lines(text: str, settings: Settings) -> list[Repeat]:
    """Return a repeat for every line that is the same as another; lines without letters and digits are none."""
    view = View(fold(text), "line")
    places: dict[str, list[int]] = {}
    for line in range(len(view)):
        if key := _key(view, line, settings):
            places.setdefault(key, []).append(line)
    kept: dict[int, int] = {}
    for lines in places.values():
        stays = lines[-1] if settings.keep == "last" else lines[0]
        kept.update((line, stays) for line in lines if line != stays)
    spans, last = view.spans, max((line for line in range(len(view)) if line not in kept), default=-1)
    return [
        _repeat(spans[stays], spans[line], line_span(view, line, last), _same(text, spans[stays], spans[line]))
        for line, stays in sorted(kept.items())
    ]


def _key(view: View, line: int, settings: Settings) -> str:
    """Return what the same lines have in common; empty for a line that stays whatever happens."""
    low, high = view.edges(line)
    size = view.units(low, high) if high > low else 0.0
    if size < settings.min_length or not size:
        return ""
    if size < LITERAL or settings.normalize != FORMS:
        return "=" + view.spans[line].of(view.text).strip()
    return view.fold.string[low:high]


def _same(text: str, kept: Span, line: Span) -> Likeness:
    literal = kept.of(text).strip() == line.of(text).strip()
    return Likeness(100.0, "D101" if literal else "D102", Safety.EXACT)


def neighbours(text: str, settings: Settings) -> list[Repeat]:
    """Return a repeat for every line that is like the one before it that stays, or behind it with ``keep="last"``."""
    out: list[Repeat] = []
    every = [Span(start, end) for start, end in rows(text)]
    stays: Span | None = None
    for row in reversed(every) if settings.keep == "last" else every:
        line = _ink(row, text)
        like = likeness(stays.of(text), line.of(text), settings) if stays is not None else None
        if stays is None or like is None:
            stays = line
        else:
            out.append(_repeat(stays, line, row, like))
    return sorted(out, key=lambda repeat: repeat.cuts[0].span)


def _ink(row: Span, text: str) -> Span:
    """Return a row without the white space behind it."""
    return Span(row.start, row.start + len(row.of(text).rstrip()))


def likeness(kept: str, line: str, settings: Settings) -> Likeness | None:
    """Tell how a line repeats another, ``None`` when it says anything else, or nothing at all."""
    one, other = kept.translate(_LETTERS), line.translate(_LETTERS)
    if not other or other.isspace():
        return None
    if kept.strip() == line.strip():
        return Likeness(100.0, "D101", Safety.EXACT)
    if settings.normalize != FORMS:
        return None
    if max(len(one), len(other)) > DIRECT:
        return _alike(kept, line, settings) if one == other else None
    floor = (settings.similarity - DOUBT) / 100.0
    share = Indel.normalized_similarity(one, other, score_cutoff=floor)
    if share < floor:  # by how much is not known
        note("similarity", math.nextafter(settings.similarity, 0.0), reached=False)
        return None
    note("similarity", 100.0 * share + DOUBT, reached=True)
    return _alike(kept, line, settings)


def _alike(kept: str, line: str, settings: Settings) -> Likeness | None:
    """Align two lines and judge every difference."""
    border = len(kept) + 1
    folded = fold(f"{kept}\n{line}")
    at, size = folded.index(border), len(folded)
    equal = folded.string[:at] == folded.string[at:]
    light = min(folded.weight(0, at), folded.weight(at, size)) < LEAST_WEIGHT
    if not equal and (light or max(at, size - at) > DIRECT):
        return None
    view = View(folded, "line")
    if min(view.units(0, at), view.units(at, size)) < LITERAL:
        return None
    if equal:
        return Likeness(100.0, "D102", Safety.EXACT)
    pair = Alignment(0, at, at, size, align(folded, 0, at, at, size))
    verdicts = Verdicts(folded, (pair,), settings)
    judged = verdicts.of(pair)
    found = pair.similarity()
    if verdicts.blocking(judged) or not note("similarity", found, reached=found >= settings.similarity):
        return None
    content = any(item.kind is Kind.CONTENT for item in judged)
    return Likeness(
        found,
        "D201",
        Safety.UNSAFE if content else Safety.SIMILAR,
        tuple(
            Difference(
                _inside(folded, j.block.a0, j.block.a1, 0),
                _inside(folded, j.block.b0, j.block.b1, border),
                j.kind,
                j.reason,
                j.score,
            )
            for j in judged
        ),
    )


def _inside(folded: Fold, start: int, end: int, border: int) -> Span:
    """Return a folded range as a span of the line that begins at ``border``."""
    span = folded.span(start, end)
    low = max(span.start - border, 0)
    return Span(low, max(span.end - border, low))


def _repeat(kept: Span, line: Span, span: Span, like: Likeness) -> Repeat:
    differences = tuple(
        Difference(d.kept.moved(kept.start), d.copy.moved(line.start), d.kind, d.reason, d.score)
        for d in like.differences
    )
    cut = Cut(span=span, copy=(line,), kept=(kept,), similarity=like.similarity, differences=differences)
    return Repeat(rule=like.rule, kept=(kept,), cuts=(cut,), safety=like.safety)


class _Letters(dict[int, str]):
    """Code point -> its folded letters, made when it is first met; at most as many as Unicode has."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold_char(chr(code))
        return folded


_LETTERS = _Letters()
