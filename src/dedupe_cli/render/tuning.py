"""The table of `tune`: what goes under which value of a setting, as rows with bars, and a sentence about gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.render.phrases import number, share

if TYPE_CHECKING:
    from collections.abc import Sequence

# Cells of the columns before the bars, and of a bar at most and at least.
_COLUMNS, _BAR, _LEAST = 50, 40, 10


class Row(NamedTuple):
    """A range of values and what goes under it; ``agrees`` counts decisions that it follows, where that was asked."""

    low: int
    high: int
    sharp: bool
    groups: int
    places: int
    characters: int
    agrees: int | None = None


def table(name: str, rows: Sequence[Row], now: int, total: int, *, width: int, ascii_only: bool = False) -> list[str]:
    """Return the rows of the table, its head first; ``total`` counts the characters of all texts."""
    judged = any(row.agrees is not None for row in rows)
    head = f"  {name:>10}  {'groups':>7}  {'places':>7}  {'characters':>11}  {'share':>9}"
    out = [head + ("  agrees" if judged else "")]
    room = max(min(width - len(out[0]) - 3, _BAR), 0)
    most = max((row.characters for row in rows), default=0)
    for row in rows:
        mark = ">" if row.low <= now <= row.high else " "
        values = f"{row.low}-{row.high}" if row.low < row.high else str(row.low)
        values = values if row.sharp else f"~{values}"
        line = f"{mark} {values:>10}  {number(row.groups):>7}  {number(row.places):>7}  {number(row.characters):>11}"
        line += f"  {share(row.characters, total):>9}"
        line += f"  {row.agrees:>6}" if row.agrees is not None else ""
        if room >= _LEAST and most:
            line += "  " + ("#" if ascii_only else "█") * round(room * row.characters / most)
        out.append(line.rstrip())
    if not all(row.sharp for row in rows):
        out.append("~ begins somewhere below its first value: where exactly was not tried")
    return out


def advice(name: str, now: int, gap: tuple[int, int, bool] | None) -> str:
    """Return what the gaps suggest.

    ``gap`` is the widest range of values in which hardly anything changes, and whether nothing at all does; none where
    nothing ever changes.
    """
    flag = f"--{name}"
    if gap is None:
        return f"{flag} changes nothing here: the result is the same under every value"
    low, high, same = gap
    what = "the same goes" if same else "about the same goes"
    if low <= now <= high:
        return f"{flag} {now} is well placed: from {low} to {high} {what}"
    return f"the widest range in which {what} is from {low} to {high}: {flag} {(low + high + 1) // 2} is in its middle"
