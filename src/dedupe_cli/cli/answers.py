"""What a review asks about some texts, and what was answered: on the disk before the next question is asked."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from dedupe_cli.apply.write import write_file
from dedupe_cli.cli import outputs
from dedupe_cli.cli.inputs import accepted_here, decided, decided_here
from dedupe_cli.errors import DedupeError, SettingsError
from dedupe_cli.gate.baseline import Baseline
from dedupe_cli.keys import TRUST
from dedupe_cli.language import _
from dedupe_cli.model import Decision, Group, Member, Plan, Source
from dedupe_cli.read.load import load
from dedupe_cli.render.phrases import clauses, count, lines, percent
from dedupe_cli.review.decided import rewritten
from dedupe_cli.review.decisions import DEFAULT, Answer, Decisions, Kind, question
from dedupe_cli.terms import inspect

if TYPE_CHECKING:
    from dedupe_cli.cli.console import Console
    from dedupe_cli.cli.inputs import Tasks
    from dedupe_cli.render.terminal import Cards
    from dedupe_cli.settings import Settings
    from dedupe_cli.terms import Terms

# Editors that take a line behind a colon, and those of them that want to be told so; the others take +LINE.
_GOTO = frozenset({"code", "code-insiders", "codium", "cursor"})
_COLON = _GOTO | {"subl", "hx", "helix", "zed", "micro"}


def edit(text: str) -> str:
    """Return a text as the editor left it; raises :class:`DedupeError` when that cannot be run."""
    with tempfile.TemporaryDirectory(prefix="dedupe-") as folder:
        place = Path(folder) / "text.txt"
        place.write_bytes(f"{text}\n".encode("utf-8", "surrogatepass"))
        command = shlex.join(_command())
        _run([*_command(), str(place)])
        try:
            return place.read_bytes().decode("utf-8", "surrogatepass").removesuffix("\n")
        except (OSError, ValueError) as error:
            raise DedupeError(f"what {command} left cannot be read: {error}") from error


def open_at(path: str, line: int) -> None:
    """Open a file at a line; raises :class:`DedupeError` when the editor cannot be run."""
    command = _command()
    name = Path(command[0]).name if command else ""
    place = [f"{path}:{line}"] if name in _COLON else [f"+{line}", path]
    _run([*command, *(["--goto"] if name in _GOTO else []), *place])


def _command() -> list[str]:
    return shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, check=False)  # noqa: S603  their own editor
    except (OSError, ValueError) as error:
        raise DedupeError(f"{command[0]}: {error}", hint="EDITOR names the program to write with") from error
    if done.returncode:
        raise DedupeError(f"{command[0]} ended with {done.returncode}: the text stays as it was")


# Places of a group that are named one by one.
NAMED = 12
_SIGNS = {Decision.REMOVE: "-", Decision.HOLD: "!"}


class State(NamedTuple):
    """What was answered and accepted up to a moment."""

    decisions: Decisions
    accepted: Baseline


class Text(NamedTuple):
    """One text and what holds for it."""

    source: Source
    settings: Settings
    terms: Terms

    def plan(self, decisions: Decisions) -> Plan:
        """Return the plan as it is asked about: what is to stay is left out."""
        return inspect(self.source, self.settings, self.terms._replace(decisions=decisions), bare=False).plan


@dataclass(eq=False)
class Question:
    """One group of one text, and how it is shown."""

    text: Text
    plan: Plan
    at: int
    cards: Cards

    @property
    def group(self) -> Group:
        """The group."""
        return self.plan.groups[self.at]

    @cached_property
    def key(self) -> str:
        """The key of what is asked."""
        return question(self.text.source, self.group)

    @cached_property
    def words(self) -> str:
        """What the text that stays says, on one row."""
        return " ".join(self.cards.view.passage(self.group.members[self.group.kept].spans).split())

    @property
    def sure(self) -> float:
        """How sure the suggestion is, in percent."""
        group = self.group
        return group.confidence if group.confidence is not None else group.similarity[0]

    def rank(self, order: str) -> tuple[bool, float]:
        """Return a key that sorts: what goes before what is held back; ``place`` leaves the order of the text."""
        return self.group.held, {"place": 0.0, "sure": -self.sure, "doubtful": self.sure}[order]

    def places(self, first: int = 0) -> list[str]:
        """Name some places by number, from the one with this index on, so that one can be chosen."""
        members = self.group.members
        named = [self._place(n, member) for n, member in enumerate(members[first : first + NAMED], first + 1)]
        more = len(members) - len(named)
        return [_("places:"), *named, *([_("{n} more", n=more)] if more else [])]

    def _place(self, number: int, member: Member) -> str:
        where = lines(self.cards.view.unit, [self.cards.view.label(member.start)])
        alike = f" {percent(member.similarity, member.similarity)}" if member.similarity < 100 else ""
        return f"{number} {_SIGNS.get(member.decision, '=')} {where}{alike}"

    def rewritten(self) -> Answer | None:
        """Let the person write the text that stays; nothing when it is as it was. Raises :class:`DedupeError`."""
        kept = self.group.members[self.group.kept]
        if self.group.held or len(kept.spans) > 1:
            why = _("nothing goes here by itself") if self.group.held else _("it stands in several pieces")
            raise DedupeError(_("the text cannot be written anew: {why}", why=why))
        text = rewritten(self.text.source.prose, kept).of(self.text.source.text)
        new = edit(text)
        return None if new == text or not new.strip() else Answer(Kind.EDIT, text=new)


def need_terminal(paths: Sequence[str], decisions: str | None) -> None:
    """Raise :class:`SettingsError` unless somebody can answer; the hint names what needs nobody to."""
    if all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr)):
        return
    named = outputs.again(paths or ["."])
    raise SettingsError(
        "questions need a terminal to be answered on",
        hint=f"dedupe report {named} -o report.html is a page to decide in, and saves a file; "
        f"then dedupe clean -w --decisions {shlex.quote(decisions or DEFAULT)} {named}",
    )


@dataclass
class Answers:
    """What was answered about some texts, kept in the file of the decisions; ``known`` counts what was before.

    ``accepted`` is what ``check`` accepts, which a person may add to.
    """

    console: Console
    tasks: Tasks
    decisions: Decisions
    accepted: Baseline = field(default_factory=Baseline)
    asked: int = 0
    known: int = 0
    _done: list[State] = field(default_factory=list)
    _undone: list[State] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._written = self.accepted

    @classmethod
    def of(cls, console: Console, tasks: Tasks, path: str | None) -> Answers:
        """Begin, or go on, with the file of decisions."""
        found = decided(path, new=True) or decided_here(os.environ.get(TRUST, ""))
        return cls(console, tasks, found, accepted_here(tasks.project))

    # What is asked -------------------------------------------------------------------------------------------

    def texts(self, paths: Sequence[str]) -> list[Text]:
        """Return the texts that can be read, in order."""
        return [text for path in paths if (text := self._opened(path)) is not None]

    def _opened(self, path: str) -> Text | None:
        """Read a text; what is wrong with one is said when it is cleaned."""
        task = self.tasks.task(path)
        assert task.terms is not None
        try:
            return Text(load(path, task.encoding, kind=task.kind, name=task.name), task.settings, task.terms)
        except DedupeError:
            return None

    def questions(self, text: Text, stream: IO[str], decisions: Decisions | None = None) -> list[Question]:
        """Return what is asked about a text, what goes first; under the decisions so far, or others."""
        from dedupe_cli.render.terminal import Cards  # noqa: PLC0415  it loads rich

        plan = text.plan(self.decisions if decisions is None else decisions)
        cards = Cards(text.source, plan, stream=stream, **self.console.look)
        order = sorted(range(len(plan.groups)), key=lambda at: (plan.groups[at].held, at))
        return [Question(text, plan, at, cards) for at in order if _is_asked(plan.groups[at])]

    def of_question(self, each: Question) -> Answer | None:
        """Return the answer to a question, if there is one that fits it."""
        entry = self.decisions.entries.get(each.key)
        return entry.answer if entry and entry.answer.member < len(each.group.members) else None

    def with_rest(self, texts: Sequence[Text]) -> Decisions:
        """Return the decisions of a run: what was not answered, and what comes up because of that, stays."""
        decisions = self.decisions
        for text in texts:
            while True:
                groups = [group for group in text.plan(decisions).groups if not group.held and _is_asked(group)]
                left = [group for group in groups if decisions.of(text.source, group) is None]
                if not left:
                    break
                decisions = decisions.with_answers((text.source, group, Answer(Kind.KEEP_ALL)) for group in left)
        return decisions

    # What is answered ----------------------------------------------------------------------------------------

    def record(self, each: Sequence[tuple[Question, Answer | None]], accepted: Baseline | None = None) -> None:
        """Keep answers as one step that can be taken back; the files have them when this returns."""
        self._done.append(self._state)
        self._undone.clear()
        self._hold(
            State(
                self.decisions.with_answers((one.text.source, one.group, answer) for one, answer in each),
                accepted or self.accepted,
            )
        )

    def undo(self) -> bool:
        """Take the last step back; tell whether there was one."""
        return self._step(self._done, self._undone)

    def redo(self) -> bool:
        """Take the step again that was taken back last."""
        return self._step(self._undone, self._done)

    def _step(self, source: list[State], target: list[State]) -> bool:
        if not source:
            return False
        target.append(self._state)
        self._hold(source.pop())
        return True

    @property
    def _state(self) -> State:
        return State(self.decisions, self.accepted)

    def _hold(self, state: State) -> None:
        self.asked += len(state.decisions.entries) - len(self.decisions.entries)
        self.decisions, self.accepted = state
        self.write()

    def write(self) -> None:
        """Write what was answered and accepted so far."""
        write_file(self.decisions.path, self.decisions.to_json().encode("utf-8"))
        if self.accepted != self._written:
            write_file(self.accepted.path, self.accepted.to_json().encode())
            self._written = self.accepted

    def told(self) -> str:
        """Say what was answered, and where that is kept."""
        parts = [count(max(self.asked, 0), "answer")]
        if self.known:
            parts.append(_("{questions} answered before", questions=count(self.known, "question")))
        return _("{answers}; kept in {file}", answers=clauses(parts), file=self.decisions.path)


def _is_asked(group: Group) -> bool:
    """Tell whether there is anything to decide about a group."""
    return any(member.decision in _SIGNS for member in group.members)


def in_words(answer: Answer | None) -> str:
    """Return an answer in words."""
    if answer is None:
        return _("undecided")
    words = {
        Kind.ACCEPT: _("as suggested"), Kind.KEEP_ALL: _("all places stay"), Kind.EDIT: _("another wording"),
        Kind.KEEP_ONE: _("only place {n} stays", n=answer.member + 1),
    }  # fmt: skip
    return _("decided: {what}", what=words[answer.kind])
