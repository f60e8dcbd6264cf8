"""The order of the stages, on one screen: captions, loops, distant repeats; again until nothing goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dedupe_cli.collapse.decide import Decider
from dedupe_cli.collapse.notes import notes_of
from dedupe_cli.collapse.plan import build, relinked
from dedupe_cli.collapse.repeats import held_of, repeats_of
from dedupe_cli.collapse.trace import Trace
from dedupe_cli.collapse.verdict import Verdicts
from dedupe_cli.collapse.view import View
from dedupe_cli.match.find import find
from dedupe_cli.match.in_place import find_in_place
from dedupe_cli.model import Edit, Plan, Safety
from dedupe_cli.apply.rewrite import rewrite
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli.model import Repeat, Source
    from dedupe_cli.settings import Settings

    Progress = Callable[[str, int, int], None]


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def make_plan(source: Source, settings: Settings, progress: Progress = silent) -> Plan:
    """Plan what is to be done to one text; ``progress(stage, done, total)`` is told how far the work is."""
    text, trace = source.text, Trace.start(len(source.text))
    removed: list[Repeat] = []
    held: list[Repeat] = []
    total, done = len(text), 0
    progress("compare", 0, total)
    changed = True
    while changed:
        changed, held = False, []
        for stage in (distant, in_place):
            found, back = stage(text, settings)
            held += [trace.original(repeat) for repeat in back]
            if found:
                changed = True
                cuts = sorted(cut.span for repeat in found for cut in repeat.cuts)
                mapped = [trace.original(repeat) for repeat in found]
                removed = [*relinked(removed, mapped), *mapped]
                trace = trace.without(cuts)
                text = rewrite(text, [Edit(span, "", "", "", Safety.EXACT) for span in cuts])
        done += max(total - done, 0) // 2
        progress("compare", done, total)
    edits, groups = build(source.text, removed, held)
    progress("compare", total, total)
    return Plan(
        digest=source.digest,
        length=len(source.text),
        edits=tuple(edits),
        groups=tuple(groups),
        notes=tuple(notes_of(source.text, edits)),
        settings=settings.as_dict(),
    )


def in_place(text: str, settings: Settings) -> tuple[Sequence[Repeat], Sequence[Repeat]]:
    """Find rolling captions, loops, stutters and stitched chunks: what is said again at once."""
    del settings
    found = find_in_place(text)
    return [r for r in found if not r.cuts[0].held], [r for r in found if r.cuts[0].held]


def distant(text: str, settings: Settings) -> tuple[Sequence[Repeat], Sequence[Repeat]]:
    """Find and judge repeats anywhere in a text: those that go, those that are held back."""
    folded = fold(text)
    passages = find(folded)
    if not passages.alignments:
        return (), ()
    view = View(folded, settings.unit)
    verdicts = Verdicts(folded, passages.alignments, settings)
    decisions = Decider(view, passages.alignments, passages.popularity, verdicts, settings).run()
    return repeats_of(view, decisions), held_of(view, decisions.held)
