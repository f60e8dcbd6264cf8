"""The order of the stages, on one screen: cleaners, rounds until one finds nothing, the fit to the file, votes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.document.trace import Trace
from dedupe_cli.errors import LawError, ReadError
from dedupe_cli.model import Cut, Edit, Group, Plan, Repeat, Source, Span
from dedupe_cli.planning.build import build, relinked
from dedupe_cli.planning.notes import notes_of
from dedupe_cli.planning.rejections import placed
from dedupe_cli.planning.successive_plans import composed, later_notes, with_edits
from dedupe_cli.rounds import Rounds
from dedupe_cli.text.rewrite import rewrite
from dedupe_cli.text.spans import says_besides, touches

if TYPE_CHECKING:
    from dedupe_cli.settings import Settings

    Progress = Callable[[str, int, int], None]


# So often a voted text is looked at again for more copies; two are enough in practice.
VOTES = 5


# So often cleaners and cuts may make work for each other.
_PASSES = 20

# What is dirt in a plain text, and the way to write a character in these formats.
_SYNTAX, _MARKUP = frozenset({"entities"}), frozenset({"markdown", "html", "vtt"})


_NEWLINES = frozenset("\r\n")


def silent(stage: str, done: int, total: int) -> None:
    """Report no progress."""


def make_plan(
    source: Source, settings: Settings, progress: Progress = silent, ignored: Sequence[Span] = (), *, asks: bool = False
) -> Plan:
    """Plan what is to be done to one text; ``progress(stage, done, total)`` is told how far the work is.

    ``ignored`` are disjoint spans in text order that take no part: nothing is compared with them, and they stay.
    With ``asks``, the plan tells of all candidates that stay why they do.
    """
    if settings.fix or (source.container and settings.keep == "merged"):
        return _in_passes(source, settings, progress, ignored, asks=asks)
    work, plan = _without_repeats(source, source.prose, settings, progress, ignored, asks=asks)
    return _settled(source, settings, work, plan, progress) if source.container and plan.edits else plan


def _in_passes(source: Source, settings: Settings, progress: Progress, ignored: Sequence[Span], *, asks: bool) -> Plan:
    """Plan with cleaners first, and once more after the cuts, until both find nothing.

    A vote in a file that is more than text is of the same kind: what the file could take of it is another text, whose
    copies may vote again.
    """
    from dedupe_cli.cleaners.run import fixes  # noqa: PLC0415  only when something is to be fixed

    text, names = source.prose, _cleaners(source, settings)
    first = tuple(_apart(text, fixes(text, names, settings.remove_phrases), ignored))
    plan = Plan(source.digest, len(text), first, settings=settings.as_dict())
    plan = source.container.settle(source, plan) if source.container else plan
    return _at_rest(source, settings, progress, ignored, plan, asks=asks)


def _at_rest(
    source: Source, settings: Settings, progress: Progress, ignored: Sequence[Span], plan: Plan, *, asks: bool
) -> Plan:
    """Look at the file that a plan leaves like at a new one, until neither cleaners nor cuts find anything."""
    from dedupe_cli.cleaners.run import fixes, reports  # noqa: PLC0415  as above

    text, names = source.prose, _cleaners(source, settings)
    left = _left(source, plan.edits)
    for _ in range(_PASSES):
        if left is None:
            return plan
        before = now = left.prose
        there = Trace.after(plan.edits, len(text)).present(ignored)
        found = _without_repeats(left, now, settings, progress, there, asks=asks)[1]
        notes = later_notes(text, plan.edits, [*found.notes, *reports(now, names)])
        plan, left = _followed(source, replace(with_edits(plan), notes=tuple(notes)), left, found)
        if left is not None and (found.edits or source.container):
            now = left.prose
            there = Trace.after(plan.edits, len(text)).present(ignored)
            more = tuple(_apart(now, fixes(now, names, settings.remove_phrases), there))
            mended = replace(found, length=len(now), edits=more, groups=(), rejections=())
            plan, left = _followed(source, plan, left, mended)
        if left is not None and left.prose == before:
            return plan
    if source.container:
        return plan
    raise LawError(f"{source.path}: cleaners and cuts do not come to rest", hint="clean it without --fix")


def _left(source: Source, edits: Sequence[Edit]) -> Source | None:
    """Return the file that edits leave as its next reader finds it; nothing when its encoding cannot hold it."""
    from dedupe_cli.read.load import edited  # noqa: PLC0415  only when the result is looked at again

    if source.container is None:
        return replace(source, text=rewrite(source.text, edits))
    try:
        return edited(source, edits)
    except (ReadError, UnicodeError):
        return None


def _followed(source: Source, plan: Plan, left: Source, found: Plan) -> tuple[Plan, Source | None]:
    """Add to a plan what was ``found`` in the file that it leaves, as far as that file can take it.

    Returns the plan, and the file as it is then; nothing for that when there is no telling it in the places of the
    source: nothing more is to be looked for.
    """
    if left.container:
        found = left.container.settle(left, found)
    both = composed(source.prose, plan, found)
    if not found.edits:
        return both, left
    if source.container is None:
        return both, _left(source, both.edits)
    wanted = _left(left, found.edits)
    if wanted is None:
        return plan, None
    # What the file takes one after the other need not fit when it is tried as one.
    neat = source.container.settle(source, both)
    for each in (neat, both):
        then = _left(source, each.edits)
        if then is not None and (then.text, then.prose) == (wanted.text, wanted.prose):
            return each, then
    return (neat, _left(source, neat.edits)) if neat.removed > plan.removed else (plan, None)


def _apart(text: str, found: Sequence[Edit], ignored: Sequence[Span]) -> list[Edit]:
    """Leave out the edits of cleaners that touch what takes no part, or put another line beside it on one line."""
    out = []
    for edit in found:
        low, high = edit.span.start, edit.span.end
        around = text[max(low - 1, 0) : low] + edit.replacement + text[high : high + 1]
        if not _NEWLINES.isdisjoint(edit.span.of(text)) and _NEWLINES.isdisjoint(around):
            low, high = max(low - 1, 0), high + 1
        if not touches(Span(low, high), ignored):
            out.append(edit)
    return out


def _cleaners(source: Source, settings: Settings) -> frozenset[str]:
    return settings.fix - _SYNTAX if source.format in _MARKUP else settings.fix


def _without_repeats(
    source: Source, text: str, settings: Settings, progress: Progress, ignored: Sequence[Span], *, asks: bool
) -> tuple[Rounds, Plan]:
    """Plan what goes because it is said again in ``text``, which is what cleaners made of the source."""
    work = Rounds(text, settings, ignored, asks=asks)
    total = len(text)

    def tell(share: float) -> None:  # the first round is half of the work, the second a half of what is left then
        low, high = total - total // work.rounds, total - total // (work.rounds + 1)
        progress("compare", low + int((high - low) * share), total)

    progress("compare", 0, total)
    work.tell = tell
    while work.round():
        tell(1.0)
    work.fold = work.scenes = work.tell = None  # of a long text: what follows needs room of its own
    edits, groups = build(text, work.removed, work.held)
    if settings.keep == "merged":
        edits, groups = _merged(text, settings, work, (edits, groups))
    # Lines as units need not be sentences.
    notes = notes_of(text, [e for e in edits if not e.replacement]) if settings.unit != "line" else []
    notes = sorted([*notes, *work.unseen], key=lambda n: (n.span, n.rule))
    notes = [note for note in notes if not touches(note.span, ignored)]
    progress("compare", total, total)
    plan = Plan(source.digest, total, tuple(edits), tuple(groups), tuple(notes), settings.as_dict())
    return work, replace(plan, rejections=(*work.rejected, *work.rejections)) if asks else plan


def _settled(source: Source, settings: Settings, work: Rounds, plan: Plan, progress: Progress) -> Plan:
    """Fit a plan to the structure of its file, and work on until what that leaves repeats nothing that may go."""
    assert source.container is not None
    text, removed, left = source.prose, work.removed, work.text
    plan = source.container.settle(source, plan)
    while True:
        rest = rewrite(text, plan.edits)
        if rest == left:
            break
        trace = Trace.after(plan.edits, len(text))
        again = Rounds(rest, settings, trace.present(work.ignored), asks=work.asks)
        while again.round():
            pass
        plan = replace(plan, rejections=placed(again.rejections, trace.hull))
        left = again.text
        later = [trace.original(repeat) for repeat in again.removed]
        removed = [*relinked(_remaining(text, removed, plan.edits), later), *later]
        edits, groups = build(text, removed, [trace.original(repeat) for repeat in again.held])
        more = source.container.settle(source, replace(plan, edits=tuple(edits), groups=tuple(groups)))
        if more.removed <= plan.removed:
            if not again.removed:
                break
            # A cut that the file takes in part hides smaller ones in the part that it does not take.
            edits, groups = build(rest, again.removed, again.held)
            rejections = tuple(again.rejections)
            found = replace(
                plan, length=len(rest), edits=tuple(edits), groups=tuple(groups), notes=(), rejections=rejections
            )
            now = _left(source, plan.edits)
            last = _followed(source, with_edits(plan), now, found)[0] if now else plan
            if last.removed > plan.removed:
                return _at_rest(source, settings, progress, work.ignored, last, asks=work.asks)
            break
        plan = replace(more, notes=tuple(notes_of(text, more.edits)))
    return plan


def _remaining(text: str, removed: Sequence[Repeat], edits: Sequence[Edit]) -> list[Repeat]:
    """Leave out the cuts of which no edit is left, and of others what stays after all: it may be kept text now."""
    ends = [edit.span.end for edit in edits]
    out = []
    for repeat in removed:
        cuts = []
        for cut in repeat.cuts:
            if any(_touched(copy, edits, ends) for copy in cut.copy):  # not its span, which may hold an earlier cut
                cuts += _taken(text, cut, _touched(cut.span, edits, ends))
        if cuts:
            out.append(replace(repeat, cuts=tuple(cuts)))
    return out


def _touched(span: Span, edits: Sequence[Edit], ends: Sequence[int]) -> list[Span]:
    """Return the parts of a span that edits (by place; ``ends`` are theirs) take."""
    at, out = bisect_right(ends, span.start), []
    while at < len(edits) and edits[at].span.start < span.end:
        out.append(Span(max(span.start, edits[at].span.start), min(span.end, ends[at])))
        at += 1
    return [part for part in out if part]


def _taken(text: str, cut: Cut, parts: Sequence[Span]) -> list[Cut]:
    """Return what of a cut goes, as cuts: the whole when no letter of it is outside of ``parts``."""
    if not says_besides(text, parts, cut.span):
        return [cut]
    out = []
    for part in parts:
        inside = [Span(max(s.start, part.start), min(s.end, part.end)) for s in cut.copy if s.overlaps(part)]
        out += [replace(cut, span=part, copy=tuple(inside), differences=())] if inside else []
    return out


def _merged(
    text: str, settings: Settings, work: Rounds, built: tuple[list[Edit], list[Group]]
) -> tuple[list[Edit], list[Group]]:
    """Let copies vote on the kept text, and again while the voted text shows more copies."""
    from dedupe_cli.planning.merge import original, voted  # noqa: PLC0415  only with --keep merged

    removed, (edits, groups) = work.removed, built
    for _ in range(VOTES):
        votes = voted(text, edits, groups)
        if not votes:
            break
        both = sorted([*edits, *votes], key=lambda edit: edit.span)
        trace = Trace.after(both, len(text))
        again = Rounds(rewrite(text, both), settings, trace.present(work.ignored))
        while again.round():
            pass
        if not again.removed:
            return both, groups
        later = [original(trace, repeat, votes) for repeat in again.removed]
        removed = [*relinked(removed, later), *later]
        edits, groups = build(text, removed, [trace.original(repeat) for repeat in again.held])
    return built  # no vote rather than a result that would change when it is cleaned again
