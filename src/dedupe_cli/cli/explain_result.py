"""``dedupe explain ID --in DIR``: why a row of a data set went, with both texts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from dedupe_cli.cli import view
from dedupe_cli.errors import SettingsError
from dedupe_cli.language import _

if TYPE_CHECKING:
    from dedupe_cli.cli.console import Console
    from dedupe_cli.corpus.explaining import Removal
    from dedupe_cli.render.pieces import Card, Glyphs, Line

# Longer texts, in characters, are shown by their ends.
_COMPARED = 40_000


def explain_result(console: Console, folder: str | None, rows: Sequence[str], least_similar: int | None) -> int:
    """Show the removals of some rows, or the most doubtful ones; return the exit code."""
    if folder is None:
        raise SettingsError("--least-similar needs --in DIR", hint="DIR is a result of dedupe corpus")
    if bool(rows) == bool(least_similar):
        raise SettingsError("--in: which row?", hint=f"dedupe explain ID --in {folder}, or --least-similar 20")
    from dedupe_cli.corpus.explaining import MOST, least_similar as doubtful, removals  # noqa: I001, PLC0415  an extra
    from dedupe_cli.render.terminal import show_cards  # noqa: PLC0415  it loads rich

    found = (
        doubtful(folder, least_similar) if least_similar else [each for row in rows for each in removals(folder, row)]
    )
    view.to_stdout(console, partial(show_cards, partial(_cards, found), **console.look))
    if not least_similar and len(found) >= MOST:
        console.say(f"the first {MOST} are shown; removed.parquet has all")
    return 0


def _cards(found: Sequence[Removal], glyphs: Glyphs) -> list[Card]:
    return [_card(each, glyphs) for each in found]


def _card(removal: Removal, glyphs: Glyphs) -> Card:
    from dedupe_cli.render.phrases import RULE_WORDS, count, percent  # noqa: PLC0415
    from dedupe_cli.render.pieces import GOES, Card, Line, Role, plain, shown  # noqa: PLC0415  not for --help  # noqa: PLC0415
    from dedupe_cli.render.words import changes, ends  # noqa: PLC0415

    told = removal.told
    inside = told["level"] == "inside"
    marks: Any = frozenset()
    pieces = shown(removal.copy, Role.GOES, glyphs)
    if len(removal.copy) > _COMPARED:
        pieces = ends(removal.copy, Role.GOES, glyphs)
    elif max(len(removal.copy), len(removal.kept)) <= _COMPARED and (not inside or told["kept_start"] is not None):
        diff = changes(removal.kept, removal.copy, glyphs, whole=True)
        if diff.pieces and diff.places:
            pieces, marks = list(diff.pieces), diff.marks
    words = _(RULE_WORDS[told["rule"]]) if told["rule"] in RULE_WORDS else ""
    tag = ", ".join(part for part in (told["rule"], words, percent(told["similarity"], told["similarity"])) if part)
    if inside:
        name = plain(told["id"], glyphs)
        title = _("{id}: characters {start}-{end} go", id=name, start=told["start"], end=told["end"])
        row, start, end = plain(told["row"], glyphs), told["kept_start"], told["kept_end"]
        where = _("{row}; what stays stands at {start}-{end}", row=row, start=start, end=end)
    else:
        title = _("{id} goes for {kept}", id=plain(told["id"], glyphs), kept=plain(told["kept_id"], glyphs))
        words = "{row}, {size}; {kept} stays, {kept_size}"
        size, kept_size = count(told["end"], "character"), count(told["kept_end"], "character")
        row, kept = plain(told["row"], glyphs), plain(told["kept_row"], glyphs)
        where = _(words, row=row, size=size, kept=kept, kept_size=kept_size)
    lines = [Line(GOES, before=tuple(pieces), marks=marks), _note(where), *_judged(removal)]
    return Card(title, tag, tuple(lines), counted=False)


def _judged(removal: Removal) -> list[Line]:
    from collections import Counter  # noqa: PLC0415

    from dedupe_cli.corpus.explaining import holding  # noqa: PLC0415
    from dedupe_cli.render.phrases import REASON_WORDS, clauses, number, reasons  # noqa: PLC0415

    found = Counter(item.kind.value for item in removal.differences)
    if not found:
        return []
    held = [reason for reason in REASON_WORDS if str(reason) in holding(removal.differences)]
    what = clauses(f"{number(times)} {_(kind)}" for kind, times in sorted(found.items()))
    words = _("differences: {what}", what=what)
    if held:
        words += _("; ") + _("{why}: --apply similar would hold it", why=reasons(held))
    return [_note(words)]


def _note(words: str) -> Line:
    from dedupe_cli.render.pieces import Line, Piece, Role  # noqa: PLC0415

    return Line(before=(Piece(words, Role.DIM),))
