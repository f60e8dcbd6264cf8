"""The screen of ``dedupe review``: the repeats on the left, one of them in full on the right, by keyboard.

Every answer is on the disk before the next key is read.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text as Styled
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from dedupe_cli import api
from dedupe_cli.cli.asking import NAMED, State, edit, is_asked, open_at, places, with_rest
from dedupe_cli.cli.review_keys import KEYS, page
from dedupe_cli.errors import DedupeError
from dedupe_cli.language import _, marked, said
from dedupe_cli.render.escape import plain
from dedupe_cli.render.phrases import clauses, count
from dedupe_cli.render.terminal import Cards
from dedupe_cli.render.terminal_side import LEAST
from dedupe_cli.review.decided import rewritten
from dedupe_cli.review.decisions import Answer, Decisions, Kind, question

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.events import Key

    from dedupe_cli.cli.asking import Asking, Text
    from dedupe_cli.gate.baseline import Baseline
    from dedupe_cli.model import Group, Plan

# Columns of the list, and of the least that a card needs beside it.
_LIST, _CARD = 34, 40
# What f shows, in order.
_FILTERS = marked(("all", "what is undecided", "what is held back", "this rule", "this file"))


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


class Page(ModalScreen[None]):
    """Words over the screen; any key that leaves brings it back."""

    BINDINGS: ClassVar = [Binding("escape,q,p,question_mark,enter", "dismiss", "back")]
    CSS = """
    Page { align: center middle; }
    Page > VerticalScroll { width: 90%; height: 90%; border: round $primary; padding: 0 1; background: $surface; }
    """

    def __init__(self, words: Styled) -> None:
        super().__init__()
        self.words = words

    def compose(self) -> ComposeResult:
        """Show the words."""
        with VerticalScroll():
            yield Static(self.words, markup=False)

    async def action_dismiss(self, result: None = None) -> None:
        """Go back."""
        self.dismiss(result)


class Review(App[bool]):
    """The screen; it returns whether the files are to be changed."""

    TITLE = "dedupe review"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #list { width: 38%; min-width: 30; max-width: 72; height: 1fr; border: none; padding: 0; }
    #card { width: 1fr; height: 1fr; padding: 0 1; }
    #status { height: 1; background: $panel; padding: 0 1; }
    #find { display: none; height: 3; }
    #find.shown { display: block; }
    Screen.narrow #list { width: 100%; height: 40%; }
    Screen.narrow Horizontal { layout: vertical; }
    """
    BINDINGS: ClassVar = [
        Binding("ctrl+c", "leave(False)", show=False, priority=True),
        Binding("tab", "place(1)", show=False, priority=True),
        Binding("shift+tab", "place(-1)", show=False, priority=True),
    ]

    def __init__(self, asks: Asking, questions: Sequence[Question]) -> None:
        super().__init__()
        self.asks, self.questions = asks, list(questions)
        self.shown = list(questions)
        self._undone: list[State] = []
        self._done: list[State] = []
        # The repeat that is shown, and the place of it that Tab has gone to.
        self._seen: Question | None = None
        self._place = 0
        self._beside = False
        self._filter = 0
        for key in KEYS:
            at_foot = key.shown.partition(",")[0]
            self.bind(key.keys, key.action, description=_(key.word), show=bool(key.word), key_display=at_foot)

    def compose(self) -> ComposeResult:
        """Lay out list, card, status and keys."""
        with Horizontal():
            yield OptionList(id="list", markup=False)
            with VerticalScroll(id="card"):
                yield Static(id="text", markup=False)
        yield Input(placeholder=_("words, Enter"), id="find")
        yield Static(id="status", markup=False)
        yield Footer()

    def on_mount(self) -> None:
        """Let keys go to the list; it is filled when it is known how wide it is."""
        self._list.focus()

    # What is shown ---------------------------------------------------------------------------------------------

    @property
    def _list(self) -> OptionList:
        return self.query_one("#list", OptionList)

    @property
    def here(self) -> Question | None:
        """The repeat that is shown."""
        at = self._list.highlighted
        return self.shown[at] if at is not None and at < len(self.shown) else None

    def _answer(self, each: Question) -> Answer | None:
        entry = self.asks.decisions.entries.get(each.key)
        return entry.answer if entry and entry.answer.member < len(each.group.members) else None

    def _row(self, each: Question) -> Styled:
        group = each.group
        mark = _mark(self._answer(each), held=group.held)
        line = each.cards.view.label(group.members[group.kept].start)
        room = max(self._list.size.width - 2, _LIST - 4)
        shown = Styled(f"{mark} {group.rule} {len(group.members)}x {line} {plain(each.words[:room])}")
        shown.truncate(room, overflow="ellipsis")
        return shown

    def _fill(self) -> None:
        self._list.clear_options()
        self._list.add_options([Option(self._row(each)) for each in self.shown])

    def on_option_list_option_highlighted(self) -> None:
        """Show the repeat that was gone to."""
        self._show()

    def on_resize(self) -> None:
        """Lay out anew: below each other where there is no room beside."""
        self.screen.set_class(self.size.width < _LIST + _CARD, "narrow")
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        """Fill the list, and begin at the first repeat without an answer, or stay where the person is."""
        at = self._list.highlighted
        if at is None:
            at = next((n for n, each in enumerate(self.shown) if self._answer(each) is None), 0)
        self._fill()
        self._list.highlighted = at if self.shown else None
        self._show()

    def _show(self) -> None:
        each, text = self.here, self.query_one("#text", Static)
        if each is not self._seen:
            self._place, self._seen = 0, each
        if each is None:
            text.update(_("nothing is found") if self.questions else _("nothing is said again"))
        else:
            shown = each.cards.text(each.at, self.questions.index(each) + 1, self._room, side=self._beside)
            path = Styled(plain(each.text.source.path), "bold underline")
            named = self._places(each)
            text.update(Styled("\n").join([path, shown, Styled(), named, Styled(_said(self._answer(each)), "bold")]))
            self.query_one("#card", VerticalScroll).scroll_home(animate=False)
        self._tell()

    def _places(self, each: Question) -> Styled:
        """Name the places of a repeat; the one that Tab has gone to stands out."""
        first = max(self._place - NAMED + 1, 0)
        named = places(each.cards, each.group, first)
        looks = ["reverse" if at == self._place - first + 1 else "dim" for at in range(len(named))]
        return Styled("  ").join(Styled(words, look) for words, look in zip(named, looks, strict=True))

    def _tell(self) -> None:
        """Say how much is decided, how much is shown, and where it is kept."""
        done = sum(self._answer(one) is not None for one in self.questions)
        parts = [_("{n} of {all} decided", n=done, all=count(len(self.questions), "repeat"))]
        if len(self.shown) < len(self.questions):
            parts.append(_("{n} found", n=len(self.shown)))
        if self._filter:
            parts.append(_("only {what}", what=_(_FILTERS[self._filter])))
        status = _("{answers}; kept in {file}", answers=clauses(parts), file=self.asks.decisions.path)
        self.query_one("#status", Static).update(status)

    # Answers ---------------------------------------------------------------------------------------------------

    def _record(self, answers: Sequence[tuple[Question, Answer | None]], accepted: Baseline | None = None) -> None:
        """Keep answers as one step that can be taken back."""
        before = self.asks.state
        self._done.append(before)
        self._undone.clear()
        for each, answer in answers:
            self.asks.answered(each.text.source, each.group, answer, write=False)
        self.asks.accepted = accepted or self.asks.accepted
        self._kept(before)

    def _kept(self, before: State) -> None:
        """Write what was answered, and show it where it is another answer than before."""
        self.asks.write()
        for at, each in enumerate(self.shown):
            if before.decisions.entries.get(each.key) != self.asks.decisions.entries.get(each.key):
                self._list.replace_option_prompt_at_index(at, self._row(each))
        self._show()

    def _take(self, answer: Answer) -> None:
        if each := self.here:
            self._record([(each, answer)])
            self.action_move(1)

    def action_answer(self, kind: str) -> None:
        """Answer as suggested, or that all places stay."""
        self._take(Answer(Kind(kind)))

    def on_option_list_option_selected(self) -> None:
        """Enter is the suggestion."""
        self.action_answer("accept")

    def on_key(self, event: Key) -> None:
        """Let only the place of a number stay."""
        if event.key.isdecimal() and event.key != "0" and self.focused is self._list:
            self._only(int(event.key) - 1)

    def action_only(self) -> None:
        """Do nothing: the number says which place is meant."""

    def action_chosen(self) -> None:
        """Let only the place stay that Tab has gone to."""
        self._only(self._place)

    def _only(self, at: int) -> None:
        if (each := self.here) and at < len(each.group.members):
            self._take(Answer(Kind.KEEP_ONE, at))

    def action_place(self, step: int) -> None:
        """Go to the next or the previous place of the repeat."""
        if each := self.here:
            self._place = (self._place + step) % len(each.group.members)
            self._show()

    def action_accept(self) -> None:
        """Let all places stay, and accept that for check, too."""
        from dedupe_cli.review.accepted import accepting  # noqa: PLC0415  only then

        if each := self.here:
            accepted = accepting(self.asks.accepted, each.text.source, each.plan, each.group)
            self._record([(each, Answer(Kind.KEEP_ALL))], accepted)
            self.notify(_("accepted in {file}", file=accepted.path))
            self.action_move(1)

    def action_clear(self) -> None:
        """Take an answer back."""
        if (each := self.here) and self._answer(each) is not None:
            self._record([(each, None)])

    def action_edit(self) -> None:
        """Write the text that stays anew."""
        each = self.here
        if each is None or each.group.held or len(each.group.members[each.group.kept].spans) > 1:
            self.notify(_("this text cannot be written anew here"))
            return
        source = each.text.source
        text = rewritten(source.prose, each.group.members[each.group.kept]).of(source.text)
        try:
            with self.suspend():
                new = edit(text)
        except DedupeError as error:
            self.notify(said(error.message), severity="error")
            return
        self.refresh()
        if new != text and new.strip():
            self._take(Answer(Kind.EDIT, text=new))

    def action_rest(self) -> None:
        """Give the answer of this repeat to the rest of its file."""
        self._spread(lambda each, one: one.text is each.text)

    def action_alike(self) -> None:
        """Give the answer of this repeat to all of its rule that are as much alike or more."""
        self._spread(
            lambda each, one: one.group.rule == each.group.rule and one.group.similarity[0] >= each.group.similarity[0]
        )

    def _spread(self, fits: Callable[[Question, Question], bool]) -> None:
        """Give the answer of this repeat to others that are undecided."""
        each, answer = self.here, self._answer(self.here) if self.here else None
        if each is None or answer is None or answer.kind not in {Kind.ACCEPT, Kind.KEEP_ALL}:
            self.notify(_("answer this one first, with y or x"))
            return
        rest = [one for one in self.questions if fits(each, one) and self._answer(one) is None]
        self._record([(one, answer) for one in rest])
        self.notify(_("{answers} more", answers=count(len(rest), "answer")))

    def action_save(self) -> None:
        """Say where the answers are; they are there already."""
        self.asks.write()
        self.notify(_("kept in {file}", file=self.asks.decisions.path))

    def action_undo(self) -> None:
        """Take the last step back."""
        self._step(self._done, self._undone)

    def action_redo(self) -> None:
        """Take the step again that was taken back last."""
        self._step(self._undone, self._done)

    def _step(self, source: list[State], target: list[State]) -> None:
        if source:
            before = self.asks.state
            target.append(before)
            self.asks.decisions, self.asks.accepted = source.pop()
            self._kept(before)

    # Ways around -----------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Go to the next or the previous repeat."""
        if self._list.highlighted is not None:
            self._list.highlighted = min(max(self._list.highlighted + step, 0), len(self.shown) - 1)

    def action_undecided(self, step: int) -> None:
        """Go to the next or the previous repeat without an answer."""
        at = self._list.highlighted
        if at is None:
            return
        order = range(at + 1, len(self.shown)) if step > 0 else range(at - 1, -1, -1)
        found = next((n for n in order if self._answer(self.shown[n]) is None), None)
        if found is not None:
            self._list.highlighted = found

    def action_find(self) -> None:
        """Ask what to look for."""
        box = self.query_one("#find", Input)
        box.add_class("shown")
        box.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show the repeats that have all the words."""
        words = event.value.lower().split()
        self._narrow([each for each in self.questions if all(word in _found(each) for word in words)])

    def action_filter(self) -> None:
        """Show only some repeats, the next kind of them that there are at each call, then all again."""
        for kind in range(self._filter + 1, len(_FILTERS)):
            some = [each for each in self.questions if self._fits(each, kind)]
            if 0 < len(some) < len(self.questions):
                self._narrow(some, kind)
                return
        self.action_all()

    def _fits(self, each: Question, kind: int) -> bool:
        """Tell whether a repeat is of a kind that f shows."""
        if kind == 1:
            return self._answer(each) is None
        if kind == 2 or self.here is None:
            return each.group.held
        return each.group.rule == self.here.group.rule if kind == 3 else each.text is self.here.text

    def action_all(self) -> None:
        """Show all repeats again."""
        self.query_one("#find", Input).value = ""
        self._narrow(list(self.questions))

    def action_side(self) -> None:
        """Show what stays beside what goes, or below each other again."""
        self._beside = not self._beside
        if self._beside and self._room < LEAST:
            self.notify(_("side by side needs {n} columns here; there are {room}", n=LEAST, room=self._room))
        self._show()

    @property
    def _room(self) -> int:
        """Columns of the card."""
        return max(self.query_one("#card").size.width - 3, 20)

    def action_open(self) -> None:
        """Open the file at the place that Tab has gone to; a text that was changed is asked about anew."""
        each = self.here
        if each is None:
            return
        line = each.cards.view.line(each.group.members[self._place].start)
        try:
            with self.suspend():
                open_at(each.text.source.path, line)
        except DedupeError as error:
            self.notify(said(error.message), severity="error")
        self.refresh()
        self._read_again(each.text)

    def _read_again(self, text: Text) -> None:
        """Ask anew about a text that is another one now."""
        found = self.asks.texts([text.source.path])
        if not found or found[0].source.digest == text.source.digest:
            return
        new = questions_of(found[0], self.asks, Decisions())
        at = next(n for n, each in enumerate(self.questions) if each.text is text)
        rest = [each for each in self.questions if each.text is not text]
        self.questions = [*rest[:at], *new, *rest[at:]]
        self.action_all()
        self.notify(
            _(
                "{file} has changed: {repeats} in it now",
                file=plain(text.source.path),
                repeats=count(len(new), "repeat"),
            )
        )

    def _narrow(self, found: list[Question], kind: int = 0) -> None:
        here, self._filter = self.here, kind
        self.shown = found
        self._fill()
        self.query_one("#find").remove_class("shown")
        self._list.focus()
        self._list.highlighted = found.index(here) if here in found else 0 if found else None
        self._show()

    def action_keys(self) -> None:
        """Show all keys."""
        self.push_screen(Page(Styled(page())))

    def action_preview(self) -> None:
        """Show what becomes of the file of this repeat; what is not answered stays."""
        from dedupe_cli.cli.view import patch  # noqa: PLC0415  only then

        each = self.here
        if each is None:
            return
        text = each.text
        decisions = with_rest([text], self.asks.decisions)
        try:
            made = api.run(text.source, text.settings, terms=text.terms._replace(decisions=decisions))
            words = patch(made).decode("utf-8", "replace") or _("nothing goes")
        except DedupeError as error:
            words = said(error.message)
        shown = Styled(no_wrap=False)
        for line in words.splitlines():
            look = {"+": "color(32)", "-": "color(167)", "@": "dim", "#": "dim"}.get(line[:1], "")
            shown.append(plain(line) + "\n", look)
        self.push_screen(Page(shown))

    def action_leave(self, change: bool) -> None:  # noqa: FBT001  an action of a key
        """Leave; what was answered is kept already. Before files are changed, ask what came up by what stays."""
        new = self._come_up() if change else []
        if not new:
            self.exit(change)
            return
        self.questions += new
        self.action_all()
        self._list.highlighted = len(self.questions) - len(new)
        words = "because of what stays, {repeats} came up anew: decide, then A again"
        self.notify(_(words, repeats=count(len(new), "repeat")))

    def _come_up(self) -> list[Question]:
        """Return the questions that are other ones than before, as places stay: what is found around them changes."""
        known = {each.key for each in self.questions}
        out: list[Question] = []
        for text in {id(each.text): each.text for each in self.questions}.values():
            mine = [each for each in self.questions if each.text is text and not each.group.held]
            if not any((answer := self._answer(each)) and answer.kind is Kind.KEEP_ALL for each in mine):
                continue
            out += [each for each in questions_of(text, self.asks) if each.key not in known and not self._answer(each)]
        return out


def questions_of(text: Text, asks: Asking, decisions: Decisions | None = None) -> list[Question]:
    """Return what is asked about a text, what goes first; under the decisions so far, or others."""
    plan = text.plan(asks.decisions if decisions is None else decisions)
    cards = Cards(text.source, plan, stream=io.StringIO(), **asks.console.look)
    order = sorted(range(len(plan.groups)), key=lambda at: (plan.groups[at].held, at))
    return [Question(text, plan, at, cards) for at in order if is_asked(plan.groups[at])]


def _mark(answer: Answer | None, *, held: bool) -> str:
    if answer is None:
        return "!" if held else "."
    return {Kind.ACCEPT: "y", Kind.KEEP_ALL: "x", Kind.EDIT: "e"}.get(answer.kind, str(answer.member + 1))


def _said(answer: Answer | None) -> str:
    """Return an answer in words."""
    if answer is None:
        return _("undecided: y as suggested, x all stay, 1-9 only that one")
    words = {
        Kind.ACCEPT: _("as suggested"), Kind.KEEP_ALL: _("all places stay"), Kind.EDIT: _("another wording"),
        Kind.KEEP_ONE: _("only place {n} stays", n=answer.member + 1),
    }  # fmt: skip
    return _("decided: {what}", what=words[answer.kind])


def _found(each: Question) -> str:
    """Return what a search looks at."""
    return f"{each.group.rule} {each.group.id} {each.text.source.path} {each.words}".lower()


def on_screen(asks: Asking, paths: Sequence[str]) -> tuple[Decisions, bool]:
    """Let a person decide; return what holds for this run, and whether the texts are to be changed."""
    texts = asks.texts(paths)
    questions = [each for text in texts for each in questions_of(text, asks, Decisions())]
    asks.known = sum(asks.decisions.of(each.text.source, each.group) is not None for each in questions)
    change = bool(Review(asks, questions).run()) if questions else False
    decided = sum(asks.decisions.of(each.text.source, each.group) is not None for each in questions)
    asks.asked = max(decided - asks.known, 0)
    return with_rest(texts, asks.decisions), change
