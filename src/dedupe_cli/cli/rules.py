"""``dedupe rules``: the table of rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dedupe_cli.cli import options
from dedupe_cli.cli.console import write_stdout
from dedupe_cli.cli.help import Command
from dedupe_cli.language import _

if TYPE_CHECKING:
    from dedupe_cli.finding import Rule

EXAMPLES = (("dedupe rules --format json", "for other programs"), ("dedupe explain D401", "the page of one rule"))


@click.command("rules", cls=Command, examples=EXAMPLES)
@options.option(
    "-f", "--format", "form", everyday=True, type=options.Words(["table", "json", "markdown"]), default="table",
    help="A table, JSON, or the pages of all rules in Markdown. Default: table.",
)  # fmt: skip
@options.talking
def rules(form: str) -> int:
    """List the rules: code, name, what it means, how much it matters."""
    from dedupe_cli.gate.rules import rules as every  # noqa: PLC0415  not for --help
    from dedupe_cli.render.page import help_url, pages  # noqa: PLC0415
    from dedupe_cli.render.reports.structured import dump  # noqa: PLC0415

    found = list(every().values())
    if form == "json":
        text = dump([_row(rule) | {"help_url": help_url(rule)} for rule in found], indent=2) + "\n"
    elif form == "markdown":
        text = pages(found)
    else:
        wide = max(len(rule.name) for rule in found)
        text = "".join(
            f"{rule.code}  {rule.name.ljust(wide)}  {_level(rule).ljust(5)}  {_(rule.title)}\n" for rule in found
        )
    write_stdout(text.encode())
    return 0


def _level(rule: Rule) -> str:
    return rule.severity.label if rule.enabled else "off"


def _row(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "name": rule.name,
        "title": rule.title,
        "severity": rule.severity.label,
        "default": rule.enabled,
        "what": rule.what,
        "why": rule.why,
    }
