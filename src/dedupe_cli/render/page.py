"""The page of one rule: what it is, why it matters, an example before and after, how to accept it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dedupe_cli.language import _, marked, paragraphs
from dedupe_cli.render.pieces import visible

if TYPE_CHECKING:
    from dedupe_cli.finding import Example, Rule


_HEAD = """\
# The rules of dedupe

What `dedupe check` reports, a section a rule: the same as `dedupe explain CODE`. This page is made by
`dedupe rules --format markdown`."""
LEVELS = marked(("error", "warning", "info", "note"))
# Where the pages of the rules stand in the documentation, from its root.
PAGES = "docs/rules.md"


def help_url(rule: Rule) -> str:
    """Return where the page of a rule stands in the documentation of this program."""
    return f"{PAGES}#{rule.code.lower()}-{rule.name}"


def page(rule: Rule) -> str:
    """Return the page as plain text."""
    state = _("on by default") if rule.enabled else _("off unless selected")
    head = [
        f"{rule.code} {rule.name}: {_(rule.title)}",
        _("{level}, {state}", level=_(rule.severity.label), state=state),
    ]
    parts = [*head, paragraphs(rule.what), paragraphs(rule.why)]
    for example in rule.examples[:2]:
        parts += _example(example)
    return "\n\n".join([*parts, _("How to accept it"), paragraphs(rule.accept)]) + "\n"


def pages(rules: Iterable[Rule]) -> str:
    """Return the pages of all rules as one page of Markdown."""
    parts = [_HEAD]
    for rule in rules:
        state = "on by default" if rule.enabled else "off unless selected"
        parts += [
            f"## {rule.code} {rule.name}",
            f"{rule.title[:1].upper()}{rule.title[1:]}. *{rule.severity.label}, {state}*",
        ]
        parts += [rule.what, rule.why]
        for example in rule.examples[:2]:
            codes = ", ".join(example.codes) or "nothing"
            parts += [f"Example: {example.name} ({codes})", _fenced(example.text)]
            parts += ["After `dedupe clean`:", _fenced(example.after)] if example.after is not None else []
        parts += ["### How to accept it", rule.accept]
    return "\n\n".join(parts) + "\n"


def _fenced(text: str) -> str:
    return f"````text\n{visible(text).strip()}\n````"


def _example(example: Example) -> list[str]:
    codes = ", ".join(example.codes) or _("nothing")
    out = [_("Example: {name} ({codes})", name=_(example.name), codes=codes), _indented(example.text)]
    return out if example.after is None else [*out, _("After dedupe clean"), _indented(example.after)]


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in visible(text).strip().splitlines())
