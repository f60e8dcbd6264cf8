"""What is held back: the two places one under the other, the conflict in one column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dedupe_cli.language import _, marked, said
from dedupe_cli.model import Decision, Group, Kind, Member, Reason, Span, why_protected
from dedupe_cli.render.phrases import clauses, count, lines, listed, number, tag
from dedupe_cli.render.pieces import DIFFERS, HELD, Card, Line, Pinned, plain
from dedupe_cli.render.said import FEW_ROWS, Places, Said, kept_lines
from dedupe_cli.text.diff import Token, runs, tokens

if TYPE_CHECKING:
    from dedupe_cli.render.view import View

# Pairs and conflicts of one pair that are shown.
_PAIRS, _CONFLICTS = 12, 3
# Characters on either side of a conflict that the layout may choose from.
_REACH = 240
# Longest conflict (characters) that a title names.
_NAMED = 16

_SAY = marked({
    Reason.NUMBER: "the numbers differ", Reason.DATE: "the dates differ", Reason.UNIT: "the units differ",
    Reason.NEGATION: "one of them negates", Reason.NAME: "the names differ", Reason.WORD: "the words differ",
    Reason.CLAUSE: "one of them says more", Reason.ENTRY: "it may be meant",
})  # fmt: skip


def held_card(view: View, group: Group) -> Card:
    """Make the card of a group of which nothing goes."""
    members = [m for i, m in enumerate(group.members) if i != group.kept and m.decision is Decision.HOLD]
    if not members:  # the file does not let the copies go
        lines = [*kept_lines(view, group.members[group.kept]), *protected_lines(view, group, named=True)]
        return Card(_held_back(group, _protects(view)), tag(group), tuple(lines))
    # What may be meant is no difference that holds them back.
    differs = any(d.kind is Kind.CONTENT for member in members for d in member.differences)
    whole = view.whole or not differs
    lines = _whole(view, group, members) if whole else _pairs(view, group, members)
    return Card(_held_back(group, _why(view, group, members)), tag(group), (*lines, *protected_lines(view, group)))


def _whole(view: View, group: Group, members: Sequence[Member]) -> list[Line]:
    kept = group.members[group.kept]
    places = Places(view.passage(kept.spans), view.glyphs, view.whole)
    for member in members:
        places.add(Said.of(view, group, member, HELD))
    return [*kept_lines(view, kept), *places.lines()]


def _pairs(view: View, group: Group, members: Sequence[Member]) -> list[Line]:
    """Show what differs, one place under the other."""
    lines: list[Line] = []
    for i, member in enumerate(members[:_PAIRS]):
        lines += conflict_lines(view, group, member, pair=i * _CONFLICTS)
    more = [_like_these(len(members) - _PAIRS)] if len(members) > _PAIRS else []
    return [*_once(lines), *more]


def protected_lines(view: View, group: Group, *, named: bool = False) -> list[Line]:
    """Return a row for each copy that the file does not let go; ``named``: the title says why."""
    members = [m for m in group.members if m.decision is Decision.PROTECTED]
    out = []
    for member in members[:_PAIRS]:
        words = view.passage(member.spans)
        out.append(Line(HELD, view.label(member.start), body=words, limit=FEW_ROWS))
    if len(members) > _PAIRS:
        out.append(_like_these(len(members) - _PAIRS))
    if members and not named:
        out.append(Line(note=_("held back: {why}", why=_protects(view))))
    return out


def _protects(view: View) -> str:
    return said(why_protected(view.source, view.plan)) or _("they are protected")


def _like_these(many: int) -> Line:
    words = _("{what} like these", what=count(many, "more place"))
    return Line(note=words)


def _held_back(group: Group, why: str) -> str:
    """Say that something is held back, and over what: ``held back, both stay: 45 is not 74``."""
    if len(group.members) == 2:
        return _("held back, both stay: {why}", why=why)
    return _("held back, all {n} stay: {why}", n=number(len(group.members)), why=why)


def _once(lines: Sequence[Line]) -> list[Line]:
    """Leave out a kept row that repeats an earlier one; its pair goes on under that one."""
    out: list[Line] = []
    seen: dict[tuple[str, str, str, str], int] = {}
    for line in lines:
        if line.pinned is None:
            out.append(line)
            continue
        key = (line.label, line.pinned.before, line.pinned.conflict, line.pinned.after)
        if key not in seen:
            seen[key] = line.pinned.pair
            out.append(line)
    return out


def conflict_lines(view: View, group: Group, member: Member, pair: int = 0) -> list[Line]:
    """Two rows for each conflict of a member with the kept text."""
    return _rows(
        _spots(view, group, member), lambda _, span, n: (view.label(span.start), _pinned(view, span, pair + n))
    )


def told_conflicts(view: View, group: Group, member: Member, here: str) -> list[str]:
    """Return the first conflicts of a member with the kept text in words, what stands in line ``here`` as such."""

    def words(span: Span) -> str:
        body, (opening, closing) = plain(view.flat(span.start, span.end)[:_REACH], view.glyphs), view.glyphs.quotes
        where = view.label(span.start)
        what = f"{opening}{body}{closing}" if body.strip() else _("nothing")
        place = lines(view.unit, [where])
        return _("{what} here", what=what) if where == here else _("{what} in {where}", what=what, where=place)

    in_pieces = len(member.against or group.members[group.kept].spans) > 1
    spots = [] if in_pieces and not member.differences else _spots(view, group, member)
    rows = [clauses([words(kept), words(copy)]) for kept, copy in spots[:_CONFLICTS]]
    return rows + ([count(len(spots) - _CONFLICTS, "more difference")] if len(spots) > _CONFLICTS else [])


def text_conflicts(kept: str, copy: str, labels: tuple[str, str]) -> list[Line]:
    """Return the same of two texts that stand alone: all in which they differ; nothing where they say the same."""

    def row(side: int, span: Span, pair: int) -> tuple[str, Pinned]:
        text = (kept, copy)[side]
        return labels[side], Pinned(text[: span.start], span.of(text), text[span.end :], pair=pair)

    return _rows(_differing(kept, copy), row)


def _rows(spots: Sequence[tuple[Span, Span]], row: Callable[[int, Span, int], tuple[str, Pinned]]) -> list[Line]:
    """Return a row for each side of the first conflicts (``row``: its label and context); the others are counted."""
    out: list[Line] = []
    for pair, both in enumerate(spots[:_CONFLICTS]):
        marks = frozenset({DIFFERS} if any(both) else ())
        for side, span in enumerate(both):
            label, pin = row(side, span, pair)
            out.append(Line(HELD, label, pinned=pin, marks=marks))
    if (many := len(spots) - _CONFLICTS) > 0:
        out.append(Line(note=_("{what} of this kind", what=count(many, "more difference"))))
    return out


def _spots(view: View, group: Group, member: Member) -> list[tuple[Span, Span]]:
    """Where the two disagree, widened to whole tokens; by word diff when the plan does not say."""
    found = [(d.kept, d.copy) for d in member.differences if d.kind is Kind.CONTENT]
    if found:
        return [(_widen(view, a), _widen(view, b)) for a, b in found]
    kept, copy = (member.against or group.members[group.kept].spans)[0], member.spans[0]
    spots = _differing(kept.of(view.text), copy.of(view.text), kept.start, copy.start)
    return spots or [(Span(kept.start, kept.start), Span(copy.start, copy.start))]


def _differing(kept: str, copy: str, first: int = 0, other: int = 0) -> list[tuple[Span, Span]]:
    """Return where two texts, that begin at ``first`` and ``other``, differ by words."""
    a, b = tokens(kept), tokens(copy)
    return [
        (_stretch(first, a, run.a0, run.a1), _stretch(other, b, run.b0, run.b1))
        for run in runs(a, b) or ()
        if not run.equal
    ]


def _stretch(base: int, items: Sequence[Token], start: int, end: int) -> Span:
    """Return where some tokens stand; of none, where they would."""
    if start < end:
        return Span(base + items[start].start, base + items[end - 1].end)
    here = base + (items[start - 1].end if start else 0)
    return Span(here, here)


def _widen(view: View, span: Span) -> Span:
    """Widen a span to the tokens that it touches: a digit to its number."""
    if not span:
        return span
    low = max(0, span.start - 40)
    window = view.text[low : span.end + 40]
    touched = [t for t in tokens(window) if low + t.start < span.end and low + t.end > span.start]
    return Span(low + touched[0].start, low + touched[-1].end) if touched else span


def _pinned(view: View, span: Span, pair: int) -> Pinned:
    """Return a conflict with what stands around it inside of its block."""
    low = max(view.borders.start(span.start), span.start - _REACH)
    high = min(view.borders.end(span.end), span.end + _REACH)
    before, after = view.flat(low, span.start).lstrip(), view.flat(span.end, high).rstrip()
    return Pinned(before, view.flat(span.start, span.end), after, cut=not view.borders.begins(low), pair=pair)


def _why(view: View, group: Group, members: Sequence[Member]) -> str:
    fallback = listed([_(_SAY[reason]) for reason in group.reasons]) if group.reasons else _("they differ")
    if len(members) != 1:
        return fallback
    spots = _spots(view, group, members[0])
    if len(spots) != 1:
        return fallback
    left, right = (plain(view.flat(s.start, s.end), view.glyphs) for s in spots[0])
    if max(len(left), len(right)) > _NAMED:
        return fallback
    if left and right:
        return _("{left} is not {right}", left=left, right=right)
    opening, closing = view.glyphs.quotes
    word, span = (left, spots[0][0]) if left else (right, spots[0][1])
    where = lines(view.unit, [view.label(span.start)])
    return _("{word} in {where} only", word=f"{opening}{word}{closing}", where=where) if word else fallback
