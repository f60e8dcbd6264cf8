"""What came with a project and is not the user's word: nothing outside of it is written, read or obeyed because of it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import command
from dedupe_cli import cache
from dedupe_cli.cli.inputs import decided_here
from dedupe_cli.errors import SettingsError
from dedupe_cli.policy import FORMATS
from dedupe_cli.read.bounds import is_git
from dedupe_cli.render.reports.formats import is_report
from dedupe_cli.review.decisions import DEFAULT

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

SECRET = "The password of the archive is long, and nobody who was told it may write it down or say it to others.\n"
HOOK = "#!/bin/sh\nexit 0\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository somebody else has filled, and beside it what is none of its business."""
    home = tmp_path / "project"
    for folder in (".git/hooks", ".git/objects", "docs", "meta/objects", "meta/refs", ".venv"):
        (home / folder).mkdir(parents=True)
    (home / ".git" / "hooks" / "pre-commit").write_text(HOOK)
    (home / ".git" / "hooks" / "pre-commit").chmod(0o755)
    (home / "meta" / "HEAD").write_text("ref: refs/heads/main\n")
    (home / "notes.c").write_text("int main(void) { return 0; }\n")
    (home / "notes.txt").write_text("What I must not forget.\n")
    (home / "docs" / "a.txt").write_text(command.TWICE)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_text(SECRET)
    (home / "out").symlink_to(tmp_path / "outside")
    (home / "link.json").symlink_to(tmp_path / "outside" / "new.json")
    monkeypatch.chdir(home)
    return home


def everything(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def assert_refused(done: subprocess.CompletedProcess[bytes], *parts: str) -> None:
    """It ends with 2, and one line says what and where, the next one how to go on."""
    first, *others = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert first.startswith("error: ")
    assert others[0].startswith("hint: ")
    for part in parts:
        assert part in first


PLACES = {
    "a hook": ('[output]\nreports = ["concise:.git/hooks/pre-commit"]', "dedupe.toml:2: output.reports: .git/hooks/pre-commit lies in what is git's own"),
    "git under another name": ('[output]\nreports = ["json:.GIT/x.json"]', "lies in what is git's own"),
    "git by a way around": ('[output]\nreports = ["json:docs/../.git/x.json"]', "lies in what is git's own"),
    "a repository inside": ('[output]\nreports = ["json:meta/x.json"]', "lies in what is git's own (meta)"),
    "a source": ('[output]\nreports = ["concise:notes.c"]', "notes.c has no name of a report"),
    "what Python runs": ('[output]\nreports = ["concise:.venv/a.pth"]', "a.pth has no name of a report"),
    "a text": ('[output]\nreports = ["concise:notes.txt"]', "notes.txt is no earlier report, and is not overwritten"),
    "a report behind a link": ('[output]\nreports = ["json:link.json"]', "link.json leads through a link"),
    "a report in a linked folder": ('[output]\nreports = ["json:out/x.json"]', "out/x.json leads through a link (out)"),
    "a report outside": ('[output]\nreports = ["json:../x.json"]', "../x.json lies outside of "),
    "a report at a root": ('[output]\nreports = ["json:/x.json"]', "/x.json lies outside of "),
    "a cache in git": ('cache-dir = ".git/objects"', "dedupe.toml:1: cache-dir: .git/objects lies in what is git's own"),
    "a cache of git": ('cache-dir = ".git"', "lies in what is git's own"),
    "a cache among files": ('cache-dir = "docs"', "dedupe.toml:1: cache-dir: docs is no folder of a cache: it holds a.txt"),
    "the project as cache": ('cache-dir = "."', ". is no folder of a cache: it holds "),
    "a cache behind a link": ('cache-dir = "out/cache"', "leads through a link (out)"),
    "a baseline in git": ('baseline = ".git/x.json"', "lies in what is git's own"),
    "a baseline behind a link": ('baseline = "link.json"', "leads through a link"),
    "a baseline outside": ('baseline = "../outside/x.json"', "lies outside of "),
    "a reference outside": ('reference = ["../outside/secret.txt"]', "reference: ../outside/secret.txt lies outside of "),
    "a reference behind a link": ('reference = ["out/secret.txt"]', "lies outside of "),
    "accepted passages outside": ('boilerplate = ["/etc/passwd"]', "boilerplate: /etc/passwd lies outside of "),
    "accepted passages of some files": ('[[overrides]]\nfiles = ["*"]\nboilerplate = ["/etc/passwd"]', "dedupe.toml:3: boilerplate: "),
    "standard input to extend": ('extend = "-"', "dedupe.toml:1: extend is no file name"),
    "no name at all": ('[output]\nreports = ["json:a\\u0000.json"]', "output.reports: 'a\\x00.json' is no file"),
    "no name that is read": ('boilerplate = ["a\\u0000"]', "boilerplate: 'a\\x00' is no file"),
    "no name to extend": ('extend = "a\\u0000"', "extend is no file name"),
    "standard input": ('boilerplate = ["-"]', "'-' is no file"),
}  # fmt: skip


@pytest.mark.parametrize("key", ['extend = "{}"', 'boilerplate = ["{}"]', 'baseline = "{}"', 'reference = ["{}"]'])
def test_a_pipe_that_a_project_names_is_not_waited_for(key: str, project: Path) -> None:
    os.mkfifo(project / "pipe.json")
    for trusted in ([], ["--config", "dedupe.toml"]):
        for name in ("pipe.json", *(["/dev/zero"] if trusted else [])):
            (project / "dedupe.toml").write_text(key.format(name) + "\n")
            done = command.dedupe("check", "-q", *trusted, "docs", cwd=project)
            assert_refused(done, f"dedupe.toml:1: {key.partition(' ')[0]}: {name} is a pipe or a device")


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("name", PLACES)
def test_a_project_names_places_of_its_own_only(name: str, shared: bool, project: Path) -> None:
    text, message = PLACES[name]
    before = everything(project.parent)
    if shared:
        text = "[tool.dedupe-cli]\n" + text.replace("[output]", "[tool.dedupe-cli.output]").replace(
            "[[overrides]]", "[[tool.dedupe-cli.overrides]]"
        )
        message = (
            message.partition(":1: ")[2] or message.partition(":2: ")[2] or message.partition(":3: ")[2] or message
        )
    place = project / ("pyproject.toml" if shared else "dedupe.toml")
    place.write_text(text + "\n")
    assert_refused(command.here(["check", "docs"]), message)
    place.unlink()
    assert everything(project.parent) == before


def test_what_it_extends_may_name_no_more(project: Path) -> None:
    (project / "docs" / "base.toml").write_text('cache-dir = "../../outside"\n')
    (project / "dedupe.toml").write_text('extend = "docs/base.toml"\n')
    assert_refused(command.here(["check", "docs"]), "docs/base.toml:1: cache-dir: ../../outside lies outside of ")


def test_what_it_extends_elsewhere_names_no_place_there(project: Path) -> None:
    (project.parent / "outside" / "base.toml").write_text('similarity = 90\n[output]\nreports = ["json:x.json"]\n')
    (project / "dedupe.toml").write_text('extend = "../outside/base.toml"\n')
    assert_refused(command.here(["check", "docs"]), "base.toml:3: output.reports: x.json lies outside of ")
    assert not (project.parent / "outside" / "x.json").exists()


def test_a_configuration_that_is_a_link_reaches_as_far_as_where_it_stands(project: Path) -> None:
    (project.parent / "outside" / "c.toml").write_text('[output]\nreports = ["json:../outside/x.json"]\n')
    (project / "dedupe.toml").symlink_to("../outside/c.toml")
    assert_refused(command.here(["check", "docs"]), "lies outside of ")


@pytest.mark.parametrize(
    ("args", "variables"),
    [
        (["--report", "concise:notes.txt", "--report", "json:out/x.json"], {}),
        ([], {"DEDUPE_OUTPUT_REPORTS": "concise:notes.txt,json:out/x.json"}),
        (["--config", "dedupe.toml"], {}),
    ],
)
def test_what_the_user_names_is_written(
    args: list[str], variables: dict[str, str], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if "--config" in args:
        (project / "dedupe.toml").write_text('[output]\nreports = ["concise:notes.txt", "json:out/x.json"]\n')
    assert command.here(["check", "-q", *args, "docs"]).returncode == 1
    assert is_report((project / "notes.txt").read_bytes())
    assert (project.parent / "outside" / "x.json").exists()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", [command.TWICE, command.ONCE])
def test_a_report_is_written_over_an_earlier_one_of_any_form(form: str, text: str, project: Path) -> None:
    (project / "docs" / "a.txt").write_text(text)
    for each in (form, "json", form):
        (project / "dedupe.toml").write_text(f'[output]\nreports = ["{each}:report.txt"]\n')
        done = command.here(["check", "-q", "docs"])
        assert done.returncode == int(text == command.TWICE), done.stderr
        assert is_report((project / "report.txt").read_bytes())


@pytest.mark.parametrize("text", ["x", "# Notes\n", "[1, 2]", '{"a": 1}', "{", "[" * 100_000, "a.md:1:1: D101 x [12345678]\nmine\n", "[1]\n}", '"x"}'])  # fmt: skip
def test_what_is_no_report(text: str) -> None:
    assert not is_report(text.encode())


def test_names_that_file_systems_take_for_git() -> None:
    assert all(map(is_git, (".git", ".GIT", ".git ", ".git.", "GIT~1", ".git::$INDEX_ALLOCATION", ".g\u200cit")))
    assert not any(map(is_git, (".github", ".gitignore", "git", ".gitlab", "x.git")))


@pytest.mark.parametrize("args", [["baseline", "write", "docs"], ["check", "docs"], ["clean", "docs/a.txt"]])
@pytest.mark.parametrize("target", ["new.json", "secret.txt"])
def test_a_baseline_that_is_a_link_is_refused(args: list[str], target: str, project: Path) -> None:
    (project / ".dedupe-baseline.json").symlink_to(project.parent / "outside" / target)
    assert_refused(command.here(args), ".dedupe-baseline.json is a link, which is not followed")
    assert everything(project.parent / "outside") == {"secret.txt": SECRET.encode()}
    named = ["--baseline", ".dedupe-baseline.json"]
    if args[0] == "baseline" and target == "new.json":
        assert command.here([*args, *named]).returncode == 0
        assert (project.parent / "outside" / target).exists()


@pytest.mark.parametrize("file", [cache.NAME, f"{cache.NAME}-wal", ".gitignore"])
@pytest.mark.parametrize("args", [["check", "docs"], ["cache", "stats"], ["cache", "clear"], ["check", "docs", "--cache-dir", "c"]])  # fmt: skip
def test_a_cache_file_that_is_a_link_is_refused(file: str, args: list[str], project: Path) -> None:
    (project / "c").mkdir()
    (project / "c" / file).symlink_to(project.parent / "outside" / "new")
    (project / "dedupe.toml").write_text('cache-dir = "c"\n')
    assert_refused(command.here(args), f"{file} is a link, which is not followed")
    assert not (project.parent / "outside" / "new").exists()
    assert (project / "c" / file).is_symlink()


@pytest.mark.parametrize("file", [cache.NAME, f"{cache.NAME}-journal", f"{cache.NAME}-wal"])
def test_a_cache_file_that_is_a_pipe_is_not_waited_for(file: str, project: Path) -> None:
    command.here(["check", "-q", "--cache-dir", "c", "docs"])
    (project / "c" / file).unlink(missing_ok=True)
    os.mkfifo(project / "c" / file)
    done = command.dedupe("check", "-q", "--cache-dir", "c", "docs", cwd=project)
    assert done.returncode == 2
    assert f"{file} is a link, which is not followed, or no file".encode() in done.stderr


def test_a_cache_of_the_project_is_used_again(project: Path) -> None:
    (project / "dedupe.toml").write_text('cache-dir = "c/d"\n')
    for _ in range(2):
        assert command.here(["check", "-q", "docs"]).returncode == 1
    assert b"1  plans" in command.here(["cache", "stats"]).stdout


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE mine (a); INSERT INTO mine VALUES (1)",
        "CREATE VIEW entries AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS key FROM r",
    ],
)
def test_a_database_of_others_is_neither_asked_nor_changed(script: str, project: Path) -> None:
    (project / "c").mkdir()
    file = project / "c" / cache.NAME
    with closing(sqlite3.connect(file)) as base:
        base.executescript(script)
    before = file.read_bytes()
    done = command.here(["check", "-q", "--cache-dir", "c", "docs"])
    assert done.returncode == 1
    assert file.read_bytes() == before
    assert_refused(command.here(["cache", "stats", "--cache-dir", "c"]), "not a cache of dedupe")


@pytest.mark.parametrize("args", [["clean", "-w"], ["check"]])
def test_links_that_a_configuration_follows_end_at_the_project(args: list[str], project: Path) -> None:
    (project.parent / "outside" / "b.txt").write_text(command.TWICE)
    (project / "docs" / "b.txt").symlink_to(project.parent / "outside" / "b.txt")
    (project / ".git" / "c.txt").write_text(command.TWICE)
    (project / "docs" / "git").symlink_to(project / ".git")
    (project / "docs" / "in.txt").symlink_to("../more.txt")
    (project / "more.txt").write_text(command.TWICE)
    (project / "dedupe.toml").write_text("follow = true\nhidden = true\n")
    done = command.here([*args, "docs"])
    said = done.stderr.decode()
    assert done.returncode == 2
    assert "docs/b.txt: a link; what it leads to lies outside of " in said
    assert "docs/git: a link; what it leads to lies in what is git's own (.git)" in said
    assert "give --follow" in said
    assert SECRET not in done.stdout.decode()
    assert (project.parent / "outside" / "b.txt").read_text() == command.TWICE
    assert (project / ".git" / "c.txt").read_text() == command.TWICE
    assert ((project / "more.txt").read_text() == command.ONCE) == (args[0] == "clean")
    assert command.here(["clean", "-q", "-w", "--follow", "docs/b.txt", "docs"]).returncode == 0
    assert (project.parent / "outside" / "b.txt").read_text() == command.ONCE


def test_a_walk_never_enters_git(project: Path) -> None:
    (project / "dedupe.toml").write_text('hidden = true\ninclude = ["*"]\nexclude = []\n')
    (project / ".git" / "hooks" / "post-commit").write_text(command.TWICE)
    assert command.here(["clean", "-q", "-w", "."]).returncode == 0
    assert (project / ".git" / "hooks" / "post-commit").read_text() == command.TWICE
    assert (project / "docs" / "a.txt").read_text() == command.ONCE


@pytest.fixture
def foreign(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration that belongs to another user, who is not root."""
    place = project / "dedupe.toml"
    place.write_text('keep = "last"\n')
    if os.geteuid() == 0:
        os.chown(place, 4711, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: place.stat().st_uid + 1)
    return place


def test_a_file_of_decisions_that_nobody_named_is_no_link_and_the_user_s_own(foreign: Path, project: Path) -> None:
    foreign.rename(project / DEFAULT)
    with pytest.raises(SettingsError, match="belongs to another user"):
        decided_here("")
    (project / DEFAULT).write_text('{"version": 1, "decisions": {}}')
    assert decided_here("*").entries == {}
    (project / DEFAULT).unlink()
    assert decided_here("").path == DEFAULT
    (project / DEFAULT).symlink_to(project.parent / "outside" / "new.json")
    with pytest.raises(SettingsError, match="is a link, which is not followed"):
        decided_here("")


SHOWS = ["config", "show", "docs"]


def test_a_configuration_of_another_user_is_refused(foreign: Path) -> None:
    for args in (["check", "docs"], ["clean", "docs/a.txt"], SHOWS):
        done = command.here(args)
        assert_refused(done, "dedupe.toml belongs to another user (number ")
        assert b"--config dedupe.toml" in done.stderr
        assert f"DEDUPE_TRUST={foreign.parent}".encode() in done.stderr


def test_and_so_is_what_it_is_extended_by_and_what_a_link_leads_to(foreign: Path, project: Path) -> None:
    foreign.rename(project / "base.toml")
    (project / "docs" / "dedupe.toml").write_text('extend = "../base.toml"\n')
    (project / ".dedupe.toml").symlink_to("base.toml")
    assert_refused(command.here(SHOWS), "base.toml belongs to another user")
    assert_refused(command.here(["config", "show"]), ".dedupe.toml belongs to another user")


@pytest.mark.parametrize("trust", ["*", "{project}", "/none{sep}{project}/", "{project}/.."])
def test_the_ways_to_allow_it(foreign: Path, project: Path, trust: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert b'keep = "last"' in command.here([*SHOWS, "--config", "dedupe.toml"]).stdout
    assert b'keep = "best"' in command.here([*SHOWS, "--isolated"]).stdout
    monkeypatch.setenv("DEDUPE_TRUST", trust.format(project=project, sep=os.pathsep))
    done = command.here(SHOWS)
    assert b'keep = "last"' in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize("trust", ["", ":", "{project}/docs", "{project}x"])
def test_what_does_not_allow_it(foreign: Path, project: Path, trust: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUPE_TRUST", trust.format(project=project))
    assert_refused(command.here(SHOWS), "belongs to another user")


def test_ignore_files_of_another_user_are_refused_too(
    foreign: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign.write_text("*\n")
    foreign.rename(project / ".dedupeignore")
    done = command.here(["check", "docs"])
    assert_refused(done, ".dedupeignore belongs to another user")
    assert b"--no-ignore" in done.stderr
    assert command.here(["check", "--no-ignore", "docs"]).returncode == 1
    (project / ".dedupeignore").rename(project / ".gitignore")  # of a repository: git's to allow
    assert command.here(["check", "docs"]).returncode == 0
    (project / ".git").rename(project / "git")
    assert_refused(command.here(["check", "docs"]), ".gitignore belongs to another user")
    monkeypatch.setenv("DEDUPE_TRUST", "*")
    assert command.here(["check", "docs"]).returncode == 0


def test_a_link_in_the_folder_of_results_is_not_followed(project: Path) -> None:
    (project / "clean").mkdir()
    (project / "clean" / "docs").symlink_to(project.parent / "outside")
    assert_refused(
        command.here(["clean", "docs/a.txt", "-o", "clean/"]), "clean/docs/a.txt leads through a link (docs)"
    )
    (project / "clean" / "docs").unlink()
    (project / "clean" / "docs").mkdir()
    (project / "clean" / "docs" / "a.txt").symlink_to(project.parent / "outside" / "secret.txt")
    assert_refused(command.here(["clean", "docs/a.txt", "-o", "clean/"]), "leads through a link (docs/a.txt)")
    assert everything(project.parent / "outside") == {"secret.txt": SECRET.encode()}
    (project.parent / "mine").symlink_to(project / "clean")
    (project / "clean" / "docs" / "a.txt").unlink()
    assert command.here(["clean", "-q", "docs/a.txt", "-o", "../mine/"]).returncode == 0
    assert (project / "clean" / "docs" / "a.txt").read_text() == command.ONCE


def test_the_search_ends_at_the_top_of_the_repository(foreign: Path, project: Path) -> None:
    foreign.rename(project.parent / "dedupe.toml")
    assert b'keep = "best"' in command.here(SHOWS).stdout
    (project / ".git").rename(project.parent / "git")
    assert_refused(command.here(SHOWS), "belongs to another user")
