"""A repository that came with an archive: whatever its settings tell git to run, git runs nothing and fetches nothing.

Each way to make git run a command stands in a table, with a plain git command under which it does run: so the test can fail.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import command
from dedupe_cli.errors import ReadError
from dedupe_cli.read.git import _MANNERS, _OVERRULED, _git, changes_since

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Step = Callable[["Place"], object]

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

OLD = f"{command.FIRST}\n\n{command.SECOND}\n\n{command.LAST}\n"
NEW = command.TWICE
ALONE = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


def git(folder: Path, *args: str, stdin: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
    """Run git as it is, under nobody's settings but those of the repository."""
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        ["git", *who, *args], cwd=folder, input=stdin, capture_output=True, text=True, env={**kept, **ALONE, **extra},
        timeout=60, check=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A repository with one commit and a changed text, and the program that must not run."""

    top: Path
    canary: Path

    @property
    def program(self) -> Path:
        return self.top.parent / "program"

    def fill(self, text: str) -> str:
        """Put in what a row of the table can only name."""
        path = f"{command.BIN}{os.pathsep}{os.environ['PATH']}"
        words = {"PROGRAM": str(self.program), "TOP": str(self.top), "PATH": path}
        return re.sub("PROGRAM|TOP|PATH", lambda found: words[found.group()], text)

    def script(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho ran >> '{self.canary}'\nexit 1\n")
        path.chmod(0o755)

    def add(self, name: str, text: str) -> None:
        with (self.top / name).open("a") as file:
            file.write(text + "\n")


def each(*steps: Step) -> Step:
    def take(place: Place) -> None:
        for step in steps:
            step(place)

    return take


def nothing(_: Place) -> None: ...


def config(section: str, *lines: str, name: str = ".git/config") -> Step:
    return lambda place: place.add(name, place.fill("\n".join([f"[{section}]", *lines])))


def attributes(line: str, name: str = ".gitattributes") -> Step:
    return lambda place: place.add(name, line)


def hooks(folder: str, *more: str) -> Step:
    names = ("post-index-change", "reference-transaction", "post-checkout", "fsmonitor-watchman", "pre-auto-gc", *more)
    return lambda place: each(*(lambda _, name=name: place.script(place.top / folder / name) for name in names))(place)


def promised(*remote: str) -> Step:
    """Take an object out, as in a clone that leaves it with the one who promised it."""

    def take(place: Place) -> None:
        oid = git(place.top, "rev-parse", "main:docs/a.md").stdout.strip()
        (place.top / ".git" / "objects" / oid[:2] / oid[2:]).unlink()

    return each(
        take,
        config("core", "repositoryFormatVersion = 1"),
        config("extensions", "partialClone = origin"),
        config('remote "origin"', "promisor = true", *remote),
    )


def elsewhere(place: Place) -> None:
    (place.top / ".git").rename(place.top / "docs" / "g")
    (place.top / ".git").write_text("gitdir: docs/g\n")


def program_named_git(place: Place) -> None:
    place.script(place.top / "git")


def submodule(place: Place) -> None:
    inner = place.top / "docs" / "inner"
    inner.mkdir()
    git(inner, "init", "-q", "-b", "main")
    (inner / "b.md").write_text(OLD)
    git(inner, "add", "-A")
    git(inner, "commit", "-qm", "inner")
    git(place.top, "add", "docs/inner")
    git(place.top, "commit", "-qm", "inner")
    (inner / "b.md").write_text(f"{OLD}\n")
    config("core", "fsmonitor = PROGRAM", name="docs/inner/.git/config")(place)


def bare(place: Place) -> None:
    """Lay a folder of texts out as a repository without a work tree, too."""
    inner = place.top / "docs"
    git(inner, "init", "-q", "--bare", "-b", "main", "other.git")
    for path in (inner / "other.git").iterdir():
        path.rename(inner / path.name)
    (inner / "refs" / "heads" / "main").write_text("1" * 40 + "\n")
    each(
        config("core", "repositoryFormatVersion = 1", name="docs/config"),
        config("extensions", "partialClone = origin", name="docs/config"),
        config('remote "origin"', "promisor = true", "url = TOP", "uploadpack = PROGRAM", name="docs/config"),
    )(place)


def signed(place: Place) -> None:
    head, _, message = git(place.top, "cat-file", "commit", "HEAD").stdout.partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n aGVsbG8=\n -----END PGP SIGNATURE-----"
    body = f"{head}\n{signature}\n\n{message}"
    oid = git(place.top, "hash-object", "-t", "commit", "-w", "--stdin", stdin=body).stdout.strip()
    git(place.top, "update-ref", "refs/heads/main", oid)


@dataclass(frozen=True)
class Way:
    """A way to make git run the program: how it is laid, and what git command shows that it would run.

    ``code`` is that of a check there, ``inside`` the folder of both, ``environment`` what variables say.
    """

    lay: Step
    shown_by: tuple[str, ...]
    code: int = 1
    inside: str = "."
    environment: Mapping[str, str] = field(default_factory=dict)

    def variables(self, place: Place) -> dict[str, str]:
        return {name: place.fill(value) for name, value in self.environment.items()}


def another(place: Place) -> None:
    """Put the settings and objects into another folder than that of the repository."""
    shutil.copytree(place.top / ".git", place.top / "docs" / "c")
    (place.top / ".git" / "commondir").write_text("../docs/c\n")
    config("core", "fsmonitor = PROGRAM", name="docs/c/config")(place)


def lent(place: Place) -> None:
    """Let the repository have objects of another one."""
    shutil.copytree(place.top / ".git", place.top.parent / "lender")
    place.add(".git/objects/info/alternates", str(place.top.parent / "lender" / "objects"))


def two_branches(place: Place) -> None:
    """Let a branch say something else in the same line."""
    git(place.top, "commit", "-qam", "second")
    git(place.top, "checkout", "-qb", "other", "HEAD~")
    (place.top / "docs" / "a.md").write_text(f"{OLD}\n")
    git(place.top, "commit", "-qam", "other")
    git(place.top, "checkout", "-q", "main")


FETCHED = ("cat-file", "-p", "main:docs/a.md")
WAYS = {
    "fsmonitor": Way(config("core", "fsmonitor = PROGRAM"), ("status",)),
    "hooks": Way(hooks(".git/hooks"), ("add", "-A")),
    "hooks in a folder of the work tree": Way(each(hooks("any"), config("core", "hooksPath = TOP/any")), ("add", "-A")),
    "filter": Way(each(config('filter "x"', "clean = PROGRAM"), attributes("* filter=x")), ("diff",)),
    "filter that stays": Way(
        each(config('filter "x"', "process = PROGRAM", "required = true"), attributes("* filter=x")), ("diff",)
    ),
    "attributes beside the configuration": Way(
        each(config('filter "x"', "clean = PROGRAM"), attributes("* filter=x", ".git/info/attributes")), ("diff",)
    ),
    "attributes in a file of any name": Way(
        each(
            config('filter "x"', "clean = PROGRAM"),
            config("core", "attributesFile = TOP/any"),
            attributes("* filter=x", "any"),
        ),
        ("diff",),
    ),
    "diff.external": Way(config("diff", "external = PROGRAM"), ("diff",)),
    "diff driver": Way(each(config('diff "x"', "command = PROGRAM"), attributes("* diff=x")), ("diff",)),
    "textconv": Way(each(config('diff "x"', "textconv = PROGRAM"), attributes("* diff=x")), ("diff",)),
    "include": Way(
        each(config("core", "fsmonitor = PROGRAM", name="any"), config("include", "path = TOP/any")), ("status",)
    ),
    "configuration of the work tree": Way(
        each(
            config("core", "repositoryFormatVersion = 1"),
            config("extensions", "worktreeConfig = true"),
            config("core", "fsmonitor = PROGRAM", name=".git/config.worktree"),
        ),
        ("status",),
    ),
    "work tree elsewhere": Way(config("core", "worktree = TOP/..", "fsmonitor = PROGRAM"), ("status",), code=0),
    "git folder elsewhere": Way(each(config("core", "fsmonitor = PROGRAM"), elsewhere), ("status",)),
    "include under a condition": Way(
        each(
            config("core", "fsmonitor = PROGRAM", name="any"),
            config('includeIf "onbranch:main"', "path = TOP/any"),
        ),
        ("status",),
    ),
    "settings of another folder": Way(another, ("status",)),
    "alias": Way(config("alias", "x = !PROGRAM", "ls-tree = !PROGRAM", "cat-file = !PROGRAM"), ("x",)),
    "signature": Way(each(signed, config("log", "showSignature = true"), config("gpg", "program = PROGRAM")), ("log",)),
    "submodule": Way(submodule, ("diff",)),
    "remote helper": Way(
        each(promised("url = ext::PROGRAM"), config('protocol "ext"', "allow = always")), FETCHED, code=2
    ),
    "ssh": Way(each(promised("url = ssh://localhost/x"), config("core", "sshCommand = PROGRAM")), FETCHED, code=2),
    "proxy": Way(each(promised("url = git://localhost/x"), config("core", "gitProxy = PROGRAM")), FETCHED, code=2),
    "upload-pack": Way(promised("url = TOP", "uploadpack = PROGRAM"), FETCHED, code=2),
    "helper by its name": Way(
        each(promised("url = PROGRAM", "vcs = ext"), config('protocol "ext"', "allow = always")), FETCHED, code=2
    ),
    "url that stands for another": Way(
        each(
            promised("url = x:y"),
            config('url "ext::PROGRAM "', "insteadOf = x:"),
            config('protocol "ext"', "allow = always"),
        ),
        FETCHED,
        code=2,
    ),
    "repository without a work tree": Way(bare, ("rev-parse", "--verify", "main^{commit}"), code=2, inside="docs"),
    "environment: diff": Way(nothing, ("diff",), environment={"GIT_EXTERNAL_DIFF": "PROGRAM"}),
    "environment: ssh": Way(
        promised("url = ssh://localhost/x"), FETCHED, code=2, environment={"GIT_SSH_COMMAND": "PROGRAM"}
    ),
    "environment: configuration": Way(
        nothing,
        ("status",),
        environment={
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "core.fsmonitor",
            "GIT_CONFIG_VALUE_0": "PROGRAM",
        },
    ),
    "settings of the user, a pack for another": Way(
        config("uploadpack", "packObjectsHook = PROGRAM", name="user"),
        ("clone", "-q", "--no-local", ".", "../clone"),
        environment={"GIT_CONFIG_GLOBAL": "TOP/user"},
    ),
    "git in this folder": Way(program_named_git, ("status",), environment={"PATH": f".{os.pathsep}PATH"}),
}


# What else git runs, by commands that are none of ours: in the configuration, with what it needs beside it.
ASKED = "protocol=https\nhost=localhost\n\n"
KEYS: dict[str, tuple[Step, tuple[str, ...], str]] = {
    "core.editor": (config("core", "editor = PROGRAM"), ("commit", "--allow-empty"), ""),
    "sequence.editor": (config("sequence", "editor = PROGRAM"), ("rebase", "-i", "--root", "--autostash"), ""),
    "core.askPass": (config("core", "askPass = PROGRAM"), ("credential", "fill"), ASKED),
    "credential.helper": (config("credential", "helper = !PROGRAM"), ("credential", "fill"), ASKED),
    "credential.url.helper": (
        config('credential "https://localhost"', "helper = !PROGRAM"),
        ("credential", "fill"),
        ASKED,
    ),
    "core.alternateRefsCommand": (
        each(lent, config("core", "alternateRefsCommand = PROGRAM")),
        ("fetch", ".", "main"),
        "",
    ),
    "merge.driver": (
        each(two_branches, config('merge "x"', "driver = PROGRAM"), attributes("* merge=x", ".git/info/attributes")),
        ("merge", "other"),
        "",
    ),
    "filter.smudge": (
        each(config('filter "x"', "smudge = PROGRAM"), attributes("* filter=x", ".git/info/attributes")),
        ("cat-file", "--filters", "main:docs/a.md"),
        "",
    ),
    "diff.textconv": (
        each(config('diff "x"', "textconv = PROGRAM"), attributes("* diff=x", ".git/info/attributes")),
        ("cat-file", "--textconv", "main:docs/a.md"),
        "",
    ),
    "difftool.cmd": (
        each(config("diff", "tool = x"), config('difftool "x"', "cmd = PROGRAM")),
        ("difftool", "-y"),
        "",
    ),
    "gpg.ssh.program": (
        each(
            config("gpg", "format = ssh"),
            config('gpg "ssh"', "program = PROGRAM", "defaultKeyCommand = PROGRAM"),
        ),
        ("commit", "-S", "--allow-empty", "-m", "x"),
        "",
    ),
    "trailer.command": (config('trailer "x"', "key = X", "command = PROGRAM"), ("interpret-trailers",), "a\n\nX: b\n"),
    "tar.command": (config('tar "x"', "command = PROGRAM"), ("archive", "--format=x", "HEAD"), ""),
    "gc.recentObjectsHook": (
        each(
            lambda place: git(place.top, "hash-object", "-w", "docs/a.md"), config("gc", "recentObjectsHook = PROGRAM")
        ),
        ("prune", "--expire=now"),
        "",
    ),
    "remote.receivepack": (
        config('remote "x"', "url = TOP", "receivepack = PROGRAM", "uploadpack = PROGRAM"),
        ("push", "x", "main"),
        "",
    ),
    "hooks of every name": (
        hooks(".git/hooks", "pre-commit", "post-commit", "post-merge", "pre-push", "read-object", "query-watchman"),
        ("commit", "--allow-empty", "-m", "x"),
        "",
    ),
}
# What runs something under other programs of git, or only at a terminal, or stands for something else than it says.
MORE: list[Step] = [
    config("core", "pager = PROGRAM", "virtualFilesystem = PROGRAM", "useGVFSHelper = true", "excludesFile = TOP/any"),
    config("pager", "ls-tree = PROGRAM", "cat-file = PROGRAM", "rev-parse = PROGRAM", "diff = PROGRAM"),
    config("interactive", "diffFilter = PROGRAM"),
    config('mergetool "x"', "cmd = PROGRAM", "path = PROGRAM"),
    config("sendemail", "smtpServer = PROGRAM", "toCmd = PROGRAM", "sendmailCmd = PROGRAM"),
    config("imap", "tunnel = PROGRAM"),
    config("help", "browser = x"),
    config('browser "x"', "cmd = PROGRAM"),
    config('man "x"', "cmd = PROGRAM"),
    config('guitool "x"', "cmd = PROGRAM"),
    config('hook "x"', "event = reference-transaction", "command = PROGRAM"),
    config('submodule "x"', "url = TOP", "update = !PROGRAM"),
    config("trace2", "eventTarget = TOP/trace", "normalTarget = TOP/trace"),
    config("fetch", "bundleURI = TOP/bundle", "fsckObjects = true"),
    config("fsck", "skipList = TOP/any"),
    config("log", "showSignature = true"),
    config("safe", "directory = *", "bareRepository = all"),
    config("color", "ui = always"),
    config("diff", "noprefix = true", "external = PROGRAM", "orderFile = TOP/any", "context = 9"),
    lambda place: place.add(".git/info/grafts", git(place.top, "rev-parse", "main").stdout.strip()),
]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path / "top", tmp_path / "canary")
    made.script(made.program)
    (made.top / "docs").mkdir(parents=True)
    (made.top / "docs" / "a.md").write_text(OLD)
    git(made.top, "init", "-q", "-b", "main")
    git(made.top, "add", "-A")
    assert git(made.top, "commit", "-qm", "first").returncode == 0
    (made.top / "docs" / "a.md").write_text(NEW)
    return made


def enter(place: Place, way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.top / way.inside)
    for name, value in {**ALONE, **way.variables(place)}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_each_way_works_with_plain_git(place: Place, way: Way) -> None:
    way.lay(place)
    git(place.top / way.inside, *way.shown_by, **way.variables(place))
    assert place.canary.exists()


@pytest.mark.parametrize("option", ["--since", "--baseline-from-ref"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_nothing_of_the_repository_runs(place: Place, way: Way, option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    way.lay(place)
    index = place.top / ".git" / "index"
    before = index.read_bytes() if index.exists() else b""
    enter(place, way, monkeypatch)
    done = command.here(["check", "--across", option, "main"])
    assert not place.canary.exists()
    assert done.returncode == (way.code if option == "--since" else way.code or 1), done.stderr
    if way.shown_by == FETCHED:
        assert b"is missing in this repository\nhint: nothing is fetched here" in done.stderr
    assert (index.read_bytes() if index.exists() else b"") == before


@pytest.mark.parametrize("key", KEYS)
def test_each_key_works_with_plain_git(place: Place, key: str) -> None:
    lay, shown_by, stdin = KEYS[key]
    lay(place)
    git(place.top, *shown_by, stdin=stdin, GIT_TERMINAL_PROMPT="0")
    assert place.canary.exists()


@pytest.mark.parametrize("option", ["--since", "--baseline-from-ref"])
def test_a_repository_that_names_commands_everywhere(
    place: Place, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said of it is what was said before they were there, and nothing of it is other than it was."""
    monkeypatch.chdir(place.top)
    for name, value in ALONE.items():
        monkeypatch.setenv(name, value)
    args = ["check", "--across", "--format", "json", option, "main"]
    plain = command.here(args)
    assert plain.returncode == 1
    for lay in (*(lay for lay, *_ in KEYS.values() if lay is not KEYS["merge.driver"][0]), *MORE):
        lay(place)
    place.canary.unlink(missing_ok=True)
    before = {path: path.read_bytes() for path in place.top.rglob("*") if path.is_file()}
    assert vars(command.here(args)) == vars(plain)
    assert not place.canary.exists()
    assert {path: path.read_bytes() for path in place.top.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("option", ["--since", "--baseline-from-ref"])
def test_folders_that_stand_for_each_other_are_refused(
    place: Place, option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some kilobytes of objects that are a million million files."""
    tree = git(place.top, "rev-parse", "main:docs").stdout.strip()
    for _ in range(12):
        rows = "".join(f"040000 tree {tree}\t{name}\n" for name in "abcdefghij")
        tree = git(place.top, "mktree", stdin=rows).stdout.strip()
    commit = git(place.top, "commit-tree", "-m", "x", "-p", "main", tree).stdout.strip()
    git(place.top, "update-ref", "refs/heads/main", commit)
    monkeypatch.setattr("dedupe_cli.read.git.LARGEST", 1 << 16)
    monkeypatch.chdir(place.top)
    done = command.here(["check", option, "main"])
    assert done.returncode == 2
    assert done.stderr.startswith(
        b"error: git ls-tree: this commit has more files than any work tree\nhint: do not trust"
    )


def test_a_text_that_was_too_large_to_be_compared_changed_as_a_whole(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.top)
    changes = changes_since("main")
    assert not changes.touches("docs/a.md", 1, 1)
    monkeypatch.setattr("dedupe_cli.read.git.LARGEST", len(OLD) - 1)
    assert changes_since("main").touches("docs/a.md", 1, 1)


@pytest.mark.parametrize("left_out", ["GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL"])
@pytest.mark.parametrize("way", [name for name, way in WAYS.items() if way.shown_by == FETCHED])
def test_each_of_two_bars_against_fetching_holds_alone(
    place: Place, way: str, left_out: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Versions of git before 2.45 know one of them only."""
    WAYS[way].lay(place)
    enter(place, WAYS[way], monkeypatch)
    monkeypatch.delitem(_MANNERS, left_out)
    with pytest.raises(ReadError, match=r"is missing|cat-file"):
        changes_since("main").touches("docs/a.md", 1, 1)
    assert not place.canary.exists()


@pytest.mark.parametrize("name", _OVERRULED)
def test_what_the_repository_says_of_these_does_not_count(
    place: Place, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    section, key = name.split(".")
    config(section, f"{key} = PROGRAM")(place)
    monkeypatch.chdir(place.top)
    assert _git("config", "--get", name) == f"{_OVERRULED[name]}\n".encode()


def test_only_one_module_runs_git() -> None:
    source = Path(__file__).parents[1] / "src"
    found = {path.name for path in source.rglob("*.py") if re.search(r"\bsubprocess\b", path.read_text("utf-8"))}
    assert found == {"git.py", "view.py", "answers.py", "processes.py"}
    # A pager, an editor: of the person's own environment; this interpreter.
    for name in ("cli/view.py", "cli/answers.py", "corpus/processes.py"):
        said = (source / "dedupe_cli" / name).read_text("utf-8").partition('"""\n')[2]
        assert "git" not in re.findall(r"\w+", said)
