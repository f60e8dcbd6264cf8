"""A text on its way through the rounds: the stages in their order, until a whole round finds nothing.

What is said again at once (captions, loops) goes first, then distant repeats, then what loops left around them; and
again: cutting makes new repeats.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedupe_cli.decide.around import LONG, Looked
from dedupe_cli.decide.entry_evidence import is_term
from dedupe_cli.decide.equal_lines import equal_lines, neighbours
from dedupe_cli.decide.select import decide
from dedupe_cli.decide.sentences_near_loops import counting_loops, in_reach, is_allowed, is_formula, wordless_loops
from dedupe_cli.decide.space import without_mark
from dedupe_cli.decide.state import LARGE, Earlier
from dedupe_cli.document.trace import Trace
from dedupe_cli.document.view import View, standing
from dedupe_cli.judge.verdicts import Verdicts
from dedupe_cli.model import Edit, Note, Rejection, Safety, Span
from dedupe_cli.planning.build import relinked
from dedupe_cli.planning.rejections import placed, rejections_of
from dedupe_cli.planning.repeats import held_of, rejected_of, repeats_of
from dedupe_cli.search.apart import apart
from dedupe_cli.search.drift import counting
from dedupe_cli.search.equal_blocks import with_equal_blocks
from dedupe_cli.search.find import LEAST_PASSAGE, find
from dedupe_cli.search.first_look import UNKNOWN, look
from dedupe_cli.search.in_place import Found, find_near, looping_places, scenes_of, search
from dedupe_cli.search.unseen import stretches
from dedupe_cli.text.fold import fold
from dedupe_cli.text.remembering import once
from dedupe_cli.text.rewrite import rewrite
from dedupe_cli.text.spans import touches, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from dedupe_cli.judge.judge import Noise
    from dedupe_cli.model import Repeat
    from dedupe_cli.search.first_look import Look
    from dedupe_cli.search.in_place import Scenes
    from dedupe_cli.settings import Settings
    from dedupe_cli.text.alignment import Alignment
    from dedupe_cli.text.fold import Fold
    from dedupe_cli.text.indexed import Indexed

_BRIEF = "so much here is held back by a number that nothing else about it was judged"
_UNSEEN = "so much here is alike that it was not compared with all of it"


class Alike(NamedTuple):
    """What is alike in a text whatever the limits of similarity and confidence are; no ``verdicts`` where nothing is.

    ``unseen``: folded ranges that were not compared with all that is like them.
    """

    view: View
    alignments: Sequence[Alignment]
    popularity: Indexed
    unseen: Sequence[tuple[int, int]]
    verdicts: Verdicts | None


class Last(NamedTuple):
    """What the last look for distant repeats came to, with its text; spans are those of the original.

    ``looked``: what it saw; ``held``: what is held back, ``brief``: what is told of places that were judged in part.
    """

    text: str
    looked: Looked | None = None
    held: Sequence[Repeat] = ()
    rejections: Sequence[Rejection] = ()
    brief: tuple[Note, ...] = ()
    candidates: Sequence[Span] = ()

    def with_earlier(self, before: Last, holds: Callable[[Sequence[Span]], NDArray[np.bool_]]) -> Last:
        """Return it with what was said before of what was not looked at again: that ``holds``."""
        held = compress(before.held, holds([r.cuts[0].copy[0] for r in before.held]))
        rejections = compress(before.rejections, holds([each.span for each in before.rejections]))
        brief = compress(before.brief, holds([note.span for note in before.brief]))
        candidates = compress(before.candidates, holds(before.candidates))
        return self._replace(
            held=[*held, *self.held],
            rejections=[*rejections, *self.rejections],
            brief=(*brief, *self.brief),
            candidates=[*candidates, *self.candidates],
        )


@dataclass(eq=False)
class Rounds:
    """A text on the way, and what went from it so far (in spans of the original)."""

    text: str
    settings: Settings
    ignored: Sequence[Span] = ()
    removed: list[Repeat] = field(default_factory=list)
    held: list[Repeat] = field(default_factory=list)
    asks: bool = False  # whether candidates that stay are recorded, below
    rounds: int = 0
    looping: Callable[[], NDArray[np.bool_]] | None = None  # tells what is near a loop, of the text as it first was
    fold: Fold | None = None
    last: Last | None = None  # what the last look for distant repeats came to
    accidents: float | None = None  # the share of its repeats that are, as far as was told
    noise: Noise | None = None  # how damaged the text was when all of it was decided last
    rejected: list[Rejection] = field(default_factory=list)  # in place, by the last search; in spans of the original
    scenes: Scenes | None = None  # of the text as it stands, unless it is long
    calm: tuple[str, list[Repeat]] | None = None  # text in which nothing goes in place, and what is held back there
    tell: Callable[[float], None] | None = None  # is told how much of a round is done, from 0 to 1
    _apart: tuple[Trace, Sequence[Span]] | None = None
    unseen: tuple[Note, ...] = ()  # what this round did not compare with all that is like it, or not fully

    def __post_init__(self) -> None:
        self.trace = Trace.start(len(self.text))
        self._length = len(self.text)

    @property
    def rejections(self) -> Sequence[Rejection]:
        """Candidates that stay, of the last round, in spans of the original."""
        return self.last.rejections if self.last else ()

    def round(self) -> bool:
        """Run all stages once; tell whether anything went. What is held back counts for the last round only."""
        self.held = []
        self.rounds += 1
        if self._looked().anywhere:
            self.unseen, self.last = (), None
            return False
        # What went may leave a text in which nothing stands twice: the next round says so.
        gone = [not (at and self._looked().anywhere) and stage() for at, stage in enumerate(self._stages())]
        return any(gone) or self._apply(self._near_afresh())

    def _looked(self) -> Look:
        """Take a first look at the text as it stands."""
        return look(self.text) if self.settings.unit == "auto" else UNKNOWN

    def _taking_no_part(self) -> Sequence[Span]:
        """Return where the ignored stretches stand in the text as it is, worked out once after each cut."""
        if self._apart is None or self._apart[0] is not self.trace:
            self._apart = self.trace, self.trace.present(self.ignored)
        return self._apart[1]

    def _free(self, found: Sequence[Repeat]) -> list[Repeat]:
        """Leave out what touches an ignored stretch, on the side of the copy or of the kept text."""
        ignored = self._taking_no_part() if found else ()
        if not ignored:
            return list(found)
        out = []
        for repeat in found:
            cuts = tuple(c for c in repeat.cuts if not any(touches(s, ignored) for s in (c.span, *c.kept)))
            if cuts and not any(touches(span, ignored) for span in repeat.kept):
                out.append(replace(repeat, cuts=cuts))
        return out

    def _stages(self) -> Sequence[Callable[[], bool]]:
        """Return what a round does; each tells whether anything went."""
        if self.settings.unit == "auto":
            return self.in_place, self._distant, self._near
        if self.settings.adjacent:
            return (partial(self._among_lines, neighbours),)
        lines = (partial(self._among_lines, equal_lines),) if self.settings.unit == "line" else ()
        return (*lines, self._distant)

    def _among_lines(self, find: Callable[[str, Settings], Sequence[Repeat]]) -> bool:
        return self._apply(find(self.text, self.settings))

    def _apply(self, found: Sequence[Repeat]) -> bool:
        found = without_mark(self.text, self._free(found))
        if not found:
            return False
        cuts = sorted(cut.span for repeat in found for cut in repeat.cuts)
        mapped = [self.trace.original(repeat) for repeat in found]
        self.removed = [*relinked(self.removed, mapped), *mapped]
        self.trace = self.trace.without(cuts)
        self.text = rewrite(self.text, [Edit(span, "", "", "", Safety.EXACT) for span in cuts])
        self.fold = self.scenes = None
        return True

    def _folded(self) -> Fold:
        """Fold the text as it stands, once."""
        if self.fold is None:
            self.fold = once(self.text, len(self.text), lambda: fold(self.text))
        return self.fold

    def _scenes(self) -> Scenes:
        """Return the scene of the text as it stands, which is kept, or those of the parts of a long one."""
        if self.scenes is None:
            scenes = scenes_of(self._folded())
            if not isinstance(scenes, tuple):
                return scenes
            self.scenes = scenes
        return self.scenes

    def _loops(self) -> Callable[[], NDArray[np.bool_]]:
        """Return what tells what is near a loop of the text as it stands, worked out when it is first asked for."""
        return cache(partial(looping_places, len(self.text), self._scenes()))

    def _holding(self, found: Sequence[Repeat]) -> list[Repeat]:
        """Return what of some repeats touches no ignored stretch, in spans of the original."""
        return [self.trace.original(repeat) for repeat in self._free(found)]

    def in_place(self) -> bool:
        """Find captions, loops, stutters, stitched chunks, until there are no more."""
        if self.calm is not None and self.calm[0] is self.text:
            self.held += self._holding(self.calm[1])
            return False
        if self._looked().in_place:
            return False
        scenes, marks = self._scenes(), None
        if self.looping is None and isinstance(scenes, tuple) and len(self.text) < LONG:  # few short texts ask for it
            self.looping = self._loops()
        elif self.looping is None:
            marks = np.zeros(len(self.text), dtype=bool)
            self.looping = partial(np.asarray, marks)
        self.rejected, gone = [], False
        found = search(scenes, self._may_go, marks)
        while self._apply(found.going):
            gone, self.rejected = True, []
            if self._looked().in_place:
                found = Found([], [], [])
                break
            found = search(self._scenes(), self._may_go)
        self.held += self._holding(found.held)
        self.calm = self.text, found.held
        self.rejected[:0] = placed(found.rejections, self.trace.hull)
        return gone

    def _may_go(self, found: Sequence[Repeat]) -> list[Repeat]:
        """Return what may go of what is said again at once; what the settings forbid is recorded."""
        going: list[Repeat] = []
        for repeat in self._free(found):
            if is_allowed(repeat, self.settings) and not is_term(self.text, repeat):
                going.append(repeat)
            else:
                copy, kept = self.trace.hull(repeat.cuts[0].span), self.trace.hull(repeat.kept[0])
                self.rejected.append(Rejection(copy, (kept,), "settings"))
        return going

    def _distant(self) -> bool:
        """Find and judge repeats anywhere in the text, once."""
        last = self.last
        if last is not None and last.text is self.text:
            self.held += last.held
            return False
        view, alignments, popularity, unseen, verdicts = self._alike()
        self.unseen = self._told(unseen, _UNSEEN)
        if verdicts is None:
            self.last = Last(self.text)
            return False
        looked = Looked.of(view, self.trace, self._length, alignments) if len(view.fold) >= LONG else None
        before = last if looked and last and last.looked else None
        found, told = self._decided(view, alignments, popularity, verdicts, looked, before)
        if not found and before and verdicts.noise != self.noise:
            # What did not change since was decided at another noise; who cleans this text again knows nothing of that.
            found, told = self._decided(view, alignments, popularity, verdicts, looked)
        self.last = told
        self.held += told.held
        self.unseen += told.brief
        if found and self.looping is None and self.settings.unit == "auto":  # of the text before anything went
            self.looping = self._loops()
        return self._apply(found)

    def _alike(self) -> Alike:
        """Find what is alike in the text as it stands."""
        loops, ignored = counting_loops(self.trace, self.held), self._taking_no_part()
        settings, wordless = self.settings, wordless_loops(self.trace, self.rejected)

        def found() -> Alike:
            folded = self._folded()
            marks = counting(folded, self._scenes(), loops, wordless) if loops or wordless else None
            view = View(folded, settings.unit)
            passages = find(folded, marks, ignored, self._telling(0.3, 0.6), view)
            whole = with_equal_blocks(view, passages.alignments, passages.popularity, LEAST_PASSAGE, marks)
            alignments = apart(folded, whole, ignored, LEAST_PASSAGE)
            verdicts = Verdicts(folded, alignments, settings) if alignments else None
            return Alike(view, alignments, passages.popularity, passages.unseen, verdicts)

        asked = settings.unit, settings.apply, settings.normalize  # of the settings, no more is asked for here
        return once((self.text, asked, tuple(loops), tuple(wordless), tuple(ignored)), len(self.text), found)

    def _decided(
        self,
        view: View,
        alignments: Sequence[Alignment],
        popularity: Indexed,
        verdicts: Verdicts,
        looked: Looked | None,
        before: Last | None = None,
    ) -> tuple[Sequence[Repeat], Last]:
        """Judge passages, or those that are new since a look ``before``; return what goes, and what it came to."""
        wanted, holds = None, None
        if looked and before and before.looked:
            wanted, holds = looked.again(view, before.looked, before.candidates)
        else:
            self.noise = verdicts.noise
        earlier = Earlier(self._in_place() if self.accidents is None else 0, self.accidents or 0.0)
        decisions = decide(
            view,
            alignments,
            popularity,
            verdicts,
            self.settings,
            self._telling(0.6, 0.95),
            only=wanted,
            earlier=earlier,
            asks=self.asks,
        )
        if decisions.others is not None:
            self.accidents = max(decisions.known, decisions.others.gone(decisions.dead))
        brief = np.array(decisions.brief, dtype=np.int64).reshape(-1, 2)
        told = Last(
            self.text,
            looked,
            self._holding([*held_of(view, decisions.held), *rejected_of(view, decisions)]),
            placed(rejections_of(view, decisions), self.trace.hull) if self.asks else [],
            self._told(stretches(brief[:, 0], brief[:, 1]), _BRIEF),
            [self.trace.hull(view.fold.span(*each)) for each in decisions.tried] if looked else (),
        )
        return repeats_of(view, decisions), told.with_earlier(before, holds) if before and holds else told

    def _in_place(self) -> int:
        """Count what went in place, but for what was a large part of the text."""
        sizes = (sum(len(cut.span) for cut in repeat.cuts) for repeat in self.removed)
        return sum(size <= self._length * LARGE for size in sizes)

    def _telling(self, low: float, high: float) -> Callable[[int, int], None] | None:
        """Return what tells how far a stage is that takes a round from ``low`` to ``high``."""
        tell = self.tell
        return None if tell is None else lambda done, total: tell(low + (high - low) * done / max(total, 1))

    def _told(self, ranges: Iterable[tuple[int, int]], message: str) -> tuple[Note, ...]:
        """Return a note (W103) for each of some folded ranges."""
        folded = self._folded()
        return tuple(Note("W103", self.trace.hull(folded.span(low, high)), message) for low, high in ranges)

    def _near(self) -> bool:
        """Find sentences said again near a loop, or in one paragraph (A B C A C), until there are no more."""
        gone = False
        while self._apply(self._said_near()):
            gone = True
        return gone

    def _said_near(self) -> Sequence[Repeat]:
        """Look once for them; what is held back, and what is no prose, stays."""
        if self.looping is None or not self.looping().any():
            return ()
        found = find_near(self._scenes(), self.trace.select(self.looping()), self._standing())
        found = in_reach(self.text, self.trace, self.removed, found, self.settings.min_length) if found else []
        going = [repeat for repeat in found if is_allowed(repeat, self.settings)]
        folded = self._folded()
        is_said_often = cache(partial(is_formula, folded.string))  # the sentences of a loop are the same ones
        places = [folded.range(repeat.cuts[0].copy[0]) for repeat in going]
        return [r for r, (low, high) in zip(going, places, strict=True) if not is_said_often(folded.string[low:high])]

    def _standing(self) -> Callable[[int, int], bool]:
        """Return what tells of a range of the text as it stands whether something in it is held back, or no prose."""
        stands = standing(self.text)

        @cache
        def held() -> Sequence[Span]:
            return union(self.trace.present(s for r in self.held for c in r.cuts for s in c.copy))

        return lambda start, end: stands(start, end) or touches(Span(start, end), held())

    def _near_afresh(self) -> Sequence[Repeat]:
        """Find near loops what a run over the result would find: it knows nothing of the loops that went."""
        if not self.removed or self.settings.unit != "auto":
            return ()
        held = [
            replace(r, cuts=tuple(replace(c, copy=tuple(self.trace.present(c.copy))) for c in r.cuts))
            for r in self.held
        ]
        fresh = Rounds(
            self.text, self.settings, held=held, looping=self._loops(), fold=self._folded(), scenes=self.scenes
        )
        return fresh._said_near()
