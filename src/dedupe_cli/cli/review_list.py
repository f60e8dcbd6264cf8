"""The repeats that a person goes through (which are shown, what is decided of them), and the keys for it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.language import _, marked
from dedupe_cli.render.phrases import clauses, count
from dedupe_cli.render.terminal_style import Measure
from dedupe_cli.review.decisions import Answer, Decisions, Kind

if TYPE_CHECKING:
    from dedupe_cli.cli.answers import Answers, Question, Text


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


# What a filter shows, in order.
_FILTERS = marked(("all", "what is undecided", "what goes", "what is held back", "this rule", "this file"))


class ReviewList:
    """All questions about some texts, those of them that are ``shown``, and their answers."""

    def __init__(self, answers: Answers, texts: Sequence[Text], order: str = "place") -> None:
        self.answers = answers
        self._order = order
        self._set([each for text in texts for each in self._of(text, Decisions())])
        answers.known = sum(answers.of_question(each) is not None for each in self.questions)

    def _of(self, text: Text, decisions: Decisions | None = None) -> list[Question]:
        return self.answers.questions(text, io.StringIO(), decisions)

    def _set(self, questions: Sequence[Question]) -> None:
        """Take over all questions, and show all of them: what goes first."""
        self.questions = sorted(questions, key=lambda each: each.rank(self._order))
        self.find("")

    def number(self, each: Question) -> int:
        """Return the number of a question among all."""
        return self.questions.index(each) + 1

    def status(self) -> str:
        """Say how much is decided, and how much is shown or, where that is all, where it is kept."""
        done = sum(self.answers.of_question(one) is not None for one in self.questions)
        parts = [_("{n} of {all} decided", n=done, all=count(len(self.questions), "repeat"))]
        if len(self.shown) < len(self.questions):
            parts.append(_("{n} found", n=len(self.shown)))
        if self._filter:
            parts.append(_("only {what}", what=_(_FILTERS[self._filter])))
        if parts[1:]:
            return clauses(parts)
        return _("{answers}; kept in {file}", answers=parts[0], file=self.answers.decisions.path)

    def undecided(self, at: int, step: int) -> int | None:
        """Return where the next question without an answer is shown, or the one before."""
        order = range(at + 1, len(self.shown)) if step > 0 else range(at - 1, -1, -1)
        return next((n for n in order if self.answers.of_question(self.shown[n]) is None), None)

    # Which are shown -------------------------------------------------------------------------------------------

    def find(self, words: str) -> None:
        """Show those that have all of some words."""
        wanted = words.lower().split()
        self._filter = 0
        self.shown = [each for each in self.questions if all(word in _found(each) for word in wanted)]

    def filter_on(self, here: Question | None) -> None:
        """Show only some, the next kind of them that there are at each call, then all again."""
        for kind in range(self._filter + 1, len(_FILTERS)):
            some = [each for each in self.questions if self._fits(each, kind, here)]
            if 0 < len(some) < len(self.questions):
                self.shown, self._filter = some, kind
                return
        self.find("")

    def _fits(self, each: Question, kind: int, here: Question | None) -> bool:
        if kind == 1:
            return self.answers.of_question(each) is None
        if kind <= 3 or here is None:
            return each.group.held == (kind == 3)
        return each.group.rule == here.group.rule if kind == 4 else each.text is here.text

    # What is answered ------------------------------------------------------------------------------------------

    def spread(self, answer: Answer, fits: Callable[[Question], bool]) -> None:
        """Give an answer to others that are undecided."""
        rest = [each for each in self.questions if fits(each) and self.answers.of_question(each) is None]
        self.answers.record([(each, answer) for each in rest])

    def read_again(self, text: Text) -> int | None:
        """Ask anew about a text that is another one now: how many repeats it has; ``None`` when it is as it was."""
        found = self.answers.texts([text.source.path])
        if not found or found[0].source.digest == text.source.digest:
            return None
        new = self._of(found[0], Decisions())
        at = next(n for n, each in enumerate(self.questions) if each.text is text)
        rest = [each for each in self.questions if each.text is not text]
        self._set([*rest[:at], *new, *rest[at:]])
        return len(new)

    def come_up(self) -> int:
        """Add the questions that are other ones than before, as places stay: what is found around them changes."""
        known = {each.key for each in self.questions}
        new: list[Question] = []
        for text in {id(each.text): each.text for each in self.questions}.values():
            mine = [
                self.answers.of_question(each) for each in self.questions if each.text is text and not each.group.held
            ]
            if any(answer and answer.kind is Kind.KEEP_ALL for answer in mine):
                new += [e for e in self._of(text) if e.key not in known and not self.answers.of_question(e)]
        if new:
            self.questions = [*self.questions, *new]
            self.find("")
        return len(new)


def _found(each: Question) -> str:
    """Return what a search looks at."""
    return f"{each.group.rule} {each.group.id} {each.text.source.path} {each.words}".lower()
