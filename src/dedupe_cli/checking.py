"""The way of ``check``: a text with what is ignored in it, its plan, its findings; and many of them in one report.

Findings between files join at :func:`report_of`: they are findings like any other, with members in several files.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from dedupe_cli import __version__
from dedupe_cli.errors import PlanError, ReadError, SettingsError, StaleSourceError
from dedupe_cli.finding import FileRecord, Finding, Place, Point, Report, Status
from dedupe_cli.gate.baseline import Baseline, judge, stale
from dedupe_cli.gate.findings import findings_of
from dedupe_cli.gate.ignore import Heed, ignored, parts_of
from dedupe_cli.gate.narrow import narrow, unmarked
from dedupe_cli.gate.parts import RULE, repeated_parts
from dedupe_cli.gate.places import Places
from dedupe_cli.gate.rules import Selection, codes, is_rule, rules
from dedupe_cli.gate.sketch import content_hash, sketch
from dedupe_cli.keys import keys
from dedupe_cli.read.ignored import Patterns
from dedupe_cli.read.load import load
from dedupe_cli.settings import CLEANERS, across_length

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from dedupe_cli.across.between import Cleaned
    from dedupe_cli.across.run import Compare
    from dedupe_cli.cache import Cache
    from dedupe_cli.finding import Failure
    from dedupe_cli.gate.markers import Marker
    from dedupe_cli.model import Group, Plan, Source, Span
    from dedupe_cli.read.config import Value
    from dedupe_cli.read.project import Effective
    from dedupe_cli.settings import Settings

    Progress = Callable[[str, int, int], None]


# The rules about several files.
BETWEEN = "D3"


@dataclass(frozen=True)
class Terms:
    """What holds for one file beside the settings of the engine.

    ``off`` are the prefixes of codes that this file ignores, ``accepted`` is the baseline that ``clean`` leaves alone.
    """

    heed: Heed = field(default_factory=Heed)
    selection: Selection = field(default_factory=Selection)
    off: tuple[str, ...] = ()
    accepted: Baseline | None = None

    def on(self, code: str) -> bool:
        """Tell whether a rule is on."""
        return self.selection.on(code, self.off)


def terms_of(effective: Effective, path: str, *, accepted: Baseline | None = None) -> Terms:
    """Return the terms of a file; raises :class:`SettingsError` for an unknown rule or an expression that is none."""
    policy, values = effective.policy, effective.values
    selection = Selection(
        codes(policy.select, values["select"].origin),
        codes(policy.ignore, values["ignore"].origin),
        codes(policy.extend_select, values["extend-select"].origin),
    )
    where = values["per-file-ignores"].origin
    rows = [(pattern, codes(words, where)) for pattern, words in policy.per_file_ignores]
    whole = os.path.abspath(path)  # noqa: PTH100  names need not be text
    off = [code for pattern, found in rows if Patterns(effective.folder, (pattern,)).match(whole) for code in found]
    heed = Heed(
        policy.markers,
        _expressions(policy.ignore_patterns, values["ignore-patterns"].origin),
        _accepted(effective),
        policy.skipped_parts(),
        policy.checked_parts(),
    )
    return Terms(heed, selection, tuple(off), accepted)


def _accepted(effective: Effective) -> tuple[str, ...]:
    try:
        return tuple(load(each).text for each in effective.policy.boilerplate)
    except ReadError as error:
        raise effective.values["boilerplate"].wrong("boilerplate", error) from None


def _expressions(patterns: tuple[str, ...], where: str) -> tuple[str, ...]:
    import re  # noqa: PLC0415  mostly there are none

    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise SettingsError(f"{where}: {pattern!r} is no regular expression", hint=str(error)) from None
    return patterns


@dataclass(frozen=True)
class Inspection:
    """One text and what was found in it: ``hidden`` is what its markers hide."""

    source: Source
    plan: Plan
    hidden: Plan | None = None
    markers: tuple[Marker, ...] = ()
    ignored: tuple[Span, ...] = ()


def plan_under(source: Source, settings: Settings, terms: Terms, progress: Progress | None = None) -> Plan:
    """Return the plan of a text without what the terms leave out: what ``clean`` does."""
    return inspect(source, settings, terms, progress, bare=False).plan


def inspect(
    source: Source,
    settings: Settings,
    terms: Terms,
    progress: Progress | None = None,
    *,
    bare: bool = True,
    store: Cache | None = None,
) -> Inspection:
    """Plan one text under its terms; with ``bare``, plan it again without its markers, to know what they hide.

    Plans are looked for in ``store`` first, and kept there.
    """
    out = ignored(source, terms.heed)
    if bare:  # whoever selects a cleaner's rule wants to know what it would mend
        asked = {name for name, code in CLEANERS.items() if terms.on(code)}
        settings = replace(settings, fix=settings.fix | asked) if asked - settings.fix else settings
    made = _planned(source, settings, progress, out.marked, store)
    plan = _wanted(unmarked(made, out.markers), terms, settings)
    if terms.accepted is not None:
        plan = _unaccepted(source, plan, terms.accepted)
    if not bare or not out.markers:
        return Inspection(source, plan, ignored=out.marked)
    other = made if out.marked == out.always else _planned(source, settings, None, out.always, store)
    return Inspection(source, plan, _wanted(other, terms, settings), out.markers, out.marked)


def _planned(
    source: Source, settings: Settings, progress: Progress | None, spans: Sequence[Span], store: Cache | None
) -> Plan:
    """Return the plan of a text, from the store if it is there and fits."""
    from dedupe_cli.pipeline import make_plan, silent  # noqa: PLC0415  the engine loads numpy: not for --help

    if store is None:
        return make_plan(source, settings, progress or silent, spans)
    from dedupe_cli.cache import key  # noqa: PLC0415  only with a cache
    from dedupe_cli.read.plan import read_plan  # noqa: PLC0415
    from dedupe_cli.render.plan import plan_json  # noqa: PLC0415

    container = source.container.name if source.container else ""
    place = key(
        "plan",
        source.digest,
        source.encoding,
        source.errors,
        container,
        settings.as_dict(),
        [[s.start, s.end] for s in spans],
    )
    data = store.get(place)
    if data is not None:
        with suppress(PlanError, StaleSourceError):  # damaged: it is made anew
            return read_plan(data, source)
    plan = make_plan(source, settings, progress or silent, spans)
    store.put(place, "plan", plan_json(plan, source).encode("utf-8"))
    return plan


def _wanted(plan: Plan, terms: Terms, settings: Settings) -> Plan:
    """Leave out the rules that are off; a cleaner that is asked for by its name is on."""
    named = {CLEANERS[name] for name in settings.fix}

    @cache
    def on(code: str) -> bool:  # a vote of copies has no rule
        return code in named or not is_rule(code) or terms.on(code)

    return narrow(plan, lambda group: on(group.rule), lambda code, _: on(code))


def _unaccepted(source: Source, plan: Plan, accepted: Baseline) -> Plan:
    """Leave out the repeats that a baseline accepts."""
    pairs = [(group, _bare(source, group)) for group in plan.groups]
    marked, _ = judge([finding for _, finding in pairs], accepted)
    gone = {id(group) for (group, _), f in zip(pairs, marked, strict=True) if f.status is Status.BASELINED}
    return narrow(plan, lambda group: id(group) not in gone)


def _bare(source: Source, group: Group) -> Finding:
    """Return of a finding what a baseline looks at."""
    nowhere = Point(1, 1, 0, 0, 1)
    text = "\n".join(span.of(source.text) for span in group.members[group.kept].spans)
    place = Place(source.path, nowhere, nowhere, text)
    members = (place,) * len(group.members)
    severity = rules()[group.rule].severity
    return Finding(group.rule, severity, "", group.fingerprint, members, sketch=sketch(text))


def findings_under(inspection: Inspection, terms: Terms, *, across: bool = False) -> tuple[list[Finding], FileRecord]:
    """Return the findings of one text, hidden ones and unused markers included, and what is said of the file."""
    source, wanted = inspection.source, terms.heed.checked
    places = Places(source)
    found = findings_of(source, inspection.plan, places)
    used: list[Marker] = []
    if wanted and terms.on(RULE) and source.container is not None and source.container.name == "markdown":
        least = inspection.plan.settings.get("min_length")
        assert isinstance(least, int)
        parts, used = repeated_parts(source, wanted, least, places, inspection.markers)
        found += parts
    if inspection.hidden is not None:
        shown = {finding.fingerprint for finding in found}
        hidden = findings_of(source, inspection.hidden, places)
        found += [replace(f, status=Status.SUPPRESSED) for f in hidden if f.fingerprint not in shown]
        if terms.on("D901"):
            found += _unused(inspection, places, used, across=across)
    return sorted(found, key=lambda f: f.order), FileRecord.of(source, places.table)


@dataclass(frozen=True)
class Checked:
    """One text with its findings, and with what it needs to be compared with others."""

    source: Source
    findings: tuple[Finding, ...]
    record: FileRecord
    cleaned: Cleaned | None = None
    markers: tuple[Marker, ...] = ()

    def holds_for(self, source: Source) -> bool:
        """Tell whether another source has the same bytes and is read in the same way."""
        mine = self.source
        one, other = ((each.container.name if each.container else "", parts_of(each.path)) for each in (mine, source))
        return one == other and replace(mine, path=source.path, container=None) == replace(source, container=None)

    def renamed(self, path: str) -> Checked:
        """Return what was found as of an equal file of another name."""
        source = replace(self.source, path=path)
        findings = tuple(
            replace(
                finding,
                members=tuple(replace(member, path=path) for member in finding.members),
                edits=tuple(replace(edit, path=path) for edit in finding.edits),
            )
            for finding in self.findings
        )
        ready = replace(self.cleaned, source=source) if self.cleaned else None
        return Checked(source, findings, replace(self.record, path=path), ready, self.markers)


def checked(
    source: Source,
    settings: Settings,
    terms: Terms,
    progress: Progress | None = None,
    *,
    across: bool = False,
    store: Cache | None = None,
) -> Checked:
    """Inspect one text and return its findings; with ``across``, make it ready to be compared with others."""
    inspection = inspect(source, settings, terms, progress, store=store)
    findings, record = findings_under(inspection, terms, across=across)
    if not across:
        return Checked(source, tuple(findings), record)
    from dedupe_cli.across.between import cleaned  # noqa: PLC0415  only between files

    ready = cleaned(source, inspection.plan, inspection.ignored)
    return Checked(source, tuple(findings), record, ready, inspection.markers)


def wanted_between(sources: Sequence[Source], terms: Sequence[Terms]) -> Callable[[Group], bool]:
    """Return the function that tells whether the copies of a group of several texts may go under their terms."""
    marks = [ignored(source, each.heed).markers for source, each in zip(sources, terms, strict=True)]

    def wanted(group: Group) -> bool:
        hidden = any(mark.hides(group.rule, member.spans) for member in group.members for mark in marks[member.source])
        if hidden or not all(terms[member.source].on(group.rule) for member in group.members):
            return False
        accepted = next((each.accepted for each in terms if each.accepted is not None), None)
        if accepted is None:
            return True
        marked, _ = judge([_bare(sources[group.members[group.kept].source], group)], accepted)
        return marked[0].status is not Status.BASELINED

    return wanted


def between(
    items: Sequence[Checked],
    settings: Settings,
    terms: Callable[[str], Terms],
    *,
    references: Collection[int] = (),
    scopes: Sequence[str] = (),
    many: Compare | None = None,
) -> list[Finding]:
    """Return the findings between texts, which are in the order of their paths; ``terms`` are those of a path.

    ``references`` are indexes of texts that are only matched against; ``scopes`` name for each the tree that is not
    compared with others. ``many`` compares pairs of paragraphs, in several processes for instance.
    """
    from dedupe_cli.across.between import match_cleaned  # noqa: PLC0415  only between files
    from dedupe_cli.gate.between import findings_between  # noqa: PLC0415

    ready = []
    for at, item in enumerate(items):
        assert item.cleaned is not None
        scope = scopes[at] if scopes else ""
        ready.append(replace(item.cleaned, reference=at in references, scope=scope))
    plan = match_cleaned(ready, settings, across_length(settings), many).plan
    found = findings_between([item.source for item in items], plan, references)
    out = []
    for finding, group in zip(found, plan.groups, strict=True):
        if not terms(finding.place.path).on(finding.rule):
            continue
        hidden = any(
            m.hides(finding.rule, member.spans) for member in group.members for m in items[member.source].markers
        )
        out.append(replace(finding, status=Status.SUPPRESSED) if hidden else finding)
    return out


def _unused(inspection: Inspection, places: Places, used: Sequence[Marker], *, across: bool) -> list[Finding]:
    """Return a finding for each marker that hides nothing; of what it may hide between files nothing is known here."""
    assert inspection.hidden is not None
    groups = [(g.rule, [s for m in g.members for s in m.spans]) for g in inspection.hidden.groups]
    alone = [(n.rule, [n.span]) for n in (*inspection.hidden.notes,)]
    out = []
    for marker in inspection.markers:
        closes = not marker.region and not marker.fault and not marker.codes
        if any(code.startswith(BETWEEN) for code in marker.codes) or (across and not marker.codes and not marker.fault):
            continue
        if closes or marker in used or any(marker.hides(code, spans) for code, spans in [*groups, *alone]):
            continue
        place = places.place((marker.line,))
        out.append(
            Finding(
                rule="D901",
                severity=rules()["D901"].severity,
                message=marker.fault or "this marker hides nothing",
                fingerprint=content_hash(place.text, "D901"),
                members=(place,),
            )
        )
    return out


def report_of(
    findings: Iterable[Finding],
    files: Iterable[FileRecord],
    errors: Sequence[Failure] = (),
    *,
    effective: Effective,
    baseline: Baseline | None = None,
    whole: bool = False,
) -> tuple[Report, dict[str, int]]:
    """Put everything of a run together; also return what is left of each entry of the baseline.

    With ``whole``, all texts that the baseline is about were read: an entry that accepts nothing is a finding.
    """
    found = sorted(findings, key=lambda f: f.order)
    room: dict[str, int] = {}
    if baseline is not None:
        found, room = judge(found, baseline)
        on = terms_of(effective, baseline.path).on
        if whole and baseline.path and on("D902"):
            found += stale(baseline, room, on)
    report = Report(
        version=__version__,
        findings=tuple(found),
        files=tuple(sorted(files, key=lambda f: f.path)),
        errors=tuple(errors),
        rules=tuple(rules().values()),
        config=effective.path,
        config_hash=_hash(effective),
    )
    return report, room


def _hash(effective: Effective) -> str:
    """Return a hash of all values: the same for the same configuration, wherever it comes from."""
    plain: dict[str, object] = _bare_values(effective.values)
    plain = {key: value for key, value in plain.items() if keys()[key].counts}
    if effective.overrides:
        plain["overrides"] = [[row.files, _bare_values(row.values)] for row in effective.overrides]
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def _bare_values(values: Mapping[str, Value]) -> dict[str, object]:
    return {key: sorted(v) if isinstance(v := each.value, frozenset) else v for key, each in values.items()}
