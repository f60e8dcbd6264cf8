"""What is accepted already: content hashes with copy counts, and a sketch that knows a corrected text again.

The file has no paths, lines or times, is sorted, and has one entry a line, so that two branches merge.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dedupe_cli.document.split import blocks
from dedupe_cli.errors import SettingsError
from dedupe_cli.finding import Finding, Place, Severity, Status
from dedupe_cli.gate.rules import is_rule, rule_of
from dedupe_cli.gate.sketch import ALIKE, SIZE, alike, content_hash, sketch
from dedupe_cli.settings import ACROSS_LENGTH, Settings
from dedupe_cli.stored import keyed_json
from dedupe_cli.text.diff import tokens, units
from dedupe_cli.text.language import language_of
from dedupe_cli.text.letters import says
from dedupe_cli.text.position import Point

VERSION = 1
# By so many Han characters and words an accepted text may grow: fewer are no repeat by themselves.
_WITHIN, _BETWEEN = Settings().min_length, ACROSS_LENGTH
# Rules of what is held back because its members differ.
_HELD = ("D302", "D303", "D4")
# Characters of the kept text beside an entry, for people.
_NOTE = 40
# The lines that git leaves in a file where two branches could not be merged.
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
# The rule of what is the same in several files; versions that differ are told anew when one of them changes.
REPEAT = "D301"
# Hexadecimal digits by which a paragraph is known.
_PARAGRAPH_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted finding: how many places it had, its rule, the sketch, the size and the beginning of its text.

    ``units`` counts Han characters and words; 0 where it is not known. ``paragraphs`` says of a repeat between files in
    how many files each of its paragraphs stands; a file is counted in one entry only. ``differences`` are what its
    members say differently: hashes. ``reason`` is why it is accepted, for people.
    """

    copies: int
    rule: str
    sketch: str = ""
    note: str = ""
    units: int = 0
    paragraphs: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    differences: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Baseline:
    """Accepted findings by fingerprint. ``path`` is the file, ``lines`` where in it the entries stand."""

    entries: dict[str, Entry] = field(default_factory=dict)
    path: str = ""
    lines: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Baseline:
        """Return the baseline that accepts some findings; those about markers and baselines are none to accept."""
        entries: dict[str, Entry] = {}
        seen: set[tuple[str, str]] = set()
        for finding in (piece for each in findings for piece in each.every):
            if not finding.rule.startswith("D9"):
                before = entries.get(finding.fingerprint)
                copies = len(finding.members) + (before.copies if before else 0)
                paragraphs = paragraphs_of(finding)
                many = Counter(before.paragraphs if before else {}) + Counter(files_by_key(paragraphs - seen))
                seen |= paragraphs
                differences = frozenset(finding.differences) | (before.differences if before else frozenset())
                entries[finding.fingerprint] = Entry(
                    copies,
                    finding.rule,
                    sketch(finding.known_by),
                    _note(finding),
                    _units(finding),
                    dict(many),
                    differences=differences,
                )
        return cls(entries)

    def to_json(self) -> str:
        """Return the text of the file."""
        return keyed_json(VERSION, "entries", {key: _row(entry) for key, entry in self.entries.items()})


def _row(entry: Entry) -> dict[str, object]:
    row = {"copies": entry.copies, "rule": entry.rule, "units": entry.units, "sketch": entry.sketch, "note": entry.note}
    row |= {"paragraphs": dict(sorted(entry.paragraphs.items()))} if entry.paragraphs else {}
    row |= {"differences": sorted(entry.differences)} if entry.differences else {}
    return row | ({"reason": entry.reason} if entry.reason else {})


def read_baseline(data: bytes, path: str) -> Baseline:
    """Read a baseline, every field checked; raises :class:`SettingsError` that names the file."""
    try:
        text = data.decode("utf-8-sig")
        root: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _not_json(data, path, error) from None
    if not isinstance(root, dict) or root.get("version") != VERSION or not isinstance(root.get("entries"), dict):
        raise SettingsError(f"{path}: no baseline of version {VERSION}", hint=_anew(path))
    entries = {key: _entry(key, row, path) for key, row in root["entries"].items()}
    lines = {m.group(1): n for n, row in enumerate(text.splitlines(), 1) if (m := re.match(r'\s*"(v\d+:\w+)"', row))}
    return Baseline(entries, path, lines)


def _anew(path: str) -> str:
    """Return what to do about a file that cannot be used: nothing is ever written over it as it is."""
    return f"put it back as it was, or remove {path}: then dedupe baseline write makes it anew"


def _not_json(data: bytes, path: str, error: Exception) -> SettingsError:
    """Return what is wrong with a file that is not JSON, and where."""
    text = data.decode("utf-8", "replace")
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        hint = "keep the entries of both sides, a comma behind each but the last; or those of one, then write it anew"
        return SettingsError(f"{path}:{line}: two branches were not merged here", hint=hint)
    at = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return SettingsError(f"{path}{at}: no baseline: it is not JSON", hint=_anew(path))


def _entry(key: str, row: Any, path: str) -> Entry:
    known = isinstance(row, dict) and re.fullmatch(r"v\d+:[0-9a-f]{64}", key)
    copies: Any = row.get("copies") if known else None
    size: Any = row.get("units", 0) if known else 0
    paragraphs: Any = row.get("paragraphs", {}) if known else {}
    differences: Any = row.get("differences", []) if known else []
    words = ("rule", "sketch", "note", "reason")
    rule, like, note, reason = (str(row.get(name, "")) if known else "" for name in words)
    good = _is_count(copies) and copies > 0 and _is_count(size) and size >= 0 and is_rule(rule)
    good = good and isinstance(paragraphs, dict) and all(_is_count(n) and n > 0 for n in paragraphs.values())
    good = good and isinstance(differences, list) and all(isinstance(each, str) for each in differences)
    if not good or not re.fullmatch(f"(?:[0-9a-f]{{{2 * SIZE}}})?", like):
        raise SettingsError(f"{path}: entry {key[:20]!r} is damaged", hint=_anew(path))
    return Entry(copies, rule, like, note, size, paragraphs, reason, frozenset(differences))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def judge(findings: Sequence[Finding], baseline: Baseline) -> tuple[list[Finding], dict[str, int]]:
    """Mark the findings that a baseline accepts; return them all, and what is left of each entry.

    A baseline knows the pieces of a passage that is told in one: when it accepts some of them only, each is told alone.
    """
    pieces, room = _judged([piece for finding in findings for piece in finding.every], baseline)
    marked, rest = [], iter(pieces)
    for finding in findings:
        mine = [next(rest) for _ in finding.every]
        known = sum(piece.status is Status.BASELINED for piece in mine)
        if not finding.pieces or 0 < known < len(mine):
            marked += mine
        else:
            marked.append(replace(finding, pieces=tuple(mine), status=Status.BASELINED if known else finding.status))
    return marked, room


def _judged(findings: Sequence[Finding], baseline: Baseline) -> tuple[list[Finding], dict[str, int]]:
    """Judge findings one by one.

    A finding is accepted when an entry has room for all its places: its own, or one whose text is nearly the same, and
    not longer by as much as would be a repeat of its own; or when no
    paragraph of it stands in more files than all entries together accept.
    Of an entry whose repeat has more places now nothing is left, although none of them is accepted: it is not stale.
    """
    room = {key: entry.copies for key, entry in baseline.entries.items()}
    accepted: set[int] = set()
    # Where the same stands in more files than are accepted, those under the rule of the entry were there first.
    first = sorted(range(len(findings)), key=lambda n: not _is_under_rule(findings[n], baseline))
    for number in first:
        finding = findings[number]
        entry = baseline.entries.get(finding.fingerprint)
        if entry is None or finding.status is not Status.NEW or not _differs_as_accepted(finding, entry):
            continue
        if room[finding.fingerprint] >= len(finding.members):
            room[finding.fingerprint] -= len(finding.members)
            accepted.add(number)
    for number, finding in enumerate(findings):
        waits = finding.status is Status.NEW and number not in accepted and finding.fingerprint not in baseline.entries
        if waits and (key := _nearest(finding, baseline, room, len(finding.members))):
            room[key] -= len(finding.members)
            accepted.add(number)
    accepted |= _in_pieces(findings, baseline, room, accepted)
    shorter: dict[int, Entry] = {}
    for number, finding in enumerate(findings):
        if finding.status is Status.NEW and number not in accepted:
            own = finding.fingerprint in baseline.entries
            key = finding.fingerprint if own else _nearest(finding, baseline, room, least=1, longer=True)
            if key:
                room[key] = 0
                if not own and _is_longer(finding, baseline.entries[key]):
                    shorter[number] = baseline.entries[key]
    known = {findings[number].fingerprint: findings[number].place for number in sorted(accepted, reverse=True)}
    marked = []
    for number, finding in enumerate(findings):
        grown = _grown(finding, baseline, known.get(finding.fingerprint), shorter.get(number))
        marked.append(replace(finding, status=Status.BASELINED) if number in accepted else grown)
    return marked, room


def _in_pieces(
    findings: Sequence[Finding], baseline: Baseline, room: dict[str, int], accepted: Collection[int]
) -> set[int]:
    """Return the findings that are made of accepted paragraphs; an entry that has one of these is not stale."""
    known = {key: entry.paragraphs for key, entry in baseline.entries.items() if entry.paragraphs}
    waiting = [
        number
        for number, finding in enumerate(findings)
        if finding.status is Status.NEW
        and number not in accepted
        and finding.fingerprint not in baseline.entries  # else it has more places than its own entry
    ]
    taken = accepted_in_pieces(findings, waiting, known.values())
    said = set().union(*taken.values())
    room.update({key: 0 for key, paragraphs in known.items() if not said.isdisjoint(paragraphs)})
    return set(taken)


def _is_under_rule(finding: Finding, baseline: Baseline) -> bool:
    entry = baseline.entries.get(finding.fingerprint)
    return entry is not None and entry.rule == finding.rule


def _nearest(finding: Finding, baseline: Baseline, room: dict[str, int], least: int, *, longer: bool = False) -> str:
    """Return the entry with so much room that is most like a finding; if ``longer``, also a part of it. Or nothing."""
    best, most = "", ALIKE - 1
    mine = sketch(finding.known_by)
    for key, entry in baseline.entries.items():
        if room[key] < least or _class(entry.rule) != _class(finding.rule) or not _differs_as_accepted(finding, entry):
            continue
        equal = alike(mine, entry.sketch)
        if equal > most and (longer or not _is_longer(finding, entry)):
            best, most = key, equal
    return best


def _differs_as_accepted(finding: Finding, entry: Entry) -> bool:
    """Tell whether a finding differs as an entry accepts; of one without differences, of any of its rule."""
    if not entry.differences:
        return not finding.differences or entry.rule.startswith(_HELD)
    return entry.differences.issuperset(finding.differences)


def _is_longer(finding: Finding, entry: Entry) -> bool:
    """Tell whether a finding says so much more than an entry accepts that this would be a repeat of its own."""
    least = _BETWEEN if finding.rule.startswith("D3") else _WITHIN
    return bool(entry.units) and _units(finding) - entry.units >= least


def _units(finding: Finding) -> int:
    return units(tokens(_text(finding)))


def _text(finding: Finding) -> str:
    return finding.members[finding.kept].text


def _class(rule: str) -> str:
    """Tell what goes from what is held back: a correction may make an exact copy of a near one, but no number equal."""
    return "D4" if rule.startswith("D4") else rule[0]


def _grown(finding: Finding, baseline: Baseline, other: Place | None, shorter: Entry | None) -> Finding:
    """Say of a new finding that an entry has too few copies for it, or less of it; ``other`` is where copies are."""
    if shorter is not None:
        many, unit = _units(finding), "characters" if language_of(_text(finding)) == "zh" else "words"
        return replace(
            finding, message=f"{finding.message}; the baseline accepts {shorter.units} of these {many} {unit}"
        )
    entry = baseline.entries.get(finding.fingerprint)
    if entry is None or finding.status is not Status.NEW:
        return finding
    if not _differs_as_accepted(finding, entry):
        return replace(finding, message=f"{finding.message}; the baseline accepts another difference")
    where = f" (as at {other.path}:{other.line})" if other else ""
    return replace(finding, message=f"{finding.message}; the baseline accepts {entry.copies}{where}")


def stale(baseline: Baseline, room: dict[str, int], on: Callable[[str], bool]) -> list[Finding]:
    """Return a finding for each entry of a rule that is on of which something is left over."""
    found = []
    for key, left in room.items():
        entry = baseline.entries[key]
        if left and on(entry.rule):
            rest = "its repeat is gone" if left == entry.copies else f"{entry.copies - left} of {entry.copies} are left"
            point = Point(baseline.lines.get(key, 1), 1, 0, 0, 1)
            found.append(
                Finding(
                    rule="D902",
                    severity=rule_of("D902").severity,
                    message=f"accepts {entry.copies} places of {entry.rule}, {rest}: {entry.note}",
                    fingerprint=content_hash(key, "D902"),
                    members=(Place(baseline.path, point, point, entry.note),),
                )
            )
    return found


def pruned(baseline: Baseline, room: dict[str, int], on: Callable[[str], bool]) -> Baseline:
    """Return a baseline without what is left over; entries of rules that are off stay as they are."""
    left = {key: room.get(key, 0) if on(entry.rule) else 0 for key, entry in baseline.entries.items()}
    entries = {
        key: _with_places(entry, entry.copies - left[key])
        for key, entry in baseline.entries.items()
        if entry.copies > left[key]
    }
    return replace(baseline, entries=entries)


def _with_places(entry: Entry, copies: int) -> Entry:
    return replace(entry, copies=copies, paragraphs={key: min(n, copies) for key, n in entry.paragraphs.items()})


def _note(finding: Finding) -> str:
    text = " ".join(_text(finding).split())
    return text if len(text) <= _NOTE else text[: _NOTE - 1] + "…"


def new_from(findings: Iterable[Finding], least: Severity) -> list[Finding]:
    """Return the new findings at or above a level."""
    return [f for f in findings if f.status is Status.NEW and f.severity >= least]


def paragraphs_of(finding: Finding) -> set[tuple[str, str]]:
    """Return the paragraphs of a repeat between files, each with the path of a file; nothing for other findings."""
    if finding.rule != REPEAT:
        return set()
    return {(key, member.path) for member in finding.members for key in _keys(member.text)}


def _keys(text: str) -> set[str]:
    said = (block.of(text) for block in blocks(text))
    hashes = (content_hash(paragraph) for paragraph in said if says(paragraph))
    return {each.partition(":")[2][:_PARAGRAPH_DIGITS] for each in hashes}


def files_by_key(paragraphs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Return in how many files each paragraph stands."""
    return dict(sorted(Counter(key for key, _ in paragraphs).items()))


def accepted_in_pieces(
    findings: Iterable[Finding], waiting: Collection[int], entries: Iterable[Mapping[str, int]]
) -> dict[int, set[str]]:
    """Return those of the waiting findings of which no paragraph stands in more files than is accepted.

    ``findings`` are all of a run, ``waiting`` indexes of some, ``entries`` say in how many files paragraphs may stand;
    the result has the paragraphs of each.
    """
    room: Counter[str] = Counter()
    for entry in entries:
        room.update(entry)
    if not room or not waiting:
        return {}
    mine = [set() if finding.status is Status.SUPPRESSED else paragraphs_of(finding) for finding in findings]
    there = files_by_key(set().union(*mine))
    out = {}
    for number in waiting:
        keys = {key for key, _ in mine[number]}
        if keys and all(there[key] <= room[key] for key in keys):
            out[number] = keys
    return out
