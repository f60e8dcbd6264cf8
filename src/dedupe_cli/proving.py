"""A plan from anywhere is proved before it is applied: what its edits take out is said by text that stays.

``apply/verify.py`` holds every plan to the laws, which ask of a near copy only that its counterpart stays. Here the
counterpart is aligned again and the difference is judged, as when a plan is made: with the evidence of the whole text,
that is of all that goes by the plan and of all that stays alike. What is not proved so, because the program came to it
by several steps, must be what it does with this text under the settings of the plan.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain, groupby
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz

from dedupe_cli.cleaners.run import fixes
from dedupe_cli.decide.cover import Cover, cover, covered, reach
from dedupe_cli.document.view import View
from dedupe_cli.errors import LawError, PlanError
from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Edit, Kind, Plan, Safety, Source, Span
from dedupe_cli.search.find import find
from dedupe_cli.settings import CLEANERS, Settings, make
from dedupe_cli.text.alignment import Alignment, align
from dedupe_cli.text.fold import DIGIT, HAN, Fold, fold, fold_char
from dedupe_cli.text.noting import only

# Letters of two texts that are aligned at most, as their product: what is longer and not equal is planned again.
_MOST = 1 << 28
# Fewest units of what goes: of fewer, each word stands somewhere else.
_LEAST = 12
# ... and right beside what says the same.
_LEAST_BESIDE = 2
# Places in a kept text that are looked at for the same letters.
_PLACES = 3
# Marks that are no more than form where texts meet.
_QUOTES = str.maketrans("", "", "\"'“”‘’«»‹›「」『』()[]（）")

_HINT = "nothing was written; make the plan anew, or mark that edit as unsafe and decide with --trust-plan"


def prove(source: Source, plan: Plan, again: Callable[[Settings], Plan], *, trust: bool = False) -> None:
    """Raise an error unless each edit of a lawful plan takes out what is said by text that stays.

    ``again(settings)`` plans the text under the settings of the plan. What the plan itself calls unsafe is a person's
    decision, and asks for ``trust``: :class:`PlanError` without it. :class:`LawError` names what is not proved.
    """
    decided = [edit for edit in plan.edits if edit.safety is Safety.UNSAFE]
    if decided and not trust:
        raise PlanError(
            f"the plan takes out what nothing proves to be said elsewhere: {_first(source, decided)}",
            hint="look at it with --diff --trust-plan; --trust-plan says that it is your decision",
        )
    left = _Proof(source, plan).left
    if not left:
        return
    made = {(e.span, e.replacement, e.kept): e.safety for e in again(make(None, **plan.settings)).edits}
    left = [e for e in left if made.get((e.span, e.replacement, e.kept), Safety.UNSAFE) > e.safety]
    if left:
        raise LawError(f"what goes is not said by what is named for it: {_first(source, left)}", hint=_HINT)


def unproved(source: Source, plan: Plan) -> list[Edit]:
    """Return the edits of a plan of which nothing proves that what they take out is said by text that stays."""
    return _Proof(source, plan).left


def _first(source: Source, edits: Sequence[Edit]) -> str:
    span = edits[0].span
    more = f" and {len(edits) - 1} more" if len(edits) > 1 else ""
    return f"edit {span.start}..{span.end} (line {source.text.count(chr(10), 0, span.start) + 1}){more}"


class _Cut(NamedTuple):
    """An edit with its letters, and the folded stretches that say the same."""

    edit: Edit
    start: int
    end: int
    kept: tuple[tuple[int, int], ...] = ()


class _Proof:
    """The proof of one plan; ``left`` are the edits that it does not prove."""

    def __init__(self, source: Source, plan: Plan) -> None:
        self._text, self._edits = source.prose, plan.edits
        self._settings = replace(make(None, **plan.settings), apply="similar")
        only("similarity", self._settings.similarity)
        self._fold = fold(self._text)
        self._view = View(self._fold, self._settings.unit)
        self._starts = [edit.span.start for edit in plan.edits]
        self._gone = bytearray(len(self._fold))
        self._found: dict[tuple[int, int, tuple[tuple[int, int], ...]], list[Alignment]] = {}
        codes = {CLEANERS[name] for name in self._settings.fix}
        cleaned = [edit for edit in plan.edits if edit.group < 0 and edit.rule in codes]
        self.left = [edit for edit in cleaned if (edit.span, edit.replacement) not in self._fixes]
        names = {id(edit) for edit in cleaned}
        self.left += self._unproved([edit for edit in plan.edits if id(edit) not in names])

    @cached_property
    def _fixes(self) -> frozenset[tuple[Span, str]]:
        found = fixes(self._text, self._settings.fix, self._settings.remove_phrases)
        return frozenset((edit.span, edit.replacement) for edit in found)

    def _unproved(self, edits: Sequence[Edit]) -> list[Edit]:
        """Return the edits that take out letters, or join what stood apart, and are not proved."""
        cuts, left = self._cuts(edits)
        runs = [list(run) for _, run in groupby(cuts, _Runs())]
        decided = {id(edit) for edit in edits if edit.safety is Safety.UNSAFE}
        hard = [(run, rest) for run in runs if (rest := self._not_plain(run))]
        for _, rest in hard:
            for cut in rest:
                self._look(cut)
        left += [cut.edit for run, rest in hard for cut in self._unsaid(run, rest)]
        left += [cut.edit for run in runs if not self._joins(run) for cut in (run[0], run[-1])]
        return [edit for edit in {id(edit): edit for edit in left}.values() if id(edit) not in decided]

    def _cuts(self, edits: Sequence[Edit]) -> tuple[list[_Cut], list[Edit]]:
        """Return the edits that take out letters, and those that are nothing but a replacement or stand alone."""
        places = self._fold.places
        low = places([edit.span.start for edit in edits]).tolist()
        high = places([edit.span.end for edit in edits]).tolist()
        kept = iter(places([at for edit in edits for span in edit.kept for at in (span.start, span.end)]).tolist())
        out, left, bare = [], [], []
        for edit, start, end in zip(edits, low, high, strict=True):
            ranges = _merged((next(kept), next(kept)) for _ in edit.kept)
            if start < end:
                self._gone[start:end] = b"\1" * (end - start)
                out.append(_Cut(edit, start, end, ranges))
            else:
                bare.append((edit, start))
            if edit.replacement.strip() and "".join(map(fold_char, edit.replacement)):
                left.append(edit)  # letters are put in: votes, and what they are put in for
        left += [edit for edit, at in bare if not (self._gone.find(1, max(at - 1, 0), at + 1) >= 0)]
        return out, left

    # What goes is equal to what stays

    def _not_plain(self, run: Sequence[_Cut]) -> list[_Cut]:
        """Return the edits but those that take out whole sentences which stand, letter by letter, in one place."""
        return [cut for cut in run if not self._is_plain(cut)] if self._is_long(run) else list(run)

    def _is_plain(self, cut: _Cut) -> bool:
        if len(cut.kept) != 1 or not self._stays(cut):
            return False
        a0 = self._fold.string.find(self._fold.string[cut.start : cut.end], *cut.kept[0])
        pair = Alignment(a0, a0 + cut.end - cut.start, cut.start, cut.end)
        return a0 >= 0 and all(map(self._view.is_border, pair[:4])) and not self._verdicts_of_equal.of(pair)

    def _is_long(self, run: Sequence[_Cut]) -> bool:
        start, end = run[0].start, run[-1].end
        if self._settings.unit == "line" and all(map(self._view.is_border, (start, end))):
            return True
        return self._view.units(start, end) >= _LEAST

    def _stays(self, cut: _Cut) -> bool:
        return bool(cut.kept) and all(low < high and self._gone.find(1, low, high) < 0 for low, high in cut.kept)

    @cached_property
    def _verdicts_of_equal(self) -> Verdicts:
        return Verdicts(self._fold, (), self._settings)

    # What goes is like what stays

    def _look(self, cut: _Cut) -> None:
        """Align what an edit takes out of each block with each stretch that is named for it."""
        for start, end in self._parts(cut):
            found = [each for kept in cut.kept for each in self._aligned(kept, start, end)] if self._stays(cut) else []
            self._found[start, end, cut.kept] = found

    def _parts(self, cut: _Cut) -> Iterator[tuple[int, int]]:
        for block in self._view.blocks_in(cut.start, cut.end):
            low, high = self._view.edges(block)
            yield max(low, cut.start), min(high, cut.end)

    def _aligned(self, kept: tuple[int, int], start: int, end: int) -> Iterator[Alignment]:
        text, (low, high) = self._fold.string, kept
        gone, at = text[start:end], low
        for _ in range(_PLACES):
            at = text.find(gone, at, high)
            if at < 0:
                break
            yield Alignment(at, at + end - start, start, end)
            at += 1
        if at >= 0 or (high - low) * (end - start) > _MOST:
            return
        if high - low > 2 * (end - start):  # it stands somewhere in a longer text
            near = fuzz.partial_ratio_alignment(gone, text[low:high], score_cutoff=self._settings.similarity / 2)
            if near is None:
                return
            room = (end - start) // 8 + 2
            low, high = max(low, low + near.dest_start - room), min(high, low + near.dest_end + room)
        found = _trimmed(Alignment(low, high, start, end, align(self._fold, low, high, start, end)))
        if found.equal():
            yield found

    @cached_property
    def _verdicts(self) -> Verdicts:
        """The judge of the whole text: of what goes, aligned again, and of what stays, found anew."""
        pairs = [each for found in self._found.values() for each in found if each.blocks]
        pairs = [each for each in pairs if each.similarity() >= self._settings.similarity]
        return Verdicts(self._fold, [*pairs, *self._staying()] if pairs else (), self._settings)

    def _staying(self) -> Iterator[Alignment]:
        """Yield what is alike in the text that stays, where no cut goes through it."""
        folded = self._fold
        places = np.flatnonzero(np.frombuffer(self._gone, dtype=np.uint8) == 0)
        rest = Fold(folded.text, *(x[places] for x in (folded.codes, folded.plain, folded.offsets, folded.classes)))
        for pair in find(rest).alignments:
            if not pair.blocks:
                continue
            low, high = places[pair.a0], places[pair.b0]
            ends = places[pair.a1 - 1] + 1 - low, places[pair.b1 - 1] + 1 - high
            if ends == (pair.a1 - pair.a0, pair.b1 - pair.b0):
                a, b = int(low) - pair.a0, int(high) - pair.b0
                blocks = tuple(type(x)(x.a0 + a, x.a1 + a, x.b0 + b, x.b1 + b) for x in pair.blocks)
                yield Alignment(pair.a0 + a, pair.a1 + a, pair.b0 + b, pair.b1 + b, blocks)

    def _unsaid(self, run: Sequence[_Cut], rest: Sequence[_Cut]) -> list[_Cut]:
        """Return what of the ``rest`` of a run of edits is not said, block by block."""
        if self._is_round(run):
            return []
        if not self._is_long(run):
            return list(run)
        view, out = self._view, []
        parts = sorted([(*part, cut) for cut in rest for part in self._parts(cut)], key=lambda part: part[:2])
        for block, items in groupby(parts, lambda part: view.block_at(part[0])):
            found = list(items)
            if not self._is_said(block, found):
                out += [cut for _, _, cut in found]
        inside = not (view.is_border(run[0].start) and view.is_border(run[-1].end))
        if inside and not self._is_beside(run, rest):
            out += [run[0], run[-1]]
        return out

    def _is_said(self, block: int, found: Sequence[tuple[int, int, _Cut]]) -> bool:
        """Tell whether what goes of a block is said; as a whole, if all of it goes."""
        view = self._view
        exact = any(cut.edit.safety is Safety.EXACT for _, _, cut in found)
        pairs = [self._found[start, end, cut.kept] for start, end, cut in found]
        if (found[0][0], found[-1][1]) == view.edges(block):
            return self._holds(cover(view, block, list(chain(*pairs)), self._verdicts), exact=exact)
        if not all(view.is_border(start) for start, _, _ in found[1:]):
            return False
        return all(
            any(self._covers(pair, start, end, exact=exact) for pair in mine)
            for mine, (start, end, _) in zip(pairs, found, strict=True)
        )

    def _covers(self, pair: Alignment, start: int, end: int, *, exact: bool) -> bool:
        whole = reach(self._view, pair, start, end)
        if (whole.b0, whole.b1) != (start, end):
            return False
        return self._holds(covered(self._view, (whole,), self._verdicts), exact=exact)

    def _holds(self, found: Cover | None, *, exact: bool) -> bool:
        """Tell whether passages that cover something say the same, as sure as was claimed."""
        if found is None:
            return False
        kinds = {judged.kind for judged in found.judged}
        if Kind.CONTENT in kinds or (exact and Kind.NOISE in kinds):
            return False
        size = sum(piece.b1 - piece.b0 for piece in found.pieces)
        return 100 * sum(piece.equal() for piece in found.pieces) >= self._settings.similarity * size

    # What is left around it

    def _is_beside(self, run: Sequence[_Cut], rest: Sequence[_Cut]) -> bool:
        """Tell whether what goes stands right beside what says the same: what is around it stays around that."""
        low, high = run[0].start, run[-1].end
        if self._is_inside_word(low) or self._is_inside_word(high):
            return False
        found = [pair for cut in rest for part in self._parts(cut) for pair in self._found[(*part, cut.kept)]]
        before = any(pair.a1 == low and pair.b1 == high for pair in found)
        return before or any(pair.a0 == high and pair.b0 == low for pair in found)

    def _is_round(self, run: Sequence[_Cut]) -> bool:
        """Tell whether rounds of the very text beside them go; numbers are counted, and a word may be doubled."""
        low, high, text = run[0].start, run[-1].end, self._fold.string
        if len(run[0].kept) != 1 or any(cut.kept != run[0].kept for cut in run):
            return False
        first, last = run[0].kept[0]
        if self._fold.kinds.find(DIGIT, low, high) >= 0 or self._view.units(low, high) < _LEAST_BESIDE:
            return False
        if self._is_inside_word(low) or self._is_inside_word(high):
            return False
        gone, rounds = text[low:high], text[first:last] * ((high - low) // (last - first) + 1)
        return (last == low and rounds.endswith(gone)) or (first == high and rounds.startswith(gone))

    def _is_inside_word(self, place: int) -> bool:
        if not 0 < place < len(self._fold) or self._view.between(place):
            return False
        return HAN not in self._fold.kinds[place - 1 : place + 1]

    def _joins(self, run: Sequence[_Cut]) -> bool:
        """Tell whether the text around a run of edits stays as it was: no word, sentence or paragraph runs together."""
        low, high, at = run[0].start, run[-1].end, self._fold.at
        start = at[low - 1] + 1 if low else 0
        end = at[high] if high < len(self._fold) else len(self._text)
        head, tail = self._text[start : at[low]], self._text[at[high - 1] + 1 : end]
        left = self._remaining(start, end)
        if left in (head, tail):
            return True
        marks = ["".join(each.translate(_QUOTES).split()) for each in (head, tail, left)]
        if marks[0] not in marks[2] and marks[1] not in marks[2]:
            return False
        lines = [each.count("\n") + each.count("\r") for each in (head, tail, left)]
        if low and high < len(self._fold) and min(lines[:2]) > lines[2] and not lines[2]:
            return False
        if left or not low or high >= len(self._fold):
            return True
        return HAN in (self._fold.kinds[low - 1], self._fold.kinds[high])

    def _remaining(self, start: int, end: int) -> str:
        """Return what the edits leave of a stretch."""
        at, out = start, []
        first = max(bisect_right(self._starts, start) - 1, 0)
        for edit in self._edits[first : bisect_left(self._starts, end)]:
            if edit.span.end <= start:
                continue
            out += [self._text[at : max(at, edit.span.start)], edit.replacement]
            at = max(at, edit.span.end)
        return "".join([*out, self._text[at:end]])


class _Runs:
    """Numbers edits; those of which the letters of one follow upon those of the other have the same number."""

    def __init__(self) -> None:
        self._number, self._end = 0, -1

    def __call__(self, cut: _Cut) -> int:
        self._number += cut.start != self._end
        self._end = cut.end
        return self._number


def _merged(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], high)
        else:
            out.append((low, high))
    return tuple(out)


def _trimmed(pair: Alignment) -> Alignment:
    """Leave out what the kept text says more at both ends."""
    a0, a1, b0, b1, blocks = pair
    if blocks and blocks[0].a0 == a0 and blocks[0].b0 == blocks[0].b1:
        a0, blocks = blocks[0].a1, blocks[1:]
    if blocks and blocks[-1].a1 == a1 and blocks[-1].b0 == blocks[-1].b1:
        a1, blocks = blocks[-1].a0, blocks[:-1]
    return Alignment(a0, a1, b0, b1, blocks)
