"""The screen of ``dedupe review``: the repeats on the left, one of them in full on the right, by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeVar

from rich.text import Text as Styled
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from dedupe_cli import api
from dedupe_cli.cli.answers import NAMED, Answers, Question, in_words, open_at
from dedupe_cli.cli.review_list import KEYS, ReviewList, foot, page
from dedupe_cli.errors import DedupeError
from dedupe_cli.language import _, said
from dedupe_cli.render.phrases import alikeness, count
from dedupe_cli.render.pieces import plain
from dedupe_cli.render.terminal_layout import LEAST
from dedupe_cli.render.terminal_style import Measure
from dedupe_cli.review.decisions import Answer, Decisions, Kind

if TYPE_CHECKING:
    from textual.events import Key


Made = TypeVar("Made")
# Columns of the list, and of the least that a card needs beside it.
_LIST, _CARD = 34, 40
# Characters of a repeat that its row may need.
_WORDS = 80
_PATCH = {"+": "color(32)", "-": "color(167)", "@": "dim", "#": "dim"}
_MARKS = {Kind.ACCEPT: "y", Kind.KEEP_ALL: "x", Kind.EDIT: "e"}


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
    #list { width: 38%; min-width: 30; max-width: 72; height: 1fr; border: none; padding: 0;
            text-wrap: nowrap; text-overflow: ellipsis; }
    #card { width: 1fr; height: 1fr; padding: 0 1; }
    #status, #foot { height: 1; background: $panel; padding: 0 1; }
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

    def __init__(self, answers: Answers, repeats: ReviewList) -> None:
        super().__init__()
        self.answers, self.repeats = answers, repeats
        # The repeat that is shown, and the place of it that Tab has gone to.
        self._seen: Question | None = None
        self._place = 0
        self._beside = False
        for key in KEYS:
            self.bind(key.keys, key.action)

    def compose(self) -> ComposeResult:
        """Lay out list, card, status and keys."""
        with Horizontal():
            yield OptionList(id="list", markup=False)
            with VerticalScroll(id="card"):
                yield Static(id="text", markup=False)
        yield Input(placeholder=_("words, Enter"), id="find")
        yield Static(id="status", markup=False)
        yield Static(id="foot", markup=False)

    def on_mount(self) -> None:
        """Fill the list, let keys go to it, and begin at the first repeat without an answer."""
        self._fill()
        self._list.focus()
        self._list.highlighted = self.repeats.undecided(-1, 1) or 0

    # What is shown ---------------------------------------------------------------------------------------------

    @property
    def _list(self) -> OptionList:
        return self.query_one("#list", OptionList)

    @property
    def here(self) -> Question | None:
        """The repeat that is shown."""
        at, shown = self._list.highlighted, self.repeats.shown
        return shown[at] if at is not None and at < len(shown) else None

    def _row(self, each: Question) -> str:
        group, answer = each.group, self.answers.of_question(each)
        least = group.similarity[0]
        mark = "!" if group.held else "."
        if answer is not None:
            mark = _MARKS.get(answer.kind, str(answer.member + 1))
        alike = alikeness(least, least, held=group.held).replace(" ", "")
        return f"{mark} {group.rule} {alike:>5} {len(group.members):>2}x {plain(each.words[:_WORDS])}"

    def _fill(self) -> None:
        self._list.clear_options()
        self._list.add_options([Option(self._row(each)) for each in self.repeats.shown])

    def on_option_list_option_highlighted(self) -> None:
        """Show the repeat that was gone to."""
        self._show()

    def on_resize(self) -> None:
        """Lay out anew: below each other where there is no room beside."""
        self.screen.set_class(self.size.width < _LIST + _CARD, "narrow")
        keys = [Styled.assemble((key, "bold"), " ", word) for key, word in foot(self.size.width - 2)]
        self.query_one("#foot", Static).update(Styled("  ").join(keys))
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        each, text = self.here, self.query_one("#text", Static)
        if each is not self._seen:
            self._place, self._seen = 0, each
        if each is None:
            text.update(_("nothing is found") if self.repeats.questions else _("nothing is said again"))
        else:
            shown = each.cards.text(each.at, self.repeats.number(each), self._room, side=self._beside)
            path = Styled(plain(each.text.source.path), "bold underline")
            decided = Styled(in_words(self.answers.of_question(each)), "bold")
            text.update(Styled("\n").join([path, shown, Styled(), self._places(each), decided]))
            self.query_one("#card", VerticalScroll).scroll_home(animate=False)
        self.query_one("#status", Static).update(self.repeats.status())

    def _places(self, each: Question) -> Styled:
        """Name the places of a repeat; the one that Tab has gone to stands out."""
        first, cells = max(self._place - NAMED + 1, 0), Measure().cells
        out, used = Styled(), 0
        for at, words in enumerate(each.places(first)):
            used += cells(words) + 2
            if used > self._room:
                used = cells(words) + 2
                out.append("\n")
            out.append(words, "reverse" if at == self._place - first + 1 else "dim").append("  ")
        return out

    @property
    def _room(self) -> int:
        """Columns of the card."""
        return max(self.query_one("#card").size.width - 3, 20)

    # Answers ---------------------------------------------------------------------------------------------------

    def _changing(self, change: Callable[[], object]) -> None:
        """Change answers, and show it where it is another answer than before."""
        before = self.answers.decisions.entries
        change()
        now = self.answers.decisions.entries
        for at, each in enumerate(self.repeats.shown):
            if before.get(each.key) != now.get(each.key):
                self._list.replace_option_prompt_at_index(at, self._row(each))
        self._show()

    def _take(self, answer: Answer) -> None:
        if each := self.here:
            self._changing(lambda: self.answers.record([(each, answer)]))
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
        from dedupe_cli.review.decided import accepting  # noqa: PLC0415  only then

        if each := self.here:
            accepted = accepting(self.answers.accepted, each.text.source, each.plan, each.group)
            self._changing(lambda: self.answers.record([(each, Answer(Kind.KEEP_ALL))], accepted))
            self.notify(_("accepted in {file}", file=accepted.path))
            self.action_move(1)

    def action_clear(self) -> None:
        """Take an answer back."""
        if (each := self.here) and self.answers.of_question(each) is not None:
            self._changing(lambda: self.answers.record([(each, None)]))

    def action_edit(self) -> None:
        """Write the text that stays anew."""
        if (each := self.here) and (answer := self._away(each.rewritten)):
            self._take(answer)

    def _away(self, do: Callable[[], Made]) -> Made | None:
        """Give the terminal to another program, and say what is wrong with that."""
        try:
            with self.suspend():
                return do()
        except DedupeError as error:
            self.notify(said(error.message), severity="error")
            return None
        finally:
            self.refresh()

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
        each, answer = self.here, self.answers.of_question(self.here) if self.here else None
        if each is None or answer is None or answer.kind not in {Kind.ACCEPT, Kind.KEEP_ALL}:
            self.notify(_("answer this one first, with y or x"))
            return
        before = self.answers.asked
        self._changing(lambda: self.repeats.spread(answer, lambda one: fits(each, one)))
        self.notify(_("{answers} more", answers=count(self.answers.asked - before, "answer")))

    def action_save(self) -> None:
        """Say where the answers are; they are there already."""
        self.notify(_("kept in {file}", file=self.answers.decisions.path))

    def action_undo(self) -> None:
        """Take the last step back."""
        self._changing(self.answers.undo)

    def action_redo(self) -> None:
        """Take the step again that was taken back last."""
        self._changing(self.answers.redo)

    # Ways around -----------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """Go to the next or the previous repeat."""
        if self._list.highlighted is not None:
            self._list.highlighted = min(max(self._list.highlighted + step, 0), len(self.repeats.shown) - 1)

    def action_undecided(self, step: int) -> None:
        """Go to the next or the previous repeat without an answer."""
        at = self._list.highlighted
        if at is not None and (found := self.repeats.undecided(at, step)) is not None:
            self._list.highlighted = found

    def action_find(self) -> None:
        """Ask what to look for."""
        box = self.query_one("#find", Input)
        box.add_class("shown")
        box.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Show the repeats that have all the words."""
        self._narrow(lambda: self.repeats.find(event.value))

    def action_filter(self) -> None:
        """Show only some repeats, the next kind of them that there are at each call, then all again."""
        self._narrow(lambda: self.repeats.filter_on(self.here))

    def action_all(self) -> None:
        """Show all repeats again."""
        self.query_one("#find", Input).value = ""
        self._narrow(lambda: self.repeats.find(""))

    def _narrow(self, change: Callable[[], object]) -> None:
        """Change which repeats are shown, and stay at the present one where it is among them."""
        here = self.here
        change()
        found = self.repeats.shown
        self._fill()
        self.query_one("#find").remove_class("shown")
        self._list.focus()
        self._list.highlighted = found.index(here) if here in found else 0 if found else None
        self._show()

    def action_side(self) -> None:
        """Show what stays beside what goes, or below each other again."""
        self._beside = not self._beside
        if self._beside and self._room < LEAST:
            self.notify(_("side by side needs {n} columns here; there are {room}", n=LEAST, room=self._room))
        self._show()

    def action_open(self) -> None:
        """Open the file at the place that Tab has gone to; a text that was changed is asked about anew."""
        if (each := self.here) is None:
            return
        path, line = each.text.source.path, each.cards.view.line(each.group.members[self._place].start)
        self._away(lambda: open_at(path, line))
        many = self.repeats.read_again(each.text)
        if many is not None:
            self.action_all()
            told = count(many, "repeat")
            self.notify(_("{file} has changed: {repeats} in it now", file=plain(path), repeats=told))

    def action_keys(self) -> None:
        """Show all keys."""
        self.push_screen(Page(Styled(page())))

    def action_preview(self) -> None:
        """Show what becomes of the file of this repeat; what is not answered stays."""
        from dedupe_cli.cli.view import patch  # noqa: PLC0415  only then

        if (each := self.here) is None:
            return
        text = each.text
        try:
            terms = text.terms._replace(decisions=self.answers.with_rest([text]))
            words = patch(api.run(text.source, text.settings, terms=terms)).decode("utf-8", "replace")
        except DedupeError as error:
            words = said(error.message)
        shown = Styled(no_wrap=False)
        for line in (words or _("nothing goes")).splitlines():
            shown.append(plain(line) + "\n", _PATCH.get(line[:1], ""))
        self.push_screen(Page(shown))

    def action_leave(self, change: bool) -> None:  # noqa: FBT001  an action of a key
        """Leave; what was answered is kept already. Before files are changed, ask what came up by what stays."""
        new = self.repeats.come_up() if change else 0
        if not new:
            self.exit(change)
            return
        self.action_all()
        self._list.highlighted = len(self.repeats.questions) - new
        words = "because of what stays, {repeats} came up anew: decide, then A again"
        self.notify(_(words, repeats=count(new, "repeat")))


def on_screen(answers: Answers, paths: Sequence[str], order: str) -> tuple[Decisions, bool]:
    """Let a person decide; return what holds for this run, and whether the texts are to be changed."""
    texts = answers.texts(paths)
    repeats = ReviewList(answers, texts, order)
    change = bool(Review(answers, repeats).run()) if repeats.questions else False
    return answers.with_rest(texts), change
