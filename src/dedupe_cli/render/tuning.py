"""The table of `tune`: what goes under which value of a setting, as rows with bars, and a sentence about gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.language import _, marked
from dedupe_cli.render.phrases import number, share, summary
from dedupe_cli.render.terminal_style import Measure

if TYPE_CHECKING:
    from dedupe_cli.model import Plan, Source

# Cells of a bar at most and at least.
_BAR, _LEAST = 40, 10
_MEASURE = Measure()


class Row(NamedTuple):
    """A range of values and what goes under it; ``agrees`` counts decisions that it follows, where that was asked."""

    low: int
    high: int
    groups: int
    places: int
    characters: int
    agrees: int | None = None


class Limits(NamedTuple):
    """What goes under which values of a setting: ``total`` counts the characters of all texts."""

    name: str
    now: int
    total: int
    rows: tuple[Row, ...]
    advice: str

    def lines(self) -> Iterator[tuple[str, Row | None, bool]]:
        """Yield values, what goes under them (nothing where that was not tried), and whether they hold at present."""
        last = self.rows[0].low - 1
        for row in self.rows:
            if row.low > last + 1:
                yield _range(last + 1, row.low - 1), None, False
            yield _range(row.low, row.high), row, row.low <= self.now <= row.high
            last = row.high

    @property
    def any(self) -> bool:
        """Whether anything goes under any value."""
        return any(row.places for row in self.rows)

    @property
    def most(self) -> int:
        """The most characters that go under any value."""
        return max(row.characters for row in self.rows)


# What stands in the place of a row that was not tried.
UNTRIED = marked("not tried: between the two")


def table(limits: Limits, *, width: int, ascii_only: bool = False) -> list[str]:
    """Return the rows of the table, its head first."""
    judged = any(row.agrees is not None for row in limits.rows)
    columns = [(limits.name, 10), (_("groups"), 7), (_("places"), 7), (_("characters"), 11), (_("share"), 9)]
    columns += [(_("agrees"), 6)] if judged else []
    out = ["".join(f"  {_rjust(words, wide)}" for words, wide in columns)]
    room = max(min(width - _MEASURE.cells(out[0]) - 3, _BAR), 0)
    for values, row, now in limits.lines():
        if row is None:
            out.append(f"  {values:>10}  {_(UNTRIED)}")
            continue
        line = f"{'>' if now else ' '} {values:>10}"
        line += f"  {number(row.groups):>7}  {number(row.places):>7}  {number(row.characters):>11}"
        line += f"  {_rjust(share(row.characters, limits.total), 9)}"
        line += f"  {row.agrees:>6}" if row.agrees is not None else ""
        if room >= _LEAST and limits.most:
            line += "  " + ("#" if ascii_only else "█") * round(room * row.characters / limits.most)
        out.append(line.rstrip())
    return out


def _rjust(text: str, width: int) -> str:
    """Fill words up with blanks at their left, as :meth:`str.rjust` does, in cells."""
    return " " * (width - _MEASURE.cells(text)) + text


def _range(low: int, high: int) -> str:
    return f"{low}-{high}" if low < high else str(low)


def nothing(name: str, pairs: Sequence[tuple[Source, Plan]]) -> str:
    """Return what is said of texts of which nothing goes under any value."""
    return _("{flag} changes nothing here: {found}", flag=f"--{name}", found=summary(pairs))


def advice(name: str, now: int, gap: tuple[int, int, bool] | None) -> str:
    """Return what ``gap`` suggests: the widest range in which hardly anything changes, and whether nothing does."""
    flag = f"--{name}"
    if gap is None:
        return _("{flag} changes nothing here: the result is the same under every value", flag=flag)
    low, high, same = gap
    what = _("the same goes") if same else _("about the same goes")
    if low <= now <= high:
        good = "{flag} {now} is well placed: from {low} to {high} {what}"
        return _(good, flag=flag, now=now, low=low, high=high, what=what)
    words = "the widest range in which {what} is from {low} to {high}: {flag} {middle} is in its middle"
    return _(words, flag=flag, low=low, high=high, what=what, middle=(low + high + 1) // 2)
