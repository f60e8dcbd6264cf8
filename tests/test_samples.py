"""The samples, byte for byte, and the article that they began with where it is at hand."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import command
from dedupe_cli import clean, clean_file, plan

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
# Names with their endings: NAME.END goes in, NAME.expected.END comes out.
# The one of ``dedupe corpus`` is held by test_corpus.py.
CORPUS = "corpus.jsonl"
NAMES = sorted({p.name.replace(".expected", "") for p in SAMPLES.glob("*.expected.*")} - {CORPUS})


def read(path: Path) -> str:
    return path.read_bytes().decode()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rules_held(text: str) -> set[str]:
    return {group.rule for group in plan(text).held_back}


def test_samples_are_complete() -> None:
    texts = {p.name for p in SAMPLES.iterdir() if ".expected." not in p.name and p.name != "README.md"}
    assert texts == {*NAMES, CORPUS}
    told = (SAMPLES / "README.md").read_text(encoding="utf-8")
    assert all(name in told for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_sample(name: str) -> None:
    expected = (SAMPLES / name).with_suffix(f".expected{Path(name).suffix}")
    for path in (SAMPLES / name, expected):
        if path.suffix == ".docx":  # packed a little differently by every version of the library
            assert parts(clean_file(path).data) == parts(expected.read_bytes())
        elif path.suffix in {".jsonl", ".csv"}:
            assert command.here(["clean", "-q", str(path)]).stdout == expected.read_bytes()
        else:
            assert clean_file(path).data == expected.read_bytes()


@pytest.mark.parametrize("name", ["gaoxinqu", "contract"])
def test_two_numbers_are_held_back(name: str) -> None:
    assert "D401" in rules_held(read(SAMPLES / f"{name}.txt"))


def test_broken_sentence_is_a_note() -> None:
    text = read(SAMPLES / "gaoxinqu.txt")
    broken = text.index("纵横各四条主干道")
    notes = [note for note in plan(text).notes if note.rule == "W101"]
    assert any(note.span.start <= broken + 21 and note.span.end >= broken for note in notes)


def test_first_article(shared_samples: Path) -> None:
    text = read(shared_samples / "gaoxinqu.txt")
    assert clean(text) == read(shared_samples / "gaoxinqu.expected.txt")
    assert "D401" in rules_held(text)
