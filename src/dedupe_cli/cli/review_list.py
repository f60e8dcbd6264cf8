"""The repeats that a person goes through: which are shown, what is decided of them, and what that brings up."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dedupe_cli.language import _, marked
from dedupe_cli.render.phrases import clauses, count
from dedupe_cli.review.decisions import Answer, Decisions, Kind

if TYPE_CHECKING:
    from dedupe_cli.cli.answers import Answers, Question, Text

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
