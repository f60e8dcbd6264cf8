"""The order of the stages, on one screen.

Cleaners come before. What is said again at once (captions, loops) goes first, then distant repeats, then what loops
left around them; and again, until a whole round finds nothing: cutting makes new repeats.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from dedupe_cli.collapse.compose import composed, later_notes, with_edits
from dedupe_cli.collapse.decide import decide
from dedupe_cli.collapse.lines import equal_lines, neighbours
from dedupe_cli.collapse.loops import leads_on, staying
from dedupe_cli.collapse.merge import original, trace_of, voted
from dedupe_cli.collapse.notes import notes_of
from dedupe_cli.collapse.plan import build, relinked
from dedupe_cli.collapse.repeats import held_of, repeats_of
from dedupe_cli.collapse.trace import Trace, moved
from dedupe_cli.collapse.verdict import Verdicts
from dedupe_cli.collapse.view import View, standing
from dedupe_cli.errors import LawError
from dedupe_cli.match.apart import apart
from dedupe_cli.match.drift import counting
from dedupe_cli.match.find import LEAST_PASSAGE, find
from dedupe_cli.match.parted import find_all, find_near_all, looping_places
from dedupe_cli.match.scene import Scene
from dedupe_cli.match.unseen import stretches
from dedupe_cli.model import Edit, Note, Plan, Reason, Safety, Span
from dedupe_cli.text.fold import fold, is_han
from dedupe_cli.text.rewrite import rewrite
from dedupe_cli.text.split import blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from dedupe_cli.model import Group, Repeat, Source
    from dedupe_cli.settings import Settings
    from dedupe_cli.text.fold import Fold

    Progress = Callable[[str, int, int], None]


# A sentence near a loop goes for itself from so many letters on; a Han character counts three.
SURE, LETTERS = 24, 3
# ... and in another paragraph than what it repeats only so near, in characters, to a loop of three rounds or more.
LOOP_REACH = 2400
# In a loop that counts of so many rounds, sentences are not compared with one another where their numbers differ.
LONG_LOOP = 250
# So often a voted text is looked at again for more copies; two are enough in practice.
VOTES = 5


# So often cleaners and cuts may make work for each other.
_PASSES = 20

# What is dirt in a plain text, and the way to write a character in these formats.
_SYNTAX, _MARKUP = frozenset({"entities"}), frozenset({"markdown", "html", "vtt"})

_BRIEF = "so much here is held back by a number that nothing else about it was judged"
_UNSEEN = "so much here is alike that it was not compared with all of it"


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def make_plan(source: Source, settings: Settings, progress: Progress = silent, ignored: Sequence[Span] = ()) -> Plan:
    """Plan what is to be done to one text; ``progress(stage, done, total)`` is told how far the work is.

    ``ignored`` are disjoint spans in text order that take no part: nothing is compared with them, and they stay.
    """
    if settings.fix:
        return _with_cleaners(source, settings, progress, ignored)
    work, plan = _without_repeats(source, source.prose, settings, progress, ignored)
    return _settled(source, settings, work, plan) if source.container and plan.edits else plan


def _with_cleaners(source: Source, settings: Settings, progress: Progress, ignored: Sequence[Span]) -> Plan:
    """Plan with cleaners first, and once more after the cuts, until both find nothing."""
    from dedupe_cli.cleaners.run import fixes, reports  # noqa: PLC0415  only when something is to be fixed

    text = source.prose
    names = settings.fix - _SYNTAX if source.container and source.container.name in _MARKUP else settings.fix
    first = tuple(fix for fix in fixes(text, names, settings.remove_phrases) if not _touches(fix.span, ignored))
    plan = Plan(source.digest, len(text), first, settings=settings.as_dict())
    plan = source.container.settle(source, plan) if source.container else plan
    for _ in range(_PASSES):
        now, kept = rewrite(text, plan.edits), with_edits(plan)
        there = trace_of(plan.edits, len(text)).present(ignored)
        found = _without_repeats(source, now, settings, progress, there)[1]
        notes = later_notes(plan.edits, [*found.notes, *reports(now, names)])
        plan = composed(text, replace(kept, notes=tuple(notes)), found)
        more = []
        if found.edits or source.container:
            more = fixes(rewrite(text, plan.edits), names, settings.remove_phrases)
        there = trace_of(plan.edits, len(text)).present(ignored)
        more = [fix for fix in more if not _touches(fix.span, there)]
        plan = composed(text, plan, replace(plan, edits=tuple(more), groups=())) if more else plan
        plan = source.container.settle(source, plan) if source.container else plan
        if rewrite(text, plan.edits) == now or not (more or source.container):
            return plan
    if source.container:
        return plan  # what its structure does not allow is proposed again and again
    raise LawError(f"{source.path}: cleaners and cuts do not come to rest", hint="clean it without --fix")


def _without_repeats(
    source: Source, text: str, settings: Settings, progress: Progress, ignored: Sequence[Span]
) -> tuple[_Work, Plan]:
    """Plan what goes because it is said again in ``text``, which is what cleaners made of the source."""
    work = _Work(text, settings, ignored)
    total = len(text)
    progress("compare", 0, total)
    while work.round():
        progress("compare", total - total // (work.rounds + 1), total)
    edits, groups = build(text, work.removed, work.held)
    if settings.keep == "merged":
        edits, groups = _merged(text, settings, work, (edits, groups))
    # Lines as units need not be sentences.
    notes = notes_of(text, [e for e in edits if not e.replacement]) if settings.unit != "line" else []
    notes = sorted([*notes, *work.unseen], key=lambda n: (n.span, n.rule))
    notes = [note for note in notes if not _touches(note.span, ignored)]
    progress("compare", total, total)
    return work, Plan(source.digest, total, tuple(edits), tuple(groups), tuple(notes), settings.as_dict())


def _settled(source: Source, settings: Settings, work: _Work, plan: Plan) -> Plan:
    """Fit a plan to the structure of its file, and work on until what that leaves repeats nothing that may go."""
    assert source.container is not None
    text, removed, left = source.prose, work.removed, work.text
    plan = source.container.settle(source, plan)
    while settings.keep != "merged":
        rest = rewrite(text, plan.edits)
        if rest == left:
            break
        trace = Trace.start(len(text)).without([edit.span for edit in plan.edits])
        again = _Work(rest, settings, trace.present(work.ignored))
        while again.round():
            pass
        left = again.text
        later = [trace.original(repeat) for repeat in again.removed]
        removed = [*relinked(_remaining(removed, plan.edits), later), *later]
        edits, groups = build(text, removed, [trace.original(repeat) for repeat in again.held])
        more = source.container.settle(source, replace(plan, edits=tuple(edits), groups=tuple(groups)))
        if more.removed <= plan.removed:
            break
        plan = replace(more, notes=tuple(notes_of(text, more.edits)))
    return plan


def _remaining(removed: Sequence[Repeat], edits: Sequence[Edit]) -> list[Repeat]:
    """Leave out the cuts of which no edit is left."""
    ends = [edit.span.end for edit in edits]
    out = []
    for repeat in removed:
        cuts = []
        for cut in repeat.cuts:
            for copy in cut.copy:  # not its whole span, which may hold what an earlier cut took
                at = bisect_right(ends, copy.start)
                if at < len(edits) and edits[at].span.overlaps(copy):
                    cuts.append(cut)
                    break
        if cuts:
            out.append(replace(repeat, cuts=tuple(cuts)))
    return out


def _merged(
    text: str, settings: Settings, work: _Work, built: tuple[list[Edit], list[Group]]
) -> tuple[list[Edit], list[Group]]:
    """Let copies vote on the kept text, and again while the voted text shows more copies."""
    removed, (edits, groups) = work.removed, built
    for _ in range(VOTES):
        votes = voted(text, edits, groups)
        if not votes:
            break
        both = sorted([*edits, *votes], key=lambda edit: edit.span)
        trace = trace_of(both, len(text))
        again = _Work(rewrite(text, both), settings, trace.present(work.ignored))
        while again.round():
            pass
        if not again.removed:
            return both, groups
        later = [original(trace, repeat, votes) for repeat in again.removed]
        removed = [*relinked(removed, later), *later]
        edits, groups = build(text, removed, [trace.original(repeat) for repeat in again.held])
    return built  # no vote rather than a result that would change when it is cleaned again


@dataclass(eq=False)
class _Work:
    """A text on the way, and what went from it so far (in spans of the original)."""

    text: str
    settings: Settings
    ignored: Sequence[Span] = ()
    removed: list[Repeat] = field(default_factory=list)
    held: list[Repeat] = field(default_factory=list)
    holding: list[Repeat] = field(default_factory=list)  # the same in spans of the text as it is in this round
    rounds: int = 0
    looping: NDArray[np.bool_] | None = None
    fold: Fold | None = None
    borders: Sequence[int] = ()  # offsets at which the text as it stands was parted (see ``match/parts``)
    small: bool = False  # its sentences begin with small letters by habit
    settled: tuple[str, list[Repeat]] | None = None
    unseen: tuple[Note, ...] = ()  # what this round did not compare with all that is like it, or not fully

    def __post_init__(self) -> None:
        self.trace = Trace.start(len(self.text))

    def round(self) -> bool:
        """Run all stages once; tell whether anything went. What is held back counts for the last round only."""
        self.held, self.holding = [], []
        self.rounds += 1
        gone = [self._apply(stage()) for stage in self._stages()]
        return any(gone) or self._apply(self._near_afresh())

    def _free(self, found: Sequence[Repeat]) -> list[Repeat]:
        """Leave out what touches an ignored stretch, on the side of the copy or of the kept text."""
        ignored = self.trace.present(self.ignored)
        if not ignored:
            return list(found)
        out = []
        for repeat in found:
            cuts = tuple(c for c in repeat.cuts if not any(_touches(s, ignored) for s in (c.span, *c.kept)))
            if cuts and not any(_touches(span, ignored) for span in repeat.kept):
                out.append(replace(repeat, cuts=cuts))
        return out

    def _stages(self) -> Sequence[Callable[[], Sequence[Repeat]]]:
        if self.settings.unit == "auto":
            return self._in_place, self._distant, self._near
        if self.settings.adjacent:
            return (self._neighbours,)
        return (self._lines, self._distant) if self.settings.unit == "line" else (self._distant,)

    def _lines(self) -> Sequence[Repeat]:
        return equal_lines(self.text, self.settings)

    def _neighbours(self) -> Sequence[Repeat]:
        return neighbours(self.text, self.settings)

    def _apply(self, found: Sequence[Repeat]) -> bool:
        found = self._free(found)
        if not found:
            return False
        cuts = sorted(cut.span for repeat in found for cut in repeat.cuts)
        mapped = [self.trace.original(repeat) for repeat in found]
        self.removed = [*relinked(self.removed, mapped), *mapped]
        self.trace = self.trace.without(cuts)
        self.borders = moved(self.borders, cuts)
        self.fold = None
        self.text = rewrite(self.text, [Edit(span, "", "", "", Safety.EXACT) for span in cuts])
        return True

    def _folded(self) -> Fold:
        """Fold the text as it stands, once."""
        if self.fold is None:
            self.fold = fold(self.text)
        return self.fold

    def _hold(self, found: Sequence[Repeat]) -> None:
        free = self._free(found)
        self.holding += free
        self.held += [self.trace.original(repeat) for repeat in free]

    def _in_place(self) -> Sequence[Repeat]:
        """Find captions, loops, stutters, stitched chunks."""
        done = find_all(self._folded(), self.borders, evidence=self.looping is None)
        self.borders, self.small = done.borders, done.small
        if self.looping is None:
            self.looping = done.looping
        found = done.repeats
        self._hold([repeat for repeat in found if repeat.cuts[0].held])
        going = [r for r in found if not r.cuts[0].held and _allowed(r, self.settings)]
        loops = [r for r in going if r.rule == "D203"]
        stay = staying(self.text, loops) if loops else set()
        return [r for r in going if r not in stay]

    def _distant(self) -> Sequence[Repeat]:
        """Find and judge repeats anywhere in the text."""
        if self.settled is not None and self.settled[0] is self.text:
            self._hold(self.settled[1])  # the text is as it was when nothing was found to go
            return ()
        folded = self._folded()
        loops = self._counting()
        passages = find(folded, counting(Scene.of(folded), loops) if loops else None)
        self.unseen = self._told(passages.unseen, _UNSEEN)
        alignments = apart(folded, passages.alignments, self.trace.present(self.ignored), LEAST_PASSAGE)
        if not alignments:
            self.settled = self.text, []
            return ()
        view = View(folded, self.settings.unit)
        verdicts = Verdicts(folded, alignments, self.settings)
        decisions = decide(view, alignments, passages.popularity, verdicts, self.settings)
        brief = np.array(decisions.brief, dtype=np.int64).reshape(-1, 2)
        self.unseen += self._told(stretches(brief[:, 0], brief[:, 1]), _BRIEF)
        held, found = held_of(view, decisions.held), repeats_of(view, decisions)
        self._hold(held)
        if not found:
            self.settled = self.text, held
        return found

    def _told(self, ranges: Iterable[tuple[int, int]], message: str) -> tuple[Note, ...]:
        """Return a note (W103) for each of some folded ranges."""
        folded = self._folded()
        return tuple(Note("W103", self.trace.hull(folded.span(low, high)), message) for low, high in ranges)

    def _counting(self) -> list[Span]:
        """Return the long loops that were held back as a whole in this round, because they count."""
        out = []
        for repeat in self.held:
            loop, unit = repeat.cuts[0].span, repeat.kept[0]
            if repeat.cuts[0].held == (Reason.NUMBER,) and len(loop) >= LONG_LOOP * len(unit):
                out += self.trace.present([Span(min(loop.start, unit.start), loop.end)])
        return out

    def _near(self) -> Sequence[Repeat]:
        """Find sentences said again near a loop; what is held back, and what is no prose, stays.

        Where no loop was found, sentences of one paragraph may still repeat each other (A B C A C).
        """
        if self.looping is None or not self.looping.any():
            return ()
        protected = [
            *standing(self.text),
            *self.trace.present(s for r in self.held for c in r.cuts for s in c.copy),
        ]
        looping = self.trace.select(self.looping)
        found = find_near_all(self._folded(), looping, sorted(protected), self.borders, small=self.small)
        found = [r for r in self._in_reach(found) if not leads_on(self.text, r)] if found else []
        return [r for r in found if _allowed(r, self.settings) and self._is_evident(r, found)]

    def _in_reach(self, found: Sequence[Repeat]) -> list[Repeat]:
        """Leave what stands near a loop that went, or in one paragraph with what it repeats.

        Manuals say the same sentence of many things, a few paragraphs apart: that alone is no loop.
        """
        # What is kept may be another copy by now, behind the loop.
        loops = [
            Span(min(r.kept[0].start, r.cuts[0].span.start), r.cuts[-1].span.end)
            for r in self.removed
            if r.rule == "D203" and r.cuts[1:]
        ]
        edges = [span.start for span in blocks(self.text)]
        out = []
        for repeat in found:
            start = repeat.cuts[0].copy[0].start
            place = self.trace.place(start)
            near = any(loop.start - LOOP_REACH <= place <= loop.end + LOOP_REACH for loop in loops)
            if near or bisect_right(edges, start) == bisect_right(edges, repeat.kept[0].start):
                out.append(repeat)
        return out

    def _near_afresh(self) -> Sequence[Repeat]:
        """Find near loops what a run over the result would find: it knows nothing of the loops that went.

        All other stages look at nothing but the text, and found nothing in this round.
        """
        if not self.removed or self.settings.unit != "auto":
            return ()
        folded = self._folded()
        looping = looping_places(folded)
        fresh = _Work(
            self.text,
            self.settings,
            held=self.holding,
            looping=looping,
            fold=folded,
            borders=self.borders,
            small=self.small,
        )
        return fresh._near()

    def _is_evident(self, repeat: Repeat, found: Sequence[Repeat]) -> bool:
        """Tell whether a repeat may go: a short sentence that breaks off only when what stood before it went too."""
        copy = repeat.cuts[0].copy[0]
        if sum(LETTERS if is_han(ord(c)) else c.isalnum() for c in copy.of(self.text)) >= SURE:
            return True
        before = self.text[: copy.start].rstrip()
        gone_now = any(c.span.start < len(before) <= c.span.end for r in found if r is not repeat for c in r.cuts)
        last, first = self.trace.place(max(len(before) - 1, 0)), self.trace.place(copy.start)
        return gone_now or first - last > copy.start - len(before) + 1


def _touches(span: Span, ignored: Sequence[Span]) -> bool:
    """Tell whether a span shares a character with one of some spans in text order."""
    at = bisect_right(ignored, span.start, key=lambda each: each.end)
    return at < len(ignored) and ignored[at].start < span.end


def _allowed(repeat: Repeat, settings: Settings) -> bool:
    """Tell whether a repeat is sure enough for ``--apply``."""
    return settings.apply != "exact" or repeat.safety is Safety.EXACT
