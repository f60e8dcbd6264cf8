"""kill -9 at random moments of `dedupe clean -w` over many files: each file is its old or its new self.

    python benchmarks/robust/kill.py --files 500 --kills 200 --seed 1

After each kill: every file holds the old or the new text, every file that is new has a record that puts the old text
back, and nothing else is in the folder but temporary files, at most one a kill. After the last: one run to the end leaves no
temporary file, and `dedupe undo` gives back each file byte for byte.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STRAY = re.compile(r"\.dedupe-\d+-[0-9a-f]{8}(?:-[0-9a-f]{16}-[0-9a-f]{16})?\.tmp")
DEDUPE = [sys.executable, "-m", "dedupe_cli"]
SENTENCES = (
    "The lock keeper of gate {n} writes the height of the water on a slate every morning.",
    "第{n}号闸门的看守每天早上都把水位写在石板上，再用绳子挂到桥栏杆外面。",
    "Barges with number {n} on the bow wait below until the bell has rung three times.",
)


def texts(number: int) -> tuple[bytes, bytes]:
    """Text and what is left of it."""
    first, second, last = (s.format(n=1000 + number) for s in SENTENCES)
    new = f"{first}\n\n{second}\n\n{last}\n"
    return f"{first}\n\n{second}\n\n{first}\n\n{second}\n\n{last}\n".encode(), new.encode()


def start(folder: Path, names: list[str], jobs: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*DEDUPE, "clean", "-q", "-w", "-j", str(jobs), *names],
        cwd=folder,
        start_new_session=True,
        stderr=subprocess.PIPE,
    )


def ended(group: int, seconds: float = 10) -> bool:
    """Tell whether all processes of a group are gone in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def look(folder: Path, made: dict[str, tuple[bytes, bytes]]) -> tuple[list[str], int, list[str]]:
    """Names of the cleaned files, number of temporary files, what is wrong."""
    new, strays, wrong = [], 0, []
    for entry in os.scandir(folder):
        if STRAY.fullmatch(entry.name):
            strays += 1
        elif entry.name not in made:
            wrong.append(f"{entry.name} is nobody's")
        else:
            data = Path(entry.path).read_bytes()
            if data == made[entry.name][1]:
                new.append(entry.name)
            elif data != made[entry.name][0]:
                wrong.append(f"{entry.name} is neither old nor new")
    wrong += [f"{name} is gone" for name in made if not (folder / name).exists()]
    return new, strays, wrong


def run(root: Path, files: int, kills: int, seed: int, jobs: int) -> list[str]:
    """Kill so many runs; return what was wrong."""
    chance = random.Random(seed)
    folder, state = root / "texts", root / "state"
    folder.mkdir()
    os.environ["XDG_STATE_HOME"] = str(state)
    os.environ.pop("DEDUPE_NO_UNDO", None)
    made = {f"{n:04}.txt": texts(n) for n in range(files)}
    for name, (old, _) in made.items():
        (folder / name).write_bytes(old)
    began = time.monotonic()
    start(folder, list(made), jobs).communicate()
    whole = time.monotonic() - began
    wrong, hit, strays = look(folder, made)[2], 0, 0
    for _ in range(kills):
        for name, (old, _) in made.items():
            if (folder / name).read_bytes() != old:
                (folder / name).write_bytes(old)
        process = start(folder, list(made), jobs)
        time.sleep(chance.uniform(0, whole * 1.05))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if not ended(process.pid):
            wrong.append("workers outlive the run")
            os.killpg(process.pid, signal.SIGKILL)
        new, left, bad = look(folder, made)
        wrong += bad
        hit += 0 < len(new) < files
        strays += left
        if left > 1:
            wrong.append(f"{left} temporary files")
    done = start(folder, list(made), jobs)
    message = done.communicate()[1].decode()
    new, left, bad = look(folder, made)
    wrong += bad + [f"the last run: {message}"] * bool(done.returncode) + [f"{left} strays stay"] * bool(left)
    back = subprocess.run([*DEDUPE, "undo", "-q", *made], cwd=folder, capture_output=True, check=False)
    new, _, bad = look(folder, made)
    wrong += bad + [f"{len(new)} files do not come back: {back.stderr.decode()[:500]}"] * bool(new)
    odd = [p.name for p in (state / "dedupe-cli" / "undo").iterdir() if not p.name.endswith(".undo")]
    wrong += [f"strays in the state folder: {odd}"] * bool(odd)
    print(
        f"{files} files, {kills} kills, -j {jobs}, seed {seed}: a run takes {whole:.2f} s; {hit} kills fell between files, "
        f"{strays} left a temporary file, {len(wrong)} wrong"
    )
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("files", 500), ("kills", 200), ("seed", 1), ("jobs", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        wrong = run(Path(root), given.files, given.kills, given.seed, given.jobs)
    print(*wrong[:20], sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
