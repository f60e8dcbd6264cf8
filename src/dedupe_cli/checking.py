"""The way of ``check``: findings of a text under its terms, those between texts, all of a run in one report."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from dedupe_cli import __version__
from dedupe_cli.finding import FileRecord, Finding, Report, Severity, Status
from dedupe_cli.gate.baseline import judge, stale
from dedupe_cli.gate.blocks import WITHIN, asked_blocks, blocks_of, repeated_blocks
from dedupe_cli.gate.findings import Places, findings_between, findings_of
from dedupe_cli.gate.pages import RULE as PAGE
from dedupe_cli.gate.pages import pages_of, with_pages
from dedupe_cli.gate.rank import Ranker
from dedupe_cli.gate.rules import rule_of
from dedupe_cli.gate.sketch import content_hash
from dedupe_cli.keys import keys
from dedupe_cli.terms import inspect, terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dedupe_cli.across.roles import Role
    from dedupe_cli.across.run import Cleaned, Compare
    from dedupe_cli.cache import Cache
    from dedupe_cli.finding import Failure
    from dedupe_cli.gate.baseline import Baseline
    from dedupe_cli.gate.blocks import Block
    from dedupe_cli.gate.ignore import Marker
    from dedupe_cli.model import Source, Span
    from dedupe_cli.read.config import Value
    from dedupe_cli.read.project import Effective
    from dedupe_cli.settings import Settings
    from dedupe_cli.terms import Inspection, Progress, Terms


# The rules about several files.
BETWEEN = "D3"


@dataclass(frozen=True)
class Checked:
    """One text with its findings, and with what it needs to be compared with others."""

    source: Source
    findings: tuple[Finding, ...]
    record: FileRecord
    cleaned: Cleaned | None = None
    markers: tuple[Marker, ...] = ()
    blocks: tuple[Block, ...] = ()


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
    places = Places(source)
    blocks = blocks_of(source, terms.heed.parts, inspection.ignored)
    findings = _findings_under(inspection, terms, places, blocks, across=across)
    record = FileRecord.of(source, places.table)
    if not across:
        return Checked(source, findings, record)
    from dedupe_cli.across.run import cleaned  # noqa: PLC0415  only between files

    ready = cleaned(source, inspection.plan, inspection.ignored, store)
    return Checked(source, findings, record, ready, inspection.markers, tuple(blocks))


def _findings_under(
    inspection: Inspection, terms: Terms, places: Places, blocks: Sequence[Block], *, across: bool
) -> tuple[Finding, ...]:
    """Return the findings of one text in order, hidden ones and unused markers included."""
    source, plan, markers = inspection.source, inspection.plan, inspection.markers
    found = findings_of(source, plan, places, inspection.ignored)
    used: list[Marker] = []

    def add(repeated: Iterable[tuple[Finding, Sequence[tuple[int, Span]]]]) -> None:
        for finding, where in repeated:
            hiding = [mark for mark in markers if mark.hides(finding.rule, [span for _, span in where])]
            used.extend(hiding)
            found.append(finding.marked(Status.SUPPRESSED) if hiding else finding)

    if terms.heed.checked and terms.on(WITHIN) and source.format == "markdown":
        least = plan.settings.get("min_length")
        assert isinstance(least, int)
        lines = [mark.line for mark in markers]
        add(repeated_blocks([source], [asked_blocks(source.text, terms.heed.checked, least, lines)], ()))
    if inspection.hidden is not None:
        shown = {piece.fingerprint for finding in found for piece in finding.every}
        hidden = findings_of(source, inspection.hidden, places, inspection.ignored, without=shown)
        found += [finding.marked(Status.SUPPRESSED) for finding in hidden]
    if terms.on(WITHIN):
        add(repeated_blocks([source], [blocks], list(found)))
    if inspection.hidden is not None and terms.on("D901"):
        found += _unused(inspection, places, used, across=across)
    return tuple(sorted(found, key=lambda f: f.order))


def between(
    items: Sequence[Checked],
    settings: Settings,
    terms: Callable[[str], Terms],
    *,
    least: float,
    roles: Sequence[Role],
    many: Compare | None = None,
) -> list[Finding]:
    """Return the findings between texts, which are in the order of their paths; ``terms`` are those of a path.

    ``least`` is the length of the shortest, in Han characters and words. ``many`` compares pairs of paragraphs, in
    several processes for instance.
    """
    from dedupe_cli.across.run import match_cleaned  # noqa: PLC0415  only between files

    ready = []
    for item, role in zip(items, roles, strict=True):
        assert item.cleaned is not None
        ready.append(replace(item.cleaned, role=role))
    plan = match_cleaned(ready, settings, least, many).plan
    run = _Between(items, roles, terms)
    references = [at for at, role in enumerate(roles) if role.reference]
    protected = [at for at, role in enumerate(roles) if role.protected]
    found = findings_between(run.sources, plan, references, protected)
    for finding, group in zip(found, plan.groups, strict=True):
        run.add(finding, ((member.source, member.spans) for member in group.members))
    run.add_blocks()
    return run.with_pages()


class _Between:
    """What was found between texts so far, and which of them may meet."""

    def __init__(self, items: Sequence[Checked], roles: Sequence[Role], terms: Callable[[str], Terms]) -> None:
        self.items, self.roles, self.terms = items, roles, terms
        self.sources = [item.source for item in items]
        self.found: list[Finding] = []

    def add(self, finding: Finding, places: Iterable[tuple[int, Sequence[Span]]]) -> None:
        """Take a finding whose rule is on; ``places`` (text, spans) tell whether a marker hides it."""
        if self.terms(finding.place.path).on(finding.rule):
            hidden = any(mark.hides(finding.rule, spans) for at, spans in places for mark in self.items[at].markers)
            self.found.append(finding.marked(Status.SUPPRESSED) if hidden else finding)

    def add_blocks(self) -> None:
        """Take the blocks that stand in two texts, and that nothing else tells."""
        told = [*self.found, *(finding for item in self.items for finding in item.findings)]
        blocks = [item.blocks for item in self.items]
        for finding, places in repeated_blocks(self.sources, blocks, told, self._meet):
            self.add(finding, ((at, (span,)) for at, span in places))

    def with_pages(self) -> list[Finding]:
        """Return everything, what is of one page as one finding."""
        pages = [
            page
            for page in pages_of(self.sources, self._may_meet, self._stays)
            if all(self.terms(self.sources[part].path).on(PAGE) for part, _ in page.parts)
        ]
        new = [finding for finding in self.found if finding.status is Status.NEW]
        hidden = [finding for finding in self.found if finding.status is not Status.NEW]
        return [*hidden, *with_pages(self.sources, pages, new)]

    def _may_meet(self, one: int, other: int) -> bool:
        return self.roles[one].meets(self.roles[other])

    def _meet(self, texts: Sequence[int]) -> bool:
        return any(self._may_meet(one, other) for one, other in pairwise(texts))

    def _stays(self, at: int) -> tuple[object, ...]:
        """Order texts that say the same: the least stays."""
        return not self.roles[at].reference, self.roles[at].rank, at


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
                severity=rule_of("D901").severity,
                message=marker.fault or "this marker hides nothing",
                fingerprint=content_hash(place.text, "D901"),
                members=(place,),
            )
        )
    return out


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in order, with fingerprints of which none stands twice: the same may be found in two files."""
    out: list[Finding] = []
    seen: dict[str, int] = {}
    for finding in sorted(findings, key=lambda f: f.order):
        number = seen.get(finding.id, 0)
        seen[finding.id] = number + 1
        if number:
            raw = f"{finding.fingerprint} {number}".encode()
            finding = replace(finding, fingerprint="v1:" + hashlib.sha256(raw).hexdigest())  # noqa: PLW2901
        out.append(finding)
    return out


def report_of(
    findings: Iterable[Finding],
    files: Iterable[FileRecord],
    errors: Sequence[Failure] = (),
    *,
    effective: Effective,
    baseline: Baseline | None = None,
    whole: bool = False,
    texts: Mapping[str, str] | None = None,
    changed: bool = False,
    counted: Callable[[str], bool] = lambda _: False,
) -> tuple[Report, dict[str, int]]:
    """Put everything of a run together; also return what is left of each entry of the baseline.

    With ``whole``, all texts that the baseline is about were read: an entry that accepts nothing is a finding.
    ``texts`` are those of the files by path, for the rank of what was found; ``changed``: only what is new is of
    interest, as it is when there is a baseline. ``counted`` tells of which rules nobody reads more than the number:
    what is information whatever its rank has none.
    """
    found = sorted(findings, key=lambda f: f.order)
    room: dict[str, int] = {}
    if baseline is not None:
        found, room = judge(found, baseline)
        on = terms_of(effective, baseline.path).on
        if whole and baseline.path and on("D902"):
            found += stale(baseline, room, on)
    # What is new says nothing of what is usual.
    usual = found if baseline is None else [finding for finding in found if finding.status is not Status.NEW]
    ranker, known = Ranker(texts or {}, usual), changed or baseline is not None

    def ranked(finding: Finding) -> Finding:
        new = known and finding.status is Status.NEW
        if not new and rule_of(finding.rule).severity is Severity.INFO and counted(finding.rule):
            return finding
        return ranker.ranked(finding, new=new)

    found = list(map(ranked, found))
    report = Report(
        version=__version__,
        findings=tuple(found),
        files=tuple(sorted(files, key=lambda f: f.path)),
        errors=tuple(errors),
        rules=tuple(map(rule_of, sorted({f.rule for f in found}))),
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
