"""What a start loads: the first sign of life must come at once, so heavy packages wait until they are needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import command

HEAVY = {
    "numpy",
    "platformdirs",
    "rapidfuzz",
    "jinja2",
    "rich",
    "textual",
    "difflib",
    "ftfy",
    "multiprocessing",
    "concurrent",
    "jsonschema",
    "markdown_it",
    "asyncio",
}
ENGINE = {
    "dedupe_cli.pipeline",
    "dedupe_cli.cleaners",
    "dedupe_cli.text.fold",
    "dedupe_cli.document",
    "dedupe_cli.search",
    "dedupe_cli.judge",
    "dedupe_cli.decide",
    "dedupe_cli.planning",
}

CASES = {
    "import dedupe_cli": "import dedupe_cli",
    "dedupe --help": "from dedupe_cli.cli.main import run; run(['--help'])",
    "dedupe clean --help-all": "from dedupe_cli.cli.main import run; run(['clean', '--help-all'])",
    "dedupe --version": "from dedupe_cli.cli.main import run; run(['--version'])",
    "dedupe completion bash": "from dedupe_cli.cli.main import run; run(['completion', 'bash'])",
    "the settings": "from dedupe_cli import Settings; Settings()",
    "a file": "from dedupe_cli import load; load('/dev/null')",
}
# What a command line that is read, but asks for nothing, needs none of: values of plans, digests, tables of files.
UNASKED = {
    "dedupe_cli.model",
    "dedupe_cli.apply.verify",
    "dedupe_cli.finding",
    "hashlib",
    "secrets",
    "json",
    "tomllib",
    "pathlib",
    "sqlite3",
}
COMMAND_LINES = {
    "help": ["--help"],
    "version": ["--version"],
    "help of a command": ["clean", "--help"],
    "an unknown command": ["claen"],
    "an unknown option, which no other command has": ["clean", "--no-such-option"],
}
# A text is read, cleaned and told about on no terminal: what serves views, files of records, other formats and the
# configuration stays away, and the parts of numpy that nothing asks for.
NOT_FOR_A_TEXT = {
    "jinja2",
    "rich",
    "textual",
    "numpy.ma",
    "numpy.random",
    "numpy.polynomial",
    "sqlite3",
    "multiprocessing",
    "concurrent.futures.process",
    "markdown_it",
    "dedupe_cli.cache",
    "dedupe_cli.finding",
    "dedupe_cli.gate.baseline",
    "dedupe_cli.text.diff",
    "dedupe_cli.text.vote",
    "dedupe_cli.across",
    "dedupe_cli.cleaners",
}


def loaded(code: str) -> set[str]:
    return set(_said(f"{code}\nimport sys; print(*sys.modules, file=sys.stderr)").split())


@pytest.mark.parametrize("name", CASES)
def test_nothing_heavy_is_loaded(name: str) -> None:
    found = loaded(CASES[name])
    assert not {m for m in found if m.partition(".")[0] in HEAVY}
    assert not ENGINE & found


def test_the_package_alone_loads_none_of_its_modules() -> None:
    assert {m for m in loaded("import dedupe_cli") if m.startswith("dedupe_cli.")} == set()


def test_signals_are_minded_before_anything_is_loaded() -> None:
    """In what is loaded before, Ctrl-C would end in a traceback."""
    ours = {f"dedupe_cli{name}" for name in ("", ".cli", ".cli.start")}
    assert loaded("from dedupe_cli.cli.start import run") - loaded("") <= ours | {"__future__", "gc"}


def _said(code: str) -> str:
    """Return what a process says on standard error."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=command.environment(),
        timeout=60,
        check=True,
    )
    return done.stderr


def _collected_after(code: str) -> int:
    """Return how many new objects a process collects garbage behind."""
    return int(_said(f"import gc, sys\n{code}\nprint(gc.get_threshold()[0], file=sys.stderr)").split()[-1])


def test_garbage_is_looked_for_seldom_in_processes_of_the_program_alone() -> None:
    """Who imports the library keeps what was set for the process."""
    usual = _collected_after("import dedupe_cli.pipeline")
    run = "from dedupe_cli.cli.start import run; sys.argv = ['dedupe', '--version']; run()"
    worker = "from dedupe_cli.cli.batch import _begin; _begin()"
    assert usual == _collected_after("")
    assert _collected_after(run) == _collected_after(worker) > 10 * usual


def test_what_a_plan_was_made_of_goes_at_once() -> None:
    """Nothing in it refers to itself in a circle, so that garbage need not be looked for often."""
    said = "The glassblower works at night because the furnace needs less coal when the air is cold. "
    code = "import gc, dedupe_cli\ndedupe_cli.plan('{0}')\ngc.collect(); gc.disable()\ndedupe_cli.plan('{1}')\n"
    text = said * 9 + "Her apprentices come at dawn. " + said + "They pack the bottles in straw. " + said
    done = _said(code.format(text, text.upper()) + "import sys; print(gc.collect(), file=sys.stderr)")
    assert done.split()[-1] == "0"


def test_the_end_of_the_program_looks_for_no_garbage() -> None:
    """What lives then is set apart, the classes of the program first of all; who imports the library keeps its own."""
    run = "from dedupe_cli.cli.start import run; sys.argv = ['dedupe', '--version']; run()"
    code = "import gc, sys\n{}\nprint(gc.get_freeze_count(), len(gc.get_objects()), file=sys.stderr)"
    frozen, left = map(int, _said(code.format(run)).split()[-2:])
    assert frozen > 1000 > left
    assert _said(code.format("import dedupe_cli.pipeline")).split()[-2] == "0"


@pytest.mark.parametrize("name", COMMAND_LINES)
def test_a_command_line_that_does_nothing_loads_no_more_than_it_needs(name: str) -> None:
    found = loaded(f"from dedupe_cli.cli.main import run; run({COMMAND_LINES[name]!r})")
    assert not UNASKED & found


def test_a_text_loads_nothing_that_it_does_not_need() -> None:
    sample = str(Path(__file__).parent.parent / "samples" / "gaoxinqu.txt")
    found = loaded(f"from dedupe_cli.cli.main import run; run(['clean', {sample!r}])")
    assert not NOT_FOR_A_TEXT & (found - loaded("import numpy"))  # versions of numpy differ in what they load at once
