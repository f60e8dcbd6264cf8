"""What the page and its Markdown show: groups with their places, files with a map, words and numbers.

Made of plans alone. Texts of others are pieces already, so that nothing of them can be more than text.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli.language import _, ngettext, said
from dedupe_cli.model import Decision
from dedupe_cli.render.cards import broken_beside, group_card
from dedupe_cli.render.escape import plain, shown
from dedupe_cli.render.evidence import rows
from dedupe_cli.render.phrases import REASON_WORDS, count, cuts, lines, number, percent, ranges, share, shortened
from dedupe_cli.render.pieces import GOES, HELD, PART, SIGNS, STAYS, Piece, Role
from dedupe_cli.render.view import View, first_part, last_part
from dedupe_cli.render.web.position_map import Map, map_of
from dedupe_cli.render.words import changes, gap
from dedupe_cli.text.fold import is_han

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dedupe_cli.model import Group, Member, Plan, Source, Span
    from dedupe_cli.render.view import Region

# Places of a group that are shown one by one, and those that can be chosen to stay.
SHOWN, CHOICES = 12, 30
# A longer text (characters) loses its middle; a longer one is not compared by word.
_LONG, _HEAD, _TAIL, _COMPARED = 2400, 1600, 500, 20_000
# Sentences around a cut, and characters of a label.
_AROUND, _LABEL = 2, 36
# Files that have a map of their own.
MAPS = 40
_SIGNS = {Decision.KEEP: STAYS, Decision.REMOVE: GOES, Decision.HOLD: HELD}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a group: the key of the question, its note, and what was answered before, as in the file."""

    key: str
    note: str
    answer: str = ""
    member: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a group, or several that are the same: where, what becomes of it, what is particular to it."""

    sign: str
    where: str
    similarity: str
    pieces: tuple[Piece, ...]
    note: str = ""
    lang: str = ""

    @property
    def word(self) -> str:
        """What the sign means."""
        return _(SIGNS[self.sign])


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a group tells; ``safety`` is the word of its least sure copy, ``evidence`` a row each."""

    id: str
    rule: str
    rule_name: str
    safety: str
    held: bool
    similarity: str
    confidence: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group: the text that stays, and each place that goes or is held back.

    ``file`` is the index of its text, ``saved`` counts characters that go, ``choices`` number the places of which one
    may stay.
    """

    head: Head
    title: str
    file: int
    path: str
    saved: int
    kept: Place
    places: tuple[Place, ...]
    more: str = ""
    broken: str = ""
    asked: Asked | None = None
    choices: tuple[tuple[int, str], ...] = ()

    @property
    def status(self) -> str:
        """The word of the filter."""
        return "held back" if self.head.held else "goes"


@dataclass(frozen=True, slots=True)
class FileView:
    """One file: how much of it is said again, and where."""

    path: str
    length: int
    lines: int
    unit: str
    removed: int
    groups: int
    held: int
    map: Map | None

    @property
    def share(self) -> str:
        """Share that goes, in percent."""
        return share(self.removed, self.length)


@dataclass(frozen=True, slots=True)
class PageModel:
    """All that a report shows; ``groups`` are those that are shown, ``hidden`` counts the others."""

    title: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    files: tuple[FileView, ...]
    quiet: int
    groups: tuple[GroupView, ...]
    hidden: int
    notes: tuple[str, ...]
    matrix: tuple[tuple[str, tuple[int, ...]], ...]
    settings: tuple[tuple[str, str], ...]
    skipped: tuple[str, ...]
    failed: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    version: str
    date: str = ""
    base: dict[str, dict[str, object]] = field(default_factory=dict)
    rules: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Given:
    """What a report is made of beside the plans.

    ``between`` are groups over several texts, by index into the pairs. ``asked`` tells what is asked of a group.
    """

    pairs: Sequence[tuple[Source, Plan]]
    names: dict[str, str]
    between: Sequence[Group] = ()
    asked: Callable[[Source, Group], Asked] | None = None
    most: int = 500


def groups_of(given: Given, views: Sequence[View]) -> tuple[list[GroupView], int]:
    """Return the groups that are shown, what goes first and the most saved first; and how many are not shown."""
    order: list[tuple[bool, int, int, int]] = []
    for file, view in enumerate(views):
        saved = _saved(view.plan)
        order += [(group.held, -saved[at], file, at) for at, group in enumerate(view.plan.groups)]
    order += [(group.held, -_size(group), len(views), at) for at, group in enumerate(given.between)]
    order.sort()
    some = order[: given.most or None]
    broken = {file: broken_beside(views[file]) for file in {row[2] for row in some} if file < len(views)}
    out = []
    for _held, _saving, file, at in some:
        if file == len(views):
            out.append(_between(given, views, given.between[at]))
        else:
            out.append(_Builder(given, views, file, at, broken[file].get(at, "")).view_of())
    return out, len(order) - len(some)


def _saved(plan: Plan) -> list[int]:
    """Characters that go, by group."""
    out = [0] * len(plan.groups)
    for edit in plan.edits:
        if edit.group >= 0:
            out[edit.group] += len(edit.span) - len(edit.replacement)
    return out


def _size(group: Group) -> int:
    return sum(len(span) for member in group.copies for span in member.spans)


class _Builder:
    """Makes the view of one group of one text."""

    def __init__(self, given: Given, views: Sequence[View], file: int, at: int, broken: str) -> None:
        self.given, self.file, self.at, self.broken = given, file, at, broken
        self.view = views[file]
        self.group = self.view.plan.groups[at]

    def view_of(self) -> GroupView:
        """Return the group as it is shown."""
        view, group = self.view, self.group
        places = [*self._going(), *self._staying()]
        more = len(places) - SHOWN
        command = f"dedupe explain {group.id} {plain(view.source.path)}"
        where = "" if more <= 0 else _("{what}: {command}", what=count(more, "more place"), command=command)
        return GroupView(
            _head(self.given, group),
            title=group_card(view, self.at, 1).title,
            file=self.file,
            path=plain(view.source.path),
            saved=_saved(view.plan)[self.at],
            kept=self._kept(),
            places=tuple(places[:SHOWN]),
            more=where,
            broken=self.broken,
            asked=self.given.asked(view.source, group) if self.given.asked and _is_asked(group) else None,
            choices=tuple(self._choice(n, m) for n, m in enumerate(group.members[:CHOICES], 1)),
        )

    @property
    def _kept_member(self) -> Member:
        return self.group.members[self.group.kept]

    def _kept(self) -> Place:
        view, member = self.view, self._kept_member
        text = view.passage(member.spans, voted=True)
        return Place(STAYS, self._where([member]), "", tuple(_long(view, text, Role.TEXT)), lang=_lang(text))

    def _where(self, members: Sequence[Member]) -> str:
        view = self.view
        named = ranges(view.lines(s.start, s.end) for m in members for s in m.spans)
        return lines(view.unit, shortened(named, "…"))

    def _choice(self, n: int, member: Member) -> tuple[int, str]:
        text = " ".join(self.view.passage(member.spans)[: 4 * _LABEL].split())
        return n, f"{self._where([member])}: {plain(text[:_LABEL])}{'…' if len(text) > _LABEL else ''}"

    # What goes -----------------------------------------------------------------------------------------------

    def _going(self) -> list[Place]:
        """One place for each stretch that goes; whole copies that say the very same are told as one."""
        exact: list[Member] = []
        own: list[Place] = []
        for region in self.view.regions(self.at):
            inside = [m for m in self.group.copies if any(s.overlaps(region.span) for s in m.spans)]
            if region.whole and not self._is_loop(inside):
                exact += [member for member in inside if self._is_exact(member)]
                own += [self._whole(member) for member in inside if not self._is_exact(member)]
            elif inside:
                own.append(self._place(region, inside))
        if not exact:
            return own
        note = _("exact copy") if len(exact) == 1 else count(len(exact), "exact copy", "exact copies")
        return [*own, Place(GOES, self._where(exact), "100 %", (), note)]

    def _is_loop(self, inside: Sequence[Member]) -> bool:
        """Tell whether copies stand side by side in one paragraph."""
        return any(not self.view.crosses(one.end, other.start) for one, other in pairwise(inside))

    def _whole(self, member: Member) -> Place:
        """Show a copy that goes as a whole."""
        view = self.view
        start, end = view.trim(member.start, member.end)
        body, note = self._compared(member, view.flat(start, end), member.spans)
        alike = percent(member.similarity, member.similarity)
        return Place(GOES, self._where([member]), alike, tuple(body), note, _lang(view.flat(start, end)))

    def _is_exact(self, member: Member) -> bool:
        return self.view.passage(member.spans).split() == self._against(member).split()

    def _against(self, member: Member) -> str:
        return self.view.passage(member.against or self._kept_member.spans, voted=True)

    def _place(self, region: Region, inside: Sequence[Member]) -> Place:
        view = self.view
        alike = [member.similarity for member in inside]
        text = view.flat(region.start, region.end)
        note = ""
        if len(inside) > 1:
            first = view.flat(region.start, min(region.end, inside[0].end))
            rest = f" …{count(len(inside) - 1, 'more round')}"
            body = [*_long(view, first, Role.GOES), Piece(rest, Role.DIM)]
        else:
            mine = [span for span in inside[0].spans if span.overlaps(region.span)]
            body, note = self._compared(inside[0], text, mine)
        sign = GOES if region.whole else PART
        if not region.whole:
            body = [*self._before(region), *body, *self._after(region)]
        where = lines(view.unit, [view.label(region.start)])
        return Place(sign, where, percent(min(alike), max(alike)), tuple(body), note, _lang(text))

    def _compared(self, member: Member, text: str, spans: Sequence[Span]) -> tuple[list[Piece], str]:
        """Show what goes in some spans of a copy by how it differs from what stays; whole where nothing does."""
        view = self.view
        copy, kept = view.passage(member.spans), self._against(member)
        if max(len(copy), len(kept)) <= _COMPARED and len(spans) == len(member.spans):
            if copy.split() == kept.split():
                return _long(view, text, Role.GOES), _("said in the same words")
            diff = changes(kept, copy, view.glyphs, whole=len(copy) <= _LONG)
            if diff.pieces and diff.places:
                return [p for p in diff.pieces if not _is_mark(p)], _("differs in form only") if diff.form else ""
        return _long(view, text, Role.GOES), ""

    def _before(self, region: Region) -> list[Piece]:
        view = self.view
        start = view.block_start(region.start)
        lead = view.staying(start, region.start)
        part = last_part(lead, parts=_AROUND) if lead.strip() else ""
        cut = len(part) < len(lead) or not view.begins_at(start)
        return [*([Piece("…", Role.DIM)] if cut and part else []), *shown(part, Role.TEXT, view.glyphs)]

    def _after(self, region: Region) -> list[Piece]:
        view = self.view
        rest = view.staying(region.end, view.block_end(region.end)).rstrip()
        part = first_part(rest, parts=_AROUND) if rest.strip() else ""
        more = [Piece("…", Role.DIM)] if part and len(part) < len(rest) else []
        return [*shown(part, Role.TEXT, view.glyphs), *more]

    # What stays beside it ------------------------------------------------------------------------------------

    def _staying(self) -> list[Place]:
        out = []
        for member in self.group.members:
            if member is self._kept_member or member.decision is Decision.REMOVE:
                continue
            text = self.view.passage(member.spans)
            note = _("protected") if member.decision is Decision.PROTECTED else ""
            out.append(_other(self.view, member, text, self._against(member), self._where([member]), note))
        return out


def _other(view: View, member: Member, text: str, against: str, where: str, note: str) -> Place:
    """Show a place that stays, or one of another text, by how it differs."""
    sign = _SIGNS.get(member.decision, HELD)
    diff = None
    if max(len(text), len(against)) <= _COMPARED and text.split() != against.split():
        diff = changes(against, text, view.glyphs, whole=len(text) <= _LONG)
    if text.split() == against.split():
        pieces, note = [], note or _("exact copy")
    elif diff and diff.pieces and diff.places:
        pieces = [_held(p, sign) for p in diff.pieces if not _is_mark(p)]
    else:
        pieces = _long(view, text, Role.TEXT if sign == HELD else Role.GOES)
    # Of what is held back because a number differs the likeness is not always known.
    told = member.similarity < 100.0 or note
    alike = percent(member.similarity, member.similarity) if told else ""
    return Place(sign, where, alike, tuple(pieces), note, _lang(text))


def _between(given: Given, views: Sequence[View], group: Group) -> GroupView:
    """Return a group over several texts."""
    kept = group.members[group.kept]

    def words(member: Member) -> str:
        return views[member.source].passage(member.spans)

    def where(member: Member) -> str:
        view = views[member.source]
        where = lines(view.unit, [view.label(member.start)])
        return _("{file}, {where}", file=plain(view.source.path), where=where)

    text = words(kept)
    others = [member for member in group.members if member is not kept]
    places = [_other(views[m.source], m, words(m), text, where(m), "") for m in others[:SHOWN]]
    more = len(others) - len(places)
    files = len({member.source for member in group.members})
    held = {"files": count(files, "file")}
    title = _("in {files}: one text stays", **held) if group.copies else _("in {files}: all stay", **held)
    command = f"dedupe explain --across {group.id}"
    return GroupView(
        _head(given, group),
        title=title,
        file=kept.source,
        path=plain(views[kept.source].source.path),
        saved=_size(group),
        kept=Place(STAYS, where(kept), "", tuple(_long(views[kept.source], text, Role.TEXT)), lang=_lang(text)),
        places=tuple(places),
        more=_("{what}: {command}", what=count(more, "more place"), command=command) if more > 0 else "",
    )


def _head(given: Given, group: Group) -> Head:
    copies = [m.similarity for i, m in enumerate(group.members) if i != group.kept] or [100.0]
    sure = group.confidence
    return Head(
        id=group.id,
        rule=group.rule,
        rule_name=given.names.get(group.rule, ""),
        safety=group.safety.label,
        held=group.held,
        similarity="" if group.held and min(copies) >= 100.0 else percent(min(copies), max(copies)),
        confidence="" if sure is None else f"{sure:.0f} %",
        evidence=tuple(rows(group.evidence)),
    )


def _is_asked(group: Group) -> bool:
    return any(member.decision in {Decision.REMOVE, Decision.HOLD} for member in group.members)


def _is_mark(piece: Piece) -> bool:
    """Tell whether a piece is one of the brackets that a terminal needs."""
    return piece.opens or (piece.closes and piece.text in {"-}", "+}", "!}", "-]"})


def _held(piece: Piece, sign: str) -> Piece:
    """Let words that are only in a copy which stays look like what differs, and its other words like text."""
    roles = {Role.GOES: Role.TEXT, Role.LOST: Role.HELD} if sign == HELD else {}
    return Piece(piece.text, roles.get(piece.role, piece.role), raw=piece.raw)


def _long(view: View, text: str, role: Role) -> list[Piece]:
    """Show a text; a long one without its middle."""
    if len(text) <= _LONG:
        return shown(text, role, view.glyphs)
    hidden = gap(len(text) - _HEAD - _TAIL, view.glyphs, _("characters"))
    head, tail = text[:_HEAD], text[-_TAIL:]
    return [*shown(head, role, view.glyphs), hidden, *shown(tail, role, view.glyphs)]


def _lang(text: str) -> str:
    """Return the language for a browser to choose letters by: Chinese where Han characters are frequent."""
    some = text[:400]
    return "zh" if 4 * sum(is_han(ord(char)) for char in some) > len(some) else ""


def files_of(views: Sequence[View], shown_ids: set[str]) -> tuple[list[FileView], int]:
    """Return the files in which something is found, the most repeated first; and how many have nothing."""
    told = [view for view in views if view.plan.edits or view.plan.groups]
    told.sort(key=lambda view: (-view.plan.removed, view.source.path))
    out = [
        FileView(
            path=plain(view.source.path),
            length=len(view.text),
            lines=view.highest,
            unit=view.unit,
            removed=view.plan.removed,
            groups=sum(not group.held for group in view.plan.groups),
            held=len(view.plan.held_back),
            map=map_of(view, shown_ids, arcs=at == 0) if at < MAPS else None,
        )
        for at, view in enumerate(told)
    ]
    return out, len(views) - len(told)


def lead_of(pairs: Sequence[tuple[Source, Plan]]) -> str:
    """Return what was found, in a sentence or two."""
    if not pairs:
        return _("No text was read.")
    plans = [plan for _, plan in pairs]
    size, gone, many = sum(p.length for p in plans), sum(p.removed for p in plans), sum(map(cuts, plans))
    files = sum(bool(plan.edits) for plan in plans)
    back = sum(len(plan.held_back) for plan in plans)
    if many:
        where = count(many, "place")
        if len(plans) > 1:
            where = _("{cuts} in {some} of {files}", cuts=where, some=number(files), files=count(len(plans), "file"))
        much = {"n": number(gone), "size": count(size, "character"), "share": share(gone, size)}
        one, more = "{places} goes: {n} of {size} ({share}).", "{places} go: {n} of {size} ({share})."
        told = ngettext(one, more, many, places=where, **much)
    elif any(plan.edits for plan in plans):
        told = _("Cleaners would change {files}.", files=count(files, "file"))
    else:
        told = _("Nothing goes.")
    return told + (ngettext(" {n} repeat is held back.", " {n} repeats are held back.", back) if back else "")


def facts_of(pairs: Sequence[tuple[Source, Plan]]) -> list[tuple[str, str]]:
    """Return the numbers at the top, each with its words."""
    plans = [plan for _, plan in pairs]
    size, gone = sum(plan.length for plan in plans), sum(plan.removed for plan in plans)
    rows_gone = sum(e.span.of(s.text).count("\n") - e.replacement.count("\n") for s, p in pairs for e in p.edits)
    back = [group for plan in plans for group in plan.held_back]
    many = sum(map(cuts, plans))
    facts = [
        (share(gone, size), _("of the text is said again")),
        (
            number(gone),
            _("of {size} go, {lines}", size=count(size, "character"), lines=count(rows_gone, "line"))
            if rows_gone > 0 else _("of {size} go", size=count(size, "character")),
        ),
        (number(many), ngettext("place goes", "places go", many)),
        (number(len(back)), _("held back: {why}", why=_reasons(back)) if back else _("held back")),
    ]  # fmt: skip
    if len(pairs) > 1:
        changed = sum(bool(plan.edits) for plan in plans)
        facts.append((number(changed), _("of {files} would change", files=count(len(pairs), "file"))))
    return facts


def _reasons(groups: Sequence[Group]) -> str:
    """Return why groups are held back, the two most frequent reasons of many."""
    found = Counter(reason for group in groups for reason in group.reasons)
    if len(found) == 1:
        return _(REASON_WORDS[next(iter(found))])
    words = [_("{what} ({why})", what=_(REASON_WORDS[each]), why=number(many)) for each, many in found.most_common(2)]
    return _(", ").join([*words, *([_("others")] if len(found) > 2 else [])])


def matrix_of(views: Sequence[View], between: Sequence[Group], most: int = 20) -> list[tuple[str, tuple[int, ...]]]:
    """Return how many passages each two files share: a row a file, with a number for each of the same files."""
    shared: dict[tuple[int, int], int] = {}
    for group in between:
        files = sorted({member.source for member in group.members})
        for one in files:
            for other in files:
                if one != other:
                    shared[one, other] = shared.get((one, other), 0) + 1
    total: dict[int, int] = {}
    for (one, _other_file), many in shared.items():
        total[one] = total.get(one, 0) + many
    chosen = sorted(sorted(total, key=lambda at: (-total[at], at))[:most])
    return [(plain(views[a].source.path), tuple(shared.get((a, b), 0) for b in chosen)) for a in chosen]


def notes_of(views: Sequence[View]) -> list[str]:
    """Return what was noted and not changed, a row for each message and file."""
    out = []
    for view in views:
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for note in view.plan.notes:
            found.setdefault((note.rule, note.message), []).append(view.lines(note.span.start, note.span.end))
        name = plain(view.source.path)
        out += [
            _(
                "{file}, {where}: {what} ({rule})",
                file=name,
                where=lines(view.unit, shortened(ranges(places), "…")),
                what=plain(said(message)),
                rule=rule,
            )
            for (rule, message), places in found.items()
        ]
    return out
