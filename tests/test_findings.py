"""The cases of `tests/cases/findings.toml`: which findings `check` reports, and where their members stand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dedupe_cli.checking import checked
from dedupe_cli.finding import Finding, Status
from dedupe_cli.gate.baseline import Baseline, judge
from dedupe_cli.gate.ignore import IgnoreRules
from dedupe_cli.gate.passages import passages_of
from dedupe_cli.model import Decision, Group, Member, Span
from dedupe_cli.policy import Policy
from dedupe_cli.read.decode import decode
from dedupe_cli.settings import Settings
from dedupe_cli.terms import Terms

CASES = tomllib.loads((Path(__file__).parent / "cases" / "findings.toml").read_text(encoding="utf-8"))["case"]


def found(case: dict[str, Any]) -> list[Finding]:
    source = decode(case["text"].encode(), case.get("path", "text.txt"))
    terms = Terms(IgnoreRules(parts=Policy().skipped_parts()))
    return [f for f in checked(source, Settings(confidence=10.0), terms).findings if f.status is Status.NEW]


def row(finding: Finding) -> str:
    places = [finding.members[finding.kept], *finding.copies]
    ends = [p.end.line - (p.end.column == 1 and p.end.line > p.start.line) for p in places]
    lines = [
        f"{p.start.line}-{end}" if end > p.start.line else f"{p.start.line}"
        for p, end in zip(places, ends, strict=True)
    ]
    return " ".join([finding.rule, *lines])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_findings_and_their_places(case: dict[str, Any]) -> None:
    assert [row(finding) for finding in found(case)] == case["findings"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_passage_has_the_edits_of_its_pieces(case: dict[str, Any]) -> None:
    for finding in found(case):
        pieces = [edit for piece in finding.every for edit in piece.edits]
        assert sorted(finding.edits, key=lambda e: e.start) == sorted(pieces, key=lambda e: e.start)
        assert len({piece.fingerprint for piece in finding.every}) == len(finding.every)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_baseline_knows_pieces(case: dict[str, Any]) -> None:
    findings = found(case)
    pieces = [piece for finding in findings for piece in finding.every]
    every = Baseline.of(findings)
    assert every.entries == Baseline.of(pieces).entries
    marked, room = judge(findings, every)
    assert all(finding.status is Status.BASELINED for finding in marked)
    assert not any(room.values())
    if len(pieces) > 1:
        marked, _ = judge(findings, Baseline.of(pieces[1:]))
        new = [finding for finding in marked if finding.status is Status.NEW]
        assert [finding.fingerprint for finding in new] == [pieces[0].fingerprint]


def test_groups_whose_pieces_lie_among_each_other_are_one() -> None:
    lines = [
        f"line {n} of what is said here, with some words in it that make it longer than a scrap of text"
        for n in range(4)
    ]
    text = "\n".join(
        [*lines, "what only this part says, and no other part of it, whatever the reason for it may be", *lines]
    )
    source = decode(text.encode(), "text.txt")
    places = [[Span(at, at + len(line)) for at in (text.index(line), text.rindex(line))] for line in lines]

    def group(*numbers: int) -> Group:
        kept, copy = (tuple(places[n][side] for n in numbers) for side in (0, 1))
        members = (Member(kept, Decision.KEEP, kept), Member(copy, Decision.REMOVE, kept))
        return Group("D201", members, 0, "v1:" + str(numbers[0]) * 64)

    among = [group(0, 2), group(1, 3)]
    assert [each.numbers for each in passages_of(source, among, (), ())] == [(0, 1)]
    [passage] = passages_of(source, among, (), ())
    assert [member.spans for member in passage.group.members] == [tuple(p[side] for p in places) for side in (0, 1)]
