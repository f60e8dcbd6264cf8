"""The piped diff: what patch and git make of it is the cleaned text, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dedupe_cli.errors import DedupeError, PlanError
from dedupe_cli.model import Edit, Plan, Safety, Source, Span
from dedupe_cli.render.unified import unified
from dedupe_cli.text.rewrite import rewrite

if TYPE_CHECKING:
    from pathlib import Path
from render_plans import Builder, source
from render_scenes import SCENES

needs_patch = pytest.mark.skipif(not shutil.which("patch"), reason="GNU patch is not installed")
needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


def plan_of(src: Source, *edits: tuple[int, int, str]) -> Plan:
    return Plan(
        src.digest,
        len(src.text),
        tuple(Edit(Span(a, b), new, "D101", "copy", Safety.EXACT) for a, b, new in edits),
    )


def diff(src: Source, plan: Plan) -> tuple[bytes, bytes, bytes]:
    """The patch, the bytes before and the bytes after."""
    output = rewrite(src.text, plan.edits)
    codec = src.encoding
    return unified(src, plan, output), src.bom + src.text.encode(codec), src.bom + output.encode(codec)


def patched(tmp: Path, tool: list[str], name: str, patch: bytes, before: bytes) -> bytes:
    for old in tmp.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    target = tmp / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(before)
    done = subprocess.run(tool, input=patch, cwd=tmp, capture_output=True, check=False)
    assert done.returncode == 0, (
        (done.stdout + done.stderr).decode(errors="replace") + "\n" + patch.decode(errors="replace")
    )
    assert b"fuzz" not in done.stdout
    return target.read_bytes() if target.exists() else b""


GNU = ["patch", "-p0", "--binary", "--quiet", "--no-backup-if-mismatch"]
GIT = ["git", "apply", "-p0", "--whitespace=nowarn"]

LINES = st.lists(st.sampled_from(["", " ", "a", "b", "甲乙", "a b", "- x", "+ y", "@@ z", "\\ w", "# c"]), max_size=12)


@st.composite
def plans(draw: st.DrawFn) -> tuple[Source, Plan]:
    """A text with edits anywhere: inside of lines, over newlines, at both ends, with and without new text."""
    newline = draw(st.sampled_from(["\n", "\r\n", "\n", "\r"]))
    text = newline.join(draw(LINES)) + draw(st.sampled_from(["", newline]))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    edits = []
    for a, b in zip(cuts[::2], cuts[1::2], strict=False):
        edits.append((a, b, draw(st.sampled_from(["", "", "", " ", "new", "x\ny", "\n"]))))
    src = source(text, "notes.txt")
    return src, plan_of(src, *edits)


EMPTY = source("only\n", "notes.txt")
TUNED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize(
    "tool", [pytest.param(GNU, marks=needs_patch, id="patch"), pytest.param(GIT, marks=needs_git, id="git")]
)
@TUNED
@given(plans())
@example((EMPTY, plan_of(EMPTY, (0, 5, ""))))
def test_tools_give_the_cleaned_text(tmp_path: Path, tool: list[str], pair: tuple[Source, Plan]) -> None:
    patch, before, after = diff(*pair)
    if before == after:
        assert patch == b""
        return
    assert patched(tmp_path, tool, "notes.txt", patch, before) == after


@pytest.mark.parametrize("scene", sorted(set(SCENES) - {"hostile"}))
@pytest.mark.parametrize(
    "tool", [pytest.param(GNU, marks=needs_patch, id="patch"), pytest.param(GIT, marks=needs_git, id="git")]
)
def test_scenes(tmp_path: Path, tool: list[str], scene: str) -> None:
    src, plan = SCENES[scene]()
    patch, before, after = diff(src, plan)
    assert patched(tmp_path, tool, src.path, patch, before) == after


@needs_patch
def test_hostile_name_and_text(tmp_path: Path) -> None:
    src, plan = SCENES["hostile"]()
    patch, before, after = diff(src, plan)
    assert patch.splitlines()[1] == b'--- "evil\\033[2J.txt"'
    assert patched(tmp_path, GNU, src.path, patch, before) == after


@needs_git
@pytest.mark.parametrize("name", ["a b.txt", "docs/笔记 1.txt", 'q"uo\\te.txt', "tab\there.txt"])
def test_file_names(tmp_path: Path, name: str) -> None:
    src = source("one\ntwo\none\n", name)
    patch, before, after = diff(src, plan_of(src, (8, 12, "")))
    assert patched(tmp_path, GIT, name, patch, before) == after


@needs_patch
@pytest.mark.parametrize(("encoding", "bom"), [("utf-8", b"\xef\xbb\xbf"), ("gb18030", b""), ("big5", b"")])
def test_bytes_are_those_of_the_file(tmp_path: Path, encoding: str, bom: bytes) -> None:
    src = Source("n.txt", "高新區的路\r\n中文\r\n高新區的路\r\n", "", encoding, bom, "\r\n")
    for edits in ([(11, 18, "")], [(0, 7, "")], [(0, 18, "")]):
        patch, before, after = diff(src, plan_of(src, *edits))
        assert patched(tmp_path, GNU, "n.txt", patch, before) == after


def test_undecodable_bytes_come_back() -> None:
    text = b"ok \xff\xfe\nsame\nsame\n".decode("utf-8", "surrogateescape")
    src = Source("n.txt", text, "")
    plan = plan_of(src, (11, 16, ""))
    assert b"-same" in unified(src, plan, rewrite(text, plan.edits))
    plan = plan_of(src, (0, 2, ""))
    assert b"-ok \xff\xfe\n+ \xff\xfe\n" in unified(src, plan, rewrite(text, plan.edits))


def test_nothing_to_do() -> None:
    src = source("a\nb\n")
    assert unified(src, Plan(src.digest, 4), src.text) == b""


@pytest.mark.parametrize("encoding", ["utf-16", "UTF-16-LE", "utf_32"])
def test_wide_encodings_are_refused(encoding: str) -> None:
    src = Source("n.txt", "a\na\n", "", encoding)
    plan = plan_of(src, (2, 4, ""))
    with pytest.raises(DedupeError, match="patch") as error:
        unified(src, plan, "a\n")
    assert error.value.hint


def test_wrong_output_is_refused() -> None:
    src = source("a\nb\n")
    with pytest.raises(PlanError):
        unified(src, plan_of(src, (0, 2, "")), "c\n")


def test_an_encoding_that_lacks_a_character_is_an_error() -> None:
    src = Source("n.txt", "é\nb\n", "", "ascii")
    with pytest.raises(DedupeError, match=r"U\+00E9"):
        unified(src, plan_of(src, (0, 1, "")), "\nb\n")


def test_people_can_read_it() -> None:
    src, plan = SCENES["article"]()
    patch = unified(src, plan, rewrite(src.text, plan.edits)).decode()
    head = patch.splitlines()[:4]
    assert head[0] == "# dedupe: 13 cuts in 3 groups, 1 pair held back (patch -p0, git apply -p0)"
    assert head[1:3] == ["--- samples/gaoxinqu.txt", "+++ samples/gaoxinqu.txt"]
    assert head[3].startswith("@@ -72,")
    assert "73 cut at column 30: stands in line 61" in head[3]
    rows = patch.splitlines()
    at = next(i for i, row in enumerate(rows) if row.startswith("-区里设了六大产业园区"))
    assert rows[at + 1] == "+区里设了六大产业园区，只做招商、建项目和服务企业这三件事。"
    assert all(row.isascii() for row in rows if row.startswith(("#", "@@")))


def test_long_hunk_comments_are_cut() -> None:
    text = "".join(f"line {i}\n" for i in range(40))
    b = Builder(text)
    for i in range(0, 40, 2):
        b.edit((f"line {i}\n", 0), "", "D101", "copy")
    src, plan = b.pair()
    patch = unified(src, plan, rewrite(text, plan.edits)).decode()
    hunk = next(row for row in patch.splitlines() if row.startswith("@@"))
    assert len(hunk) < 160
    assert hunk.endswith(" more")
