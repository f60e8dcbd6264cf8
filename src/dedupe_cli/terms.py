"""What holds for one text beside the settings of the engine: rules, markers, what is accepted; its plan under them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.errors import PlanError, ReadError, SettingsError, StaleSourceError
from dedupe_cli.gate.ignore import IgnoreRules, ignored, narrow, staying, unmarked
from dedupe_cli.gate.rules import Selection, codes, is_rule
from dedupe_cli.planning.successive_plans import composed, later_notes, with_edits
from dedupe_cli.read.ignored import Patterns
from dedupe_cli.read.load import edited, load
from dedupe_cli.settings import CLEANERS, Settings, checked, written
from dedupe_cli.text.expressions import expression
from dedupe_cli.text.spans import union

if TYPE_CHECKING:
    from dedupe_cli.cache import Cache
    from dedupe_cli.finding import Finding
    from dedupe_cli.gate.baseline import Baseline
    from dedupe_cli.gate.ignore import Marker
    from dedupe_cli.model import Group, Plan, Source, Span
    from dedupe_cli.read.project import Effective
    from dedupe_cli.review.decisions import Decisions

    Progress = Callable[[str, int, int], None]

# So often a text is planned anew around what stays under its terms, and again as that leaves it.
_AGAIN = 8


class Terms(NamedTuple):
    """What holds for one file beside the settings of the engine.

    ``off`` are the prefixes of codes that this file ignores, ``accepted`` is the baseline that ``clean`` leaves alone.
    ``protected``: the file is never edited; ``sure``: how sure a repeat must be was asked for; ``decisions``: what a
    person decided.
    """

    heed: IgnoreRules = IgnoreRules()
    selection: Selection = Selection()
    off: tuple[str, ...] = ()
    accepted: Baseline | None = None
    protected: bool = False
    sure: bool = False
    decisions: Decisions | None = None

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
    heed = IgnoreRules(
        policy.markers,
        _expressions(policy.ignore_patterns, values["ignore-patterns"].origin),
        _accepted(effective),
        policy.skipped_parts(),
        policy.checked_parts(),
    )
    sure = values["confidence"].origin != "default"
    return Terms(heed, selection, tuple(off), accepted, effective.protects(path), sure)


def _accepted(effective: Effective) -> tuple[str, ...]:
    try:
        return tuple(load(each).text for each in effective.policy.boilerplate)
    except ReadError as error:
        raise effective.values["boilerplate"].wrong("boilerplate", error) from None


def _expressions(patterns: tuple[str, ...], where: str) -> tuple[str, ...]:
    for pattern in patterns:
        try:
            expression(pattern)
        except SettingsError as error:
            raise SettingsError(f"{where}: {error.message}", hint=error.hint) from None
    return patterns


class Inspection(NamedTuple):
    """One text and what was found in it: ``hidden`` is what its markers hide."""

    source: Source
    plan: Plan
    hidden: Plan | None = None
    markers: tuple[Marker, ...] = ()
    ignored: tuple[Span, ...] = ()


def plan_under(
    source: Source, settings: Settings, terms: Terms, progress: Progress | None = None, *, asks: bool = False
) -> Plan:
    """Return the plan of ``clean``: what the terms leave out stays, and what a person decided is followed."""
    plan = inspect(source, settings, terms, progress, bare=False, asks=asks).plan
    if terms.decisions is None:
        return plan
    from dedupe_cli.review.decided import decided  # noqa: PLC0415  only where somebody decided

    return decided(source, plan, terms.decisions)


def inspect(
    source: Source,
    settings: Settings,
    terms: Terms,
    progress: Progress | None = None,
    *,
    bare: bool = True,
    asks: bool = False,
    store: Cache | None = None,
) -> Inspection:
    """Plan a text under its terms, by a ``store`` if one is given; if ``bare``, also without its markers."""
    out = ignored(source, terms.heed)
    settings = checked(settings) if bare and not terms.sure else settings
    if bare:  # whoever selects a cleaner's rule wants to know what it would mend
        asked = {name for name, code in CLEANERS.items() if terms.on(code)}
        settings = replace(settings, fix=settings.fix | asked) if asked - settings.fix else settings
    work = _Planner(settings, terms, progress, store, asks=asks)
    plan, narrowed = work.around(source, out.marked, out.markers)
    if narrowed and plan.edits:
        plan = work.rested(source, plan)
    plan = staying(plan) if terms.protected else plan
    if not bare or not out.markers:
        return Inspection(source, plan, ignored=out.marked)
    hidden = work.around(source, out.always)[0]
    return Inspection(source, plan, staying(hidden) if terms.protected else hidden, out.markers, out.marked)


class _Planner(NamedTuple):
    """Makes plans under terms; they are looked for in ``store`` first."""

    settings: Settings
    terms: Terms
    progress: Progress | None
    store: Cache | None
    asks: bool = False

    def around(self, source: Source, spans: tuple[Span, ...], markers: Sequence[Marker] = ()) -> tuple[Plan, bool]:
        """Plan around what stays; also tell whether something was found to go that may not.

        Copies that are not wanted to go take no part, as if they were marked as text. It is not enough to leave their
        cuts out: what was found after them was found in a text without them.
        """
        made = self._planned(source, self.progress, spans)
        plan = self._wanted(source, made, markers)
        narrowed = len(plan.edits) < len(made.edits)
        for _ in range(_AGAIN):
            more = union([*spans, *_staying(source.text, made, plan)])
            if more == spans:
                break
            spans, made = more, self._planned(source, None, more)
            plan = self._wanted(source, made, markers)
        return plan, narrowed

    def _planned(self, source: Source, progress: Progress | None, spans: Sequence[Span]) -> Plan:
        return _planned(source, self.settings, progress, spans, self.store, asks=self.asks)

    def rested(self, source: Source, plan: Plan) -> Plan:
        """Work on until the text as it is then leaves nothing to do: there, what stays may be found in another way."""
        for _ in range(_AGAIN):
            now = edited(source, plan.edits)
            out = ignored(now, self.terms.heed)
            found = self.around(now, out.marked, out.markers)[0]
            if not found.edits:
                break
            notes = later_notes(source.prose, plan.edits, found.notes)
            plan = composed(source.prose, replace(with_edits(plan), notes=tuple(notes)), found)
            plan = source.container.settle(source, plan) if source.container else plan
        return plan

    def _wanted(self, source: Source, plan: Plan, markers: Sequence[Marker]) -> Plan:
        plan = _wanted(unmarked(plan, markers), self.terms, self.settings)
        plan = plan if self.terms.accepted is None else _unaccepted(source, plan, self.terms.accepted)
        return _undecided(source, plan, self.terms.decisions) if self.terms.decisions else plan


def _staying(text: str, made: Plan, wanted: Plan) -> Iterator[Span]:
    """Yield the copies of a plan that go no more."""
    there = {id(group) for group in wanted.groups}
    for group in made.groups:
        if id(group) not in there:
            yield from (span.trimmed(text) for member in group.copies for span in member.spans)


def _planned(
    source: Source,
    settings: Settings,
    progress: Progress | None,
    spans: Sequence[Span],
    store: Cache | None,
    *,
    asks: bool,
) -> Plan:
    """Return the plan of a text, from the store if it is there and fits; a stored one cannot say why the rest stays."""

    def make() -> Plan:
        from dedupe_cli.pipeline import make_plan, silent  # noqa: PLC0415  the engine: not for --help

        return make_plan(source, settings, progress or silent, spans, asks=asks)

    if store is None or asks:
        return make()
    from dedupe_cli.cache import kept  # noqa: PLC0415  only with a cache
    from dedupe_cli.read.plan import read_plan  # noqa: PLC0415
    from dedupe_cli.render.plan import plan_json  # noqa: PLC0415

    def read(data: bytes) -> Plan | None:
        try:
            return read_plan(data, source)
        except (PlanError, StaleSourceError):
            return None

    return kept(
        store,
        "plan",
        (
            source.digest,
            source.encoding,
            source.errors,
            source.format,
            written(settings),
            [(s.start, s.end) for s in spans],
        ),
        make,
        lambda plan: plan_json(plan, source).encode("utf-8"),
        read,
    )


def _wanted(plan: Plan, terms: Terms, settings: Settings) -> Plan:
    """Leave out the rules that are off; a cleaner that is asked for by its name is on."""
    named = {CLEANERS[name] for name in settings.fix}

    @cache
    def on(code: str) -> bool:  # a vote of copies has no rule
        return code in named or not is_rule(code) or terms.on(code)

    return narrow(plan, lambda group: on(group.rule), lambda code, _: on(code))


def _unaccepted(source: Source, plan: Plan, accepted: Baseline) -> Plan:
    """Leave out the repeats that a baseline accepts."""
    new = _are_new((source,), plan.groups, accepted)
    gone = {id(group) for group, is_new in zip(plan.groups, new, strict=True) if not is_new}
    return narrow(plan, lambda group: id(group) not in gone)


def _undecided(source: Source, plan: Plan, decisions: Decisions) -> Plan:
    """Leave out the repeats of which a person decided that all of their places stay."""
    from dedupe_cli.review.decided import unwanted  # noqa: PLC0415  as above

    is_unwanted = unwanted(source, decisions)
    return narrow(plan, lambda group: not is_unwanted(group))


def _bare(sources: Sequence[Source], group: Group) -> Finding:
    """Return of a finding what a baseline looks at."""
    from dedupe_cli.finding import Finding, Place  # noqa: PLC0415  only where there is a baseline
    from dedupe_cli.gate.rules import rule_of  # noqa: PLC0415
    from dedupe_cli.text.position import Point  # noqa: PLC0415

    nowhere = Point(1, 1, 0, 0, 1)
    texts = [(sources[m.source], "\n".join(span.of(sources[m.source].text) for span in m.spans)) for m in group.members]
    members = tuple(Place(source.path, nowhere, nowhere, text) for source, text in texts)
    severity, said = rule_of(group.rule).severity, texts[group.kept][1]
    return Finding(group.rule, severity, "", group.fingerprint, members, group.kept, known_by=said)


def wanted_between(sources: Sequence[Source], terms: Sequence[Terms]) -> Callable[[Sequence[Group]], list[bool]]:
    """Return the function that tells of which groups of several texts the copies may go under their terms."""
    marks = [ignored(source, each.heed).markers for source, each in zip(sources, terms, strict=True)]
    accepted = next((each.accepted for each in terms if each.accepted is not None), None)

    def is_wanted(group: Group) -> bool:
        hidden = any(mark.hides(group.rule, member.spans) for member in group.members for mark in marks[member.source])
        return not hidden and all(terms[member.source].on(group.rule) for member in group.members)

    def wanted(groups: Sequence[Group]) -> list[bool]:
        asked = list(map(is_wanted, groups))
        new = iter(_are_new(sources, list(compress(groups, asked)), accepted))
        return [each and next(new) for each in asked]

    return wanted


def _are_new(sources: Sequence[Source], groups: Sequence[Group], accepted: Baseline | None) -> list[bool]:
    """Tell of each group of a run whether it is none that a baseline accepts."""
    from dedupe_cli.finding import Status  # noqa: PLC0415  only where there is a baseline
    from dedupe_cli.gate.baseline import judge  # noqa: PLC0415

    if accepted is None:
        return [True] * len(groups)
    marked, _ = judge([_bare(sources, group) for group in groups], accepted)
    return [finding.status is not Status.BASELINED for finding in marked]
