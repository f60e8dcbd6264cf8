"""Words and numbers for people, and the lines on standard error after a run; nothing of the user's text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from shlex import quote
from typing import NamedTuple

from dedupe_cli.language import _, counted, marked, ngettext
from dedupe_cli.model import LEFT_BROKEN, Decision, Group, Plan, Reason, Source

RULE_WORDS = marked({
    "D101": "exact", "D102": "same but for form", "D201": "", "D202": "contained", "D203": "repeated",
    "D204": "split", "D301": "across files", "D302": "drifted apart", "D303": "own name differs",
    "D401": "number differs", "D402": "date differs", "D403": "negation differs", "D404": "word differs",
    "D405": "clause added", "D406": "may be meant",
})  # fmt: skip
REASON_WORDS = marked({
    Reason.NUMBER: "a number differs", Reason.DATE: "a date differs", Reason.UNIT: "a unit differs",
    Reason.NEGATION: "a negation differs", Reason.NAME: "a name differs", Reason.WORD: "a word differs",
    Reason.CLAUSE: "a clause differs", Reason.ENTRY: "it may be meant",
})  # fmt: skip
# What is counted in a text.
UNITS = marked(("line", "paragraph"))
_PLACES = marked({"line": ("line {n}", "lines {n}"), "paragraph": ("paragraph {n}", "paragraphs {n}")})


def number(value: int) -> str:
    """Write a count: ``2126``, but ``20,000``."""
    return f"{value:,}" if abs(value) >= 10_000 else str(value)


def count(value: int, one: str, many: str = "") -> str:
    """Write a count with its noun: ``1 cut``, ``2 cuts``."""
    return counted(value, one, many, number(value))


def times(value: int) -> str:
    """Write how often: ``once``, ``twice``, ``3 times``."""
    return _("once") if value == 1 else _("twice") if value == 2 else _("{n} times", n=number(value))


def listed(words: Sequence[str]) -> str:
    """Join words: ``a``, ``a and b``, ``a, b and c``."""
    if len(words) == 1:
        return words[0]
    text = words[0]
    for word in words[1:-1]:
        text = _("{words}, {word}", words=text, word=word)
    return _("{words} and {last}", words=text, last=words[-1])


def clauses(parts: Iterable[str]) -> str:
    """Join parts of a sentence that can stand alone: ``13 cuts, 1 pair held back``."""
    return _(", ").join(parts)


def reasons(found: Iterable[Reason]) -> str:
    """Join reasons: ``a number differs and a date differs``."""
    return listed([_(REASON_WORDS[reason]) for reason in found])


def lines(unit: str, names: Sequence[str]) -> str:
    """Write where something stands, in lines or paragraphs: ``line 63``, ``lines 65 and 67``."""
    many = len(names) > 1 or "-" in names[0]
    return _(_PLACES[unit][many], n=listed(names))


def percent(low: float, high: float) -> str:
    """Write a range of similarities; never 100 for what is not equal, never 0 for what is not nothing."""
    first, last = _whole(low), _whole(high)
    return f"{first} %" if first == last else f"{first}-{last} %"


def alikeness(low: float, high: float, *, held: bool) -> str:
    """Write how much alike copies are; of what is held back because a number differs that is not always known."""
    return "" if held and low >= 100 else percent(low, high)


def _whole(value: float) -> str:
    if value >= 100:
        return "100"
    return f"{int(value * 10) / 10:.1f}" if round(value) == 100 else str(round(value))


def share(part: int, whole: int) -> str:
    """Write a share in percent, with ``<1`` for a little."""
    value = 100 * part / whole if whole else 0.0
    if 0 < value < 1:
        return _("under 1 %")
    return _("over {n} %", n=int(value)) if part < whole and round(value) == 100 else f"{round(value)} %"


def ranges(places: Iterable[tuple[int, int]]) -> list[str]:
    """Write line ranges, those that follow each other at once joined: ``94``, ``14-611``."""
    joined: list[tuple[int, int]] = []
    for first, last in places:
        if joined and joined[-1][0] <= first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return [str(a) if a == b else f"{a}-{b}" for a, b in joined]


def shortened(words: Sequence[str], ellipsis: str, most: int = 12) -> list[str]:
    """Return up to ``most`` words; of more the first four, an ellipsis and the last."""
    return list(words) if len(words) <= most else [*words[:4], ellipsis, words[-1]]


def tag(group: Group) -> str:
    """Rule, similarity and id of a group, as they stand at the right of its title."""
    middle = _(RULE_WORDS.get(group.rule) or "")
    if group.rule == "D201":
        copies = [m.similarity for m in group.copies] or [100.0]
        middle = percent(min(copies), max(copies))
    return " ".join(part for part in (group.rule, middle, group.id) if part)


class Totals(NamedTuple):
    """What some plans come to: texts and those that change, characters and how many go, groups, places, fixes.

    ``groups`` are those of which something goes, and ``places`` the copies in them and those that other texts say;
    ``fixes`` are edits that speak for themselves, those of cleaners. ``held`` are the groups of which nothing goes.
    """

    texts: int
    changed: int
    size: int
    gone: int
    groups: int
    places: int
    fixes: int
    held: tuple[Group, ...]

    @classmethod
    def of(cls, plans: Sequence[Plan]) -> Totals:
        """Count plans together."""
        groups = [group for plan in plans for group in plan.groups]
        edits = [edit for plan in plans for edit in plan.edits]
        said = sum(edit.kept_in >= 0 for edit in edits)
        return cls(
            len(plans),
            sum(bool(plan.edits) for plan in plans),
            sum(plan.length for plan in plans),
            sum(plan.removed for plan in plans),
            sum(not group.held for group in groups),
            sum(len(group.copies) for group in groups) + said,
            sum(edit.group < 0 for edit in edits) - said,
            tuple(group for group in groups if group.held),
        )

    @property
    def cuts(self) -> str:
        """The words for what goes: ``13 cuts in 3 groups``; copies of what other texts say alone are in no group."""
        cut = count(self.places, "cut")
        return _("{cuts} in {groups}", cuts=cut, groups=count(self.groups, "group")) if self.groups else cut


def held(groups: Sequence[Group]) -> str:
    """Write how much is held back: ``1 pair held back``; empty when nothing is."""
    if not groups:
        return ""
    pairs = all(len(g.members) == 2 for g in groups)
    return _("{what} held back", what=count(len(groups), "pair") if pairs else count(len(groups), "group"))


def held_reasons(groups: Iterable[Group]) -> str:
    """Write why: ``a number differs``, of many groups in how many, the most frequent first; one may have several."""
    every = [group.reasons for group in groups]
    found = Counter(reason for some in every for reason in some)
    order = sorted(found, key=lambda r: (-found[r], REASON_WORDS[r]))
    if len(every) == 1 or len(order) == 1:
        return reasons(order) if order else ""
    return clauses(_("{why} in {n}", why=_(REASON_WORDS[r]), n=number(found[r])) for r in order)


def counts(plan: Plan) -> str:
    """Write what a plan holds: ``13 cuts in 3 groups, 1 pair held back``."""
    of = Totals.of([plan])
    parts = [of.cuts] if of.places else []
    parts += [count(of.fixes, "fix", "fixes")] if of.fixes else []
    parts += [held(of.held)] if of.held else []
    if not parts:
        parts.append(count(len(plan.notes), "note"))
    return clauses(parts)


def partly_held(group: Group) -> int:
    """Count the members of a group that are held back while others go."""
    return 0 if group.held else sum(m.decision is Decision.HOLD for m in group.members)


# What a terminal obeys when a patch is printed raw.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def summary(pairs: Sequence[tuple[Source, Plan]], *, done: bool = False) -> str:
    """Write one line of counts; ``done``: the edits were made (``went``), not only planned (``would go``)."""
    of = Totals.of([plan for _, plan in pairs])
    parts = []
    if of.places or of.fixes:
        what = [of.cuts] if of.places else []
        what += [count(of.fixes, "fix", "fixes")] if of.fixes else []
        where = listed(what)
        if of.texts > 1:
            some, files = number(of.changed), count(of.texts, "file")
            where = _("{cuts} in {some} of {files}", cuts=where, some=some, files=files)
        if of.gone >= 0:
            size, part = count(of.size, "character"), share(of.gone, of.size)
            much = {"cuts": where, "n": number(of.gone), "size": size, "share": part}
            parts.append(
                _("{cuts}: {n} of {size} ({share}) went", **much) if done
                else _("{cuts}: {n} of {size} ({share}) would go", **much)
            )  # fmt: skip
        else:
            parts.append(_("{cuts}: {size} more", cuts=where, size=count(-of.gone, "character")))
    else:
        parts.append(_("nothing to remove") if of.held else _("no repeats found"))
    if of.held:
        why, back = held_reasons(of.held), held(of.held)
        parts.append(_("{what} ({why})", what=back, why=why) if why else back)
    single = sum(partly_held(g) for _, p in pairs for g in p.groups)
    if single:
        parts.append(_("{what} held back in groups of which others go", what=count(single, "copy", "copies")))
    return _("; ").join(parts)


def hints(
    pairs: Sequence[tuple[Source, Plan]], *, done: bool = False, named: str = "", options: tuple[str, str] = ("", "")
) -> list[str]:
    """Say what to run next, the most useful first; only commands that exist.

    ``options`` are what ``clean`` and ``explain`` need to come to the same result, with a space before each; ``named``:
    all inputs, where one file alone would not do.
    """
    out = []
    changed = [(s, p) for s, p in pairs if p.edits]
    if changed and not done:
        out.append(f"dedupe clean -w{options[0]}{_fix(changed)} {named or _file(changed)}")
    back = [(s, g) for s, p in pairs for g in p.held_back]
    if back:
        name = _file([(s, p) for s, p in pairs if s is back[0][0]])
        out.append(_("{command} says why", command=f"dedupe explain{options[1]} {back[0][1].id} {name}"))
    return out


def _fix(pairs: Sequence[tuple[Source, Plan]]) -> str:
    """Return the option for the cleaners that did something."""
    codes = sorted({e.rule for _, p in pairs for e in p.edits if e.group < 0 and e.kept_in < 0})
    return f" --fix {','.join(codes)}" if codes else ""


def _file(pairs: Sequence[tuple[Source, Plan]]) -> str:
    """Return the name of the one file as a shell reads it, else a word for it; names that are no words stay away."""
    paths = {s.path for s, _ in pairs}
    path = paths.pop() if len(paths) == 1 else ""
    return (
        quote(path)
        if path != "-" and re.fullmatch(r"[\w./+@%,=:-][\w./+@%,=: -]*", path) and path[0] != "-"
        else "FILE"
    )


def warnings(pairs: Sequence[tuple[Source, Plan]], *, raw: bool = False) -> list[str]:
    """Warn about the plans; ``raw``: the text itself goes to stdout, with its control characters."""
    out = []
    broken = sum(n.rule == "W101" and n.message == LEFT_BROKEN for _, p in pairs for n in p.notes)
    if broken:
        one, many = "{n} cut leaves a broken sentence (W101)", "{n} cuts leave broken sentences (W101)"
        out.append(ngettext(one, many, broken))
    lost = sum(n.rule == "C106" for _, p in pairs for n in p.notes)
    if lost:
        what = count(lost, "place")
        out.append(_("characters were lost in a wrong conversion, in {places}: it stays as it is (C106)", places=what))
    unseen = sum(n.rule == "W103" for _, p in pairs for n in p.notes)
    if unseen:
        one, many = (
            "{n} passage was not compared with all alike (W103)",
            "{n} passages were not compared with all alike (W103)",
        )
        out.append(ngettext(one, many, unseen))
    files = sum(bool(_CONTROL.search(s.text)) for s, p in pairs if p.edits) if raw else 0
    if files:
        held_in = count(files, "file")
        out.append(_("{files} with control characters: the patch holds them as they are", files=held_in))
    return out
