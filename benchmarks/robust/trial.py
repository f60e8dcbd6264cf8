"""The hostile trial: kills, full disks, runs that collide, edits in the moment of the write, storms of signals, plans.

    python benchmarks/robust/trial.py --seed 1                  # all kinds, some minutes each
    python benchmarks/robust/trial.py --seed 1 --share 0.1 kills plans

Printed is a row of a table for each kind: how often it was tried, what came of it, how often something was wrong (and
what, below the table). What holds is the same everywhere: each file has its old or its new text, or what somebody else
wrote; nothing is half written; what is left behind goes with the next run; `undo` gives back each file byte for byte; a
report made with a cache is the one made without; a plan takes out nothing that was said once.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
sys.path.insert(0, str(Path(__file__).parent))

from kill import STRAY, ended, texts

from dedupe_cli import api
from dedupe_cli.apply.undo import latest, restore
from dedupe_cli.errors import DedupeError
from dedupe_cli.gate.rules import rules
from dedupe_cli.model import Safety, Span
from dedupe_cli.settings import CLEANERS, make
from test_proving import is_said, mutated, repeating

if TYPE_CHECKING:
    from collections.abc import Callable

DEDUPE = [sys.executable, "-m", "dedupe_cli"]
FILES = 8
BASELINE = ".dedupe-baseline.json"
# What is run on a project whose texts are dirty, or, for `undo`, were cleaned.
COMMANDS = {
    "clean": ["clean", "-q", "-w", "."],
    "check": ["check", "--format", "json", "--cache-dir", "../cache", "."],
    "baseline": ["baseline", "write", "."],
    "undo": ["undo", "-q", *(f"{n:04}.txt" for n in range(FILES))],
}
# A name of a file beside the texts that any of these may leave.
KNOWN = {BASELINE, "dedupe.toml"}


class Kind(NamedTuple):
    """What came of one kind: a word for each try, and what was wrong."""

    came: Counter[str]
    wrong: list[str]


class Project:
    """A folder of texts that repeat themselves, with a place for records of undo beside it."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / "project"
        self.folder.mkdir(parents=True)
        (self.folder / "dedupe.toml").write_text("")
        self.made = {f"{n:04}.txt": texts(n) for n in range(FILES)}
        self.environment = {**os.environ, "XDG_STATE_HOME": str(root / "state"), "XDG_CACHE_HOME": str(root / "home")}
        self.environment.pop("DEDUPE_NO_UNDO", None)
        self.fill()
        self.report = self.run("check", "--format", "json", "--no-cache", ".").stdout
        self.baseline = self.written()

    def fill(self) -> None:
        """Give each file its old text."""
        for name, (old, _) in self.made.items():
            path = self.folder / name
            if not path.exists() or path.read_bytes() != old:
                path.write_bytes(old)

    def written(self) -> bytes:
        """Return the baseline that is written of the old texts, and remove it."""
        self.run("baseline", "write", ".")
        data = (self.folder / BASELINE).read_bytes()
        (self.folder / BASELINE).unlink()
        return data

    def ready(self, name: str) -> None:
        """Put the project into the state in which a command has something to do."""
        self.fill()
        if name == "undo":
            self.run(*COMMANDS["clean"])

    def start(self, args: list[str], before: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*DEDUPE, *args], cwd=self.folder, start_new_session=True, env=self.environment, preexec_fn=before,  # noqa: PLW1509
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *args: str) -> subprocess.CompletedProcess[bytes]:
        process = self.start(list(args))
        out, error = process.communicate()
        return subprocess.CompletedProcess(args, process.returncode, out, error)

    def look(self, *, strays: int = 0) -> list[str]:
        """Say what of the project is wrong after a run that ended somehow."""
        wrong, left = [], 0
        for entry in os.scandir(self.folder):
            data = Path(entry.path).read_bytes()
            if STRAY.fullmatch(entry.name):
                left += 1
            elif entry.name == BASELINE:
                wrong += ["a baseline is half written"] * (data != self.baseline)
            elif entry.name not in self.made:
                wrong += [f"{entry.name} is nobody's"] * (entry.name not in KNOWN)
            elif data not in self.made[entry.name]:
                wrong.append(f"{entry.name} is neither old nor new")
        wrong += [f"{name} is gone" for name in self.made if not (self.folder / name).exists()]
        return wrong + [f"{left} temporary files"] * (left > strays)

    def mend(self) -> list[str]:
        """Say what a whole run after it cannot put right: strays, the cache, undo."""
        (self.folder / BASELINE).unlink(missing_ok=True)
        self.fill()
        self.run(*COMMANDS["clean"])
        wrong = self.look()
        for _ in range(6):  # records of runs that were ended are tried, too
            if self.run(*COMMANDS["undo"]).returncode:
                break
        wrong += [
            f"{name} does not come back"
            for name in self.made
            if (self.folder / name).read_bytes() != self.made[name][0]
        ]
        self.fill()
        found = self.run(*COMMANDS["check"])
        wrong += ["the cache changes a report"] * (found.stdout != self.report)
        odd = [p.name for p in (self.root / "state" / "dedupe-cli" / "undo").glob("*") if not p.name.endswith(".undo")]
        return wrong + [f"strays among the records: {odd}"] * bool(odd)


def told(process: subprocess.Popen[bytes], allowed: set[int]) -> list[str]:
    """Wait for a run; say what is wrong with how it ended."""
    _, error = process.communicate()
    code, wrong = process.returncode, []
    # A worker whose parent was killed says what it lacks.
    if code != -signal.SIGKILL and (b"Traceback" in error or b"internal error" in error):
        wrong.append(error.decode("utf-8", "replace")[-300:])
    elif code not in allowed:
        wrong.append(f"exit code {code}: {error.decode('utf-8', 'replace')[:200]}")
    if not ended(process.pid):
        wrong.append("workers outlive the run")
        os.killpg(process.pid, signal.SIGKILL)
    return wrong


def duration(project: Project, name: str) -> float:
    project.ready(name)
    began = time.monotonic()
    project.run(*COMMANDS[name])
    return time.monotonic() - began


def kills(chance: random.Random, turns: int, root: Path) -> Kind:
    """`kill -9` of clean, check with a cache, baseline write and undo at any moment."""
    project, came, wrong = Project(root), Counter[str](), list[str]()
    for name, args in COMMANDS.items():
        whole = duration(project, name)
        for turn in range(turns // len(COMMANDS)):
            project.ready(name)
            process = project.start([*args, *(["-j2"] if turn % 3 == 2 and name in {"clean", "check"} else [])])
            time.sleep(chance.uniform(0.3, 1.05) * whole)
            process.kill()
            wrong += told(process, {0, 1, -signal.SIGKILL}) + project.look(strays=turn + 1)
            came[f"{name} {'killed' if process.returncode < 0 else 'done before'}"] += 1
        wrong += project.mend()
    return Kind(came, wrong)


def signals(chance: random.Random, turns: int, root: Path) -> Kind:
    """One to five signals, SIGINT, SIGTERM, SIGHUP in any order, to the run and its workers."""
    project, came, wrong = Project(root), Counter[str](), list[str]()
    stopping = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for turn in range(turns):
        name = chance.choice(list(COMMANDS))
        project.ready(name)
        process = project.start([*COMMANDS[name], *(["-j2"] if turn % 3 == 2 and name in {"clean", "check"} else [])])
        time.sleep(chance.uniform(0.1, 1.2))
        for _ in range(chance.randint(1, 5)):
            try:
                os.killpg(process.pid, chance.choice(stopping))
            except ProcessLookupError:
                break
            time.sleep(chance.choice((0, 0, 0.001, 0.02)))
        # By the signal itself, or with a traceback: Python was not ready yet.
        _, error = process.communicate()
        early = process.returncode in {-number for number in stopping} or b"KeyboardInterrupt" in error
        if not early and process.returncode not in {0, 1, *(128 + number for number in stopping)}:
            wrong.append(f"{name}: exit code {process.returncode}: {error.decode()[:300]}")
        if not early and process.returncode > 1 and error.count(b"\n") != 1:
            wrong.append(f"{name}: {error.decode()[:300]}")
        wrong += ["workers outlive the run"] * (not ended(process.pid)) + project.look()
        came["too early" if early else "stopped" if process.returncode > 1 else "done before"] += 1
        if turn % 20 == 19:
            wrong += project.mend()
    return Kind(came, wrong)


def limits(chance: random.Random, turns: int, root: Path) -> Kind:
    """No file may grow beyond some bytes: texts, records of undo, the cache, a baseline, a report."""
    project, came, wrong = Project(root), Counter[str](), list[str]()
    for turn in range(turns):
        name = chance.choice(list(COMMANDS))
        project.ready(name)
        size = chance.choice((0, 1, 80, 150, 200, 280, 400, 1000, 3000, 12_000))

        def before(size: int = size) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        process = project.start(COMMANDS[name], before)
        wrong += [f"{name}, {size} bytes: {each}" for each in told(process, {0, 1, 2}) + project.look()]
        came[f"{name} {'refused' if process.returncode == 2 else 'done'}"] += 1
        if turn % 20 == 19:
            wrong += project.mend()
    return Kind(came, wrong)


def disks(chance: random.Random, turns: int, root: Path) -> Kind:
    """The project, the records or the cache on a disk that has some bytes left; needs `unshare` and the right to mount."""
    project, came, wrong = Project(root), Counter[str](), list[str]()
    probe = ["unshare", "-m", "mount", "-t", "tmpfs", "none", str(root)]
    if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True, check=False).returncode:
        return Kind(Counter({"no file system can be mounted here": 1}), [])
    small = root / "small"
    small.mkdir()
    for turn in range(turns):
        name, place = chance.choice(list(COMMANDS)), chance.choice(("project", "state", "cache"))
        project.ready(name)
        room = chance.choice((0, 0, 1, 2, 3, 5, 8)) * 4096
        # The disk is filled up to `room`, and copied back as it is then: each file must be one of the two.
        line = f"""
            mount -t tmpfs -o size=512k none {small} && mkdir -p {root / place} &&
            cp -a {root / place}/. {small}/ && head -c {512 * 1024} /dev/zero > {small}/fill 2> /dev/null
            truncate -s -{room} {small}/fill; mount --bind {small} {root / place} && cd {root / "project"} || exit 99
            {" ".join(map(str, [*DEDUPE, *COMMANDS[name]]))} > /dev/null
            code=$?; rm {small}/fill; mkdir {root / "after"} && cp -a {small}/. {root / "after"}/; exit $code
        """
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", line], capture_output=True, env=project.environment, check=False
        )
        error = done.stderr.decode("utf-8", "replace")
        if done.returncode not in {0, 1, 2} or "Traceback" in error or "internal error" in error:
            wrong.append(f"{name}, {place}, {room} bytes left: exit code {done.returncode}: {error[-300:]}")
        if (root / "after").exists():
            shutil.rmtree(root / place, ignore_errors=True)
            (root / "after").rename(root / place)
        wrong += [f"{name}, {place}, {room} bytes left: {each}" for each in project.look()]
        came[f"{name} {'refused' if done.returncode == 2 else 'done'}"] += 1
        if turn % 20 == 19:
            wrong += project.mend()
    return Kind(came, wrong)


def collisions(chance: random.Random, turns: int, root: Path) -> Kind:
    """Two to four runs at the same files, records, cache and baseline at once."""
    project, came, wrong = Project(root), Counter[str](), list[str]()
    for turn in range(turns):
        project.ready(chance.choice(("clean", "undo")))
        runs = []
        for name in chance.choices(list(COMMANDS), k=chance.randint(2, 4)):
            runs.append((name, project.start(COMMANDS[name])))
            time.sleep(chance.choice((0, 0, 0.01, 0.1)))
        for name, process in runs:
            wrong += [f"{name} beside {[each for each, _ in runs]}: {each}" for each in told(process, {0, 1, 2})]
            came[f"{name} {'refused' if process.returncode == 2 else 'done'}"] += 1
        if (project.folder / BASELINE).exists():  # it is that of what stood there just then
            json.loads((project.folder / BASELINE).read_bytes())
            (project.folder / BASELINE).unlink()
        wrong += project.look()
        if turn % 10 == 9:
            wrong += project.mend()
    return Kind(came, wrong)


EDITOR = """
import os, sys, time
for line in sys.stdin:
    path, how, wait, word = line.rstrip("\\n").split("\\t")
    new = path + ".new"
    if how == "replaces":
        with open(new, "w") as file:
            file.write(word)
    print(flush=True)
    end = time.perf_counter() + float(wait)
    while time.perf_counter() < end:
        pass
    if how == "replaces":
        os.replace(new, path)
    elif how == "appends":
        with open(path, "a") as file:
            file.write(word)
    else:
        with open(path, "r+") as file:
            file.write(word)
            file.truncate()
    print(flush=True)
"""


def races(chance: random.Random, turns: int, root: Path) -> Kind:
    """Somebody saves a file (replaces, rewrites, appends) around the moment in which `clean -w` or `undo` writes it."""
    os.environ.update(XDG_STATE_HOME=str(root / "state"))
    os.environ.pop("DEDUPE_NO_UNDO", None)
    root.mkdir()
    came, wrong, path = Counter[str](), list[str](), root / "a.txt"
    old, _ = texts(1)
    with subprocess.Popen(
        [sys.executable, "-c", EDITOR], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as editor:
        assert editor.stdin
        assert editor.stdout
        usual = 0.0
        for turn in range(turns):
            path.write_bytes(old)
            result, back = api.run(api.load(str(path)), make()), turn % 3 == 2
            if back:
                api.write_back(result, undo=True)
            how, word = chance.choice(("replaces", "rewrites", "appends")), f"\nedit {turn}\n"
            print(path, how, chance.uniform(0, 1.5 * usual), repr(word)[1:-1], sep="\t", file=editor.stdin, flush=True)
            editor.stdout.readline()
            began = time.perf_counter()
            try:
                if back:
                    restore(latest(str(path))[0])
                else:
                    api.write_back(result, undo=True)
                refused = False
            except DedupeError:
                refused = True
            usual = max(usual, min(time.perf_counter() - began, 0.05))
            editor.stdout.readline()
            there = [p.read_text() for p in root.glob("*.txt")] + [p.read_text() for p in root.glob("dedupe-saved-*")]
            if not any(repr(word)[1:-1] in each for each in there):
                wrong.append(f"an edit that {how} is lost ({'undo' if back else 'clean'}): {there}")
            odd = [p.name for p in root.iterdir() if p.name not in {"a.txt", "state"} and "saved" not in p.name]
            wrong += [f"{odd} are left"] * bool(odd)
            came[f"{how}: {'told' if refused else 'came before or behind'}"] += 1
            for each in root.glob("dedupe-saved-*"):
                each.unlink()
        editor.stdin.close()
    return Kind(came, wrong)


def plans(chance: random.Random, turns: int, root: Path) -> Kind:
    """Plans changed at random, each rule with each safety, trusted or not: what was said once stays."""
    came, wrong = Counter[str](), list[str]()
    codes = [*rules(), *CLEANERS.values(), "D999", ""]
    every = [(code, safety, trust) for code in codes for safety in Safety for trust in (False, True)]
    chance.shuffle(every)
    for turn in range(turns):
        if turn % 10 == 0:
            text, said = repeating(chance)
            made = api.plan(text)
            own = api.apply_plan(text, made)
            said = [each for each in said if is_said(each, own)]
        code, safety, trust = every[turn % len(every)]
        # All of it is changed at once, or one edit alone: what is refused for one reason hides no other.
        other, share = (mutated(chance, text, made), 0.7) if chance.random() < 0.5 else (made, 0.0)
        one = chance.randrange(len(other.edits))
        edits = [
            replace(each, rule=code, safety=safety, group=chance.choice((-1, each.group)))
            if number == one or chance.random() < share
            else each
            for number, each in enumerate(other.edits)
        ]
        settings = {**other.settings, "apply": chance.choice(("exact", "similar", "all"))}
        if chance.random() < 0.3:
            settings["fix"] = sorted(CLEANERS)
        other = replace(other, edits=tuple(edits), settings=settings)
        try:
            output = api.apply_plan(text, other, trust=trust)
        except DedupeError:
            came["refused"] += 1
            continue
        came["applied"] += 1
        decided = [each.span for each in other.edits if each.safety is Safety.UNSAFE] if trust else []
        for each in said:
            if not is_said(each, output) and not _is_decided(text, each, decided):
                wrong.append(f"{code} {safety.label} trust {trust}: lost {each!r} by {other.edits}")
    return Kind(came, wrong)


def _is_decided(text: str, sentence: str, decided: list[Span]) -> bool:
    """Tell whether a person took a sentence, or a part of it, out of a text."""
    at = text.find(sentence)
    while at >= 0:
        place = Span(at, at + len(sentence))
        if any(place.overlaps(span) for span in decided):
            return True
        at = text.find(sentence, at + 1)
    return False


KINDS: dict[str, tuple[Callable[[random.Random, int, Path], Kind], int]] = {
    "kills": (kills, 400),
    "signals": (signals, 120),
    "disks": (disks, 120),
    "limits": (limits, 120),
    "collisions": (collisions, 80),
    "races": (races, 1000),
    "plans": (plans, 2000),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=1.0, help="part of the usual number of tries")
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []], metavar="KIND")
    given = parser.parse_args()
    print("| tried | times | what came of it | wrong |\n|---|---|---|---|")
    every: list[str] = []
    for name in given.kinds or KINDS:
        run, usual = KINDS[name]
        with tempfile.TemporaryDirectory() as root:
            came, wrong = run(
                random.Random(f"{given.seed} {name}"), max(int(usual * given.share), 4), Path(root) / name
            )
        said = ", ".join(f"{what} {times}" for what, times in sorted(came.items()))
        print(f"| {name} | {came.total()} | {said} | {len(wrong)} |", flush=True)
        every += [f"{name}: {each}" for each in wrong]
    print(*every[:20], sep="\n")
    return int(bool(every))


if __name__ == "__main__":
    sys.exit(main())
