"""What the world does to a run: kills, signals, full disks, missing rights, limits, odd files, hostile text."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import command
from dedupe_cli.apply import exchange, write
from dedupe_cli.cli import memory, outputs
from dedupe_cli.cli.signals import Stopped, check_stopped, stopping
from dedupe_cli.policy import FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

ROBUST = Path(__file__).parents[1] / "benchmarks" / "robust"
ROOT = os.geteuid() == 0
NOBODY = 65534


def script(name: str) -> Any:
    """A benchmark script as a module."""
    spec = importlib.util.spec_from_file_location(name, ROBUST / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(command.TWICE)
    return path


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


# Kills


@pytest.mark.parametrize(("jobs", "kills"), [(1, 5), (2, 2)])
def test_killed_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int, kills: int) -> None:
    monkeypatch.setenv("DEDUPE_NO_UNDO", "")
    monkeypatch.setenv("XDG_STATE_HOME", "")
    assert script("kill").run(tmp_path, files=8, kills=kills, seed=7 + jobs, jobs=jobs) == []


def test_what_a_killed_run_left_goes_with_the_next(text: Path) -> None:
    (text.parent / ".dedupe-123-0123abcd.tmp").write_text("half")
    (text.parent / ".dedupe-mine.tmp").write_text("not ours")
    alive, descriptor = exchange.create(str(text.parent), 0o600)
    assert command.dedupe("clean", "-w", "a.txt", cwd=text.parent).returncode == 0
    assert names(text.parent) == sorted([Path(alive).name, ".dedupe-mine.tmp", "a.txt"])
    os.close(descriptor)
    assert command.dedupe("undo", "a.txt", cwd=text.parent).returncode == 0
    assert names(text.parent) == [".dedupe-mine.tmp", "a.txt"]


def test_a_file_swept_before_it_was_locked_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = exchange.lock
    swept: list[Path] = []

    def late(descriptor: int) -> bool:
        if not swept:  # another run sweeps the folder just now
            swept.extend(tmp_path.iterdir())
            swept[0].unlink()
        return lock(descriptor)

    monkeypatch.setattr(exchange, "lock", late)
    path, descriptor = exchange.create(str(tmp_path), 0o600)
    os.close(descriptor)
    assert list(tmp_path.iterdir()) == [Path(path)]
    assert swept != [Path(path)]


def test_two_runs_at_one_file(text: Path) -> None:
    runs = [
        subprocess.Popen(
            [str(command.DEDUPE), "clean", "-q", "-w", "a.txt"],
            cwd=text.parent, stderr=subprocess.PIPE, env=command.environment(),
        )
        for _ in range(3)
    ]  # fmt: skip
    said = [run.communicate(timeout=60)[1] for run in runs]
    assert text.read_text() == command.ONCE
    for run, error in zip(runs, said, strict=True):
        assert run.returncode == (2 if error else 0)
        assert not error or b"a.txt changed on disk" in error or b"a.txt is in use" in error
    assert names(text.parent) == ["a.txt"]


def test_a_file_in_use_is_refused(text: Path) -> None:
    with text.open("rb") as held:
        assert exchange.lock(held.fileno())
        done = command.dedupe("clean", "-w", "a.txt", cwd=text.parent)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: a.txt is in use by another program; left as it was\nhint: run again\n")
    assert text.read_text() == command.TWICE


@pytest.mark.parametrize("how", ["rewritten", "replaced", "same text", "removed"])
def test_changed_at_the_last_moment(text: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    attributes = write._copy_attributes

    def change(*args: Any) -> None:
        attributes(*args)
        new = text.parent / "new"
        new.write_text(command.TWICE if how == "same text" else "newer\n")
        if how == "rewritten":
            text.write_text("newer\n")
        elif how == "removed":
            text.unlink()
        else:
            new.replace(text)

    monkeypatch.chdir(text.parent)
    monkeypatch.setattr(write, "_copy_attributes", change)
    done = command.here(["clean", "-w", "a.txt"])
    assert done.returncode == 2
    assert b"a.txt changed on disk" in done.stderr
    if how != "removed":
        assert text.read_text() == (command.TWICE if how == "same text" else "newer\n")
    assert not [n for n in names(text.parent) if n.startswith(".dedupe")]


@pytest.mark.parametrize("args", [["-w", "a.txt"], ["b.txt", "-o", "a.txt"]])
def test_an_edit_at_the_exchange_is_named(text: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]) -> None:
    (text.parent / "b.txt").write_text(command.TWICE)
    swap, edits = exchange.exchange, ["newer\n"]

    def late(one: str, other: str) -> bool:
        if edits:
            text.write_text(edits.pop())
        return swap(one, other)

    monkeypatch.chdir(text.parent)
    monkeypatch.setattr(write, "exchange", late)
    done = command.here(["clean", *args])
    assert done.returncode == 2
    assert b"error: a.txt changed on disk" in done.stderr
    assert text.read_text() == "newer\n"
    assert names(text.parent) == ["a.txt", "b.txt"]


# Signals


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_while_python_loads(tmp_path: Path, number: str) -> None:
    """The first module has run, the rest has not: what is imported then waits for the signal."""
    (tmp_path / "click.py").write_text(
        f"import os, signal, time\nos.kill(os.getpid(), signal.{number})\ntime.sleep(9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", "from dedupe_cli.cli.start import run; run()", "clean", "a.txt"],
        env=command.environment(PYTHONPATH=str(tmp_path)), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 128 + getattr(signal, number)
    assert (done.stdout, done.stderr) == (b"", b"interrupted; nothing written\n")


def test_signals_at_any_time(tmp_path: Path) -> None:
    chance = random.Random(3)
    for i in range(6):
        (tmp_path / f"{i}.txt").write_text(command.TWICE)
    for turn in range(10):
        sent = chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
        process = subprocess.Popen(
            [str(command.DEDUPE), "clean", "-w", "-q", f"-j{1 + turn % 2}", *names(tmp_path)],
            cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=command.environment(), start_new_session=True,
        )  # fmt: skip
        time.sleep(chance.uniform(0.1, 0.7))
        os.killpg(process.pid, sent)
        out, err = process.communicate(timeout=60)
        started = (
            process.returncode != -sent and b"KeyboardInterrupt" not in err
        )  # else Python itself was not ready yet
        if started and process.returncode:
            assert process.returncode == 128 + sent, err
            assert err.startswith(b"interrupted; "), err
            assert err.count(b"\n") == 1, err
        assert out == b""
        assert {p.read_text() for p in tmp_path.glob("*.txt")} <= {command.TWICE, command.ONCE}
        assert len(names(tmp_path)) == 6
        for path in tmp_path.glob("*.txt"):
            path.write_text(command.TWICE)


DEAF = """
import os, signal, sys, time
from dedupe_cli.cli import main
class Deaf:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)
def work(args, console):
    Deaf()
    time.sleep(50)
main._dispatch = work
sys.exit(main.run([]))
"""


def test_a_signal_in_a_destructor_is_heard_afterwards() -> None:
    """Python ignores what a destructor raises, and prints it with a traceback."""
    done = subprocess.run(
        [sys.executable, "-c", DEAF], env=command.environment(), capture_output=True, timeout=40, check=False
    )
    assert done.returncode == 128 + signal.SIGTERM
    assert done.stderr.startswith(b"interrupted; ")
    assert done.stderr.count(b"\n") == 1, done.stderr


def test_a_signal_whose_exception_got_lost() -> None:
    class Deaf:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.01)

    before = signal.getsignal(signal.SIGTERM)
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        with pytest.raises(Stopped) as caught, stopping():  # noqa: PT012
            Deaf()
            check_stopped()
    finally:
        sys.unraisablehook = hook
    assert caught.value.number == signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) == before


# Disks and rights


def limited(folder: Path, *args: str, before: Callable[[], None], **extra: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [str(command.DEDUPE), *args], cwd=folder, capture_output=True, timeout=60, check=False,
        env=command.environment(**extra), preexec_fn=before,
    )  # fmt: skip


def test_no_file_may_grow_so_large(text: Path) -> None:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    for args in (["-w", "--no-undo", "a.txt"], ["-w", "a.txt"], ["a.txt", "-o", "out.txt"]):
        done = limited(text.parent, "clean", *args, before=small)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"file too large\nhint: " in done.stderr
        assert text.read_text() == command.TWICE
        assert names(text.parent) == ["a.txt"]


def mounted(folder: Path, line: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line in a mount namespace of its own where `disk` is a small disk; skip where that is not allowed."""
    (folder / "disk").mkdir()
    mount = "mount -t tmpfs -o size=64k none disk && "
    probe = ["unshare", "-m", "sh", "-c", mount + "true"]
    if (
        shutil.which("unshare") is None
        or subprocess.run(probe, cwd=folder, capture_output=True, check=False).returncode
    ):
        pytest.skip("no file system can be mounted here")
    return subprocess.run(
        ["unshare", "-m", "bash", "-c", mount + line], cwd=folder, capture_output=True, timeout=60, check=False,
        env=command.environment(),
    )  # fmt: skip


FILL = "cp big.txt disk/a.txt && head -c 99999 /dev/zero > disk/fill; "


@pytest.mark.parametrize("args", ["-w --no-undo disk/a.txt", "-w disk/a.txt", "disk/a.txt -o disk/out.txt"])
def test_a_full_disk(tmp_path: Path, args: str) -> None:
    (tmp_path / "big.txt").write_text(command.TWICE * 30)
    done = mounted(tmp_path, f"{FILL} dedupe clean {args}; echo $?; cmp big.txt disk/a.txt && ls -A disk")
    assert done.stdout == b"2\na.txt\nfill\n", done.stderr
    assert b"no space left on device\nhint: " in done.stderr


def test_a_full_disk_for_the_record(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text(command.TWICE * 30)
    line = "head -c 99999 /dev/zero > disk/fill; XDG_STATE_HOME=$PWD/disk dedupe clean -w big.txt; echo $?; ls -A disk"
    done = mounted(tmp_path, line)
    assert done.stdout in {b"2\nfill\n", b"2\ndedupe-cli\nfill\n"}
    assert b"cannot be recorded for undo" in done.stderr
    assert b"--no-undo" in done.stderr
    assert (tmp_path / "big.txt").read_text() == command.TWICE * 30


# What is needed is loaded first: nobody may not read the folder that Python itself is in, perhaps.
DROP = """
import os, sys
from dedupe_cli.cli.main import run
warm = sys.argv[1]
run(["clean", "-q", "-w", warm]); run(["diff", "-q", warm]); run(["undo", "-q", warm])
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
os.environ.update(e.split("=", 1) for e in sys.argv[2].split() if e)
sys.exit(run(sys.argv[3:]))
"""


def unprivileged(folder: Path, *args: str, **extra: str) -> subprocess.CompletedProcess[bytes]:
    """Run as nobody (when this is root)."""
    warm = folder.parent / "warm.txt"
    warm.write_text(command.TWICE)
    environment = " ".join(f"{k}={v}" for k, v in extra.items())
    return subprocess.run(
        [sys.executable, "-c", DROP, str(warm), environment, *args], cwd=folder, capture_output=True,
        timeout=60, check=False, env=command.environment(),
    )  # fmt: skip


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    for folder in (tmp_path, *list(tmp_path.parents)[:3]):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
            folder.chmod(0o755)
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "a.txt").write_text(command.TWICE)
    (inner / "a.txt").chmod(0o644)
    if ROOT:
        os.chown(inner / "a.txt", NOBODY, NOBODY)
    return inner


def test_a_folder_that_may_not_be_written(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    try:
        done = unprivileged(open_folder, "clean", "-w", "--no-undo", "a.txt")
        assert (done.returncode, done.stderr) == (
            2, b"error: a.txt: permission denied\nhint: you may not write into that folder\n"
        )  # fmt: skip
        assert names(open_folder) == ["a.txt"]
        assert (open_folder / "a.txt").read_text() == command.TWICE
    finally:
        open_folder.chmod(0o755)


@pytest.mark.parametrize(("mode", "part"), [(0o000, b"you may not read it"), (0o444, b"chmod u+w")])
def test_a_file_that_may_not_be_read_or_written(open_folder: Path, mode: int, part: bytes) -> None:
    open_folder.chmod(0o777)
    (open_folder / "a.txt").chmod(mode)
    done = unprivileged(open_folder, "clean", "-w", "--no-undo", "a.txt")
    assert done.returncode == 2
    assert part in done.stderr
    (open_folder / "a.txt").chmod(0o644)
    assert (open_folder / "a.txt").read_text() == command.TWICE
    assert names(open_folder) == ["a.txt"]


def test_no_place_for_the_record(open_folder: Path) -> None:
    open_folder.chmod(0o777)
    done = unprivileged(open_folder, "clean", "-w", "a.txt", XDG_STATE_HOME="/proc/1/state")
    assert done.returncode == 2
    assert b"a.txt: what would go cannot be recorded for undo: /proc/1/state" in done.stderr
    assert (open_folder / "a.txt").read_text() == command.TWICE


@pytest.mark.skipif(not ROOT, reason="only root can give files away")
def test_a_new_file_lets_nobody_in_who_was_not_before(open_folder: Path) -> None:
    """The file is root's, its group may write, so nobody (a member) replaces it: the group of the new one is another."""
    open_folder.chmod(0o777)
    os.chown(open_folder / "a.txt", 0, 4242)
    (open_folder / "a.txt").chmod(0o666)
    done = unprivileged(open_folder, "clean", "-w", "--no-undo", "a.txt")
    assert done.returncode == 0
    info = (open_folder / "a.txt").stat()
    assert (info.st_uid, info.st_gid, info.st_mode & 0o777) == (NOBODY, NOBODY, 0o666)
    os.chown(open_folder / "a.txt", NOBODY, 4242)
    (open_folder / "a.txt").write_text(command.TWICE)
    (open_folder / "a.txt").chmod(0o660)
    assert unprivileged(open_folder, "clean", "-w", "--no-undo", "a.txt").returncode == 0
    assert (open_folder / "a.txt").stat().st_mode & 0o777 == 0o600


def test_the_new_file_is_private_while_it_is_filled(text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill, seen = write._fill, []

    def look(file: write._Temporary, data: bytes) -> None:
        seen.append(os.fstat(file.descriptor).st_mode & 0o777)
        fill(file, data)

    monkeypatch.setattr(write, "_fill", look)
    write.write_file(str(text), b"new", backup=".bak")
    assert seen == [0o600, 0o600]


# Odd files


def test_a_pipe_is_refused_before_it_is_waited_for(text: Path) -> None:
    os.mkfifo(text.parent / "pipe")
    done = command.dedupe("clean", "-q", "-w", "pipe", "a.txt", cwd=text.parent)
    assert (done.returncode, done.stderr) == (
        2, b"error: pipe is no regular file\nhint: it can be read, but not changed: leave -w out\n"
    )  # fmt: skip
    assert text.read_text() == command.ONCE


@pytest.mark.parametrize("name", ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_standard_input_has_no_place(text: Path, name: str) -> None:
    if name != "-" and not Path(name).exists():
        pytest.skip(f"no {name} here")
    done = subprocess.run(
        ["bash", "-c", f"dedupe clean -w {name} < a.txt"], cwd=text.parent, capture_output=True, check=False,
        env=command.environment(), timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: --write cannot change standard input\n")
    assert text.read_text() == command.TWICE


def test_names_that_are_places() -> None:
    assert not any(map(outputs.is_descriptor, ["a.txt", "/dev/shm/a.txt", "/etc/passwd", "stdin", "./-"]))


# Memory


def test_a_limit_below_any_need(text: Path) -> None:
    def little() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (100 << 20, 100 << 20))

    done = limited(text.parent, "clean", "-w", "a.txt", before=little)
    assert done.returncode == 2
    assert done.stderr == (
        b"error: not enough memory: the limit is 100 MB, and any text needs 180 MB\nhint: raise the limit: ulimit -v unlimited\n"
    )
    assert text.read_text() == command.TWICE


def test_a_limit_below_the_need_of_a_text(tmp_path: Path) -> None:
    lines = "".join(f"{i} {i * 7919 % 10007} {i * 104729 % 99991} is the number of the house.\n" for i in range(60_000))
    (tmp_path / "big.txt").write_text(lines)

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (220 << 20, 220 << 20))

    done = limited(tmp_path, "clean", "-w", "big.txt", before=little)
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: big.txt: not enough memory: about ")
    assert b" MB of text; the limit is 220 MB\nhint: raise the limit (ulimit -v)" in done.stderr
    assert b"dedupe clean --unit line --adjacent < FILE" in done.stderr
    assert (tmp_path / "big.txt").read_text() == lines


def test_memory_that_is_free(tmp_path: Path) -> None:
    assert memory.available(str(tmp_path)) is None
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:   2048 kB\n")
    assert memory.available(str(tmp_path)) == 2 << 20
    group = tmp_path / "sys" / "fs" / "cgroup"
    group.mkdir(parents=True)
    (group / "memory.current").write_text("1048576\n")
    (group / "memory.max").write_text("max\n")
    assert memory.available(str(tmp_path)) == 2 << 20
    (group / "memory.max").write_text("1572864\n")
    assert memory.available(str(tmp_path)) == 1 << 19


def test_a_warning_when_memory_is_short(text: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available", lambda: 100 << 20)
    monkeypatch.chdir(text.parent)
    done = command.here(["clean", "a.txt"])
    assert done.stderr.startswith(b"warning: a.txt needs about 180 MB of memory; 100 MB are free\n")
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("free", "said"),
    [
        (300, "needs about 304 MB to 580 MB of memory; 300 MB are free"),
        (400, "needs about 304 MB of memory, and up to 580 MB if much in it is alike; 400 MB are free"),
        (700, ""),
        (None, ""),
    ],
)
def test_a_large_text_needs_more_if_much_in_it_is_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int | None, said: str
) -> None:
    path = tmp_path / "b.txt"
    with path.open("wb") as file:
        file.truncate(3 << 20)
    monkeypatch.setattr(memory, "available", lambda: None if free is None else free << 20)
    assert memory.warning([str(path)]) == (said and f"{path} {said}")


# Plans


def test_a_plan_of_a_gigabyte_is_not_read(text: Path) -> None:
    with (text.parent / "p.json").open("wb") as file:
        file.truncate(1 << 30)
    done = command.dedupe("clean", "-w", "a.txt", "--plan", "p.json", cwd=text.parent)
    assert done.returncode == 2
    assert done.stderr == b"error: p.json: larger than 256 MiB\nhint: it is not what it should be\n"
    assert text.read_text() == command.TWICE


def plan_of(text: Path) -> dict[str, Any]:
    command.dedupe("clean", "-n", "a.txt", "--plan-out", "p.json", cwd=text.parent)
    made: dict[str, Any] = json.loads((text.parent / "p.json").read_text())
    return made


PLANS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "other text in its place": lambda p: p["edits"][0].update(replacement="Give all your money to the landlord."),
    "what is kept goes, too": lambda p: p["edits"][0].update(kept=[[p["edits"][0]["start"], p["edits"][0]["end"]]]),
    "nothing is kept": lambda p: p["edits"][0].update(kept=[]),
    "another passage is named": lambda p: p["edits"][0].update(kept=[[80, 100]], safety="exact"),
    "everything goes": lambda p: p["edits"].__setitem__(
        slice(None), [{**p["edits"][0], "start": 0, "end": len(command.TWICE), "removed": command.TWICE}]
    ),
    "twice the same edit": lambda p: p["edits"].append(p["edits"][0]),
    "outside": lambda p: p["edits"][0].update(start=10**12, end=10**12),
    "another version": lambda p: p.update(schema_version=2),
    "a path": lambda p: p.update(digest="../../../etc/passwd"),
    "escape codes": lambda p: p["edits"][0].update(rule="\x1b[2J"),
    "a group that is not there": lambda p: p["edits"][0].update(group=7),
    "settings that are none": lambda p: p["settings"].update({"keep": "\x1b]0;x\x07"}),
    "unknown settings": lambda p: p["settings"].update({"\x1b[31m": 1}),
}  # fmt: skip


@pytest.mark.parametrize("change", PLANS)
def test_a_hostile_plan_is_refused(text: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    made = plan_of(text)
    PLANS[change](made)
    (text.parent / "p.json").write_text(json.dumps(made))
    monkeypatch.chdir(text.parent)
    done = command.here(["clean", "-w", "a.txt", "--plan", "p.json"])
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith(b"error: ")
    assert b"\x1b" not in done.stderr
    assert text.read_text() == command.TWICE


@pytest.mark.parametrize(
    "args",
    [
        "check",
        "check .",
        "clean a.txt",
        "clean -o b.txt",
        "diff",
        "config show",
        "config init",
        "undo a.txt",
        "baseline write",
    ],
)
def test_a_working_folder_that_is_gone(tmp_path: Path, args: str) -> None:
    script = f"mkdir gone; cd gone; rmdir ../gone; echo a | {command.DEDUPE} {args}; echo $?"
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env=command.environment(), capture_output=True, timeout=60, check=False
    )
    assert done.stdout == b"2\n"
    assert done.stderr.startswith(
        b"error: the folder that this runs in is no longer there\nhint: go to one that is there"
    )


# Hostile text

EVIL = "\x1b[2J\x1b]0;owned\x07\rFree [bold red]money[/] \u202egnihton\u2066 \x9b31m :smile: \x08\x08 is what the poster says about the lottery."


@pytest.mark.parametrize(
    "args",
    [
        ["diff", "--layout", "inline"],
        ["diff", "--layout", "side"],
        ["explain"],
        ["clean", "-n", "-v"],
        ["clean", "--check"],
        *(["check", "--format", form] for form in FORMATS),
    ],
)
def test_text_and_names_are_inert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]) -> None:
    name = "\x1b[31m[red]\u202etxt.\r.txt"
    (tmp_path / name).write_text(f"{EVIL}\n\n{command.FIRST}\n\n{EVIL}\n\n{command.FIRST}\n", newline="")
    monkeypatch.chdir(tmp_path)
    if args == ["explain"]:
        shown = command.here(["diff", "--layout", "inline", name]).stdout.decode()
        args = ["explain", shown.split("[")[-1].partition("]")[0]] if "[" in shown else args
    done = command.here([*args, "--color", "never", name])
    for output in (done.stdout, done.stderr):
        said = output.decode()
        assert not set(said) & {"\x1b", "\r", "\x07", "\x08", "\x9b", "\u202e", "\u2066"}, said
    assert b"[red]" in done.stdout + done.stderr or args[0] != "diff"


def test_what_tells_of_names_is_inert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files, folders and configurations wherever a command tells of them."""
    home = tmp_path / "\x1b[31m\u202e\x9b\r"
    home.mkdir()
    (home / "a\x1b\x9b\u2066.txt").write_text(command.TWICE)
    (home / "dedupe.toml").write_text('keep = "first"\nexclude = ["\\u001b\\u009b\\u202e\\U000e0001"]\n')
    monkeypatch.setenv("DEDUPE_NO_UNDO", "")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(home)
    name = "a\x1b\x9b\u2066.txt"
    for args in (
        ["config", "show"], ["config", "show", str(home / name)], ["baseline", "write", "-o", "b\x1b\x9b.json", name], ["baseline", "show", "b\x1b\x9b.json"],
        ["check", "--baseline", "b\x1b\x9b.json", name], ["clean", "-w", "-v", name], ["undo", "--list"], ["undo", name], ["undo", name],
        ["cache", "stats"], ["clean", "-n", f"no{name}"], ["diff", name],
    ):  # fmt: skip
        done = command.here(
            [*args, "--color", "never"] if args[0] not in {"config", "cache", "baseline", "undo"} else args
        )
        assert done.stdout + done.stderr, args
        for output in (done.stdout, done.stderr):
            said = output.decode()
            assert not set(said) & {"\x1b", "\r", "\x07", "\x08", "\x9b", "\u202e", "\u2066", "\U000e0001"}, (
                args,
                said,
            )


@pytest.mark.parametrize(
    "args",
    [
        ["clean", "--keep", "\x1b[2J"], ["clean", "--encoding", "\u202e\x1b[2J"], ["clean", "--normalize", "a\rb"],
        ["clean", "--preset", "\x9b2J"], ["clean", "--backup=\x1b", "-w"], ["cl\x1bean"], ["--\x1b[2J"], ["clean", "-s", "\x1b"],
        ["explain", "\x1b[2J", "a.txt"], ["clean", "no\x1b[2Jfile"], ["undo", "no\r\x1bfile"], ["clean", "a", "-o", "no/\x1b/x"],
    ],
)  # fmt: skip
def test_settings_are_inert(text: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]) -> None:
    monkeypatch.chdir(text.parent)
    done = command.here(args)
    assert done.returncode == 2
    assert not set(done.stderr.decode()) & {"\x1b", "\r", "\x9b", "\u202e"}
    assert done.stderr.startswith(b"error: ")
