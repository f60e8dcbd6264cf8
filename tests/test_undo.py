"""Undo: what `-w` removed comes back byte for byte, or the file stays as it is."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import command
from dedupe_cli import api
from dedupe_cli.apply import exchange, undo, write
from dedupe_cli.errors import ReadError, StaleSourceError, WriteError
from dedupe_cli.model import Edit, Safety, Span
from dedupe_cli.text.rewrite import rewrite
from strategies import ENGLISH, texts

if TYPE_CHECKING:
    from collections.abc import Callable

FORMS = [
    ("utf-8", b"", "\n"),
    ("utf-8", b"\xef\xbb\xbf", "\r\n"),
    ("utf-16-le", b"\xff\xfe", "\n"),
    ("utf-32-be", b"\x00\x00\xfe\xff", "\r"),
    ("gb18030", b"", "\n"),
    ("big5", b"", "\r\n"),
    ("iso2022_jp", b"", "\n"),
]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of this test's own; the place of the records."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(undo, "_pruned", [])
    return tmp_path / "state" / "dedupe-cli" / "undo"


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(command.TWICE)
    return path


def clean(path: Path, encoding: str | None = None) -> None:
    api.clean_file(path, encoding=encoding, write=True, undo=True)


def put_back(path: Path) -> None:
    for item in undo.latest(str(path)):
        undo.restore(item)


@pytest.mark.parametrize(("encoding", "bom", "newline"), FORMS)
def test_every_encoding_comes_back(tmp_path: Path, state: Path, encoding: str, bom: bytes, newline: str) -> None:
    text = command.TWICE if encoding == "iso2022_jp" else command.TWICE + command.ZH_TWICE.replace("闭馆", "打烊")
    old = bom + text.replace("\n", newline).encode(encoding, "ignore")
    path = tmp_path / "a.txt"
    path.write_bytes(old)
    clean(path, None if bom else encoding)
    assert path.read_bytes() != old
    put_back(path)
    assert path.read_bytes() == old
    assert list(state.iterdir()) == []


@settings(max_examples=60, deadline=None)
@given(texts(), st.data())
def test_any_edits_come_back(text: str, data: st.DataObject) -> None:
    marks = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    spans = [Span(a, b) for a, b in zip(marks[::2], marks[1::2], strict=False)]
    edits = [Edit(s, data.draw(st.sampled_from(["", " ", "好"])), "D101", "", Safety.EXACT) for s in spans]
    places = [(e.span.start, len(e.span), len(e.replacement)) for e in edits]
    new = rewrite(text, edits)
    assert undo._rebuilt(new, places, "".join(s.of(text) for s in spans)) == text


def test_a_record_is_private_and_says_what_went(text: Path, state: Path) -> None:
    before = os.umask(0)
    try:
        clean(text)
    finally:
        os.umask(before)
    (record,) = state.iterdir()
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    top, places, removed = record.read_text().split("\n", 2)
    assert json.loads(top)["path"] == str(text)
    assert json.loads(places) == [[162, 78, 0]]
    assert removed == command.FIRST + "\n\n"


def test_the_record_comes_first(text: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        assert len(list(state.iterdir())) == 1
        raise WriteError("no")

    monkeypatch.setattr(api, "write_file", fails)
    with pytest.raises(WriteError):
        clean(text)
    assert list(state.iterdir()) == []


@pytest.mark.parametrize("how", ["file", "foreign", "open"])
def test_without_a_place_for_the_record_nothing_goes(text: Path, state: Path, how: str) -> None:
    state.parent.mkdir(parents=True)
    if how == "file":
        state.write_text("")
    elif how == "foreign":
        state.symlink_to("/")
    else:
        state.mkdir()
        state.chmod(0o777)
    with pytest.raises(WriteError, match="cannot be recorded") as caught:
        clean(text)
    assert "--no-undo" in caught.value.hint
    assert text.read_text() == command.TWICE


def test_a_file_that_changed_since_stays(text: Path, state: Path) -> None:
    clean(text)
    text.write_text(command.ONCE + "More.\n")
    with pytest.raises(StaleSourceError, match="changed since") as caught:
        put_back(text)
    (record,) = state.iterdir()
    assert str(record) in caught.value.hint
    assert text.read_text() == command.ONCE + "More.\n"


def test_an_edit_while_it_is_put_back_stays(text: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clean(text)

    def late(one: str, other: str) -> bool:
        monkeypatch.undo()
        text.write_text("newer\n")
        return exchange.exchange(one, other)

    monkeypatch.setattr(write, "exchange", late)
    with pytest.raises(StaleSourceError, match="changed on disk"):
        put_back(text)
    assert text.read_text() == "newer\n"
    assert list(state.iterdir())
    assert [p.name for p in text.parent.iterdir() if p.is_file()] == ["a.txt"]


def test_a_file_that_is_gone(text: Path, state: Path) -> None:
    clean(text)
    text.unlink()
    with pytest.raises(ReadError, match="no such file"):
        put_back(text)
    assert not text.exists()


def test_a_link_is_the_file_behind_it(text: Path, state: Path) -> None:
    link = text.parent / "link"
    link.symlink_to("a.txt")
    clean(link)
    put_back(text)
    assert text.read_text() == command.TWICE
    clean(text)
    put_back(link)
    assert text.read_text() == command.TWICE
    assert link.is_symlink()


def test_steps_go_back_one_by_one(text: Path, state: Path) -> None:
    clean(text)
    text.write_text(text.read_text() + "\n" + command.SECOND + "\n")
    clean(text)
    assert text.read_text().rstrip() == command.ONCE.rstrip()
    put_back(text)
    assert text.read_text() == command.ONCE + "\n" + command.SECOND + "\n"
    text.write_text(command.ONCE)
    put_back(text)
    assert text.read_text() == command.TWICE
    with pytest.raises(ReadError, match="nothing to undo"):
        put_back(text)


def test_a_run_that_was_killed_before_it_wrote_does_not_count(text: Path, state: Path) -> None:
    clean(text)
    (record,) = state.iterdir()
    kept = record.read_bytes()
    put_back(text)
    record.write_bytes(kept)
    with pytest.raises(ReadError, match="nothing to undo"):
        put_back(text)
    assert list(state.iterdir()) == []


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "no JSON": lambda _: b"{\n[]\n",
    "deep": lambda _: b"[" * 50_000 + b"\n",
    "another version": lambda data: data.replace(b'"version": 1', b'"version": 2'),
    "a list": lambda data: b"[]\n" + data.partition(b"\n")[2],
    "a path of another": lambda data: data.replace(b"a.txt", b"../../a.txt"),
    "a number for a path": lambda data: b'{"version": 1, "path": 1}\n' + data.partition(b"\n")[2],
}  # fmt: skip
BODY: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda data: data[:-9],
    "longer": lambda data: data + b"more",
    "other places": lambda data: data.replace(b"[[162,78,0]]", b"[[161,78,0]]"),
    "places outside": lambda data: data.replace(b"[[162,78,0]]", b"[[999999,78,0]]"),
    "negative places": lambda data: data.replace(b"[[162,78,0]]", b"[[-1,78,0]]"),
    "huge places": lambda data: data.replace(b"[[162,78,0]]", b"[[1e400,78,0]]"),
    "text for places": lambda data: data.replace(b"[[162,78,0]]", b'"places"'),
    "deep places": lambda data: data.replace(b"[[162,78,0]]", b"[" * 50_000),
    "other text": lambda data: data.replace(b"reading room", b"engine  room"),
    "no UTF-8": lambda data: data.replace(b"reading room", b"reading\xffroom"),
    "an unknown encoding": lambda data: data.replace(b'"utf-8"', b'"utf-9"'),
    "a codec that is none of texts": lambda data: data.replace(b'"utf-8"', b'"hex"'),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_head_is_no_record(text: Path, state: Path, damage: str) -> None:
    clean(text)
    (record,) = state.iterdir()
    record.write_bytes(DAMAGE[damage](record.read_bytes()))
    with pytest.raises(ReadError, match="nothing to undo"):
        put_back(text)
    assert text.read_text() == command.ONCE


@pytest.mark.parametrize("damage", BODY)
def test_a_damaged_body_is_refused(text: Path, state: Path, damage: str) -> None:
    clean(text)
    (record,) = state.iterdir()
    record.write_bytes(BODY[damage](record.read_bytes()))
    with pytest.raises(ReadError, match="damaged"):
        put_back(text)
    assert text.read_text() == command.ONCE


def written(state: Path, age: float, size: int, run: str = "0badcafe") -> Path:
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o700)
    path = state / f"{int((time.time() - age) * 1e9):016x}-{run}-{'0' * 16}.undo"
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_old_and_large_records_go(text: Path, state: Path) -> None:
    old = written(state, 31 * 86400, 10)
    fresh = written(state, 29 * 86400, 10)
    large = written(state, 28 * 86400, undo.MAX_SIZE)
    working = written(state, 5, undo.MAX_SIZE)
    clean(text)
    assert [p.exists() for p in (old, fresh, large, working)] == [False, False, False, True]
    assert len(list(state.iterdir())) == 2
    assert undo.prune(everything=True) == (2, 0)


def test_the_state_folder_is_that_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Path(undo.folder()).is_relative_to(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "x"))
    assert undo.folder() == str(tmp_path / "x" / "dedupe-cli" / "undo")


@pytest.mark.parametrize(("flag", "variable"), [("--no-undo", ""), ("-w", "1")])
def test_switched_off(text: Path, state: Path, flag: str, variable: str) -> None:
    done = command.dedupe("clean", "-w", flag, "a.txt", cwd=text.parent, DEDUPE_NO_UNDO=variable)
    assert done.returncode == 0
    assert text.read_text() == command.ONCE
    assert not state.exists()


def test_the_last_run_comes_back(tmp_path: Path, state: Path) -> None:
    names = ["a.txt", "b\x1b[2Jc.txt", "d\u202ee.txt", os.fsdecode(b"f\xff.txt")]
    for name in names:
        (tmp_path / name).write_text(command.TWICE)
    assert command.dedupe("clean", "-w", names[0], cwd=tmp_path).returncode == 0
    assert command.dedupe("clean", "-w", *names[1:], cwd=tmp_path).returncode == 0
    listed = command.dedupe("undo", "--list", cwd=tmp_path)
    assert listed.stderr == b""
    assert len(listed.stdout.splitlines()) == 4
    assert b"\x1b" not in listed.stdout
    assert "\u202e".encode() not in listed.stdout
    done = command.dedupe("undo", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.count(b"put back 78 characters in 1 place: ") == 3
    assert b"\x1b" not in done.stderr
    assert [(tmp_path / n).read_text() == command.TWICE for n in names] == [False, True, True, True]
    assert command.dedupe("undo", "-q", cwd=tmp_path).returncode == 0
    assert (tmp_path / "a.txt").read_text() == command.TWICE


def test_one_that_cannot_come_back_stops_no_other(tmp_path: Path, state: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(command.TWICE)
    command.dedupe("clean", "-w", "a.txt", "b.txt", "c.txt", cwd=tmp_path)
    (tmp_path / "b.txt").write_text("mine\n")
    done = command.dedupe("undo", "a.txt", "b.txt", "c.txt", "d.txt", cwd=tmp_path)
    assert done.returncode == 2
    assert b"b.txt changed since it was cleaned" in done.stderr
    assert b"d.txt: nothing to undo" in done.stderr
    assert [(tmp_path / f"{n}.txt").read_text() for n in "abc"] == [command.TWICE, "mine\n", command.TWICE]


def test_two_undos_at_once(text: Path, state: Path) -> None:
    clean(text)
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "dedupe_cli", "undo", "a.txt"],
            cwd=text.parent, stderr=subprocess.PIPE, env=command.environment(),
        )
        for _ in range(2)
    ]  # fmt: skip
    errors = [run.communicate(timeout=60)[1] for run in runs]
    assert text.read_text() == command.TWICE
    assert sorted(run.returncode for run in runs) in ([0, 0], [0, 2]), errors
    assert list(state.iterdir()) == []


def test_what_contradicts_is_refused(tmp_path: Path) -> None:
    for args in (["--list", "--prune"], ["--prune", "--clear"], ["--clear", "a.txt"]):
        done = command.here(["undo", *args])
        assert done.returncode == 2
        assert b"hint: " in done.stderr


def test_prune_and_clear(text: Path, state: Path) -> None:
    command.dedupe("clean", "-w", "a.txt", cwd=text.parent)
    written(state, 40 * 86400, 10)
    assert command.dedupe("undo", "--prune", cwd=text.parent).stderr == b"forgot 1 record, 1 left\n"
    assert command.dedupe("undo", "--clear", cwd=text.parent).stderr == b"forgot 1 record, 0 left\n"
    assert command.dedupe("undo", "--list", cwd=text.parent).stdout == b""


def test_bytes_that_are_no_text_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    before = b"\xff\xfe\x80 one\n\n" + f"{ENGLISH[0]}\n\n{ENGLISH[0]}\n".encode()
    path.write_bytes(before)
    api.clean_file(path, encoding=api.Decoding(on_error="keep"), write=True, undo=True)
    assert path.read_bytes().startswith(b"\xff\xfe\x80 one\n\n")
    assert len(path.read_bytes()) < len(before)
    [item] = undo.latest(str(path))
    undo.restore(item)
    assert path.read_bytes() == before


def test_the_later_run_goes_first_whatever_the_clock_says(
    text: Path, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean(text)
    text.write_text(f"{command.ONCE}\n{command.SECOND}\n")
    monkeypatch.setattr(undo, "_numbers", {})  # as another process
    early = time.time_ns() - 10**15
    monkeypatch.setattr(time, "time_ns", lambda: early)
    clean(text)
    assert text.read_text() == command.ONCE
    first, second = undo.listed(str(text))
    assert first.time < second.time
    put_back(text)
    assert text.read_text() == f"{command.ONCE}\n{command.SECOND}\n"


def test_a_record_of_an_earlier_version_comes_before_all_others(text: Path, state: Path) -> None:
    clean(text)
    (record,) = state.iterdir()
    old = record.rename(state / f"{'7' * 16}-{record.name[34:]}")
    text.write_text(f"{command.ONCE}\n{command.SECOND}\n")
    clean(text)
    assert [each.file == str(old) for each in undo.listed(str(text))] == [False, True]
    put_back(text)
    text.write_text(command.ONCE)
    put_back(text)
    assert text.read_text() == command.TWICE


def test_a_record_from_the_future_is_forgotten_in_its_time(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock went back since it was written."""
    written(state, -400 * 86400, 10)
    assert undo.prune() == (0, 1)
    now = time.time_ns() + (31 * 86400) * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: now)
    assert undo.prune() == (1, 0)


def test_a_file_that_was_renamed(text: Path, state: Path) -> None:
    folder = text.parent
    command.dedupe("clean", "-q", "-w", "a.txt", cwd=folder)
    (record,) = state.iterdir()
    text.rename(folder / "b c.txt")
    listed = command.dedupe("undo", "--list", cwd=folder).stdout.decode()
    assert listed.endswith(f"  {text}  (not there; record {record.name})\n")
    gone = command.dedupe("undo", cwd=folder)
    assert f"hint: if it has another name now: dedupe undo {record.name} --to FILE\n" in gone.stderr.decode()
    told = command.dedupe("undo", "b c.txt", cwd=folder)
    assert told.stderr.decode() == (
        f"error: b c.txt: nothing to undo\nhint: if it was {text}: dedupe undo {record.name} --to 'b c.txt'\n"
    )
    done = command.dedupe("undo", record.name, "--to", "b c.txt", cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"put back 78 characters in 1 place: b c.txt\n")
    assert (folder / "b c.txt").read_text() == command.TWICE
    assert list(state.iterdir()) == []


def test_a_record_goes_into_its_own_file_too(text: Path, state: Path) -> None:
    clean(text)
    (record,) = state.iterdir()
    moved = record.rename(text.parent / record.name)
    done = command.dedupe("undo", str(moved), cwd=text.parent)
    assert done.stderr == b"put back 78 characters in 1 place: a.txt\n"
    assert text.read_text() == command.TWICE


def test_a_record_goes_into_no_other_text(text: Path, state: Path) -> None:
    clean(text)
    (record,) = state.iterdir()
    other = text.with_name("b.txt")
    other.write_text(command.LAST)
    done = command.dedupe("undo", record.name, "--to", "b.txt", cwd=text.parent)
    assert done.returncode == 2
    assert b"b.txt changed since it was cleaned" in done.stderr
    assert other.read_text() == command.LAST
    assert record.exists()


WRONG = {
    ("--to", "b.txt"): b"error: --to takes one RECORD",
    ("a.txt", "--to", "b.txt"): b"error: a.txt is the name of no record",
    (f"{'0' * 16}-{'1' * 16}-{'2' * 8}-{'3' * 16}.undo", "--to", "a.txt"): b": no such record",
    ("--list", "--to", "b.txt"): b"error: --to and --list contradict",
}


@pytest.mark.parametrize("args", WRONG)
def test_what_is_no_record_is_told(text: Path, state: Path, args: tuple[str, ...]) -> None:
    done = command.dedupe("undo", *args, cwd=text.parent)
    assert (done.returncode, WRONG[args] in done.stderr, b"\nhint: " in done.stderr) == (2, True, True), done.stderr


def test_only_plain_files_are_opened(text: Path, state: Path) -> None:
    """A pipe would be waited for, a link leads anywhere."""
    command.dedupe("clean", "-w", "a.txt", cwd=text.parent)
    (record,) = state.iterdir()
    others = [state / record.name.replace(record.name[:16], f"{number:016x}") for number in (5, 6, 7)]
    os.mkfifo(others[0])
    others[1].symlink_to(record)
    others[2].mkdir()
    for args in (["undo", "--list"], ["undo", "--prune"], ["undo", "a.txt"]):
        assert command.dedupe(*args, cwd=text.parent).returncode == 0, args
    assert text.read_text() == command.TWICE


def test_a_text_that_became_a_pipe_is_not_waited_for(text: Path, state: Path) -> None:
    clean(text)
    text.unlink()
    os.mkfifo(text)
    done = command.dedupe("undo", "a.txt", cwd=text.parent)
    assert (done.returncode, b"a.txt: no regular file" in done.stderr) == (2, True), done.stderr
