"""Findings in records: each text of a record is a text of its own, its findings say which record they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dedupe_cli.checking import checked
from dedupe_cli.errors import DedupeError
from dedupe_cli.model import Part, Source
from dedupe_cli.records import Job, read

if TYPE_CHECKING:
    from dedupe_cli.finding import Finding
    from dedupe_cli.read.formats.records import Record


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in one record; ``fault`` says why it was not read. ``length`` counts the characters looked at."""

    number: int
    findings: tuple[Finding, ...] = ()
    fault: str = ""
    texts: int = 0
    length: int = 0


def inspected(records: Sequence[Record], job: Job) -> list[Looked]:
    """Look for what repeats in the texts of some records; never raises for what is wrong with one of them."""
    return [_one(record, job) for record in records]


def _one(record: Record, job: Job) -> Looked:
    found = read(record, job)
    if found.fault or job.terms is None:
        return Looked(record.number, fault=found.fault)
    findings: list[Finding] = []
    name = "" if found.name is None else str(found.name)
    try:
        for field, string in found.strings:
            source = Source.of(job.path, string.value)
            part = Part("record", record.number, name, field, text=string.value)
            findings += [_in(part, each) for each in checked(source, job.settings, job.terms).findings]
    except DedupeError as error:
        return Looked(record.number, fault=error.message)
    size = sum(len(string.value) for _, string in found.strings)
    return Looked(record.number, tuple(findings), texts=len(found.strings), length=size)


def _in(part: Part, finding: Finding) -> Finding:
    """Say of a finding which record it is in."""
    return finding.moved(lambda member: replace(member, part=part), lambda edit: replace(edit, part=part))
