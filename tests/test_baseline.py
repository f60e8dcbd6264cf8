"""What a baseline accepts of a passage that stood in several files and comes apart."""

from __future__ import annotations

from dataclasses import replace

from dedupe_cli.finding import Finding, Place, Severity, Status
from dedupe_cli.gate.baseline import Baseline, judge, pruned, read_baseline, stale
from dedupe_cli.gate.sketch import content_hash
from dedupe_cli.text.position import Point

MILL = "The mill by the weir is now a school for people who build violins."
BOAT = "Boats are to be back before dark, and whoever is late pays for the lamp."
BELL = "The bell of the fire station rings at noon on the first Monday of the month."
NOWHERE = Point(1, 1, 0, 0, 1)


def found(files: str, *paragraphs: str, rule: str = "D301") -> Finding:
    """Return the finding of a passage that stands in files of one letter each."""
    text = "\n\n".join(paragraphs)
    members = tuple(Place(path, NOWHERE, NOWHERE, text) for path in files)
    return Finding(rule, Severity.ERROR, "", content_hash(text, rule), members, known_by=text)


def accepted(findings: list[Finding], baseline: Baseline) -> list[bool]:
    return [finding.status is Status.BASELINED for finding in judge(findings, baseline)[0]]


BOTH = Baseline.of([found("ab", MILL, BOAT, BELL), found("bc", MILL, BOAT)])


def test_what_is_left_of_a_passage_is_accepted() -> None:
    assert accepted([found("ab", MILL), found("ab", BELL), found("bc", MILL, BOAT)], BOTH) == [True] * 3


def test_an_order_that_is_new_is_accepted() -> None:
    assert accepted([found("ab", BELL, MILL, BOAT)], BOTH) == [True]


def test_a_file_more_is_new() -> None:
    assert accepted([found("abd", BELL)], BOTH) == [False]


def test_what_has_more_places_than_its_own_entry_is_new() -> None:
    baseline = Baseline.of([found("ab", MILL, BOAT), found("cd", BOAT)])
    assert accepted([found("abc", BOAT)], baseline) == [False]


def test_a_paragraph_that_is_new_is_not_accepted() -> None:
    assert accepted(
        [found("ab", MILL, "Nobody has ever said this about the harbour and its two tired old cooks.")], BOTH
    ) == [False]


def test_another_rule_accepts_no_paragraphs() -> None:
    assert accepted([found("ab", BELL)], Baseline.of([found("ab", MILL, BOAT, BELL, rule="D302")])) == [False]


def test_what_a_marker_hides_takes_no_room() -> None:
    hidden = replace(found("cd", BELL), status=Status.SUPPRESSED)
    assert accepted([found("ab", BELL), hidden], BOTH) == [True, False]


def test_an_entry_whose_paragraphs_are_there_is_not_stale() -> None:
    findings = [found("ab", BELL), found("bc", MILL, BOAT)]
    marked, room = judge(findings, BOTH)
    assert [finding.status for finding in marked] == [Status.BASELINED] * 2
    assert stale(BOTH, room, lambda _: True) == []
    assert pruned(BOTH, room, lambda _: True).entries.keys() == BOTH.entries.keys()


def test_paragraphs_are_in_the_file_and_a_file_counts_once() -> None:
    again = read_baseline(BOTH.to_json().encode(), "b.json")
    assert again.entries == BOTH.entries
    assert [sorted(entry.paragraphs.values()) for entry in BOTH.entries.values()] == [[2, 2, 2], [1, 1]]


def test_a_baseline_without_paragraphs_holds_as_it_did() -> None:
    old = Baseline({key: replace(entry, paragraphs={}) for key, entry in BOTH.entries.items()})
    assert accepted([found("bc", MILL, BOAT), found("ab", BELL)], old) == [True, False]
