"""The cases of `tests/cases/trees.toml`: what `check --across` says of a tree, how severe it is, and in which order."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import command
from dedupe_cli.across.roles import plain_name, ranked
from dedupe_cli.finding import Place, Severity
from dedupe_cli.gate.outline import Outline
from dedupe_cli.render.pieces import Piece
from dedupe_cli.render.reports.screen import folded
from dedupe_cli.render.terminal_style import Measure
from dedupe_cli.text.position import Point

TREES = tomllib.loads((Path(__file__).parent / "cases" / "trees.toml").read_text(encoding="utf-8"))
DAYS = {f"OPEN_{number}": TREES["texts"]["OPEN"].replace("4 days", f"{number} days") for number in (5, 6, 7)}
TEXTS = {**TREES["texts"], **DAYS}


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(re.sub(r"@(\w+)@", lambda found: TEXTS[found[1]], text), encoding="utf-8")


def groups(*options: str) -> list[dict[str, Any]]:
    """What is new, of what people are shown, the surest first."""
    done = command.here(["check", "-q", "--across", "--sort", "rank", "-f", "json", *options])
    found = json.loads(done.stdout)["groups"]
    return [each for each in found if each["status"] == "new" and each["severity"] in {"error", "warning"}]


def row(group: dict[str, Any]) -> str:
    place = next(m for n, m in enumerate(group["members"]) if n != group["kept"] or len(group["members"]) == 1)
    return f"{group['severity']} {group['rule']} {place['path']}:{place['start']['line']} {group['message']}"


@pytest.mark.parametrize("case", TREES["case"], ids=[case["name"] for case in TREES["case"]])
def test_what_is_told_of_a_tree(case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    if "before" in case:
        put(tmp_path, case["before"])
        assert command.here(["baseline", "write", "-q", "--across"]).returncode == 0
    put(tmp_path, case["files"])
    found = groups()
    assert sorted(map(row, found)) == sorted(case["findings"])
    scores = [group["signals"][0] for group in found if "signals" in group]
    assert all(name == "score" for name, _ in scores)
    for group in found:
        if "signals" in group:
            total, *terms = group["signals"]
            assert total[1] == pytest.approx(sum(value for _, value in terms), abs=0.02)
            assert 0 <= group["rank"] <= 100


def test_the_runs_that_are_shown_are_what_is_printed(tmp_path: Path) -> None:
    """The blocks of `docs/ci.md`, one after the other, in a repository that changes between them."""
    recipes = (Path(__file__).parent.parent / "docs" / "ci.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```", recipes, re.MULTILINE | re.DOTALL)
    changes = [TREES["workshop"], None, *(TREES[f"workshop-{each}"] for each in ("later", "mended", "hurried"))]
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-C", str(tmp_path)]
    for number, (block, change) in enumerate(zip(blocks, changes, strict=True)):
        put(tmp_path, change or {})
        for run in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, shown = run.partition("\n")
            done = command.dedupe(*shlex.split(line)[1:], cwd=tmp_path, COLUMNS="80")
            assert done.stdout.decode() + done.stderr.decode() == shown, line
        if number == 2:  # the hook of pre-commit says the same of the whole repository
            [shown] = re.findall(r"^- exit code: 1\n\n(.*?)^```", recipes, re.MULTILINE | re.DOTALL)
            done = command.dedupe("check", "--across", cwd=tmp_path, COLUMNS="80")
            assert done.stdout.decode() + done.stderr.decode() == shown
        if number in {1, 3}:  # what is accepted is committed
            for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
                subprocess.run([*git, *words], check=True, env=command.environment())


def test_with_a_baseline_alone_a_copy_is_told_where_it_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it comes first by path: git knows what changed since the baseline was committed."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"b.md": "# B\n\n@PRESS@\n\n@INK@\n", "a.md": "# A\n\n@TEA@\n"})
    assert command.here(["baseline", "write", "-q", "--across"]).returncode == 0
    put(tmp_path, {"a.md": "# A\n\n@TEA@\n\n@PRESS@\n"})
    assert [each["message"][:24] for each in groups()] == ["this stands in a.md:5, t"]  # nobody knows
    put(tmp_path, {"a.md": "# A\n\n@TEA@\n"})
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], check=True, env=command.environment())
    put(tmp_path, {"a.md": "# A\n\n@TEA@\n\n@PRESS@\n"})
    subprocess.run([*git, "commit", "-qam", "two"], check=True, env=command.environment())
    [found] = groups()
    assert (found["severity"], found["message"][:24]) == ("error", "this stands in b.md:3, t")


def test_what_a_change_adds_is_told_at_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where what was there before comes later by path, and of less than 40 units."""
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"b.md": "# B\n\n@CAT@ @DOOR@\n\n@INK@\n", "a.md": "# A\n\n@TEA@\n"})
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*git, *words], check=True, env=command.environment())
    put(tmp_path, {"a.md": "# A\n\n@TEA@\n\n@CAT@ @DOOR@\n"})
    assert groups() == []
    [found] = groups("--since", "HEAD")
    assert found["severity"] == "error"
    assert [found["members"][found["kept"]]["path"], found["message"][:30]] == [
        "b.md",
        'this stands in b.md:3, too: "A',
    ]
    shown = command.here(["check", "-q", "--across", "--since", "HEAD"]).stdout.decode()
    assert shown.startswith("a.md:5:1: D301 this stands in b.md:3, too [")


def test_an_id_stands_for_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"a.md": f"{command.TWICE}\nHere.\n", "b.md": f"{command.TWICE}\nThere.\n"})
    found = json.loads(command.here(["check", "-q", "-f", "json"]).stdout)["groups"]
    ids = [group["id"] for group in found]
    assert len(ids) == len(set(ids)) == 2
    told = command.here(["explain", ids[1]]).stdout.decode()
    assert found[1]["members"][0]["path"] in told


def test_the_first_screen_is_no_longer_than_a_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(30):
        text = f"{command.FIRST} {command.SECOND}".replace("reading room", f"room {number}").replace(
            "three", f"{number}"
        )
        put(tmp_path, {f"{number}.md": f"{text}\n\n{command.ZH_FIRST}\n\n{text}\n\n{command.LAST}\n"})
    done = command.here(["check", "--across"])
    rows = done.stdout.decode().splitlines()
    assert len(rows) + done.stderr.decode().count("\n") <= 40
    assert sum(bool(re.search(r"\[[0-9a-f]{8}\]$", line)) for line in rows) == 10
    assert rows[-1] == "  --all shows all of them, --all --sort path in the order of the files"
    every = command.here(["check", "-q", "--across", "--all"]).stdout.decode().splitlines()
    assert sum(bool(re.search(r"\[[0-9a-f]{8}\]$", line)) for line in every) >= 30
    by_path = command.here(["check", "-q", "--across", "--all", "--sort", "path"]).stdout.decode()
    names = re.findall(r"^(\d+\.md):", by_path, re.MULTILINE)
    assert names == sorted(names)


def test_annotations_are_the_surest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(14):
        text = f"{command.FIRST} {command.SECOND}".replace("reading room", f"room {number}").replace(
            "three", f"{number}"
        )
        put(tmp_path, {f"{number}.md": f"{text}\n\n{command.ZH_FIRST}\n\n{text}\n\n{command.LAST}\n"})
    few = command.here(["check", "-q", "-f", "github"]).stdout.decode().splitlines()
    every = command.here(["check", "-q", "-f", "github", "--all"]).stdout.decode().splitlines()
    assert (len(few), len(every)) == (10, 14)


@pytest.mark.parametrize("length", [11, 12, 13, 30])
def test_a_length_that_is_asked_for_holds_between_files(
    length: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    copied = "卖伞的人从巷子里走出来，把伞一把一把地摆在石阶上面，等着下一场雨落下来。"
    put(
        tmp_path, {"a.md": f"# 桥\n\n{copied}\n\n白堤上有人拍照。\n", "b.md": f"# 伞\n\n断桥上有人打拳。\n\n{copied}\n"}
    )
    asked = command.here(["check", "-q", "--across", "--show-held", "-f", "json", "--min-length", str(length)])
    assert [group["rule"] for group in json.loads(asked.stdout)["groups"]] == ["D301"]
    usual = command.here(["check", "-q", "--across", "-f", "json"])
    assert json.loads(usual.stdout)["groups"] == []


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("a/西湖 (copy).txt", "a/西湖.txt"), ("notes-old.md", "notes.md"), ("a.md.bak", "a.md"), ("a (1).md", "a.md"),
        ("Copy of x.md", "x.md"), ("报告 - 副本.docx", "报告.docx"), ("copy.md", "copy.md"), ("threshold.md", "threshold.md"),
        ("a-2.md", "a.md"), ("part-12.md", "part-12.md"), ("a_new.md", "a.md"),
    ],
)  # fmt: skip
def test_names_of_copies(name: str, plain: str) -> None:
    assert plain_name(name) == plain


def test_a_copy_comes_behind_the_others_only_beside_what_it_copies() -> None:
    assert ranked(["a (1).md", "a.md", "b (1).md"], [1, 1, 1]) == [3, 2, 2]


def test_severities_are_ordered() -> None:
    assert Severity.NOTE < Severity.INFO < Severity.WARNING < Severity.ERROR


def test_lines_between_fences_are_code_without_the_fences() -> None:
    page = Outline("press.md", "# Press\n\n```\n=====> report\n   rollers: cleaned\n```\n\nThat is all.\n")

    def lines(first: int, last: int) -> Place:
        return Place("press.md", Point(first, 1, 0, 0, 1), Point(last, 2, 0, 0, 1), "")

    assert page.without_code(lines(4, 5)) == ""
    assert page.without_code(lines(3, 8)) == "\nThat is all."


@pytest.mark.parametrize(
    "text",
    [
        "```\n```js\nBrush\n=====\n```\n\nThat is all.",  # what has a word behind it closes nothing
        "~~~\n```\nBrush\n=====\n~~~~\n\nThat is all.",
        "```press``` sets\nthe type.\n\nThat is all.",  # code inside of a line opens nothing
        "<!--\n```\nBrush\n=====\n-->\n\nThat is all.",
        "$$\nBrush\n=====\n$$\n\nThat is all.",
    ],
)
def test_code_ends_where_its_fence_is_closed(text: str) -> None:
    prose = [line for line in Outline("press.md", text).prose.split("\n") if line]
    assert prose == [line for line in text.split("\n") if line in {"```press``` sets", "the type.", "That is all."}]


def test_what_is_only_counted_is_ranked_for_programs_alone(tmp_path: Path) -> None:
    entries = "# Hours\n\n" + TREES["texts"]["OPEN"] + "\n\n" + TREES["texts"]["OPEN"].replace("4", "5") + "\n"
    put(tmp_path, {"a.md": entries, "b.md": "# Tea\n", "c.md": "# Ink\n"})
    said = command.dedupe("check", "--isolated", cwd=tmp_path).stderr.decode()
    assert "not shown: 1 D401" in said
    [finding] = json.loads(command.dedupe("check", "--isolated", "-f", "json", cwd=tmp_path).stdout)["groups"]
    assert finding["rule"] == "D401"
    assert finding["rank"] is not None


def test_on_a_terminal_the_rows_of_a_finding_end_between_words() -> None:
    def row(*words: str) -> list[Piece]:
        return [Piece(words[0], solid=True), *map(Piece, words[1:])]

    short, address = row("a.md:3:1", ": D101 exact copy"), "old notes (copy).md:12:1"
    long = row(address, ": D301 this file is notes.md, letter for letter ", "[5f0c9a1e]")
    told = ["".join(piece.text for piece in each) for each in folded([short, long], 40, Measure())]
    assert told == [
        "a.md:3:1: D101 exact copy",
        "old notes (copy).md:12:1: D301 this",
        "    file is notes.md, letter for letter",
        "    [5f0c9a1e]",
    ]
