"""Tables that are written into a Markdown page between two marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def put(page: Path, name: str, body: str) -> None:
    """Replace what stands between ``<!-- name -->`` and ``<!-- /name -->``. Raises ``ValueError`` without the marks."""
    text = page.read_text(encoding="utf-8")
    low, high = text.index(f"<!-- {name} -->"), text.index(f"<!-- /{name} -->")
    start = low + len(f"<!-- {name} -->")
    page.write_text(f"{text[:start]}\n{body}{text[high:]}", encoding="utf-8")
