"""The screen of `dedupe review`, driven by keys at several sizes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

import command
from dedupe_cli.cli.answers import Answers
from dedupe_cli.cli.batch import Task
from dedupe_cli.cli.console import Console
from dedupe_cli.cli.review_list import ReviewList
from dedupe_cli.cli.review_screen import Page, Review
from dedupe_cli.gate.baseline import Baseline
from dedupe_cli.read.decode import Decoding
from dedupe_cli.review.decisions import Decisions
from dedupe_cli.settings import Settings
from dedupe_cli.terms import Terms
from strategies import ENGLISH

HELD = f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST.replace('nine', 'ten')}\n\n{command.LAST}\n"
THREE = (
    f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST}\n\n{command.LAST}\n\n{command.FIRST}\n\n{command.SECOND}\n"
)


class Tasks:
    def task(self, _path: str) -> Task:
        return Task(Decoding(None), Settings(), Terms())


Look = Callable[[Review], None]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Review:
    monkeypatch.chdir(tmp_path)
    for name, text in (("a.txt", THREE), ("b.txt", HELD), ("zh.txt", command.ZH_TWICE)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return screen("a.txt", "b.txt", "zh.txt")


def screen(*names: str) -> Review:
    asks = Answers(Console(), Tasks(), Decisions({}, "d.json"), accepted=Baseline(path=".dedupe-baseline.json"))  # type: ignore[arg-type]
    return Review(asks, ReviewList(asks, asks.texts(names)))


def drive(app: Review, *steps: str | Look, size: tuple[int, int] = (100, 30)) -> bool | None:
    """Press keys one after the other, and look at the screen between them."""

    async def press() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for step in steps:
                if isinstance(step, str):
                    await pilot.press(step)
                    await pilot.pause()
                else:
                    step(app)

    # In a thread of its own: a browser of another test may have left its loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, press()).result()
    return app.return_value


def rows() -> list[dict[str, Any]]:
    """The answers on the disk, in the order of their texts."""
    stored = json.loads(Path("d.json").read_text(encoding="utf-8"))["decisions"]
    return sorted(stored.values(), key=lambda row: str(row["note"]))


def assert_answered(*kinds: str) -> Look:
    """A look at the disk: so it was answered, in any order."""

    def look(_app: Review) -> None:
        assert sorted(row["answer"] for row in rows()) == sorted(kinds)

    return look


def text_of(app: Review, name: str = "#text") -> str:
    return str(app.screen.query_one(name, Static).render())


def test_answers_are_on_the_disk_at_once(app: Review) -> None:
    def status(app: Review) -> None:
        assert "3 of 4 repeats decided" in text_of(app, "#status")

    drive(app, "y", assert_answered("accept"), "x", "2", assert_answered("accept", "keep-all", "keep-one"), status)


def test_enter_is_the_suggestion(app: Review) -> None:
    drive(app, "enter", assert_answered("accept"))


def test_undo_and_redo(app: Review) -> None:
    drive(app, "y", "x", "u", assert_answered("accept"), "u", assert_answered(), "ctrl+r", assert_answered("accept"))


def test_the_same_for_the_rest_of_a_file(app: Review) -> None:
    drive(app, "a", "y", "k", "a", assert_answered("accept", "accept"))


def test_the_same_for_what_is_like_it(app: Review) -> None:
    drive(app, "R", "y", "k", "R", assert_answered("accept", "accept"))


def test_an_answer_is_taken_back(app: Review) -> None:
    drive(app, "y", "k", "backspace", assert_answered())


def test_ways_around(app: Review) -> None:
    def at(number: int) -> Look:
        def look(app: Review) -> None:
            assert app.here is app.repeats.questions[number]

        return look

    drive(app, "y", at(1), "k", at(0), "n", at(1), "n", at(2), "N", at(1), "N", at(1), "j", "j", "j", at(3))


def test_search_narrows_and_escape_shows_all(app: Review) -> None:
    def found(app: Review) -> None:
        assert [each.text.source.path for each in app.repeats.shown] == ["zh.txt"]
        assert "1 found" in text_of(app, "#status")
        assert command.ZH_FIRST[:12] in text_of(app)

    def every(app: Review) -> None:
        assert len(app.repeats.shown) == 4

    drive(app, "slash", *command.ZH_FIRST[:3], "enter", found, "escape", every)


def test_a_search_for_nothing_is_no_end(app: Review) -> None:
    keys = (*"yx1nNekjpaRuidos", "tab", "space", "f", "escape")
    drive(app, "slash", "q", "q", "q", "enter", *keys, "y", assert_answered("accept"))


def test_preview_and_keys(app: Review) -> None:
    def preview(app: Review) -> None:
        assert isinstance(app.screen, Page)
        assert f"-{command.FIRST}" in str(app.screen.words)

    def keys(app: Review) -> None:
        assert isinstance(app.screen, Page)
        assert "undecided again" in str(app.screen.words)

    drive(app, "y", "k", "p", preview, "escape", "question_mark", keys, "escape", "q")


@pytest.mark.parametrize(("key", "change"), [("A", True), ("q", False), ("ctrl+c", False)])
def test_leaving(app: Review, key: str, change: bool) -> None:
    assert drive(app, "y", key) is change
    assert_answered("accept")(app)


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 60)])
def test_every_size_has_list_and_card(app: Review, size: tuple[int, int]) -> None:
    def look(app: Review) -> None:
        assert "twice" in text_of(app)
        for name in ("#list", "#card", "#status"):
            box = app.screen.query_one(name).region
            assert box.width > 0
            assert box.height > 0
            assert box.right <= size[0]

    drive(app, "j", look, size=size)


def test_what_is_held_back_stays_by_y_and_goes_by_its_number(app: Review) -> None:
    def told(app: Review) -> None:
        assert "held back" in text_of(app)

    drive(app, "n", "n", "n", told, "2", assert_answered("keep-one"))
    assert [row["rule"] for row in rows()] == ["D401"]


def test_the_text_that_stays_is_written_in_the_editor(app: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    # Under test the screen has no terminal to give away.
    monkeypatch.setattr(Review, "suspend", contextlib.nullcontext)
    monkeypatch.setattr("dedupe_cli.cli.answers.edit", lambda text: text.replace("九", "十"))
    drive(app, "j", "j", "e", "j", "e", assert_answered("edit"))  # what is held back is not written anew
    assert rows()[0]["text"] == command.ZH_FIRST.replace("九", "十")


def test_tab_goes_from_place_to_place_and_space_chooses(app: Review) -> None:
    def at(place: str) -> Look:
        def look(app: Review) -> None:
            spans = app.screen.query_one("#text", Static).render().spans  # type: ignore[union-attr]
            [marked] = [text_of(app)[span.start : span.end] for span in spans if getattr(span.style, "reverse", False)]
            assert marked == place

        return look

    one, two = "1 = line 1", "2 - line 9"
    drive(
        app,
        at(one),
        "tab",
        at(two),
        "tab",
        at(one),
        "shift+tab",
        at(two),
        "space",
        assert_answered("keep-one"),
        at(one),
    )
    assert rows()[0]["member"] == 2


def test_what_is_accepted_is_in_the_baseline_and_undo_takes_it_out(app: Review) -> None:
    def accepted(many: int) -> Look:
        return lambda _: entries(many)

    def entries(many: int) -> None:
        found = json.loads(Path(".dedupe-baseline.json").read_text(encoding="utf-8"))["entries"]
        assert len(found) == many

    drive(
        app,
        "i",
        assert_answered("keep-all"),
        accepted(1),
        "i",
        accepted(2),
        "u",
        "u",
        assert_answered(),
        accepted(0),
        "ctrl+r",
        accepted(1),
    )
    assert command.here(["check", "-q", "--select", "D1", "a.txt"]).stdout.count(b"[") == 1


def test_filter_goes_through_the_kinds_that_there_are(app: Review) -> None:
    seen: list[tuple[int, str]] = []

    def look(app: Review) -> None:
        seen.append((len(app.repeats.shown), text_of(app, "#status").partition("; kept")[0]))

    drive(app, "y", "f", look, "f", look, "f", look, "f", look, "f", look, "f", look)
    assert [many for many, _ in seen] == [3, 3, 1, 1, 1, 4]
    assert "only what is undecided" in seen[0][1]
    assert "only what goes" in seen[1][1]
    assert "only what is held back" in seen[2][1]
    assert "only" not in seen[-1][1]


def test_what_goes_is_first_in_the_order_that_was_asked_for(app: Review) -> None:
    def orders(order: str) -> list[float]:
        asked = ReviewList(app.answers, list({id(e.text): e.text for e in app.repeats.questions}.values()), order)
        held = [each.group.held for each in asked.questions]
        assert held == sorted(held)
        return [each.sure for each in asked.questions if not each.group.held]

    assert orders("sure") == sorted(orders("place"), reverse=True)
    assert orders("doubtful") == sorted(orders("place"))


def test_side_by_side_where_there_is_room(app: Review) -> None:
    def beside(app: Review) -> None:
        assert re.search(r" = .* - .*exact copy", text_of(app))

    def below(app: Review) -> None:
        assert not re.search(r" = .* - .*exact copy", text_of(app))

    drive(app, below, "d", beside, "d", below, size=(200, 40))
    drive(screen("a.txt"), "d", below, size=(90, 30))


@pytest.mark.parametrize(
    ("editor", "args"),
    [("vi", ["+9", "a.txt"]), ("nvim -p", ["-p", "+9", "a.txt"]), ("code", ["--goto", "a.txt:9"]), ("hx", ["a.txt:9"])],
)
def test_a_place_is_opened_in_the_editor(
    app: Review, monkeypatch: pytest.MonkeyPatch, editor: str, args: list[str]
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(Review, "suspend", contextlib.nullcontext)
    monkeypatch.setenv("VISUAL", editor)

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        ran.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("dedupe_cli.cli.answers.subprocess.run", run)
    drive(app, "tab", "o")
    assert ran == [[editor.split(maxsplit=1)[0], *args]]


def test_a_text_that_was_changed_in_the_editor_is_asked_about_anew(
    app: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Review, "suspend", contextlib.nullcontext)
    monkeypatch.setattr(
        "dedupe_cli.cli.review_screen.open_at", lambda path, _: Path(path).write_text(command.TWICE, encoding="utf-8")
    )

    def anew(app: Review) -> None:
        assert [each.text.source.path for each in app.repeats.questions] == ["a.txt", "zh.txt", "b.txt"]
        assert "twice, 1 goes" in text_of(app)

    drive(app, "o", anew)


@pytest.mark.parametrize("width", [40, 80, 110, 200])
def test_the_foot_has_the_words_of_as_many_keys_as_there_is_room_for(app: Review, width: int) -> None:
    def look(app: Review) -> None:
        row = text_of(app, "#foot")
        assert row.startswith("y as suggested  x all stay")
        assert not re.search(r"(^|  )\S+($|  )", row)  # no key without its word
        assert len(row) <= width - 2
        assert ("o open" in row) == (width == 200)

    drive(app, "j", look, size=(width, 24))


def test_texts_are_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    line = "[red]The old mill[/red] turns \x1b[31monly in June[/], when [bold]the water [link=x]is high and clear."
    (tmp_path / "[b]x.txt").write_text(f"{line}\n\n{command.FIRST}\n\n{line}\n", encoding="utf-8")

    def look(app: Review) -> None:
        said = text_of(app)
        assert "[red]The old mill[/red]" in said
        assert "\x1b" not in said
        assert "[b]x.txt" in said

    drive(screen("[b]x.txt"), look, "y", "k", "p", "escape", "slash", "[", "enter")


def test_what_comes_up_by_what_stays_is_asked_before_files_are_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spring, bell, trees = ENGLISH[:3]
    blocks = (spring, bell, bell), (bell, bell, spring), (bell, trees, bell), (trees,), (trees, bell)
    (tmp_path / "a.txt").write_text("\n\n".join(map(" ".join, blocks)) + "\n", encoding="utf-8")
    app = screen("a.txt")

    def more(app: Review) -> None:
        assert len(app.repeats.questions) == 5
        assert app.here is app.repeats.questions[3]

    assert drive(app, "x", "y", "y", "A", more, "y", "y", "A") is True
    assert_answered("accept", "accept", "accept", "accept", "keep-all")(app)


def test_for_real_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(command.TWICE, encoding="utf-8")
    leader, follower = pty.openpty()
    environment = command.environment(TERM="xterm-256color", COLUMNS="90", LINES="24")
    process = subprocess.Popen(
        [str(command.DEDUPE), "review", "a.txt"], cwd=tmp_path, stdin=follower, stdout=follower, stderr=follower,
        env=environment, start_new_session=True,
    )  # fmt: skip
    os.close(follower)
    out, keys, deadline = b"", [b"y", b"A", b"y\n"], time.monotonic() + 60
    marks = [b"undecided", b"decided: as suggested", b"write now? [y,n] "]
    while time.monotonic() < deadline:
        if not select.select([leader], [], [], 1)[0]:
            continue
        try:
            out += os.read(leader, 65536)
        except OSError:
            break
        if keys and marks[0] in out:
            os.write(leader, keys.pop(0))
            marks.pop(0)
            out = b""
    os.close(leader)
    assert process.wait(timeout=30) == 0
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == command.ONCE
