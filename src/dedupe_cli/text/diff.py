"""Word diff of two texts that reads well in Chinese and in English.

A token is a Han character, a word, a number, one punctuation mark, or a paragraph break. White space between
tokens is no token: it does not differ. The diff is the longest common subsequence (rapidfuzz's ``Indel``),
because Levenshtein pairs unrelated words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from dedupe_cli.text.patterns import late

BREAK = "\n"

# Written without spaces, so each character is a token: Han, kana, Thai, Lao, Tibetan, Myanmar, Khmer.
_SINGLE = (
    "\u3005-\u3007\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
)
_KATAKANA = "\u30a0-\u30ff\uff66-\uff9f"
_TOKEN = late(
    rf"(?P<gap>\s*[\n\r]\s*)|(?P<single>[{_SINGLE}])|(?P<kana>[{_KATAKANA}]+)"
    rf"|(?P<number>\d+(?:[.,:/]\d+)*)|(?P<word>[^\W\d{_SINGLE}{_KATAKANA}]+(?:['’-][^\W\d{_SINGLE}{_KATAKANA}]+)*)"
    r"|(?P<mark>\S)"
)
# Marks and joiners belong to the character before them.
_JOINERS = {"\u200d", "\ufe0e", "\ufe0f", "\u20e3"} | {chr(c) for c in range(0x1F3FB, 0x1F400)}
# Longest product of token counts that is compared: the table takes one bit for each pair (32 MB).
_LIMIT = 1 << 28


@dataclass(frozen=True, slots=True)
class Token:
    """One token: ``text`` (a paragraph break is :data:`BREAK`), its offsets, and its kind.

    ``unit`` is true for what people count: Han characters, words, numbers; not punctuation.
    """

    text: str
    start: int
    end: int
    unit: bool


@dataclass(frozen=True, slots=True)
class Run:
    """Tokens or characters ``a0..a1`` of one text against ``b0..b1`` of the other; ``equal`` or not."""

    equal: bool
    a0: int
    a1: int
    b0: int
    b1: int


def tokens(text: str) -> list[Token]:
    """Split a text into tokens; offsets count code points."""
    out: list[Token] = []
    for m in _TOKEN.finditer(text):
        kind, piece = m.lastgroup, m.group()
        if kind == "gap":
            out.append(Token(BREAK, m.start(), m.end(), unit=False))
            continue
        last = out[-1] if out else None
        if last and last.end == m.start() and _joins(last, kind, piece):
            out[-1] = Token(last.text + piece, last.start, m.end(), unit=last.unit)
        else:
            out.append(Token(piece, m.start(), m.end(), unit=kind != "mark"))
    return out


def _joins(last: Token, kind: str | None, piece: str) -> bool:
    if last.text == BREAK:
        return False
    if kind == "word":  # the rest of a word behind a combining mark
        return last.unit and unicodedata.category(last.text[-1])[0] == "M"
    if piece in _JOINERS or unicodedata.category(piece[0])[0] == "M":
        return True
    return kind == "mark" and last.text[-1] == "\u200d"


def units(items: Sequence[Token]) -> int:
    """Count Han characters, words and numbers."""
    return sum(t.unit for t in items)


def runs(a: Sequence[Token], b: Sequence[Token]) -> list[Run] | None:
    """Return what is equal and what is not, in order; ``None`` when the texts are too long to compare."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 -- start-up counts

    left, right = _texts(a), _texts(b)
    if len(left) * len(right) > _LIMIT and left != right:
        return None
    out: list[Run] = []
    for op in Indel.opcodes(left, right):
        run = Run(op.tag == "equal", op.src_start, op.src_end, op.dest_start, op.dest_end)
        _add(out, run)
    return _smooth(_slid(out, a, b), a)


def opcodes(a: str, b: str) -> list[list[str | int]]:
    """Return what makes ``b`` of ``a``: rows of a tag (``equal``, ``replace``, ``delete``, ``insert``) and offsets.

    The offsets are the ends of a stretch of ``a`` and of one of ``b``, in code points; the rows are in order and
    without gaps, and ``equal`` stretches are the same. Texts that are too long to compare are one row.
    """
    made = _Opcodes(a, b)
    if a != b:
        left, right = tokens(a), tokens(b)
        for run in runs(left, right) or ():
            if run.equal:
                for one, other in zip(left[run.a0 : run.a1], right[run.b0 : run.b1], strict=True):
                    made.to(one.start, other.start)
                    made.to(one.end, other.end)
                continue
            if run.a0 < run.a1 and run.b0 < run.b1:
                made.to(left[run.a0].start, right[run.b0].start)
            made.to(
                left[run.a1 - 1].end if run.a0 < run.a1 else made.i,
                right[run.b1 - 1].end if run.b0 < run.b1 else made.j,
            )
    made.to(len(a), len(b))
    return made.rows


class _Opcodes:
    """Rows of :func:`opcodes` as they are made; ``i`` and ``j`` are how far they reach."""

    def __init__(self, a: str, b: str) -> None:
        self.a, self.b = a, b
        self.i = self.j = 0
        self.rows: list[list[str | int]] = []
        self._equal = False

    def to(self, x: int, y: int) -> None:
        """Go on to two offsets; what is like the row before becomes a part of it."""
        if x == self.i and y == self.j:
            return
        equal = self.a[self.i : x] == self.b[self.j : y]
        if self.rows and self._equal == equal:
            _, self.i, _, self.j, _ = self.rows.pop()  # type: ignore[assignment]
        tag = "equal" if equal else "insert" if self.i == x else "delete" if self.j == y else "replace"
        self.rows.append([tag, self.i, x, self.j, y])
        self.i, self.j, self._equal = x, y, equal


def _add(out: list[Run], run: Run) -> None:
    """Append a run, joined with the one before it when both are equal or both are not."""
    if out and out[-1].equal == run.equal:
        last = out.pop()
        run = Run(run.equal, last.a0, run.a1, last.b0, run.b1)
    out.append(run)


def _slid(items: list[Run], a: Sequence[Token], b: Sequence[Token]) -> list[Run]:
    """Slide an insertion or deletion back over an equal run that its own end repeats, to the change before.

    ``{-of-} the {-town told the-} plan`` becomes ``{-of the town told-} the plan``: one change, not two.
    """
    out: list[Run] = []
    for run in items:
        same = out[-1] if len(out) >= 2 and not run.equal and out[-1].equal else None
        size = same.a1 - same.a0 if same else 0
        side, end = (a, run.a1) if run.b0 == run.b1 else (b, run.b1)
        one_sided = run.b0 == run.b1 or run.a0 == run.a1
        longer = run.a1 - run.a0 + run.b1 - run.b0 >= size
        if same and one_sided and longer and _texts(side[end - size : end]) == _texts(a[same.a0 : same.a1]):
            out.pop()
            _add(out, Run(equal=False, a0=same.a0, a1=run.a1 - size, b0=same.b0, b1=run.b1 - size))
            _add(out, Run(equal=True, a0=run.a1 - size, a1=run.a1, b0=run.b1 - size, b1=run.b1))
        else:
            _add(out, run)
    return out


def _texts(items: Sequence[Token]) -> list[str]:
    return [t.text for t in items]


def _smooth(items: list[Run], a: Sequence[Token]) -> list[Run]:
    """Join two long changes that only one punctuation mark or small word divides: such crumbs are chance."""
    out: list[Run] = []
    for i, run in enumerate(items):
        crumb = (
            run.equal
            and 0 < i < len(items) - 1
            and run.a1 - run.a0 == 1
            and len(a[run.a0].text) <= 2
            and all(max(r.a1 - r.a0, r.b1 - r.b0) >= 3 for r in (items[i - 1], items[i + 1]))
        )
        _add(out, Run(equal=False, a0=run.a0, a1=run.a1, b0=run.b0, b1=run.b1) if crumb else run)
    return out


def share_changed(items: Sequence[Run]) -> float:
    """Share of the tokens of both texts that are not equal, 0 to 1."""
    total = sum(r.a1 - r.a0 + r.b1 - r.b0 for r in items)
    changed = sum(r.a1 - r.a0 + r.b1 - r.b0 for r in items if not r.equal)
    return changed / total if total else 0.0
