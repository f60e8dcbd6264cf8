"""Where the time of `dedupe check --across` goes, stage by stage, on every tenth file of the tree of `tree.py`.

    python benchmarks/speed/stages.py --packages packages --into benchmarks/README.md

Processor time of one process, each stage without the stages inside of it. The
first tenth of them is worked on before: what is loaded once for all files is not in the figures.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from functools import wraps
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "quality")]

import pages  # noqa: E402
import tree  # noqa: E402

import dedupe_cli.search.find as finding  # noqa: E402
import dedupe_cli.terms as under  # noqa: E402
from dedupe_cli import checking, pipeline, rounds  # noqa: E402
from dedupe_cli.across import run as across_run  # noqa: E402
from dedupe_cli.across.roles import Role  # noqa: E402
from dedupe_cli.gate.ignore import IgnoreRules  # noqa: E402
from dedupe_cli.judge.verdicts import Verdicts  # noqa: E402
from dedupe_cli.policy import Policy  # noqa: E402
from dedupe_cli.read.load import load  # noqa: E402
from dedupe_cli.settings import ACROSS_LENGTH, Settings  # noqa: E402
from dedupe_cli.terms import Terms  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

    from dedupe_cli.checking import Checked

EVERY = 10
# Name of a stage, and the functions that it is made of.
STAGES: tuple[tuple[str, tuple[tuple[Any, str], ...]], ...] = (
    ("alignments of passages", ((finding, "align_chain"),)),
    ("windows, seeds, chains", ((rounds, "find"),)),
    ("decisions", ((rounds, "decide"), (rounds, "View"), (rounds, "apart"))),
    ("judging of differences", ((rounds, "Verdicts"), (Verdicts, "of"), (Verdicts, "least"), (Verdicts, "numbers"))),
    ("loops, captions, overlaps", ((rounds.Rounds, "in_place"),)),
    ("sentences near a loop", ((rounds.Rounds, "_near"), (rounds.Rounds, "_near_afresh"))),
    ("broken sentences", ((pipeline, "notes_of"),)),
    ("parts that are left out, markers", ((under, "ignored"),)),
    ("findings and their places", ((checking, "_findings_under"),)),
    ("paragraphs for other files", ((across_run, "cleaned"),)),
    ("files with each other", ((checking, "between"),)),
)


class Clock:
    """Adds the time of each stage up, without that of the stages that it calls."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._open: list[str] = []
        self._since = process_time()

    def turn(self) -> None:
        """Give the time since the last turn to the stage that is open."""
        now = process_time()
        self.spent[self._open[-1] if self._open else ""] += now - self._since
        self._since = now

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that tells the clock when it begins and ends."""

        @wraps(function)
        def told(*args: Any, **options: Any) -> Any:
            self.turn()
            self._open.append(stage)
            try:
                return function(*args, **options)
            finally:
                self.turn()
                self._open.pop()

        return told


def work(files: list[Path]) -> list[Checked]:
    """Check all files and compare them with each other."""
    settings, terms = Settings(), Terms(IgnoreRules(parts=Policy().skipped_parts()))
    found = [checking.checked(load(str(path)), settings, terms, across=True) for path in files]
    checking.between(found, settings, lambda _: terms, least=float(ACROSS_LENGTH), roles=[Role()] * len(found))
    return found


def main() -> int:
    given = tree.asked(__doc__, every=EVERY)
    with tempfile.TemporaryDirectory() as name:
        tree.made(given.packages, Path(name))
        files = sorted(path for path in Path(name).rglob("*.rst") if path.is_file())[given.every // 2 :: given.every]
        size = sum(path.stat().st_size for path in files) / tree.MB
        work(files[: len(files) // 10])
        clock = Clock()
        for stage, functions in STAGES:
            for owner, function in functions:
                setattr(owner, function, clock.timed(stage, getattr(owner, function)))
        clock.turn()
        clock.spent.clear()
        work(files)
        clock.turn()
    total = sum(clock.spent.values())
    rows = [
        [stage or "all else", f"{spent / size:.2f} s", f"{spent / total:.0%}"]
        for stage, spent in clock.spent.most_common()
    ]
    rows.append([f"all, {len(files)} files of {size:.1f} MB", f"{total / size:.2f} s", "100%"])
    body = pages.table(["stage", "a MB", "share"], rows)
    print(body, end="")
    if given.into:
        pages.put(given.into, "stages", body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
