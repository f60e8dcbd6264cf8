"""The questions of a review, line by line: for any terminal, and for a screen reader."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dedupe_cli.errors import DedupeError
from dedupe_cli.language import _, marked, ngettext
from dedupe_cli.render.phrases import reasons, times
from dedupe_cli.review.decisions import Answer, Decisions, Kind

if TYPE_CHECKING:
    from dedupe_cli.cli.answers import Answers, Question, Text
    from dedupe_cli.cli.console import Console

_HELP = marked("""\
y    as suggested: the places marked - go, what is held back stays
n    all places stay
2    only place 2 stays, the others go (any number of the list)
a    as suggested, here and for the rest of this file
d    all places stay, here and for the rest of this file
95%  as suggested, here and wherever copies are 95 % alike or more
e    write the text that stays anew in your editor; the other places go as suggested
u    back to the question before
q    stop asking: what is not answered stays
?    this help
""")
_KINDS = {"y": Kind.ACCEPT, "n": Kind.KEEP_ALL, "a": Kind.ACCEPT, "d": Kind.KEEP_ALL}
# More than any two texts are alike.
_NEVER = 101.0


class _Quit(Exception):  # noqa: N818  no error: the person has had enough
    """No more questions."""


def ask(answers: Answers, paths: Sequence[str], order: str = "place") -> Decisions:
    """Ask about all texts; return what holds for this run: what nobody answered stays as it is."""
    texts = answers.texts(paths)
    left = list(texts)
    asking = _Asking(answers, order)
    with suppress(_Quit):
        for text in texts:
            asking.ask_about(text)
            left.remove(text)
    return answers.with_rest(left)


@dataclass
class _Asking:
    """Asks about some texts; ``least`` is the likeness from which on nothing is asked."""

    answers: Answers
    order: str
    least: float = _NEVER

    @property
    def console(self) -> Console:
        """Where the questions stand."""
        return self.answers.console

    def ask_about(self, text: Text) -> None:
        """Ask about the groups of one text, and about those that come up because others stay."""
        known: int | None = None
        while True:
            every = self.answers.questions(text, sys.stderr)
            open_ = [each for each in every if self.answers.of_question(each) is None]
            known = len(every) - len(open_) if known is None else known
            if not open_:
                break
            before = self._staying
            self._ask_all(sorted(open_, key=lambda each: each.rank(self.order)))
            if self._staying <= before:
                break
        self.answers.known += known

    @property
    def _staying(self) -> set[str]:
        """The questions of which all places stay: what is found around them is another thing then."""
        entries = self.answers.decisions.entries
        return {key for key, entry in entries.items() if entry.answer.kind is Kind.KEEP_ALL}

    def _ask_all(self, questions: Sequence[Question]) -> None:
        at, rest = 0, None
        while at < len(questions):
            each = questions[at]
            said = rest or self._answer_of_others(each) or self._one(each, (at + 1, len(questions)))
            if said == "u":
                at, self.least = max(at - 1, 0), _NEVER
                if self.answers.of_question(questions[at]) is not None:
                    self.answers.undo()
                continue
            if isinstance(said, str):  # the rest of this file
                rest = Answer(_KINDS[said])
                continue
            self.answers.record([(each, said)])
            at += 1

    def _answer_of_others(self, each: Question) -> Answer | None:
        """Return the answer to a question that is like enough not to be asked."""
        return Answer(Kind.ACCEPT) if not each.group.held and each.group.similarity[0] >= self.least else None

    def _one(self, each: Question, number: tuple[int, int]) -> Answer | str:
        """Show a group and ask until the answer is one; letters that are for more than one group are returned."""
        group = each.group
        self.console.line("")
        words = _("{file}: question {n} of {all}", file=each.text.source.path, n=number[0], all=number[1])
        self.console.line(words)
        each.cards.show(each.at, number[0])
        each.cards.list(each.places())
        while True:
            said = _read(self.console, _prompt(each))
            if said in {"y", "n"} or (not said and group.held):
                return Answer(_KINDS[said or "y"])
            if said in {"a", "d", "u"}:
                return said
            if said == "q":
                raise _Quit
            if found := re.fullmatch(r"(\d{1,3})\s*%", said):
                self.least = float(found[1])
                if answer := self._answer_of_others(each):
                    return answer
                self.console.line(_("from {n} % on: as suggested; this one is asked", n=found[1]))
            elif said.isdecimal() and 1 <= int(said) <= len(group.members):
                return Answer(Kind.KEEP_ONE, int(said) - 1)
            elif said == "e":
                try:
                    if answer := each.rewritten():
                        return answer
                except DedupeError as error:
                    self.console.error(error)
            else:
                self.console.block(_(_HELP))


def confirm(console: Console, prompt: str) -> bool:
    """Ask whether to go on; the end of the input is a no."""
    with suppress(_Quit):
        return _read(console, prompt) == "y"
    return False


def _read(console: Console, prompt: str) -> str:
    """Ask one line; the end of the input is the end of the questions."""
    sys.stderr.write(prompt)
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        console.line("")
        raise _Quit
    return line.strip().lower()


def _prompt(each: Question) -> str:
    group = each.group
    choice = f"1-{len(group.members)}"
    if group.held:
        return _("held back, {why}: all stay?", why=reasons(group.reasons)) + f" [y,{choice},a,d,u,q,?] "
    what = ngettext("the copy goes", "{n} copies go", len(group.copies))
    often = times(len(group.members))
    return _("said {times}: {what}?", times=often, what=what) + f" [y,n,{choice},a,d,95%,e,u,q,?] "
