"""JSON, and the same objects one a line: the contract that other tools rely on. Keys are only ever added."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dedupe_cli.model import Part, told_confidence
from dedupe_cli.render.page import help_url
from dedupe_cli.render.pieces import json_inert
from dedupe_cli.render.reports.totals import totals
from dedupe_cli.stored import evidence_json
from dedupe_cli.text.diff import opcodes
from dedupe_cli.text.language import language_of

if TYPE_CHECKING:
    from dedupe_cli.finding import Change, Failure, FileRecord, Finding, Place, Report
    from dedupe_cli.text.position import Point

SCHEMA_VERSION = 1
_UNITS = {"column": "unicode-code-point", "line_base": 1, "column_base": 1, "end": "exclusive"}


def as_json(report: Report, *, text: bool = True) -> str:
    """Return a report as one JSON object."""
    root = _head(report) | {
        "summary": asdict(totals(report)),
        "files": [_file(file) for file in report.files],
        "errors": [_error(error) for error in report.errors],
        "groups": [_group(finding, report, text=text) for finding in report.findings],
    }
    return dump(root, indent=2) + "\n"


def as_jsonl(report: Report, *, text: bool = True) -> str:
    """Return the same objects one a line, each with its ``type``; the summary comes last."""
    return "".join(dump(row) + "\n" for row in _rows(report, text=text))


def _rows(report: Report, *, text: bool) -> Iterator[dict[str, Any]]:
    yield {"type": "head"} | _head(report)
    for file in report.files:
        yield {"type": "file"} | _file(file)
    for error in report.errors:
        yield {"type": "error"} | _error(error)
    for finding in report.findings:
        yield {"type": "group"} | _group(finding, report, text=text)
    yield {"type": "summary"} | asdict(totals(report))


def dump(value: Any, indent: int | None = None) -> str:
    """Write JSON in which other scripts stand as they are; what a terminal would obey is escaped."""
    return json_inert(json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent))


def _head(report: Report) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "dedupe", "version": report.version},
        "config": {"path": report.config or None, "hash": report.config_hash},
        "units": _UNITS,
    }


def _file(file: FileRecord) -> dict[str, Any]:
    if file.skipped:
        return {"path": file.path, "skipped_reason": file.skipped}
    return {
        "path": file.path,
        "sha256": file.digest,
        "encoding": file.encoding,
        "encoding_source": file.encoding_source,
        "newline": file.newline,
        "lines": file.lines,
        "chars": file.chars,
        "skipped_reason": None,
    }


def _error(error: Failure) -> dict[str, Any]:
    return {"code": error.code, "path": error.path or None, "message": error.message, "hint": error.hint}


def _group(finding: Finding, report: Report, *, text: bool) -> dict[str, Any]:
    low, high = finding.similarity
    return {
        "id": finding.id,
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "name": report.rule(finding.rule).name,
        "unit": finding.place.unit,
        "severity": finding.severity.label,
        "status": str(finding.status),
        "applicability": str(finding.applicability),
        "unsafe_reasons": [str(reason) for reason in finding.unsafe_reasons],
        "similarity": {"min": round(low, 2), "max": round(high, 2)},
        **evidence_json(finding.evidence),
        **_ranked(finding),
        "kept": finding.kept,
        "message": finding.said,
        "help_url": help_url(report.rule(finding.rule)),
        "members": [_member(i, m, finding.members[finding.kept], text=text) for i, m in enumerate(finding.members)],
        "edits": [_edit(edit) for edit in finding.edits],
    }


def _ranked(finding: Finding) -> dict[str, Any]:
    """Return how likely it is that somebody wants to be told, in percent, and what speaks for and against that."""
    if not finding.rank:
        return {}
    return {"rank": told_confidence(finding.score), "signals": [list(pair) for pair in finding.rank]}


def _member(index: int, member: Place, kept: Place, *, text: bool) -> dict[str, Any]:
    row = {
        "index": index,
        "path": member.path,
        "start": _point(member.start),
        "end": _point(member.end),
        **({"part": _part(member.part, member.last)} if member.part else {}),
        "decision": str(member.decision),
        "score": round(member.similarity, 2),
        "lang": language_of(member.text),
        "ops": opcodes(kept.text, member.text),
    }
    return row | {"text": member.text} if text else row


def _point(point: Point) -> dict[str, int]:
    return {"line": point.line, "column": point.column, "char": point.char, "byte": point.byte}


def _part(part: Part, last: Part | None = None) -> dict[str, Any]:
    """Return the piece of a container that a place lies in; ``last`` is the number of that in which it ends."""
    row: dict[str, Any] = {"kind": part.kind, "number": part.number}
    if part.kind == "paragraph":
        row["heading"] = part.name or None
    elif part.kind == "record":
        row |= {"id": part.name or None, "field": part.field}
    else:
        row |= {"label": part.name or None} if part.kind == "cue" else {}
        row |= dict(zip(("start", "end"), part.times or (None, None), strict=True))
    return row | {"last": last.number} if last else row


def _edit(edit: Change) -> dict[str, Any]:
    return {
        "path": edit.path,
        **({"part": _part(edit.part)} if edit.part else {}),
        "start_byte": edit.start.byte,
        "end_byte": edit.end.byte,
        "replacement": edit.replacement,
        "expect_sha256": edit.digest,
    }
