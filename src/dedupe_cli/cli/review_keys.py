"""The keys of the screen of a review: what each does, in a word at the bottom and in a sentence on the page of keys."""

from __future__ import annotations

from typing import NamedTuple

from dedupe_cli.language import _, marked
from dedupe_cli.render.terminal_style import Measure


class Key(NamedTuple):
    """One key, or several that do the same: their names, the action, ``word`` at the bottom (empty: not there)."""

    keys: str
    action: str
    shown: str
    sentence: str
    word: str = ""


KEYS = (
    Key(
        "y", "answer('accept')", "y, Enter", marked("as suggested: what is marked - goes, else it stays"),
        marked("as suggested"),
    ),
    Key("x", "answer('keep-all')", "x", marked("all places stay"), marked("all stay")),
    Key("1-9", "only", "1-9", marked("only that place stays, the others go"), marked("only that one")),
    Key("question_mark", "keys", "?", marked("this page"), marked("keys")),
    Key("A", "leave(True)", "A", marked("leave, and change the files after one more question"), marked("apply")),
    Key("q", "leave(False)", "q", marked("leave; what was answered is kept"), marked("quit")),
    Key("tab", "place(1)", "Tab", marked("the next place of the repeat")),
    Key("shift+tab", "place(-1)", "Shift+Tab", marked("the place before")),
    Key("space", "chosen", "Space", marked("only the place that Tab has gone to stays")),
    Key("e", "edit", "e", marked("write the text that stays anew, in your editor")),
    Key("i", "accept", "i", marked("all places stay, also for check: into the baseline"), marked("baseline")),
    Key("a", "rest", "a", marked("the same answer for the rest of this file")),
    Key("R", "alike", "R", marked("the same answer for this rule, at this likeness or more")),
    Key("backspace", "clear", "Backspace", marked("undecided again")),
    Key("u", "undo", "u", marked("undo"), marked("undo")),
    Key("ctrl+r", "redo", "Ctrl+R", marked("redo")),
    Key("j", "move(1)", "j, down", marked("next repeat")),
    Key("k", "move(-1)", "k, up", marked("previous repeat")),
    Key("n", "undecided(1)", "n", marked("next repeat that is undecided"), marked("next open")),
    Key("N", "undecided(-1)", "N", marked("previous repeat that is undecided")),
    Key("slash", "find", "/", marked("search; Escape shows all again"), marked("search")),
    Key("f", "filter", "f", marked("only what is undecided, goes, is held back, like this, here"), marked("filter")),
    Key("escape", "all", "Escape", marked("show all again")),
    Key("d", "side", "d", marked("what stays beside what goes, or below each other"), marked("beside")),
    Key("p", "preview", "p", marked("what becomes of the file, as it is decided so far"), marked("preview")),
    Key("o", "open", "o", marked("open the file at this place in your editor"), marked("open")),
    Key("s", "save", "s", marked("say where the answers are kept; they are kept at once")),
)  # fmt: skip


def foot(width: int) -> list[tuple[str, str]]:
    """Return the keys that have a word, as many as a row has room for, the most useful first."""
    some: list[tuple[str, str]] = []
    for key in KEYS:
        one = key.shown.partition(",")[0], _(key.word)
        width -= Measure().cells(f"  {' '.join(one)}") if key.word else 0
        if width < -2:
            break
        some += [one] if key.word else []
    return some


def page() -> str:
    """Return all keys with their sentences, a row each."""
    wide = max(len(key.shown) for key in KEYS) + 2
    return "".join(f"{key.shown:{wide}}{_(key.sentence)}\n" for key in KEYS)
