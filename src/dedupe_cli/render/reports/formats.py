"""The formats by name, each loaded when it is used; and how an earlier report is known, which may be overwritten."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dedupe_cli.language import english

if TYPE_CHECKING:
    from dedupe_cli.finding import Report

# Format -> module and function. ``full`` is laid out for a terminal (``terminal.py``).
_HOMES = {
    "concise": ("listings", "concise"),
    "json": ("structured", "as_json"),
    "jsonl": ("structured", "as_jsonl"),
    "github": ("annotations", "github"),
    "gitlab": ("annotations", "gitlab"),
    "junit": ("junit", "junit"),
    "sarif": ("sarif", "sarif"),
    "rdjsonl": ("annotations", "rdjsonl"),
    "markdown": ("listings", "markdown"),
    "csv": ("listings", "as_csv"),
    # Less than a report: they have options of their own.
    "names": ("listings", "names"),
    "statistics": ("listings", "statistics"),
}
# The others are read by programs.
_FOR_PEOPLE = frozenset({"concise", "markdown"})


def render(report: Report, name: str, *, text: bool = True) -> str:
    """Return a report in one of the :data:`~dedupe_cli.policy.FORMATS` but ``full``, or in a short form.

    Without ``text``, the words of the files are left out where a format would show them; messages name at most what
    differs.
    """
    if not text:
        report = replace(report, findings=tuple(replace(finding, quote="") for finding in report.findings))
    module, function = _HOMES[name]
    found = getattr(import_module(f"dedupe_cli.render.reports.{module}"), function)
    if name in _FOR_PEOPLE:
        return str(found(report, text=text))
    with english():
        return str(found(report, text=text))


# More than any report has (bytes).
LARGEST = 256 << 20
_BEGINS = (
    '<?xml version="1.0" encoding="utf-8"?>\n<testsuites name="dedupe" ',
    "### dedupe: ",
    "id,rule,name,severity,status,path,line,column,end_line,end_column,decision,score,message",
)
# Every line of a report that has one for each finding: concise, of GitHub.
_LINES = (
    re.compile(r".*: [A-Z]\d{3} .*\[[0-9a-f]{8}\]"),
    re.compile(r"::(?:error|warning|notice) file=.*,title=[A-Z]\d{3} .*"),
)
# The first line of the cards for people: place, message, rule, id.
_CARD = re.compile(r".*:\d.* [A-Z]\d{3} [0-9a-f]{8}")


def is_report(data: bytes) -> bool:
    """Tell whether some bytes are a report in any of the formats, or nothing at all."""
    text = data.decode("utf-8", "surrogateescape")
    lines = text.splitlines()
    if not text.strip() or text.startswith(_BEGINS):
        return True
    if any(all(map(form.fullmatch, lines)) for form in _LINES) or _CARD.fullmatch(lines[0]):
        return True
    if text.startswith(("{", "[")):
        try:
            return _is_ours(json.loads(lines[0] if lines[0].endswith("}") else text))
        except (ValueError, RecursionError):
            return False
    return False


def _is_ours(root: Any) -> bool:
    """Tell whether a JSON value is a whole report, or the first line of one."""
    if isinstance(root, list):
        return all(isinstance(row, dict) and {"check_name", "fingerprint", "location"} <= row.keys() for row in root)
    found = [root.get("tool"), root.get("source"), _at(_at(_at(root.get("runs"), 0), "tool"), "driver")]
    return any(_at(each, "name") == "dedupe" for each in found)


def _at(value: Any, key: Any) -> Any:
    """Return an item of an object or a list, ``None`` where it has none."""
    try:
        return value[key]
    except (TypeError, KeyError, IndexError):
        return None
