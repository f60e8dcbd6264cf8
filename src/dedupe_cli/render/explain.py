"""One group in full: every member, its folded form, what its score is made of, and why the kept one stays."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dedupe_cli.errors import DedupeError
from dedupe_cli.language import _, marked, ngettext, said
from dedupe_cli.model import Decision, Kind, Safety, Span, why_protected
from dedupe_cli.render.escape import Glyphs, plain, shown
from dedupe_cli.render.phrases import REASON_WORDS, clauses, count, lines, number, percent, ranges, reasons, tag
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
_WORDS = marked({
    Decision.KEEP: "stays", Decision.REMOVE: "goes", Decision.HOLD: "held back",
    Decision.PROTECTED: "protected", Decision.REFERENCE: "reference",
})  # fmt: skip
_KEEP = marked({
    "best": "keep best: the most complete, then the one that agrees most with the others, then the first",
    "first": "keep first: the one that comes first", "last": "keep last: the one that comes last",
    "longest": "keep longest: the one with the most letters and digits",
    "merged": "keep merged: the characters that most copies agree on",
})  # fmt: skip


# How sure it is that nothing is lost, and what a difference is.
_SAFETY = marked({
    Safety.EXACT: "the same but for form", Safety.SIMILAR: "the same but for slips",
    Safety.UNSAFE: "what differs is said nowhere else",
})  # fmt: skip
_KINDS = marked({Kind.FORM: "form", Kind.NOISE: "noise", Kind.CONTENT: "content"})


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
        where = lines(view.unit, [" ".join(ranges(view.lines(m.start, m.end) for m in rest))])
        cards.append(Card(count(len(rest), "more member"), "", (_note(where),), counted=False))
    return cards


def _note(words: str) -> Line:
    return Line(before=(Piece(words, Role.DIM),))


def _head(view: View, group: Group) -> Card:
    kept = group.members[group.kept]
    low, high = group.similarity
    found = Counter(m.decision for m in group.members)
    what = clauses(_many(d, found[d]) for d in Decision if found[d])
    alike = percent(low, high)
    safety = Safety.EXACT if low >= 100 and not any(m.differences for m in group.members) else group.safety
    rows = [
        _note(_("{members}: {what}", members=count(len(group.members), "member"), what=what)),
        _note(_("{percent} like the text that stays: {how}", percent=alike, how=_(_SAFETY[safety]))),
        _note(_("why {where} stays: {why}", where=_place(view, kept), why=_why(view, group, kept))),
    ]
    if group.reasons:
        rows.append(_note(_("held back because {why}", why=reasons(group.reasons))))
    if found[Decision.PROTECTED] and (why := said(why_protected(view.source, view.plan))):
        rows.append(_note(_("protected: {why}", why=why)))
    return Card(_("group {id}", id=group.id), tag(group), tuple(rows), counted=False)


def _many(decision: Decision, size: int) -> str:
    """Say how many members have a decision: ``2 go``."""
    if decision is Decision.KEEP:
        return ngettext("{n} stays", "{n} stay", size, n=number(size))
    if decision is Decision.REMOVE:
        return ngettext("{n} goes", "{n} go", size, n=number(size))
    if decision is Decision.HOLD:
        return ngettext("{n} held back", "{n} held back", size, n=number(size))
    return f"{number(size)} {_(_WORDS[decision])}"


def _why(view: View, group: Group, kept: Member) -> str:
    """Say why the kept member stays: the rule of the run, and what it has more of."""
    if kept.decision in {Decision.PROTECTED, Decision.REFERENCE}:
        return _("it is protected") if kept.decision is Decision.PROTECTED else _("it is a reference")
    rule = _(_KEEP.get(str(view.plan.settings.get("keep", "best")), ""))
    others = [m for m in group.members if m is not kept][:_MEMBERS]
    size = len(_folded(view, kept.spans))
    longest = max((len(_folded(view, m.spans)) for m in others), default=0)
    more = _("{n} letters and digits, the others up to {most}", n=number(size), most=number(longest))
    first = kept.start <= min(m.start for m in group.members)
    place = _("the first of all") if first else _("not the first")
    return _("; ").join([*([rule] if rule else []), more, place])


def _place(view: View, member: Member) -> str:
    return lines(view.unit, ranges(view.lines(s.start, s.end) for s in member.spans))


def _folded(view: View, spans: tuple[Span, ...]) -> str:
    return "".join(fold(s.of(view.text)).string for s in spans)


def _member(view: View, group: Group, member: Member) -> Card:
    kept = group.members[group.kept]
    sign = _SIGNS.get(member.decision, STAYS)
    text, marks = _text(view, kept, member)
    place = view.where(Span(member.start, member.end))
    where = _("{place}, characters {start}-{end}", place=place, start=member.start, end=member.end)
    rows = [Line(sign, view.label(member.start), before=tuple(text), marks=marks), _note(where)]
    folded = _folded(view, member.spans)
    shape = folded if len(folded) <= _FOLDED else folded[:_FOLDED] + view.glyphs.ellipsis
    shape = plain(shape, view.glyphs)
    rows.append(_note(_("folded, {n} letters and digits: {text}", n=number(len(folded)), text=shape)))
    rows += vote_note(view, kept.spans) if member is kept else _score(view, member)
    title = _("{where} {what}", where=_place(view, member), what=_(_WORDS[member.decision]))
    if member is not kept:
        alike = percent(member.similarity, member.similarity)
        title = _("{title}, {percent} like the kept", title=title, percent=alike)
    return Card(title, "", tuple(rows))


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
        return [_note(_("no differences"))] if member.similarity >= 100 else []
    what = clauses(f"{number(found[kind])} {_(_KINDS[kind])}" for kind in Kind if found[kind])
    rows = [_note(_("differences: {what} (a score above 0: meant; below: noise)", what=what))]
    order = sorted(member.differences, key=lambda d: -d.score)
    rows += [_difference(view, d) for d in order[:_DIFFERENCES]]
    if len(order) > _DIFFERENCES:
        rows.append(_note(count(len(order) - _DIFFERENCES, "more difference")))
    return rows


def _difference(view: View, difference: Difference) -> Line:
    opening, closing = view.glyphs.quotes

    def words(span: Span) -> list[Piece]:
        if not span:
            return [Piece(_("nothing"), Role.DIM)]
        body = shown(view.flat(span.start, min(span.end, span.start + 80)), glyph=view.glyphs)
        return [Piece(opening), *body, Piece(closing)]

    parts = [f"{_(_KINDS[difference.kind])} {difference.score:+.1f}"]
    parts += [_(REASON_WORDS[difference.reason])] if difference.reason else []
    verdict = Piece(f"  {clauses(parts)}", Role.DIM)
    return Line(before=(*words(difference.kept), Piece(" / ", Role.DIM), *words(difference.copy), verdict))
