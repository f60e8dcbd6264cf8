"""What is installed where, and where the project is tested: bounds, pins, hashes, workflows and forms agree."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
BUILD, NEEDED = PROJECT["build-system"]["requires"], PROJECT["project"]["dependencies"]
PYTHONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["project"]["classifiers"]))
SYSTEMS = ("linux", "darwin", "win32")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


def pins(name: str) -> list[Requirement]:
    """The requirements of a file, its hashes left out."""
    lines = (line.removesuffix("\\").strip() for line in (ROOT / name).read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "--hash"))]


def pinned(rows: list[Requirement], python: str, system: str) -> dict[str, str]:
    """The version of each package for a Python on a system."""
    there = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": system}
    held = [row for row in rows if row.marker is None or row.marker.evaluate(there)]
    names = [canonicalize_name(row.name) for row in held]
    assert len(set(names)) == len(names), "one version each"
    return {name: str(row.specifier).removeprefix("==") for name, row in zip(names, held, strict=True)}


def closure(wanted: list[str]) -> set[str]:
    """Names of all packages that some requirements bring here, themselves included."""
    found: set[str] = set()
    rows = [Requirement(each) for each in wanted]
    while rows:
        row = rows.pop()
        if canonicalize_name(row.name) in found:
            continue
        found.add(canonicalize_name(row.name))
        inner = (Requirement(each) for each in requires(row.name) or ())
        rows += [
            each
            for each in inner
            if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in (*row.extras, ""))
        ]
    return found


@pytest.mark.parametrize("text", [*BUILD, *NEEDED, *(each for rows in EXTRAS.values() for each in rows)])
def test_every_dependency_has_both_bounds(text: str) -> None:
    assert {each.operator for each in Requirement(text).specifier} == {">=", "<"}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_constraints_hold_what_is_asked_for(python: str, system: str) -> None:
    found = pinned(pins("constraints.txt"), python, system)
    assert closure([*NEEDED, *EXTRAS["dev"]]) <= set(found)
    for row in map(Requirement, [*BUILD, *NEEDED, *EXTRAS["dev"]]):
        assert row.specifier.contains(found[canonicalize_name(row.name)]), row


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_hashed_requirements_agree_with_the_constraints(python: str, system: str) -> None:
    found = pinned(pins(".ci/requirements.txt"), python, system)
    assert found.items() <= pinned(pins("constraints.txt"), python, system).items()
    assert closure(NEEDED) | {canonicalize_name(Requirement(each).name) for each in BUILD} <= set(found)


def test_every_requirement_of_the_action_has_hashes() -> None:
    text = (ROOT / ".ci" / "requirements.txt").read_text("utf-8")
    rows = re.findall(r"^\S+==.*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.MULTILINE)
    assert "".join(rows) == text
    script = (ROOT / ".ci" / "action-install").read_text("utf-8")
    installs = [line.strip() for line in script.splitlines() if '"${install[@]}"' in line]
    assert [("--require-hashes" in line, "--no-deps" in line) for line in installs] == [
        (True, False),
        (False, True),
        (False, True),
    ]


def test_ci_installs_the_constraints() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(r"pip install .*--constraint constraints\.txt '\.\[dev\]'$", script, re.MULTILINE)


def test_every_python_and_system_is_tested() -> None:
    jobs = read(ROOT / ".github" / "workflows" / "test.yml")["jobs"]
    assert [jobs[job]["strategy"]["matrix"]["python"] for job in ("all", "windows")] == [PYTHONS, PYTHONS]
    assert jobs["all"]["strategy"]["matrix"]["os"] == ["ubuntu-latest", "macos-latest"]
    assert jobs["windows"]["runs-on"] == "windows-latest"
    assert [step["run"] for step in jobs["all"]["steps"] if "run" in step] == [".ci/run"]
    gitlab = read(ROOT / ".gitlab-ci.yml")["test"]
    assert gitlab["parallel"]["matrix"] == [{"PYTHON_VERSION": PYTHONS}]
    assert gitlab["script"] == ["bash .ci/run"]
    assert PROJECT["project"]["requires-python"] == f">={PYTHONS[0]}"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_pin_their_actions_and_may_do_little(path: Path) -> None:
    text, flow = path.read_text("utf-8"), read(path)
    uses = re.findall(r"uses: (.*)", text)
    assert uses
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each) for each in uses)
    assert flow["permissions"] in ({}, {"contents": "read"})
    for name, job in flow["jobs"].items():
        assert job["timeout-minutes"] <= 90
        writes = [key for key, value in job.get("permissions", {}).items() if value == "write"]
        assert writes == (["id-token"] if name == "publish" else [])
        for step in job["steps"]:
            assert "checkout" not in step.get("uses", "") or step["with"]["persist-credentials"] is False
            assert "${{" not in step.get("run", ""), "what others name reaches the shell through the environment"
    assert "secrets." not in text


def test_scripts_and_files_that_workflows_name_exist() -> None:
    for path in (*WORKFLOWS, ROOT / ".gitlab-ci.yml"):
        for name in re.findall(r"(?:\.ci|tests)/[\w.-]+|constraints\.txt", path.read_text("utf-8")):
            assert (ROOT / name).exists(), (path.name, name)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_forms_ask_for_what_is_needed(path: Path) -> None:
    form = read(path)
    assert {"name", "description", "body"} <= set(form)
    assert len({field["id"] for field in form["body"]}) == len(form["body"])
    for field in form["body"]:
        assert field["type"] in {"textarea", "input"}
        assert field["attributes"]["label"]
        assert field["validations"] == {"required": True}
    assert any("\u4e00" <= char <= "\u9fff" for char in form["description"]), "both languages"


def test_where_to_report_stands_in_both_languages() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert "in private" in text
    assert "私下" in text
    assert "SECURITY.md" in PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
