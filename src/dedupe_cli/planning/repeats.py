"""Decisions become repeats: original spans, rule, similarity, classified differences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedupe_cli.decide.cover import is_short
from dedupe_cli.decide.space import cut_span
from dedupe_cli.model import Cut, Difference, Kind, Reason, Repeat, Safety, Span
from dedupe_cli.text.alignment import Alignment, Block
from dedupe_cli.text.spans import union

if TYPE_CHECKING:
    from dedupe_cli.decide.score import Weighed
    from dedupe_cli.decide.state import Decisions, Held, Removal
    from dedupe_cli.document.view import View
    from dedupe_cli.judge.judge import Judged


def repeats_of(view: View, decisions: Decisions) -> list[Repeat]:
    """Return one repeat a candidate, or a part of one behind which something stays, in text order."""
    removals = sorted(zip(decisions.removals, decisions.runs, strict=True), key=lambda item: item[0].start)
    last = next((block for block in range(len(view) - 1, -1, -1) if block not in decisions.gone), -1)
    stretches: list[tuple[int, list[tuple[Removal, Span]]]] = []
    at = 0
    for removal, run in removals:
        span = cut_span(view, removal, last, decisions.gone)
        free = Span(max(span.start, at), max(span.end, at))  # two cuts side by side may both want the white space
        if not free:
            continue
        if stretches and stretches[-1][0] == run and at == free.start:
            stretches[-1][1].append((removal, free))
        else:
            stretches.append((run, [(removal, free)]))
        at = free.end
    return [
        replace(
            _joined([_repeat(view, *part, decisions) for part in stretch]), evidence=terms_of(decisions.weighed[run])
        )
        for run, stretch in stretches
    ]


def terms_of(weighed: Weighed | None) -> tuple[tuple[str, float], ...]:
    """Return what the evidence adds to the log odds, the strongest first, the sum before all of it."""
    if weighed is None:
        return ()
    return (("score", weighed.score), *sorted(weighed.terms, key=lambda term: -abs(term[1])))


def _joined(repeats: Sequence[Repeat]) -> Repeat:
    """Return neighbouring cuts of one candidate as one: the rule is that of the part that is least alike."""
    if len(repeats) == 1:
        return repeats[0]
    cuts = [cut for repeat in repeats for cut in repeat.cuts]
    sizes = [max(sum(map(len, cut.copy)), 1) for cut in cuts]
    cut = Cut(
        span=Span(cuts[0].span.start, cuts[-1].span.end),
        copy=tuple(span for each in cuts for span in each.copy),
        kept=union(span for each in cuts for span in each.kept),
        similarity=sum(c.similarity * size for c, size in zip(cuts, sizes, strict=True)) / sum(sizes),
        differences=tuple(difference for each in cuts for difference in each.differences),
    )
    rule, safety = max(repeat.rule for repeat in repeats), max(repeat.safety for repeat in repeats)
    return Repeat(rule=rule, kept=cut.kept, cuts=(cut,), safety=safety)


def held_of(view: View, held: Iterable[Held]) -> list[Repeat]:
    """Return one repeat a held pair: a cut that is not made, with the reasons."""
    return [_held(view, item) for item in held]


def rejected_of(view: View, decisions: Decisions) -> list[Repeat]:
    """Return one repeat a candidate that stays and is worth a word: what would go if it were not meant."""
    out: list[Repeat] = []
    for part, reason in decisions.kept_back:
        out += _kept_back(view, part, reason, decisions)
    for parts, weighed in decisions.rejected:
        if weighed and weighed.told:
            rows = (each for part in parts for each in _kept_back(view, part, Reason.ENTRY, decisions))
            out += [replace(each, evidence=terms_of(weighed)) for each in rows]
    return out


def _kept_back(view: View, part: Removal, reason: Reason, decisions: Decisions) -> list[Repeat]:
    if not decisions.free(part.start, part.end) or not part.pieces:
        return []
    repeat = _repeat(view, part, view.fold.span(part.start, part.end), decisions)
    cuts = tuple(replace(cut, span=cut.copy[0], held=(reason,)) for cut in repeat.cuts)
    return [replace(repeat, cuts=cuts, safety=Safety.UNSAFE)]


def _repeat(view: View, removal: Removal, span: Span, decisions: Decisions) -> Repeat:
    pieces = (
        tuple(_with_kept_edges(view, removal, p, decisions) for p in removal.pieces)
        if removal.whole
        else removal.pieces
    )
    kept = kept_spans(view, pieces)
    copy = view.fold.span(removal.start, removal.end)
    differences = (*_list_word(view, removal), *_differences(view, removal.judged, pieces))
    rule, safety = _rule(view, removal, pieces, kept, differences)
    cut = Cut(
        span=span,
        copy=(copy,),
        kept=kept,
        similarity=_similarity(pieces),
        differences=differences,
    )
    return Repeat(rule=rule, kept=kept, cuts=(cut,), safety=safety)


def _list_word(view: View, removal: Removal) -> tuple[Difference, ...]:
    """Return the list word that goes with a splice where the kept text has a list mark, as a difference."""
    first = removal.pieces[0]
    if removal.start >= first.b0:
        return ()
    at = view.fold.at[first.a0]
    mark = view.between(first.a0)
    return (Difference(Span(at - len(mark), at), view.fold.span(removal.start, first.b0), Kind.NOISE),)


def _with_kept_edges(view: View, removal: Removal, piece: Alignment, decisions: Decisions) -> Alignment:
    """Take in what little the kept block says more at its edges, so that a copy cut short shows what it lacks."""
    if len(removal.pieces) != 1:
        return piece
    first, last = view.edges(view.block_at(piece.a0))
    if piece.a0 <= first and last <= piece.a1:
        return piece
    a0, a1, blocks = piece.a0, piece.a1, list(piece.blocks)
    if first < a0 and is_short(view, first, a0) and not decisions.dead[first:a0].any():
        blocks.insert(0, Block(first, a0, piece.b0, piece.b0))
        a0 = first
    if a1 < last and is_short(view, a1, last) and not decisions.dead[a1:last].any():
        blocks.append(Block(a1, last, piece.b1, piece.b1))
        a1 = last
    return Alignment(a0, a1, piece.b0, piece.b1, tuple(blocks))


def kept_spans(view: View, pieces: Iterable[Alignment]) -> tuple[Span, ...]:
    """Kept spans in text order, split where the kept text runs over a block border."""
    out: list[Span] = []
    for piece in pieces:
        for block in view.blocks_in(piece.a0, piece.a1):
            low, high = view.edges(block)
            out.append(view.fold.span(max(low, piece.a0), min(high, piece.a1)))
    return union(out)


def _similarity(pieces: Iterable[Alignment]) -> float:
    chosen = list(pieces)
    length = sum((p.a1 - p.a0) + (p.b1 - p.b0) for p in chosen)
    return 100.0 * 2 * sum(p.equal() for p in chosen) / length if length else 100.0


def _differences(view: View, judged: Iterable[Judged], pieces: Iterable[Alignment]) -> tuple[Difference, ...]:
    seen, span = {j.block: j for j in judged}, view.fold.span
    out = [
        Difference(span(a0, a1), span(b0, b1), kind, reason, score)
        for (a0, a1, b0, b1), kind, reason, score in seen.values()
    ]
    for piece in pieces:  # what only the kept text says is no loss
        out.extend(
            Difference(span(b.a0, b.a1), span(b.b0, b.b1), Kind.FORM)
            for b in piece.blocks
            if b.b0 == b.b1 and b not in seen and not any(j.block.a0 <= b.a0 < j.block.a1 for j in seen.values())
        )
    return tuple(sorted(out, key=lambda d: (d.copy.start, d.kept.start)))


def _rule(
    view: View,
    removal: Removal,
    pieces: tuple[Alignment, ...],
    kept: tuple[Span, ...],
    differences: tuple[Difference, ...],
) -> tuple[str, Safety]:
    fold = view.fold
    noisy = any(d.kind is Kind.NOISE for d in differences)
    content = any(d.kind is Kind.CONTENT for d in differences)
    safety = Safety.UNSAFE if content else Safety.SIMILAR if noisy else Safety.EXACT
    if len(kept) > 1:
        return "D204", safety
    piece = pieces[0]
    first, last = view.edges(view.block_at(piece.a0))
    if not removal.whole or piece.a0 > first or piece.a1 < last:
        return "D202", safety
    if piece.blocks:
        return "D201", safety
    same = fold.said(piece.a0, piece.a1) == fold.said(piece.b0, piece.b1)
    return ("D101" if same else "D102"), safety


def _held(view: View, held: Held) -> Repeat:
    pair = held.pair
    reasons = tuple(dict.fromkeys(j.reason for j in held.judged if j.reason is not None))
    kept = kept_spans(view, (pair,))
    copy = view.fold.span(pair.b0, pair.b1)
    cut = Cut(
        span=copy,
        copy=(copy,),
        kept=kept,
        similarity=pair.similarity(),
        differences=_differences(view, held.judged, ()),
        held=reasons,
    )
    return Repeat(rule="D401", kept=kept, cuts=(cut,), safety=Safety.UNSAFE)
