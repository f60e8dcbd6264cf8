"""The questions of `dedupe review` and `dedupe clean -i`, on a terminal and without one."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

import command

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HELD = f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST.replace('nine', 'ten')}\n\n{command.LAST}\n"
# Two repeats: FIRST three times, SECOND twice, what stands between them once.
BETWEEN = "The lamps are lit at four in winter, and the cat sleeps under the third of them."
BOTH = (
    f"{command.FIRST}\n\n{command.SECOND}\n\n{BETWEEN}\n\n{command.FIRST}\n\n{command.LAST}\n\n{command.SECOND}\n\n"
    f"Nobody has counted the books since the old librarian left.\n\n{command.FIRST}\n"
)
NEAR = f"{command.FIRST}\n\n{command.SECOND}\n\n{command.FIRST.replace('weekdays', 'weekdsys')}\n\n{command.LAST}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in.txt").write_text(BOTH, encoding="utf-8")
    return tmp_path


def _shown(line: str, begin: int, out: str) -> bool:
    return line in out[begin:]


class Session:
    """A command on a terminal of 80 columns that knows no colours; the answers are typed when it asks."""

    def __init__(self, folder: Path, *args: str, **extra: str) -> None:
        self.leader, follower = pty.openpty()
        environment = command.environment(TERM="dumb", COLUMNS="80", **extra)
        self.process = subprocess.Popen(
            [str(command.DEDUPE), *args],
            cwd=folder,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env=environment,
            start_new_session=True,
        )
        os.close(follower)
        self.out = ""

    def until(self, wanted: Callable[[str], bool]) -> None:
        """Read until the output is as wanted; an end of the output is one, too."""
        data = self.out.encode()
        deadline = time.monotonic() + 60
        while not wanted(data.decode("utf-8", "replace")):
            assert select.select([self.leader], [], [], max(deadline - time.monotonic(), 0))[0], data.decode()
            try:
                part = os.read(self.leader, 65536)
            except OSError:
                break
            if not part:
                break
            data += part
        self.out = data.decode("utf-8", "replace")

    def asked(self) -> None:
        """Read until a question is asked."""
        self.until(lambda out: out.endswith("] "))

    def answer(self, *lines: str) -> None:
        for line in lines:
            self.asked()
            assert self.process.poll() is None, self.out
            os.write(self.leader, f"{line}\n".encode())
            # What is typed is shown; the next question may be there as soon.
            self.until(partial(_shown, f"{line}\r\n", len(self.out)))

    def end(self) -> tuple[int, str]:
        self.until(lambda _: False)
        os.close(self.leader)
        return self.process.wait(timeout=30), self.out.replace("\r\n", "\n")


def review(folder: Path, *answers: str, args: tuple[str, ...] = ("review", "in.txt"), **extra: str) -> tuple[int, str]:
    session = Session(folder, *args, **extra)
    session.answer(*answers)
    return session.end()


def answers(folder: Path) -> list[str]:
    stored = json.loads((folder / ".dedupe-review.json").read_text("utf-8"))["decisions"]
    return sorted(entry["answer"] for entry in stored.values())


def test_each_repeat_is_asked_about_and_the_text_changed_after_one_more_question(folder: Path) -> None:
    code, out = review(folder, "y", "n", "y")
    assert code == 0, out
    assert "in.txt: question 1 of 2" in out
    assert "places:  1 = line 1  2 - line 7  3 - line 15\n" in out
    assert "said 3 times: 2 copies go? [y,n,1-3,a,d,95%,e,u,q,?] y" in out
    assert "said twice: the copy goes? [y,n,1-2,a,d,95%,e,u,q,?] n" in out
    assert "1 file written; dedupe undo puts it back" in out
    text = (folder / "in.txt").read_text("utf-8")
    assert (text.count(command.FIRST), text.count(command.SECOND)) == (1, 2)
    assert answers(folder) == ["accept", "keep-all"]


def test_a_session_goes_on_where_another_one_ended(folder: Path) -> None:
    code, out = review(folder, "y", "q", "n")
    assert (code, (folder / "in.txt").read_text("utf-8")) == (0, BOTH)
    assert "1 answer; kept in .dedupe-review.json" in out
    assert "hint: dedupe clean -w --decisions .dedupe-review.json in.txt" in out
    code, out = review(folder, "y", "n")
    assert "question 1 of 1" in out
    assert "1 answer, 1 question answered before" in out
    assert code == 0


def test_what_is_answered_now_was_not_answered_before(folder: Path) -> None:
    _, out = review(folder, "n", "y", "n")
    assert "2 answers; kept in .dedupe-review.json" in out


def test_what_nobody_answered_stays(folder: Path) -> None:
    code, out = review(folder, "y", "q", "y")
    text = (folder / "in.txt").read_text("utf-8")
    assert (code, text.count(command.FIRST), text.count(command.SECOND)) == (0, 1, 2), out
    assert answers(folder) == ["accept"]


@pytest.mark.parametrize(("letter", "first", "second"), [("a", 1, 1), ("d", 3, 2), ("95%", 1, 1)])
def test_one_answer_for_many(folder: Path, letter: str, first: int, second: int) -> None:
    code, out = review(folder, letter, args=("clean", "-i", "-w", "in.txt"))
    text = (folder / "in.txt").read_text("utf-8")
    assert (code, text.count(command.FIRST), text.count(command.SECOND)) == (0, first, second), out
    assert len(answers(folder)) == 2


def test_a_similarity_that_a_copy_does_not_reach_leaves_it_asked(folder: Path) -> None:
    (folder / "in.txt").write_text(NEAR, encoding="utf-8")
    _, out = review(folder, "100%", "y", "n")
    assert "from 100 % on: as suggested; this one is asked" in out
    assert out.count("said twice: the copy goes?") == 2


def test_back_and_another_answer(folder: Path) -> None:
    review(folder, "n", "u", "3", "y", "y")
    assert answers(folder) == ["accept", "keep-one"]
    text = (folder / "in.txt").read_text("utf-8")
    assert text.endswith(f"{command.FIRST}\n")
    assert text.count(command.FIRST) == 1


def test_held_back_pairs_are_asked_and_nobody_loses_one_by_a_habit(folder: Path) -> None:
    (folder / "in.txt").write_text(HELD, encoding="utf-8")
    code, out = review(folder, "y")
    assert (code, (folder / "in.txt").read_text("utf-8")) == (0, HELD)
    assert "held back, a number differs: all stay? [y,1-2,a,d,u,q,?] y" in out
    assert "nothing goes" in out
    (folder / ".dedupe-review.json").unlink()
    code, out = review(folder, "2", "y")
    assert "of it by your decision alone: write now?" in out
    assert command.FIRST not in (folder / "in.txt").read_text("utf-8")


def test_the_text_that_stays_is_written_in_the_editor(folder: Path) -> None:
    editor = folder / "my editor.sh"
    editor.write_text('#!/bin/sh\nsed -i "s/opens at nine/opens early/" "$1"\n', encoding="utf-8")
    editor.chmod(0o755)
    code, out = review(folder, "e", "n", "y", EDITOR=f"'{editor}'")
    text = (folder / "in.txt").read_text("utf-8")
    assert (code, text.count("opens early"), text.count("opens at nine")) == (0, 1, 0), out
    assert answers(folder) == ["edit", "keep-all"]


@pytest.mark.parametrize("editor", ["false", "/no/such/editor"])
def test_an_editor_that_fails_leaves_the_question(folder: Path, editor: str) -> None:
    _, out = review(folder, "e", "q", EDITOR=editor)
    assert f"error: {editor}" in out


def test_help_is_a_question_mark(folder: Path) -> None:
    _, out = review(folder, "?", "what", "d")
    assert out.count("only place 2 stays") == 2


def test_the_most_doubtful_come_first_where_that_is_asked_for(folder: Path) -> None:
    (folder / "in.txt").write_text(f"{BOTH}\n{NEAR.replace('evening', 'dusk')}", encoding="utf-8")
    _, first = review(folder, "q", args=("review", "--order", "doubtful", "in.txt"))
    _, last = review(folder, "q", args=("review", "--order", "sure", "in.txt"))
    assert first.splitlines()[2] != last.splitlines()[2]


def test_clean_asks_and_prints_the_text(folder: Path) -> None:
    code, out = review(folder, "y", "n", args=("clean", "-i", "-o", "out.txt", "in.txt"))
    assert code == 0, out
    assert (folder / "out.txt").read_text("utf-8").count(command.FIRST) == 1
    assert (folder / "in.txt").read_text("utf-8") == BOTH


def test_no_answer_is_lost_when_the_program_is_killed(folder: Path) -> None:
    session = Session(folder, "review", "in.txt")
    session.answer("n")
    session.asked()
    os.killpg(session.process.pid, signal.SIGKILL)
    session.end()
    assert answers(folder) == ["keep-all"]
    assert (folder / "in.txt").read_text("utf-8") == BOTH


def test_an_interrupt_leaves_everything_as_it_was(folder: Path) -> None:
    session = Session(folder, "review", "in.txt")
    session.answer("y")
    session.asked()
    os.killpg(session.process.pid, signal.SIGINT)
    code, out = session.end()
    assert code == 130
    assert "interrupted; nothing written" in out
    assert (folder / "in.txt").read_text("utf-8") == BOTH
    assert answers(folder) == ["accept"]


@pytest.mark.parametrize("args", [("review", "in.txt"), ("clean", "-i", "in.txt"), ("review", "--plain", "in.txt")])
def test_without_a_terminal_two_commands_are_named(folder: Path, args: tuple[str, ...]) -> None:
    done = command.dedupe(*args, cwd=folder)
    assert (done.returncode, done.stdout) == (2, b"")
    hint = done.stderr.decode()
    assert "error: questions need a terminal to be answered on\n" in hint
    assert "dedupe report in.txt -o report.html" in hint
    assert "dedupe clean -w --decisions .dedupe-review.json in.txt" in hint


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("clean", "-i", "-"), "standard input cannot be both"),
        (("review", "-"), "standard input cannot be both"),
        (("clean", "-i", "--plan", "p.json", "in.txt"), "--plan and --interactive contradict"),
        (("clean", "-i", "--across", "-n", "in.txt"), "--interactive is about each text alone"),
        (("clean", "-i", "--type", "jsonl", "in.txt"), "--interactive is for texts, not for records"),
    ],
)
def test_what_cannot_be_asked_about_is_said(folder: Path, args: tuple[str, ...], said: str) -> None:
    (folder / "p.json").write_text("{}", encoding="utf-8")
    done = command.dedupe(*args, cwd=folder, stdin=b"")
    assert done.returncode == 2
    assert f"error: {said}" in done.stderr.decode()
