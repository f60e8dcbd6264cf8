"""What other tools start: the hooks under the real pre-commit, the shell of the GitHub action, the recipes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import command
from dedupe_cli.read.project import Project
from dedupe_cli.terms import terms_of

ROOT = Path(__file__).parents[1]
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text()
ACTION = (ROOT / "action.yml").read_text()


def run(*args: str, cwd: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it printed, both streams in one."""
    return subprocess.run(
        args, cwd=cwd, env=command.environment(**extra), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        timeout=120, check=False,
    )  # fmt: skip


def git(cwd: Path, *args: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = run("git", *who, *args, cwd=cwd)
    assert done.returncode == 0, done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository that uses the hooks of another one, which has those of this project with the installed command."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / ".pre-commit-hooks.yaml").write_text(HOOKS.replace("language: python", "language: system"))
    git(hooks, "init", "-q", ".")
    git(hooks, "add", ".")
    git(hooks, "commit", "-qm", "hooks")
    rev = run("git", "rev-parse", "HEAD", cwd=hooks).stdout.strip()
    work = tmp_path / "work"
    (work / "docs").mkdir(parents=True)
    (work / "docs" / "a.md").write_text(command.TWICE)
    (work / "old").mkdir()
    (work / "old" / "b.txt").write_text(command.TWICE)
    (work / "code.py").write_text(command.TWICE)
    (work / "dedupe.toml").write_text('exclude = ["old/"]\n')
    ids = "".join(f"      - id: {name}\n" for name in re.findall(r"- id: ([\w-]+)", HOOKS))
    config = f"repos:\n  - repo: {hooks}\n    rev: {rev}\n    hooks:\n{ids}"
    (work / ".pre-commit-config.yaml").write_text(config)
    git(work, "init", "-q", ".")
    git(work, "add", ".")
    return work


def hook(name: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return run(
        sys.executable,
        "-m",
        "pre_commit",
        "run",
        "--all-files",
        name,
        cwd=cwd,
        PRE_COMMIT_HOME=str(cwd.parent / "home"),
    )


def test_the_hooks_under_pre_commit(repository: Path) -> None:
    for name in ("dedupe-check", "dedupe-check-repo"):
        found = hook(name, repository)
        assert found.returncode == 1, found.stdout
        assert "docs/a.md:5:1: D101 exact copy of line 1" in found.stdout
        assert "old/b.txt" not in found.stdout
        assert "code.py" not in found.stdout
    assert (repository / "docs" / "a.md").read_text() == command.TWICE
    changed = hook("dedupe-clean", repository)
    assert changed.returncode == 1
    assert "files were modified by this hook" in changed.stdout
    assert (repository / "docs" / "a.md").read_text() == command.ONCE
    assert (repository / "old" / "b.txt").read_text() == command.TWICE
    assert [hook(name, repository).returncode for name in ("dedupe-check", "dedupe-check-repo", "dedupe-clean")] == [
        0,
        0,
        0,
    ]


def test_the_hook_for_the_repository_compares_files(repository: Path) -> None:
    text = f"{command.FIRST} {command.SECOND} {command.LAST}\n"
    for name in ("a.md", "b.md"):
        (repository / "docs" / name).write_text(text)
    git(repository, "add", ".")
    assert hook("dedupe-check", repository).returncode == 0
    found = hook("dedupe-check-repo", repository)
    assert found.returncode == 1
    assert "docs/b.md:1:1: D301" in found.stdout


def test_the_list_of_hooks_is_valid(tmp_path: Path) -> None:
    done = run(
        sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"), cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout


def act(folder: Path, **inputs: str) -> tuple[int, str, dict[str, str], str]:
    """Run the shell of the action as a runner does; return code, output, outputs and summary."""
    places = {name: str(folder.parent / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for place in places.values():
        Path(place).write_text("")
    extra = {f"INPUT_{name}": value for name, value in inputs.items()}
    done = run(
        "bash", str(ROOT / ".ci" / "action-check"), cwd=folder, RUNNER_TEMP=str(folder.parent), **places, **extra
    )
    pairs = [line.split("=", 1) for line in Path(places["GITHUB_OUTPUT"]).read_text().splitlines()]
    return done.returncode, done.stdout, dict(pairs), Path(places["GITHUB_STEP_SUMMARY"]).read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a file.md").write_text(command.TWICE)
    (tmp_path / "work" / "b.md").write_text(command.ONCE)
    return tmp_path / "work"


def test_the_action_annotates_and_sets_its_outputs(folder: Path) -> None:
    code, said, outputs, summary = act(
        folder, SARIF="out.sarif", SRC="a file.md\nb.md\n", ARGS="--select D1,D2 --keep  first"
    )
    assert code == 1
    assert "::error file=a file.md,line=5," in said
    assert outputs == {
        "exit-code": "1", "groups": "1", "new-groups": "1", "duplication-percent": outputs["duplication-percent"],
        "sarif-path": "out.sarif",
    }  # fmt: skip
    assert 5 < float(outputs["duplication-percent"]) < 50
    assert "| a file.md:5 | D101 exact-copy |" in summary
    assert json.loads((folder / "out.sarif").read_text())["version"] == "2.1.0"


def test_the_action_without_findings_and_without_extras(folder: Path) -> None:
    code, said, outputs, summary = act(folder, SRC="b.md", ANNOTATIONS="false", SUMMARY="false")
    assert (code, outputs["exit-code"], outputs["new-groups"], summary) == (0, "0", "0", "")
    assert "::" not in said
    assert "sarif-path" not in outputs


def test_the_action_says_what_is_wrong(folder: Path) -> None:
    code, said, outputs, _ = act(folder, ARGS="--no-such-option")
    assert (code, outputs) == (2, {"exit-code": "2"})
    assert "error: no such option --no-such-option" in said


def test_the_action_runs_nothing_that_an_input_says(folder: Path) -> None:
    code, _, _, _ = act(folder, SRC="$(touch x);`touch y`\nb.md", ARGS="; touch z")
    assert code == 2
    assert not [name for name in ("x", "y", "z") if (folder / name).exists()]


def test_inputs_reach_the_shell_through_the_environment_alone() -> None:
    for line in ACTION.splitlines():
        if "${{" in line:
            assert re.fullmatch(r"\s+(?:[A-Z_]+|value): \$\{\{ [\w.-]+ \}\}", line), line
    declared = set(re.findall(r"^  ([\w-]+):$", ACTION.partition("outputs:")[0].partition("inputs:")[2], re.MULTILINE))
    assert declared == set(re.findall(r"inputs\.([\w-]+)", ACTION))
    script = (ROOT / ".ci" / "action-check").read_text() + (ROOT / ".ci" / "action-install").read_text()
    assert {"INPUT_" + name.upper().replace("-", "_") for name in declared} <= set(re.findall(r"INPUT_[A-Z_]+", script))


def test_scripts_are_shell() -> None:
    for name in ("action-check", "action-install", "lock", "run"):
        assert run("bash", "-n", str(ROOT / ".ci" / name), cwd=ROOT).stdout == ""
        assert os.access(ROOT / ".ci" / name, os.X_OK)


RECIPES = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", RECIPES, re.MULTILINE | re.DOTALL)
COMMANDS = [
    found.group(1)
    for kind, body in BLOCKS
    if kind in {"sh", "yaml"}
    for line in body.splitlines()
    if (found := re.match(r"(?:\s*- (?:run: )?)?((?:dedupe|git|echo) .*)", line))
]


def test_every_command_of_the_recipes_runs(tmp_path: Path) -> None:
    """In order, in one repository, with a stand-in for reviewdog that takes what it is given."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(command.TWICE)
    git(tmp_path, "init", "-q", ".")
    (tmp_path / "bin").mkdir()
    stand_in = tmp_path / "bin" / "reviewdog"
    stand_in.write_text("#!/bin/sh\ncat > reviewdog.jsonl\n")
    stand_in.chmod(0o755)
    assert len(COMMANDS) == 9
    for line in COMMANDS:
        done = run("bash", "-c", f"PATH=bin:$PATH; {line}", cwd=tmp_path)
        assert done.returncode == 0, (line, done.stdout)
        assert "error" not in done.stdout
    (tmp_path / "docs" / "b.md").write_text(command.ZH_TWICE)
    again = run("bash", "-c", COMMANDS[-1], cwd=tmp_path)
    assert "docs/b.md:3:1: D203 repeats line 1 at once" in again.stdout
    assert "exit code 1" in again.stdout
    (tmp_path / "docs" / "c.md").write_text(f"{command.FIRST} {command.SECOND} {command.LAST}\n")
    (tmp_path / "docs" / "d.md").write_text(f"# Copied\n\n{command.FIRST} {command.SECOND} {command.LAST}\n")
    copied = run("bash", "-c", COMMANDS[4], cwd=tmp_path)
    assert copied.returncode == 1
    assert 'docs/d.md:3:1: D301 this file is 98 % docs/c.md; only here: "# Copied" [' in copied.stdout
    assert "hint: dedupe explain D" in copied.stdout
    assert run("bash", "-c", COMMANDS[1], cwd=tmp_path).returncode == 0
    assert run("bash", "-c", COMMANDS[4], cwd=tmp_path).returncode == 0
    for name in ("dedupe.xml", "summary.md", "dedupe.json", "gl-code-quality-report.json", "reviewdog.jsonl"):
        assert (tmp_path / name).exists()


def test_the_recipe_for_chinese_documentation(tmp_path: Path) -> None:
    (body,) = [body for kind, body in BLOCKS if kind == "toml" and "zh-tw" in body]
    (tmp_path / "dedupe.toml").write_text(body, encoding="utf-8")
    copied = "安装完成以后，请先把配置文件复制到数据目录，再用管理员账号启动服务；第一次启动要读入全部索引，可能需要几分钟时间。"
    other = "安裝完成以後，請先把配置文件複製到數據目錄，再用管理員賬號啟動服務；第一次啟動要讀入全部索引，可能需要幾分鐘時間。"
    signed = "本页由网站的志愿者翻译。"
    pages = {
        "zh-cn/install.md": (f"# 安装\n\n{signed}\n\n{copied}\n", "utf-8"),
        "zh-cn/upgrade.md": (f"# 升级\n\n{signed}\n\n升级以前请备份。\n\n{copied}\n", "gb18030"),
        "zh-tw/install.md": (f"# 安裝\n\n{other}\n", "utf-8"),
    }
    for name, (text, encoding) in pages.items():
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text(text, encoding=encoding)
    done = run("dedupe", "check", "docs", "-f", "concise", cwd=tmp_path)
    told = 'docs/zh-cn/upgrade.md:7:1: D301 this stands in docs/zh-cn/install.md:5, too: "安装完成以后，请先把配置文件复制到数据目录，再用管理员账号启动服务；第一次启动…" [94f3bd48]\n'
    assert done.returncode == 1
    assert done.stdout.startswith(told)
    assert "\n1 finding in 3 files: 1 error;" in done.stdout
    assert told in RECIPES


def test_the_configuration_of_the_recipes_is_one(tmp_path: Path) -> None:
    (tmp_path / "legal").mkdir()
    every = [body for kind, body in BLOCKS if kind == "toml"]
    for body in every:
        (tmp_path / "dedupe.toml").write_text(body)
        assert Project(config=str(tmp_path / "dedupe.toml"), environment={}).at(".").path
    body = every[0] + every[1]
    (tmp_path / "dedupe.toml").write_text(body)
    (tmp_path / "legal" / "notice.txt").write_text(command.FIRST)
    terms = terms_of(Project(config=str(tmp_path / "dedupe.toml"), environment={}).at("."), str(tmp_path / "faq.md"))
    assert terms.off == ("D4",)
    assert terms.heed.boilerplate == (command.FIRST,)
    assert not terms.on("W101")
    assert Project(config=str(tmp_path / "dedupe.toml")).of(str(tmp_path / "a.zh.md")).settings.similarity == 95


def test_the_recipes_name_the_hooks_and_inputs_that_there_are() -> None:
    hooks = set(re.findall(r"- id: ([\w-]+)", HOOKS))
    assert hooks == set(re.findall(r"^\| `(dedupe-[\w-]+)` \|", RECIPES, re.MULTILINE))
    used = re.search(r"uses: OWNER/dedupe-cli@REF\n  with:\n(.*?)^- uses", RECIPES, re.MULTILINE | re.DOTALL)
    assert used
    assert set(re.findall(r"^    ([\w-]+):", used[1], re.MULTILINE)) <= set(re.findall(r"inputs\.([\w-]+)", ACTION))
