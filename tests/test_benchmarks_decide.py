"""The benchmark of pastes measures what it says: doing nothing, undoing the pastes and deleting everything are told apart."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from test_benchmarks_quality import EN, ZH

FOLDER = Path(__file__).parent.parent / "benchmarks" / "decide"


def module(name: str) -> Any:
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    return importlib.import_module(name)


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages with headings, paragraphs of several lengths, a list, code; every sentence stands in each once."""
    folder = tmp_path_factory.mktemp("texts")
    for kind, paras, mark in (("docs_zh", ZH, "。"), ("docs_en", EN, ". ")):
        (folder / kind).mkdir()
        for k in range(8):
            turned = paras[k % 6 :] + paras[: k % 6]
            parts = ["# Title 1"]
            for n, para in enumerate(turned):
                said = para.replace(mark, f"{mark}{'那是第' if mark == '。' else 'It was day '}{n}{k}{mark}", 1)
                first, _, rest = said.partition(mark)
                parts += [
                    f"## Part {n} of {k}",
                    first + mark.strip(),
                    rest,
                    f"- one {n} {first}\n- two {n} {rest[:60]}",
                ]
                parts += [f"```\ncode {n} = {k}\n```", f"{n} {k} {rest[-90:-45]}"]
            (folder / kind / f"{k}.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return folder


def made(ground: Path, lang: str, form: str) -> list[Any]:
    found: list[Any] = module("pastes").pages([ground], lang, form, 10, half="all")
    return found


every = pytest.mark.parametrize(("lang", "form"), [(a, b) for a in ("zh", "en") for b in ("plain", "markdown")])


@every
@pytest.mark.parametrize("rate", [0.0, 0.03])
def test_doing_nothing_leaves_all(ground: Path, lang: str, form: str, rate: float) -> None:
    pages = made(ground, lang, form)
    kinds = {put.kind for p in pages for put in p.puts}
    assert len(kinds) > 8
    assert any(p.stale for p in pages)
    for p in pages:
        c = module("pastes").case(p, rate)
        row = module("measure").judged(c, c.labelled.text, p.text)
        assert row.pastes
        assert all(x.left == x.letters > 0 for x in row.pastes)
        assert not any(x.before for x in row.pastes)
        assert row.lost == 0
        assert all(whole and said for _, whole, said in row.stale)


@every
@pytest.mark.parametrize("rate", [0.0, 0.03])
def test_the_text_without_the_pastes_is_right(ground: Path, lang: str, form: str, rate: float) -> None:
    for p in made(ground, lang, form):
        right = module("pastes").case(replace(p, puts=[]), 0.0).labelled.text
        row = module("measure").judged(module("pastes").case(p, rate), right, p.text)
        assert all(x.left <= 0.02 * x.letters for x in row.pastes)  # a heading may be taken for its copy
        assert all(x.before is not False for x in row.pastes)
        assert any(x.before for x in row.pastes) or all(put.at < put.said[0][0] for put in p.puts)
        assert row.lost == 0
        assert all(whole and said for _, whole, said in row.stale)


@every
def test_deleting_loses(ground: Path, lang: str, form: str) -> None:
    measure, pastes = module("measure"), module("pastes")
    for p in made(ground, lang, form):
        c = pastes.case(p, 0.0)
        empty = measure.judged(c, "", p.text)
        assert sum(x.left for x in empty.pastes) == 0
        assert empty.lost > 0.8 * empty.once
        without = measure.judged(c, p.text, p.text)  # the stale copy went too
        assert not any(whole for _, whole, _ in without.stale)
        assert not any(said for _, _, said in without.stale)


def test_same_seed_same_texts_and_halves_share_none(ground: Path) -> None:
    pastes = module("pastes")
    texts = [[pastes.case(p, 0.03).labelled.text for p in made(ground, "en", "plain")] for _ in range(2)]
    assert texts[0] == texts[1]
    fit, held = ({p for v in pastes.files([ground], half).values() for p in v} for half in ("fit", "held"))
    assert fit
    assert held
    assert not fit & held
