"""One text against another, character by character, with their form left out of account.

Case, width, Han variants, kinds of white space and of full stops do not differ here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from dedupe_cli.text.diff import Run
from dedupe_cli.text.fold import fold_char
from dedupe_cli.text.variants import han_variants

# A text that differs in form in more than this share of its characters, and in more than so many, has habits
# of its own.
OTHER_FORM, FORM_PLACES = 0.02, 2
# Longest product of two lengths that is aligned (half a second). One character in so many is expected to differ:
# a wrong guess costs time only.
LIMIT, NOISE = 1 << 32, 10

# Sentence punctuation.
MARKS = frozenset("。！？，、；：…,.!?;:．")
_FULL_STOPS = frozenset("。．")


@cache
def _bare_char(char: str) -> str:
    """Return one character for one, so that positions stay."""
    if char in _FULL_STOPS:
        return "."
    folded = fold_char(char)
    if len(folded) == 1:
        return chr(han_variants().get(ord(folded), ord(folded)))
    other = " " if char.isspace() else char.lower() if folded else unicodedata.normalize("NFKC", char)
    return other if len(other) == 1 else char


def bare(text: str) -> str:
    """Return a text without its form: case, width, Han variants, kinds of white space and of full stops."""
    return "".join(map(_bare_char, text))


@cache
def is_voted(char: str) -> bool:
    """Tell whether a character is a letter, a digit, a sign with a meaning or sentence punctuation."""
    return char in MARKS or bool(fold_char(char))


def operations(mine: Sequence[str], text: str) -> list[Run]:
    """Align two texts by Levenshtein distance; none when they are too long for that.

    What one side alone has stands as far in front as it can, but at the end where the other may be cut short.
    """
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 -- start-up counts

    left, right = bare("".join(mine)), bare(text)
    if len(left) * len(right) > LIMIT:
        return []
    likely = max(len(left), len(right)) // NOISE
    found = Levenshtein.opcodes(left, right, score_hint=likely)
    ops = [Run(o.tag == "equal", o.src_start, o.src_end, o.dest_start, o.dest_end) for o in found]
    return _cut_short(_slid(ops, left, right), left)


def _slid(ops: Iterable[Run], left: str, right: str) -> list[Run]:
    """Move what one side alone has to the front as far as it goes: a doubled letter is then in one place."""
    out: list[Run] = []
    for op in ops:
        shift = 0
        if out and out[-1].equal and (op.a0 == op.a1 or op.b0 == op.b1):
            side, start, end = (right, op.b0, op.b1) if op.a0 == op.a1 else (left, op.a0, op.a1)
            room = out[-1].a1 - out[-1].a0
            while shift < room and side[start - shift - 1] == side[end - shift - 1]:
                shift += 1
        if not shift:
            _add(out, op)
            continue
        last = out.pop()
        _add(out, Run(True, last.a0, last.a1 - shift, last.b0, last.b1 - shift))  # noqa: FBT003
        _add(out, Run(False, op.a0 - shift, op.a1 - shift, op.b0 - shift, op.b1 - shift))  # noqa: FBT003
        _add(out, Run(True, op.a1 - shift, op.a1, op.b1 - shift, op.b1))  # noqa: FBT003
    return out


def _add(out: list[Run], op: Run) -> None:
    """Append an operation; what is equal is joined to what was equal before it, empty ones are left out."""
    if op.a0 == op.a1 and op.b0 == op.b1:
        return
    if out and op.equal and out[-1].equal:
        last = out.pop()
        op = Run(True, last.a0, op.a1, last.b0, op.b1)  # noqa: FBT003
    out.append(op)


def _cut_short(ops: list[Run], left: str) -> list[Run]:
    """Move what a reading lacks to its end where that is as good: it was cut off there."""
    if len(ops) < 2 or not ops[-1].equal or ops[-2].equal or ops[-2].b0 != ops[-2].b1:
        return ops
    gap, tail = ops[-2], ops[-1]
    size = tail.a1 - tail.a0
    if left[gap.a0 : gap.a0 + size] != left[tail.a0 : tail.a1]:
        return ops
    end = gap.a0 + size
    out = ops[:-2]
    _add(out, Run(True, gap.a0, end, tail.b0, tail.b1))  # noqa: FBT003
    _add(out, Run(False, end, tail.a1, tail.b1, tail.b1))  # noqa: FBT003
    return out


def has_other_form(mine: Sequence[str], text: str, ops: Iterable[Run]) -> bool:
    """Tell whether two texts write many characters in another case, width, variant or kind of mark."""
    places = 0
    for op in ops:
        one, two = "".join(mine[op.a0 : op.a1]), text[op.b0 : op.b1]
        if one == two:
            continue
        if op.equal:
            places += sum(a != b and not a.isspace() for a, b in zip(mine[op.a0 : op.a1], two, strict=True))
        else:
            signs = [sum((not is_voted(c) and not c.isspace()) or c in MARKS for c in side) for side in (one, two)]
            places += max(signs)
    return places > max(FORM_PLACES, OTHER_FORM * len(text))
