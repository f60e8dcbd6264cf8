"""Files of the same bytes: planned once by the cache, and each told of under its own name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import command
from dedupe_cli import pipeline

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe_cli.model import Plan

OTHER = command.TWICE.replace("six", "ten")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "b.txt", "d/a.txt", "e.md", "e.rst"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(command.TWICE)
    (tmp_path / "c.txt").write_text(OTHER)
    return tmp_path


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths of the texts that the engine is asked about."""
    asked: list[str] = []
    plan = pipeline.make_plan

    def counted(source, *rest, **more):  # type: ignore[no-untyped-def]
        asked.append(source.path)
        made: Plan = plan(source, *rest, **more)
        return made

    monkeypatch.setattr(pipeline, "make_plan", counted)
    return asked


@pytest.mark.usefixtures("folder")
def test_equal_files_are_planned_once(planned: list[str], tmp_path: Path) -> None:
    command.here(["check", "--cache-dir", str(tmp_path / "cache"), "-j", "1", "a.txt", "b.txt", "c.txt", "d"])
    assert planned == ["a.txt", "c.txt"]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("other", ["e.md", "e.rst"])  # read by a parser, and with parts that are left out
def test_what_is_read_in_another_way_is_told_as_it_is_alone(other: str) -> None:
    whole = command.here(["check", "--no-cache", "-f", "concise", "-j", "1", "a.txt", other]).stdout.decode()
    alone = command.here(["check", "--no-cache", "-f", "concise", other]).stdout.decode()
    assert without_ids(alone) in without_ids(whole)


def without_ids(said: str) -> str:
    """What concise says: an id tells where a finding stands among those of all files."""
    return re.sub(r" \[[0-9a-f]{8}\]$", "", said, flags=re.MULTILINE)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_each_is_told_of_as_if_it_were_alone(jobs: str) -> None:
    whole = command.here(["check", "--no-cache", "-f", "concise", "-j", jobs, "."]).stdout.decode()
    names = ["a.txt", "b.txt", "c.txt", "d/a.txt", "e.md", "e.rst"]
    alone = [command.here(["check", "--no-cache", "-f", "concise", name]).stdout.decode() for name in names]
    assert without_ids(whole) == without_ids("".join(alone))
    both = command.here(["check", "--no-cache", "-f", "json", "a.txt", "b.txt", "-j", jobs]).stdout.decode()
    swapped = command.here(["check", "--no-cache", "-f", "json", "a.txt", "d/a.txt", "-j", jobs]).stdout.decode()
    assert both.replace("b.txt", "d/a.txt") == swapped


@pytest.mark.usefixtures("folder")
def test_terms_of_one_file_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "dedupe.toml").write_text('[per-file-ignores]\n"b.txt" = ["D"]\n')
    done = command.here(["check", "--no-cache", "-f", "concise", "a.txt", "b.txt", "d"])
    assert [line.split(":")[0] for line in done.stdout.decode().splitlines()] == ["a.txt", "d/a.txt"]
