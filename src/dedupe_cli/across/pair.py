"""Two paragraphs of different texts: what of the later one the earlier one says, decided as within one text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.across.table import Table, table
from dedupe_cli.cache import Cache, kept
from dedupe_cli.decide.select import decide
from dedupe_cli.document.view import View
from dedupe_cli.errors import PlanError
from dedupe_cli.judge.differences import has_han
from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Cut, Kind, Reason, Safety, Span
from dedupe_cli.planning.repeats import held_of, repeats_of
from dedupe_cli.search.find import find
from dedupe_cli.stored import CUT, SAFETY, Node, Shape, many, record
from dedupe_cli.text.alignment import Alignment, align
from dedupe_cli.text.fold import HAN, Fold, fold
from dedupe_cli.text.indexed import Indexed
from dedupe_cli.text.spans import says_besides

if TYPE_CHECKING:
    from dedupe_cli.settings import Settings

# Longer paragraphs, in folded characters, are aligned from seeds only: a direct alignment costs the product.
DIRECT = 8000
# Two whole paragraphs are aligned directly when so much is equal (percent), and no difference is longer than a changed
# clause: 12 Han characters, 40 letters.
ALIKE, LARGE_HAN, LARGE_LETTERS = 70.0, 12, 40
# What stands between two texts that are decided on as one.
_BLANK = "\n\n"
# Nothing shorter is decided on for itself; what is worth a finding is for the caller to say.
LEAST = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """What of a paragraph another one says: cuts that may go and pairs that are held back.

    Spans of ``kept`` count in the earlier paragraph, all others in the later one. ``whole``: nothing but punctuation
    and white space is left by the cuts.
    """

    cuts: tuple[Cut, ...] = ()
    held: tuple[Cut, ...] = ()
    whole: bool = False
    safety: Safety = Safety.EXACT

    @property
    def similarity(self) -> float:
        """Least percent of equal characters of what is said twice."""
        return min((cut.similarity for cut in (*self.cuts, *self.held)), default=0.0)


def compare(kept: str, copy: str, settings: Settings) -> Pair:
    """Compare two paragraphs; the earlier one always stays. What is exchanged again and again is a name."""
    pair = said_again(kept, copy, settings, whole=True)
    if _exchanges_again(kept, copy, pair.cuts):
        return Pair((), (*pair.held, *(_as_other(cut) for cut in pair.cuts)))
    return pair


def said_again(kept: str, copy: str, settings: Settings, *, whole: bool = False) -> Pair:
    """Decide what of a text an earlier one says; ``whole``: they are paragraphs that may be alike from end to end."""
    folded = fold(f"{kept}{_BLANK}{copy}")
    border = folded.index(len(kept))
    found = (_whole(folded, border) if whole else []) or _shared(folded, border)
    if not found:
        return Pair()
    asked = replace(settings, keep="first", min_length=LEAST, unit="auto", adjacent=False)
    view = View(folded)
    verdicts = Verdicts(folded, found, asked)
    rare = Indexed(np.zeros(1, dtype=np.int64), np.zeros(len(folded), dtype=np.uint8))  # nothing here is a formula
    decisions = decide(view, found, rare, verdicts, asked, weighs=False)
    size = len(kept)
    repeats = [r for r in repeats_of(view, decisions) if r.cuts[0].copy[0].start >= size + len(_BLANK)]
    cuts = tuple(_moved(cut, size) for r in repeats for cut in r.cuts)
    held = tuple(_moved(cut, size) for r in held_of(view, decisions.held) for cut in r.cuts)
    held = tuple(cut for cut in held if not _is_translated(kept, copy, cut))
    safety = max((r.safety for r in repeats), default=Safety.EXACT)
    return Pair(cuts, held, not says_besides(copy, [span for cut in cuts for span in cut.copy]), safety)


def _exchanges_again(kept: str, copy: str, cuts: Iterable[Cut]) -> bool:
    """Tell whether a pair has the same for the same more than once: between files that is a name, not damage."""
    found = Counter((d.kept.of(kept), d.copy.of(copy)) for cut in cuts for d in cut.differences if d.kind is Kind.NOISE)
    return any(number > 1 for number in found.values())


def _is_translated(kept: str, copy: str, cut: Cut) -> bool:
    """Tell whether one text has Han where the other has letters: what a text and its translation share are names."""
    sides = [(d.kept.of(kept), d.copy.of(copy)) for d in cut.differences]
    return any(all(map(str.strip, both)) and has_han(both[0]) != has_han(both[1]) for both in sides)


def _as_other(cut: Cut) -> Cut:
    """Return a cut that is not made because a name differs."""
    differences = tuple(
        replace(d, kind=Kind.CONTENT, reason=Reason.NAME) if d.kind is Kind.NOISE else d for d in cut.differences
    )
    return replace(cut, differences=differences, held=(Reason.NAME,))


def _whole(folded: Fold, border: int) -> list[Alignment]:
    """Align two paragraphs as wholes, if they are alike."""
    size = len(folded)
    if 0 < border < size and max(border, size - border) <= DIRECT:
        whole = Alignment(0, border, border, size, align(folded, 0, border, border, size))
        large = LARGE_HAN if (folded.classes[:border] == HAN).any() else LARGE_LETTERS
        if whole.similarity() >= ALIKE and all(block.edits <= large for block in whole.blocks):
            return [whole]
    return []


def _shared(folded: Fold, border: int) -> list[Alignment]:
    """Find the passages that two texts share."""
    return [piece for piece in find(folded).alignments if piece.a1 <= border <= piece.b0]


def _moved(cut: Cut, size: int) -> Cut:
    """Return a cut with the places of both texts as of each for itself; the one that stays is of ``size``.

    What is only in the copy, behind all that stays, stands at the end of that.
    """
    by = size + len(_BLANK)
    return replace(
        cut,
        span=_back(cut.span, by),
        copy=tuple(_back(span, by) for span in cut.copy),
        differences=tuple(
            replace(d, kept=Span(min(d.kept.start, size), min(d.kept.end, size)), copy=_back(d.copy, by))
            for d in cut.differences
        ),
    )


def _back(span: Span, by: int) -> Span:
    return Span(max(span.start - by, 0), max(span.end - by, 0))


# A key is of so many bits.
_KEYS = 1 << 64


_PAIR = record(Pair, cuts=many(CUT), held=many(CUT), whole=Shape(bool, lambda node: node.value is True), safety=SAFETY)


def pair_json(pair: Pair) -> bytes:
    """Return a pair as JSON in ASCII."""
    return json.dumps(_PAIR.write(pair), separators=(",", ":")).encode("ascii")


def read_pair(data: bytes, kept: int, copy: int) -> Pair | None:
    """Read the pair of two paragraphs of so many characters; ``None`` when it is damaged or does not fit."""
    try:
        pair = _PAIR.read(Node(json.loads(data), "pair", (kept, copy)))
    except (ValueError, RecursionError, PlanError):
        return None
    return pair if pair.cuts or not pair.whole else None


def kept_table(text: str, ignored: Sequence[Span], store: Cache | None) -> Table:
    """Return the paragraphs of a text as :func:`~dedupe_cli.across.table.table` cuts them, from the store or for it."""
    return kept(
        store,
        "table",
        (text, [(span.start, span.end) for span in ignored]),
        lambda: table(text, ignored),
        _table_json,
        lambda data: _read_table(data, text),
    )


def _table_json(made: Table) -> bytes:
    columns = [made.start, made.end, made.before, made.behind, made.keys, made.units]
    return json.dumps(columns, separators=(",", ":")).encode("ascii")


def _read_table(data: bytes, text: str) -> Table | None:
    """Read the paragraphs of a text; ``None`` when they are damaged, or are none of it."""
    try:
        start, end, before, behind, keys, units = json.loads(data)
        for a, b, c, d, key, size in zip(start, end, before, behind, keys, units, strict=True):
            rows = type(a) is type(b) is type(c) is type(d) is type(key) is int and type(size) is float
            if not rows or not (0 <= c <= a < b <= d <= len(text) and 0 <= key < _KEYS and size >= 0):
                return None
        if any(a > b for a, b in zip(end, start[1:], strict=False)):
            return None
        return Table(text, tuple(start), tuple(end), tuple(before), tuple(behind), tuple(keys), tuple(units))
    except (ValueError, TypeError, RecursionError):
        return None
