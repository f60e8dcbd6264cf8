"""The formats by name; each is loaded when it is used."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from dedupe_cli.language import english

if TYPE_CHECKING:
    from dedupe_cli.finding import Report

# Format -> module and function. ``full`` is laid out for a terminal (``terminal.py``).
_HOMES = {
    "concise": ("concise", "concise"),
    "json": ("structured", "as_json"),
    "jsonl": ("structured", "as_jsonl"),
    "github": ("github", "github"),
    "gitlab": ("gitlab", "gitlab"),
    "junit": ("junit", "junit"),
    "sarif": ("sarif", "sarif"),
    "rdjsonl": ("rdjsonl", "rdjsonl"),
    "markdown": ("markdown", "markdown"),
    "csv": ("table", "as_csv"),
    # Less than a report: they have options of their own.
    "names": ("short", "names"),
    "statistics": ("short", "statistics"),
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
