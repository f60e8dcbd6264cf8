"""One group in full: every member, its folded form, what its score is made of, and why the kept one stays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dedupe_cli.errors import DedupeError
from dedupe_cli.model import Decision, Kind, Span, why_protected
from dedupe_cli.render.escape import Glyphs, plain, shown
from dedupe_cli.render.phrases import REASON_WORDS, count, listed, number, percent, ranges, tag
from dedupe_cli.render.pieces import GOES, HELD, STAYS, Card, Line, Mark, Piece, Role
from dedupe_cli.render.view import View
from dedupe_cli.render.votes import vote_note, vote_pieces
from dedupe_cli.render.words import changes
from dedupe_cli.text.fold import fold

if TYPE_CHECKING:
    from dedupe_cli.model import Difference, Group, Member, Plan, Source

# Members shown in full, differences of a member, characters of a folded form.
_MEMBERS, _DIFFERENCES, _FOLDED = 20, 12, 400
# Longest member that is compared by word (characters).
_COMPARED = 40_000
_SIGNS = {Decision.KEEP: STAYS, Decision.REMOVE: GOES, Decision.HOLD: HELD}
_WORDS = {
    Decision.KEEP: "stays", Decision.REMOVE: "goes", Decision.HOLD: "held back",
    Decision.PROTECTED: "protected", Decision.REFERENCE: "reference",
}  # fmt: skip
_KEEP = {
    "best": "keep best: the most complete, then the one that agrees most with the others, then the first",
    "first": "keep first: the one that comes first", "last": "keep last: the one that comes last",
    "longest": "keep longest: the one with the most letters and digits",
    "merged": "keep merged: the characters that most copies agree on",
}  # fmt: skip


def find_group(plan: Plan, group_id: str) -> Group:
    """Return the group whose id or fingerprint begins with ``group_id``.

    Raises :class:`DedupeError` when there is none or more than one.
    """
    wanted = group_id.strip().lower().removeprefix("v1:")
    found = [g for g in plan.groups if wanted and g.fingerprint.partition(":")[2].startswith(wanted)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(g.id for g in (found or plan.groups)[:6])
    if found:
        raise DedupeError(f"{plain(group_id)}: {count(len(found), 'group')} begin so", hint=f"they are {known}")
    hint = f"this text has {known}" if known else "nothing repeats in this text"
    raise DedupeError(f"{plain(group_id)}: no such group", hint=hint)


def explain(source: Source, plan: Plan, group_id: str, *, glyphs: Glyphs | None = None) -> list[Card]:
    """Return cards for one group: a head, and one for each member (20 at most, the others by their lines).

    Raises :class:`DedupeError` when ``group_id`` names no group.
    """
    group = find_group(plan, group_id)
    view = View(source, plan, glyphs or Glyphs())
    members = [group.members[group.kept], *(m for i, m in enumerate(group.members) if i != group.kept)]
    cards = [_head(view, group)]
    cards += [_member(view, group, m) for m in members[:_MEMBERS]]
    rest = members[_MEMBERS:]
    if rest:
        lines = " ".join(ranges(view.lines(m.start, m.end) for m in rest))
        cards.append(Card(count(len(rest), "more member"), "", (_note(f"{view.unit}s {lines}"),), counted=False))
    return cards


def _note(words: str) -> Line:
    return Line(before=(Piece(words, Role.DIM),))


def _head(view: View, group: Group) -> Card:
    kept = group.members[group.kept]
    low, high = group.similarity
    found = Counter(m.decision for m in group.members)
    what = ", ".join(f"{number(found[d])} {_verb(d, found[d])}" for d in Decision if found[d])
    lines = [
        _note(f"{count(len(group.members), 'member')}: {what}"),
        _note(f"similarity to the kept text {percent(low, high)}; safety {group.safety.label}"),
        _note(f"why {_place(view, kept)} stays: {_why(view, group, kept)}"),
    ]
    if group.reasons:
        lines.append(_note(f"held back because {listed([REASON_WORDS[r] for r in group.reasons])}"))
    if found[Decision.PROTECTED] and (why := why_protected(view.source, view.plan)):
        lines.append(_note(f"protected: {why}"))
    return Card(f"group {group.id}", tag(group), tuple(lines), counted=False)


def _verb(decision: Decision, size: int) -> str:
    word = _WORDS[decision]
    return {"stays": "stay", "goes": "go"}.get(word, word) if size > 1 else word


def _why(view: View, group: Group, kept: Member) -> str:
    """Say why the kept member stays: the rule of the run, and what it has more of."""
    if kept.decision in {Decision.PROTECTED, Decision.REFERENCE}:
        return f"it is {_WORDS[kept.decision]}"
    rule = _KEEP.get(str(view.plan.settings.get("keep", "best")), "")
    others = [m for m in group.members if m is not kept][:_MEMBERS]
    size = len(_folded(view, kept.spans))
    longest = max((len(_folded(view, m.spans)) for m in others), default=0)
    more = f"{number(size)} letters and digits, the others up to {number(longest)}"
    place = "the first of all" if kept.start <= min(m.start for m in group.members) else "not the first"
    return f"{rule}; {more}; {place}" if rule else f"{more}; {place}"


def _place(view: View, member: Member) -> str:
    names = ranges(view.lines(s.start, s.end) for s in member.spans)
    many = len(names) > 1 or "-" in names[0]
    return f"{view.unit}{'s' if many else ''} {listed(names)}"


def _folded(view: View, spans: tuple[Span, ...]) -> str:
    return "".join(fold(s.of(view.text)).string for s in spans)


def _member(view: View, group: Group, member: Member) -> Card:
    kept = group.members[group.kept]
    sign = _SIGNS.get(member.decision, STAYS)
    text, marks = _text(view, kept, member)
    where = f"{view.where(Span(member.start, member.end))}, characters {member.start}-{member.end}"
    lines = [Line(sign, view.label(member.start), before=tuple(text), marks=marks), _note(where)]
    folded = _folded(view, member.spans)
    shape = folded if len(folded) <= _FOLDED else folded[:_FOLDED] + view.glyphs.ellipsis
    lines.append(_note(f"folded, {number(len(folded))} letters and digits: {plain(shape, view.glyphs)}"))
    lines += vote_note(view, kept.spans) if member is kept else _score(view, member)
    similar = "" if member is kept else f" {percent(member.similarity, member.similarity)} like the kept"
    title = f"{_place(view, member)} {_WORDS[member.decision]}{similar and ','}{similar}"
    return Card(title, "", tuple(lines))


def _text(view: View, kept: Member, member: Member) -> tuple[list[Piece], frozenset[Mark]]:
    """Return the whole text of a member, as a word diff against the kept text where that can be read."""
    text = view.passage(member.spans)
    role = Role.GOES if member.decision is Decision.REMOVE else Role.TEXT
    if member is not kept and len(text) <= _COMPARED:
        against = view.passage(member.against or kept.spans)
        diff = changes(against, text, view.glyphs, whole=True)
        if diff.pieces and diff.places:
            return list(diff.pieces), diff.marks
    if member is kept and len(member.spans) == 1 and len(text) <= _COMPARED:
        voted, marks = vote_pieces(view, member.spans[0], whole=True)
        if voted:
            return voted, marks
    return shown(text, role, view.glyphs), frozenset()


def _score(view: View, member: Member) -> list[Line]:
    """List the differences with their kind and score: log odds, positive for meant, negative for noise."""
    found = Counter(d.kind for d in member.differences)
    if not found:
        return [_note("no differences")] if member.similarity >= 100 else []
    parts = [f"{number(found[kind])} {kind.value}" for kind in Kind if found[kind]]
    lines = [_note(f"differences: {', '.join(parts)} (a score above 0: meant; below: noise)")]
    order = sorted(member.differences, key=lambda d: -d.score)
    lines += [_difference(view, d) for d in order[:_DIFFERENCES]]
    if len(order) > _DIFFERENCES:
        lines.append(_note(f"{count(len(order) - _DIFFERENCES, 'more difference')}"))
    return lines


def _difference(view: View, difference: Difference) -> Line:
    opening, closing = view.glyphs.quotes

    def words(span: Span) -> list[Piece]:
        if not span:
            return [Piece("nothing", Role.DIM)]
        body = shown(view.flat(span.start, min(span.end, span.start + 80)), glyph=view.glyphs)
        return [Piece(opening), *body, Piece(closing)]

    reason = f", {REASON_WORDS[difference.reason]}" if difference.reason else ""
    verdict = Piece(f"  {difference.kind.value} {difference.score:+.1f}{reason}", Role.DIM)
    return Line(before=(*words(difference.kept), Piece(" / ", Role.DIM), *words(difference.copy), verdict))
