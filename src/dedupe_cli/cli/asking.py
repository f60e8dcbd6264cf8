"""The questions of a review, line by line: for any terminal, and for a screen reader.

Every answer is on the disk before the next question is asked.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dedupe_cli.apply.write import write_file
from dedupe_cli.cli import outputs
from dedupe_cli.errors import DedupeError, SettingsError
from dedupe_cli.gate.baseline import Baseline
from dedupe_cli.language import _, marked, ngettext
from dedupe_cli.model import Decision
from dedupe_cli.read.load import load
from dedupe_cli.render.phrases import clauses, count, lines, percent, reasons, times
from dedupe_cli.review.decisions import DEFAULT, Answer, Decisions, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dedupe_cli.cli.console import Console
    from dedupe_cli.cli.inputs import Tasks
    from dedupe_cli.model import Group, Member, Plan, Source
    from dedupe_cli.render.terminal import Cards
    from dedupe_cli.settings import Settings
    from dedupe_cli.terms import Terms

# Places of a group that are named one by one before its question.
NAMED = 12
# Editors that take a line behind a colon, and those of them that want to be told so; the others take +LINE.
_GOTO = frozenset({"code", "code-insiders", "codium", "cursor"})
_COLON = _GOTO | {"subl", "hx", "helix", "zed", "micro"}
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


class _Quit(Exception):  # noqa: N818  no error: the person has had enough
    """No more questions."""


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
        from dedupe_cli.terms import inspect  # noqa: PLC0415  the engine: not for --help

        return inspect(self.source, self.settings, self.terms._replace(decisions=decisions), bare=False).plan


class _Question(NamedTuple):
    """One group of one text; ``at`` is its place in the plan."""

    source: Source
    group: Group
    at: int


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
class Asking:
    """Asks about the groups of some texts; ``decisions`` is what was answered so far, kept in its file."""

    console: Console
    tasks: Tasks
    decisions: Decisions
    order: str = "place"
    accepted: Baseline = field(default_factory=Baseline)
    asked: int = 0
    known: int = 0
    _least: float = 101.0

    def __post_init__(self) -> None:
        self._written = self.accepted

    @classmethod
    def of(cls, console: Console, tasks: Tasks, path: str | None, order: str = "place") -> Asking:
        """Begin, or go on, with the file of decisions."""
        from dedupe_cli.cli.inputs import accepted_here, decided  # noqa: PLC0415  made above this

        found = decided(path or DEFAULT, new=True)
        assert found is not None
        return cls(console, tasks, found, order, accepted_here(tasks.project))

    def ask(self, paths: Sequence[str]) -> Decisions:
        """Ask about all texts; return what holds for this run: what nobody answered stays as it is."""
        texts = self.texts(paths)
        left = list(texts)
        with suppress(_Quit):
            for text in texts:
                self._ask_about(text)
                left.remove(text)
        return with_rest(left, self.decisions)

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

    # One text ------------------------------------------------------------------------------------------------

    def _ask_about(self, text: Text) -> None:
        """Ask about the groups of one text, and about those that come up because others stay."""
        known = 0
        while True:
            plan = text.plan(self.decisions)
            every = [(at, group) for at, group in enumerate(plan.groups) if is_asked(group)]
            open_ = [_Question(text.source, group, at) for at, group in every if not self._knows(text.source, group)]
            known = known or len(every) - len(open_)
            if not open_:
                break
            before = self._staying
            self._ask_all(text.source, plan, sorted(open_, key=lambda each: _order(self.order, each)))
            if self._staying <= before:
                break
        self.known += known

    def _knows(self, source: Source, group: Group) -> bool:
        return self.decisions.of(source, group) is not None

    @property
    def _staying(self) -> set[str]:
        """The questions of which all places stay: what is found around them is another thing then."""
        return {key for key, entry in self.decisions.entries.items() if entry.answer.kind is Kind.KEEP_ALL}

    def _ask_all(self, source: Source, plan: Plan, questions: Sequence[_Question]) -> None:
        from dedupe_cli.render.terminal import Cards  # noqa: PLC0415  it loads rich

        cards = Cards(source, plan, stream=sys.stderr, **self.console.look)
        at, rest = 0, None
        while at < len(questions):
            each = questions[at]
            going = not each.group.held
            if rest is not None or (going and each.group.similarity[0] >= self._least):
                self.answered(source, each.group, rest or Answer(Kind.ACCEPT))
                at += 1
                continue
            said = self._one(cards, each, (at + 1, len(questions)))
            if said == "u":
                at, self._least = max(at - 1, 0), 101.0
                if self._knows(source, questions[at].group):
                    self.answered(source, questions[at].group, None)
                continue
            if isinstance(said, str):  # the rest of this file
                rest = Answer(Kind.ACCEPT if said == "a" else Kind.KEEP_ALL)
                continue
            self.answered(source, each.group, said)
            at += 1

    def answered(self, source: Source, group: Group, answer: Answer | None, *, write: bool = True) -> None:
        """Keep an answer; the file has it when this returns, unless it is written later."""
        self.decisions = self.decisions.with_answer(source, group, answer)
        self.asked += 1 if answer is not None else -1
        if write:
            self.write()

    @property
    def state(self) -> State:
        """What was answered and accepted so far."""
        return State(self.decisions, self.accepted)

    def write(self) -> None:
        """Write what was answered and accepted so far."""
        write_file(self.decisions.path, self.decisions.to_json().encode("utf-8"))
        if self.accepted != self._written:
            write_file(self.accepted.path, self.accepted.to_json().encode())
            self._written = self.accepted

    # One question --------------------------------------------------------------------------------------------

    def _one(self, cards: Cards, each: _Question, number: tuple[int, int]) -> Answer | str:
        """Show a group and ask until the answer is one; letters that are for more than one group are returned."""
        group, source = each.group, each.source
        self.console.line("")
        self.console.line(_("{file}: question {n} of {all}", file=source.path, n=number[0], all=number[1]))
        cards.show(each.at, number[0])
        cards.list(places(cards, group))
        while True:
            said = self._read(_prompt(group))
            if said in {"y", ""} and (said or group.held):
                return Answer(Kind.ACCEPT)
            if said == "n":
                return Answer(Kind.KEEP_ALL)
            if said in {"a", "d", "u"}:
                return said
            if said == "q":
                raise _Quit
            if found := re.fullmatch(r"(\d{1,3})\s*%", said):
                self._least = float(found[1])
                if not group.held and group.similarity[0] >= self._least:
                    return Answer(Kind.ACCEPT)
                self.console.line(_("from {n} % on: as suggested; this one is asked", n=found[1]))
            elif said.isdecimal() and 1 <= int(said) <= len(group.members):
                return Answer(Kind.KEEP_ONE, int(said) - 1)
            elif said == "e":
                try:
                    text = self._edited(source, group)
                except DedupeError as error:
                    self.console.error(error)
                    continue
                if text is not None:
                    return Answer(Kind.EDIT, text=text)
            else:
                self.console.block(_(_HELP))

    def confirm(self, prompt: str) -> bool:
        """Ask whether to go on; the end of the input is a no."""
        try:
            return self._read(prompt) == "y"
        except _Quit:
            return False

    def _read(self, prompt: str) -> str:
        """Ask one line; the end of the input is the end of the questions."""
        sys.stderr.write(prompt)
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            self.console.line("")
            raise _Quit
        return line.strip().lower()

    def _edited(self, source: Source, group: Group) -> str | None:
        """Let the person write the text that stays; nothing when it is as it was."""
        from dedupe_cli.review.decided import rewritten  # noqa: PLC0415  only then

        kept = group.members[group.kept]
        if group.held or len(kept.spans) > 1:
            why = _("nothing goes here by itself") if group.held else _("it stands in several pieces")
            self.console.line(_("the text cannot be written anew: {why}", why=why))
            return None
        text = rewritten(source.prose, kept).of(source.text)
        new = edit(text)
        return None if new == text or not new.strip() else new


def with_rest(texts: Sequence[Text], decisions: Decisions) -> Decisions:
    """Return the decisions of a run: what was not answered, and what comes up because of that, stays."""
    for text in texts:
        while True:
            groups = [group for group in text.plan(decisions).groups if not group.held and is_asked(group)]
            left = [group for group in groups if decisions.of(text.source, group) is None]
            if not left:
                break
            for group in left:
                decisions = decisions.with_answer(text.source, group, Answer(Kind.KEEP_ALL))
    return decisions


def is_asked(group: Group) -> bool:
    """Tell whether there is anything to decide about a group."""
    return any(member.decision in {Decision.REMOVE, Decision.HOLD} for member in group.members)


def _order(order: str, each: _Question) -> tuple[bool, float]:
    """Return a key that sorts questions: what goes before what is held back; ``place`` leaves the order of the text."""
    group = each.group
    sure = group.confidence if group.confidence is not None else group.similarity[0]
    return group.held, {"place": 0.0, "sure": -sure, "doubtful": sure}[order]


def places(cards: Cards, group: Group, first: int = 0) -> list[str]:
    """Name some places of a group by number, from the one with this index on, so that one can be chosen."""
    signs = {Decision.KEEP: "=", Decision.REMOVE: "-", Decision.HOLD: "!"}

    def told(number: int, member: Member) -> str:
        alike = f" {percent(member.similarity, member.similarity)}" if member.similarity < 100 else ""
        sign = signs.get(member.decision, "=")
        return f"{number} {sign} {lines(cards.view.unit, [cards.view.label(member.start)])}{alike}"

    named = [told(number, member) for number, member in enumerate(group.members[first : first + NAMED], first + 1)]
    more = len(group.members) - len(named)
    return [_("places:"), *named, *([_("{n} more", n=more)] if more else [])]


def open_at(path: str, line: int) -> None:
    """Open a file at a line in the person's editor; raises :class:`DedupeError` when that cannot be run."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    name = Path(command[0]).name if command else ""
    place = [f"{path}:{line}"] if name in _COLON else [f"+{line}", path]
    _run([*command, *(["--goto"] if name in _GOTO else []), *place])


def _prompt(group: Group) -> str:
    choice = f"1-{len(group.members)}"
    if group.held:
        return _("held back, {why}: all stay?", why=reasons(group.reasons)) + f" [y,{choice},a,d,u,q,?] "
    what = ngettext("the copy goes", "{n} copies go", len(group.copies))
    often = times(len(group.members))
    return _("said {times}: {what}?", times=often, what=what) + f" [y,n,{choice},a,d,95%,e,u,q,?] "


def edit(text: str) -> str:
    """Return a text as the person's editor left it; raises :class:`DedupeError` when that cannot be run."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="dedupe-") as folder:
        place = Path(folder) / "text.txt"
        place.write_bytes(f"{text}\n".encode("utf-8", "surrogatepass"))
        _run([*shlex.split(command), str(place)])
        try:
            return place.read_bytes().decode("utf-8", "surrogatepass").removesuffix("\n")
        except (OSError, ValueError) as error:
            raise DedupeError(f"what {command} left cannot be read: {error}") from error


def _run(command: Sequence[str]) -> None:
    """Run the person's own editor."""
    try:
        done = subprocess.run(command, check=False)  # noqa: S603  their own editor
    except (OSError, ValueError) as error:
        raise DedupeError(f"{command[0]}: {error}", hint="EDITOR names the program to write with") from error
    if done.returncode:
        raise DedupeError(f"{command[0]} ended with {done.returncode}: the text stays as it was")


def told(asking: Asking) -> str:
    """Say what was answered, and where that is kept."""
    parts = [count(asking.asked, "answer")]
    if asking.known:
        parts.append(_("{questions} answered before", questions=count(asking.known, "question")))
    return _("{answers}; kept in {file}", answers=clauses(parts), file=asking.decisions.path)
