"""What transcripts cannot hold: signals, closed pipes, terminals, processes, errors nobody foresaw."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import os
import pty
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

import command
from dedupe_cli import api
from dedupe_cli.cli import console as console_module
from dedupe_cli.cli.console import Console, inert
from dedupe_cli.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def start(*args: str, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(command.DEDUPE), *args],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=command.environment(),
        start_new_session=True,
    )


@contextlib.contextmanager
def reading(pipe: Path) -> Iterator[None]:
    """Wait until somebody reads from the pipe, and keep it open: its end does not come."""
    end = time.monotonic() + 30
    while True:
        try:  # a pipe can be opened for writing without waiting only when somebody reads
            descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            break
        except OSError as error:
            assert error.errno == errno.ENXIO
            assert time.monotonic() < end, "nobody reads"
            time.sleep(0.02)
    try:
        yield
    finally:
        os.close(descriptor)


def wait_until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two texts, and between them, in the order of their names, a pipe that nobody writes to."""
    for name in ("a.txt", "c.txt"):
        (tmp_path / name).write_text(command.TWICE)
    os.mkfifo(tmp_path / "b.pipe")
    return tmp_path


@pytest.mark.parametrize(("sent", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_leaves_each_file_old_or_new(folder: Path, sent: str, code: int) -> None:
    process = start("clean", "-o", "out/", "-j1", "a.txt", "b.pipe", "c.txt", cwd=folder)
    with reading(folder / "b.pipe"):
        process.send_signal(getattr(signal, sent))
        out, err = process.communicate(timeout=30)
    assert (folder / "out" / "a.txt").read_text() == command.ONCE
    assert (process.returncode, out) == (code, b"")
    assert err == b"interrupted; 1 of 3 files written\n"
    assert [p.name for p in (folder / "out").iterdir()] == ["a.txt"]


def test_a_signal_ends_the_workers_too(folder: Path) -> None:
    process = start("clean", "-o", "out/", "-j2", "a.txt", "b.pipe", "c.txt", cwd=folder)
    wait_until((folder / "out" / "a.txt").exists)
    time.sleep(1)  # the file is there a moment before it is counted
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == b"interrupted; 1 of 3 files written\n"
    wait_until(lambda: not _group_lives(process.pid))


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_signal_before_anything_is_written(folder: Path) -> None:
    process = start("clean", "b.pipe", cwd=folder)
    with reading(folder / "b.pipe"):
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=30) == (b"", b"interrupted; nothing written\n")
    assert process.returncode == 130


# What a signal does that comes just before a call that waits: it is remembered, and the call is not interrupted.
UNHEARD = """
import os, signal, threading, time
from dedupe_cli.cli.signals import Stopped, stopping
def other():
    time.sleep(0.2)
    signal.pthread_kill(threading.get_ident(), signal.{sent})
    time.sleep(30)
try:
    with stopping():
        threading.Thread(target=other, daemon=True).start()
        os.read(os.pipe()[0], 1)
except Stopped as stopped:
    os._exit(stopped.number)
"""


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_reaches_a_call_that_waits(sent: str) -> None:
    script = UNHEARD.format(sent=sent)
    done = subprocess.run([sys.executable, "-c", script], env=command.environment(), timeout=20, check=False)
    assert done.returncode == getattr(signal, sent)


def test_a_signal_that_is_ignored_stays_ignored(folder: Path) -> None:
    process = subprocess.Popen(
        ["bash", "-c", "trap '' HUP; exec dedupe clean -q a.txt b.pipe -o out/"],
        cwd=folder, env=command.environment(), stderr=subprocess.PIPE,
    )  # fmt: skip
    wait_until((folder / "out" / "a.txt").exists)
    process.send_signal(signal.SIGHUP)
    (folder / "b.pipe").write_text(command.TWICE)
    assert process.communicate(timeout=30)[1] == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    "args", [["clean", "a.txt"], ["diff", "a.txt"], ["diff", "--layout", "inline", "a.txt"], ["--help"]]
)
def test_nobody_reads_the_output(folder: Path, args: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as stdout:
        done = subprocess.run(
            [str(command.DEDUPE), *args], cwd=folder, stdout=stdout, stderr=subprocess.PIPE,
            env=command.environment(), timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (141, b"")


def test_nobody_reads_the_messages(folder: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as stderr:
        done = subprocess.run(
            [str(command.DEDUPE), "clean", "-w", "a.txt"], cwd=folder, stderr=stderr, stdout=subprocess.PIPE,
            env=command.environment(), timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (141, b"")
    assert (folder / "a.txt").read_text() == command.ONCE


def on_terminal(*args: str, cwd: Path, **extra: str) -> tuple[int, bytes]:
    """Run a command with a terminal on all three descriptors; return its code and all that it printed."""
    leader, follower = pty.openpty()
    environment = command.environment(**{"TERM": "xterm-256color", "COLUMNS": "80", **extra})
    process = subprocess.Popen(
        [str(command.DEDUPE), *args],
        cwd=cwd,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environment,
    )
    os.close(follower)
    out = drained(leader)
    return process.wait(timeout=30), out


def drained(leader: int) -> bytes:
    """All that was printed on a terminal whose other end is closed, or will be."""
    out = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # Linux says EIO when the last one has closed its end
            break
        if not part:
            break
        out += part
    os.close(leader)
    return out


def test_what_is_said_begins_a_row_of_its_own(folder: Path) -> None:
    (folder / "a.txt").write_text(command.TWICE.rstrip("\n"))
    _, out = on_terminal("clean", "a.txt", cwd=folder)
    assert b"Japanese tissue.\r\n1 cut in 1 group" in out
    assert b"1 cut" not in command.dedupe("clean", "a.txt", cwd=folder).stdout


def test_what_is_said_on_a_terminal_ends_its_rows_between_words(folder: Path) -> None:
    (folder / "a.txt").write_text(command.TWICE)
    _, out = on_terminal("clean", "-n", "a.txt", cwd=folder, COLUMNS="40")
    assert b"1 cut in 1 group: 78 of 322 characters\r\n(24 %) would go\r\n" in out
    assert b"hint: dedupe clean -w a.txt\r\n" in out


def test_no_path_on_a_terminal(folder: Path) -> None:
    code, out = on_terminal("clean", cwd=folder)
    assert code == 2
    assert out.startswith(b"Usage: dedupe clean")


@pytest.mark.parametrize(
    ("args", "env", "colored"),
    [([], {}, True), ([], {"NO_COLOR": "1"}, False), (["--color", "never"], {}, False), (["--color", "always"], {"NO_COLOR": "1"}, True)],
)  # fmt: skip
def test_cards_on_a_terminal(folder: Path, args: list[str], env: dict[str, str], colored: bool) -> None:
    code, out = on_terminal("diff", "--no-progress", *args, "a.txt", cwd=folder, **env)
    assert code == 1
    assert b"twice, 1 goes: line 1 stays" in out
    assert (b"\x1b[" in out) is colored


# Texts that stand twice: on a terminal their cards take more than 24 rows.
MANY = [command.FIRST, command.SECOND, command.LAST, command.ZH_FIRST, command.ZH_SECOND, "The mill by the weir is now a school for people who build violins.", "Whoever is late for the ferry waits on the quay until noon, in the rain as well."]  # fmt: skip
LONG = "\n\n".join([*MANY, "It was quiet.", *reversed(MANY)])


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A folder with a text whose cards are longer than a screen."""
    (tmp_path / "long.txt").write_text(LONG)
    return tmp_path


@pytest.mark.parametrize(
    "args",
    [["diff", "long.txt"], ["check", "-f", "full", "--confidence", "50", "long.txt"], ["clean", "--diff", "long.txt"], ["diff", "--layout", "unified", "long.txt"], ["explain", "D404"], ["config", "list"]],
)  # fmt: skip
def test_what_is_long_goes_into_the_pager(long: Path, args: list[str]) -> None:
    code, out = on_terminal(*args, "--no-progress", cwd=long, DEDUPE_PAGER="sed 's/^/P:/'", PAGER="false", NO_COLOR="1")
    assert code == (args[0] not in {"explain", "config"})
    talk = re.compile(r"^(?:hint: |\d+ (?:cuts|findings) in )", re.MULTILINE)  # stands behind it, in rows of its own
    shown = talk.split(out.decode())[0].splitlines()
    assert len(shown) > 20
    assert all(line.startswith("P:") for line in shown)


@pytest.mark.parametrize(
    ("args", "env"),
    [
        (["--no-pager"], {"DEDUPE_PAGER": "sed s/^/P:/"}),
        ([], {"DEDUPE_PAGER": "", "PAGER": "sed s/^/P:/"}),
        ([], {"PAGER": "cat"}),
        ([], {"PAGER": "sed s/^/P:/", "CI": "true"}),
        ([], {"PAGER": "sed s/^/P:/", "TERM": "dumb"}),
        (["--max-shown", "1"], {"PAGER": "sed s/^/P:/"}),
        (["-o", "-"], {"PAGER": "no-such-pager-here"}),
    ],
)
def test_no_pager_where_none_is_to_be(long: Path, args: list[str], env: dict[str, str]) -> None:
    code, out = on_terminal("diff", *args, "long.txt", cwd=long, **env)
    assert code == 1
    assert b"twice, 1 goes" in out
    assert b"P:" not in out


def test_no_pager_away_from_a_terminal(long: Path) -> None:
    done = command.dedupe("diff", "--layout", "inline", "long.txt", cwd=long, PAGER="sed s/^/P:/")
    assert b"twice, 1 goes" in done.stdout
    assert b"P:" not in done.stdout


def test_a_pager_that_is_left_early_changes_nothing(long: Path) -> None:
    code, out = on_terminal("diff", "--no-progress", "long.txt", cwd=long, PAGER="exit 3")
    assert code == 1
    assert out.startswith(b"7 cuts in 7 groups")


def test_ctrl_c_is_for_the_pager(long: Path) -> None:
    code, out = on_terminal("diff", "long.txt", cwd=long, PAGER="sleep 0.5; kill -INT $PPID; sed s/^/P:/")
    assert code == 1
    assert b"P:" in out
    assert b"interrupted" not in out


def test_a_run_that_is_ended_ends_its_pager(long: Path) -> None:
    code, out = on_terminal("diff", "long.txt", cwd=long, PAGER="kill -TERM $PPID; exec sleep 30")
    assert code == 143
    assert b"interrupted; nothing written" in out


def test_a_patch_on_a_terminal_is_inert(tmp_path: Path) -> None:
    evil = "\x1b[2JThe \u202egate\x07 is closed at night, and whoever comes late has to ring the bell twice."
    (tmp_path / "a.txt").write_text(f"{evil}\r\n\r\n{command.FIRST}\r\n\r\n{evil}\r\n", newline="")
    code, out = on_terminal("diff", "--no-progress", "--layout", "unified", "a.txt", cwd=tmp_path)
    assert code == 1
    assert b"-\\x1b[2JThe \\u202egate\\x07 is closed" in out
    assert not {b"\x1b", b"\x07", "\u202e".encode()} & {out[i : i + n] for i in range(len(out)) for n in (1, 3)}
    assert b"\x1b[2JThe" in command.dedupe("diff", "a.txt", cwd=tmp_path).stdout


def test_a_patch_in_a_pipe(folder: Path) -> None:
    done = command.dedupe("diff", "a.txt", cwd=folder)
    assert done.returncode == 1
    assert b"\n--- a.txt\n+++ a.txt\n@@ " in done.stdout
    assert command.dedupe("clean", "--diff", "a.txt", cwd=folder).stdout == done.stdout


def test_output_of_a_view_goes_where_it_is_sent(folder: Path) -> None:
    done = command.dedupe("diff", "--layout", "inline", "a.txt", "-o", "view.txt", cwd=folder)
    assert (done.returncode, done.stdout) == (1, b"")
    assert "twice, 1 goes" in (folder / "view.txt").read_text()


def test_the_same_at_any_number_of_processes_and_order(tmp_path: Path) -> None:
    names = [f"{i}.txt" for i in range(7)]
    for i, name in enumerate(names):
        (tmp_path / name).write_text(command.TWICE * (1 + i % 3))
    runs = [
        command.dedupe("diff", *order, *jobs, cwd=tmp_path, PYTHONHASHSEED=seed)
        for order, jobs, seed in (
            (names, ["-j1"], "0"),
            (names[::-1], ["-j3"], "1"),
            (names[3:] + names[:3], [], "2"),
        )
    ]
    assert len({(r.returncode, r.stdout, r.stderr) for r in runs}) == 1
    assert runs[0].stdout.count(b"--- ") == 7


def test_explain(folder: Path) -> None:
    (group,) = api.find((folder / "a.txt").read_text())
    done = command.dedupe("explain", group.id, "a.txt", "c.txt", cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(group.id.encode()) >= 2
    assert command.FIRST[:40].encode() in done.stdout


def test_an_error_nobody_foresaw(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.chdir(folder)
    monkeypatch.setattr(api, "run", fails)
    short = command.here(["clean", "a.txt"])
    assert (short.returncode, short.stdout) == (2, b"")
    assert short.stderr == b"error: a.txt: internal error: ZeroDivisionError: by zero\nhint: -v shows where\n"
    assert b"Traceback" in command.here(["clean", "-v", "a.txt"]).stderr


def test_an_error_nobody_foresaw_anywhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("odd\x1b[2J")

    monkeypatch.setattr("dedupe_cli.cli.inputs.find", fails)
    done = command.here(["clean", "a.txt"])
    assert done.returncode == 2
    assert done.stderr == b"error: internal error: RuntimeError: odd\\x1b[2J\nhint: -v shows where\n"
    assert b"Traceback" in command.here(["-v", "clean", "a.txt"]).stderr


def test_memory_that_does_not_suffice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.chdir(folder)
    monkeypatch.setattr(api, "run", fails)
    said = command.here(["clean", "a.txt"]).stderr
    assert said.startswith(b"error: a.txt: not enough memory: about 180 MB are needed\nhint: raise the limit")


def test_a_broken_law_writes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(api, "rewrite", lambda text, _edits: text[:-5])
    for args in (["clean", "a.txt"], ["clean", "-w", "a.txt"], ["clean", "a.txt", "-o", "out.txt"]):
        done = command.here(args)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"is not as it was\nhint: nothing was written" in done.stderr
    assert (folder / "a.txt").read_text() == command.TWICE
    assert not (folder / "out.txt").exists()


@pytest.mark.parametrize("width", [40, 100])
def test_the_bar_comes_late_and_goes(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    leader, follower = pty.openpty()
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("CI", raising=False)
    with os.fdopen(follower, "w", encoding="utf-8") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with Console().watch() as progress:
            progress("compare", 1, 4)
            assert not progress._bar
            monkeypatch.setattr(console_module, "_BAR_AFTER", 0.0)
            progress("compare", 2, 4)
            progress("write", 3, 4)
            assert progress._bar
        assert not progress._bar
    shown = drained(leader)
    assert b"compare" in shown
    assert (b"2/4" in shown) is (width == 100)
    assert shown.endswith(b"\x1b[2K") or b"\x1b[2K" in shown[-20:]


@pytest.mark.parametrize("env", [{"CI": "true"}, {"TERM": "dumb"}])
def test_no_bar_where_none_can_be(monkeypatch: pytest.MonkeyPatch, env: dict[str, str]) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    assert not console_module._can_draw(env)
    assert console_module._can_draw({"TERM": "xterm"})


def test_long_work_is_told_off_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(console_module, "_LINE_AFTER", 0.0)
    for verbose in (False, True):
        with Console(verbose=verbose).watch() as progress:
            for done in (1, 2):
                progress("compare", done, 2)
    assert capsys.readouterr().err == "compare: 1 of 2 after 0 s\n"


def test_names_are_inert() -> None:
    assert inert("a\x1b[2J\u202eb\udcffc\n汉") == "a\\x1b[2J\\u202eb\\udcffc\\n汉"


def test_help_shows_ten_options_first_and_all_on_request() -> None:
    def shown(*args: str) -> list[str]:
        page = command.here(["clean", *args]).stdout.decode()
        return re.findall(r"^  (?:-\w, )?(--[\w-]+)", page, re.MULTILINE)

    short, full = shown("--help"), shown("--help-all")
    assert len(short) == 14
    assert short[-2:] == ["--help-all", "--help"]
    assert set(short) < set(full)
    fields = {f"--{field.name.replace('_', '-')}" for field in dataclasses.fields(Settings)}
    assert fields <= set(full)


@pytest.mark.parametrize("args", [[], ["clean"], ["diff"], ["explain"], ["undo"], ["completion"]])
def test_every_level_has_its_pages(args: list[str]) -> None:
    pages = [command.here([*args, flag]) for flag in ("-h", "--help", "--help-all")]
    assert all((p.returncode, p.stderr) == (0, b"") for p in pages)
    assert pages[0].stdout == pages[1].stdout
    assert all(p.stdout.startswith(f"Usage: {' '.join(['dedupe', *args])} ".encode()) for p in pages)
    assert all(len(line) <= 80 for p in pages for line in p.stdout.decode().splitlines())


@pytest.mark.parametrize("args", [["clean", "-n"], ["tune"], ["report", "-o", "report.html"]])
def test_a_bar_stays_while_nothing_is_printed(args: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar that was taken away for each file flickered, and knew nothing of its speed."""
    cleared = 0

    def clear(_bar: console_module.Progress) -> None:
        nonlocal cleared
        cleared += 1

    monkeypatch.setattr(console_module.Progress, "clear", clear)
    for name in "bcdef":
        (folder / f"{name}.txt").write_text(command.TWICE)
    monkeypatch.chdir(folder)
    assert command.here([*args, *(f"{name}.txt" for name in "bcdef")]).returncode == 0
    assert cleared < 5
