"""The page of one rule: what it is, why it matters, an example before and after, how to accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe_cli.finding import Example, Rule


def page(rule: Rule) -> str:
    """Return the page as plain text."""
    state = "on by default" if rule.enabled else "off unless selected"
    parts = [f"{rule.code} {rule.name}: {rule.title}", f"{rule.severity.label}, {state}", rule.what, rule.why]
    for example in rule.examples[:2]:
        parts += _example(example)
    return "\n\n".join([*parts, "How to accept it", rule.accept]) + "\n"


def _example(example: Example) -> list[str]:
    codes = ", ".join(example.codes) or "nothing"
    out = [f"Example: {example.name} ({codes})", _indented(example.text)]
    return out if example.after is None else [*out, "After dedupe clean", _indented(example.after)]


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.strip().splitlines())
