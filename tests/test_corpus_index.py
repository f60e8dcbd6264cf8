"""`dedupe corpus --index`: what earlier runs kept is known to later ones, without its texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from dedupe_cli.corpus import Options, run
from dedupe_cli.corpus.explaining import removals
from dedupe_cli.corpus.stored_index import PART
from dedupe_cli.errors import ReadError, SettingsError
from test_corpus import edited, prose, read, result, table, write

if TYPE_CHECKING:
    from pathlib import Path


def day(folder: Path, name: str, numbers: list[int]) -> Path:
    """Write the documents of a day; each number is a document, said a little differently each day."""
    rows = [{"id": f"{name}-{n}", "text": edited(prose(n, 80, han=n % 2 == 0), ord(name[0]), 0.01)} for n in numbers]
    return write(folder / name / "crawl.jsonl", rows)


def stays(folder: Path) -> list[str]:
    return [row["id"] for row in read(folder / "data" / "crawl.jsonl")]


def test_a_day_after_the_other(tmp_path: Path) -> None:
    index = tmp_path / "index"
    days = [day(tmp_path, name, numbers) for name, numbers in (("mon", [1, 2, 3]), ("tue", [3, 4]), ("wed", [4, 1, 5]))]
    kept = []
    for number, source in enumerate(days):
        run([str(source)], tmp_path / f"out{number}", index=index)
        kept.append(stays(tmp_path / f"out{number}"))
        if number < 2:
            source.unlink()  # texts of earlier days are not read again
    assert kept == [["mon-1", "mon-2", "mon-3"], ["tue-4"], ["wed-5"]]
    parts = sorted(path.name for path in index.iterdir())
    gone = {row["id"]: (row["kept_id"], row["kept_row"]) for row in table(tmp_path / "out2")}
    assert {name: what[0] for name, what in gone.items()} == {"wed-1": "mon-1", "wed-4": "tue-4"}
    part, _, row = gone["wed-4"][1].partition(":")
    assert (row, part in parts, len(parts)) == ("crawl.jsonl#2", True, 3)
    with pytest.raises(ReadError, match="is known from the index, which has no texts"):
        removals(tmp_path / "out2", "wed-4")


def test_a_run_is_not_compared_with_itself(tmp_path: Path) -> None:
    source, index = day(tmp_path, "mon", [1, 2, 1]), tmp_path / "index"
    run([str(source)], tmp_path / "out", index=index)
    whole = result(tmp_path / "out")
    run([str(source)], tmp_path / "again", index=index)
    run([str(source)], tmp_path / "again", index=index, resume=True)
    assert result(tmp_path / "again") == whole
    assert len(list(index.iterdir())) == 1
    plain = tmp_path / "plain"
    run([str(source)], plain)
    assert result(plain) == whole


def test_what_earlier_documents_contain(tmp_path: Path) -> None:
    index, whole = tmp_path / "index", [prose(n, 80) for n in range(4)]
    long = "\n\n".join(whole[:3])
    asked = Options(contained=True)
    (write(tmp_path / "mon.jsonl", [{"id": "long", "text": long}, {"id": "alone", "text": whole[3]}]),)
    run([str(tmp_path / "mon.jsonl")], tmp_path / "one", asked, index=index)
    (tmp_path / "mon.jsonl").unlink()
    rows = [{"id": "part", "text": whole[1]}, {"id": "more", "text": "\n\n".join([*whole, prose(5, 80), prose(6, 80)])}]
    tuesday = write(tmp_path / "tue.jsonl", rows)
    run([str(tuesday)], tmp_path / "two", asked, index=index)
    (gone,) = table(tmp_path / "two")
    assert (gone["id"], gone["kept_id"], gone["rule"]) == ("part", "long", "D202")
    assert long[gone["kept_start"] : gone["kept_end"]] == whole[1]
    with pytest.raises(SettingsError, match="was made with --contained True, not False"):
        run([str(tuesday)], tmp_path / "three", index=index)


def test_what_an_index_is_not_for(tmp_path: Path) -> None:
    source, index = day(tmp_path, "mon", [1, 2]), tmp_path / "index"
    run([str(source)], tmp_path / "out", index=index)
    other = day(tmp_path, "tue", [1])

    def refused(kind: type[Exception], match: str, folder: Path = index, **options: Any) -> None:
        with pytest.raises(kind, match=match):
            run([str(other)], tmp_path / "two", Options(**options), index=folder)
        assert not (tmp_path / "two").exists()

    refused(SettingsError, r"was made with --similarity 80.0, not 90.0", similarity=90.0)
    refused(SettingsError, r"was made with --apply all, not similar", apply="similar")
    refused(SettingsError, "--index is for documents", level=("document", "passage"))
    refused(SettingsError, "which --fresh empties", folder=tmp_path / "two" / "index")
    refused(ReadError, "is no index of dedupe", folder=tmp_path / "mon")
    (part,) = index.iterdir()
    told = json.loads((part / PART).read_text("utf-8"))
    (part / PART).write_text(json.dumps(told | {"version": 99}), "utf-8")
    refused(ReadError, "of version 99, 1 is known")


def test_an_index_that_grew_is_noticed(tmp_path: Path) -> None:
    index, monday, tuesday = tmp_path / "index", day(tmp_path, "mon", [1]), day(tmp_path, "tue", [1, 2])
    run([str(tuesday)], tmp_path / "out", index=index)
    (tmp_path / "out" / "summary.json").unlink()  # as if it had ended early
    (tmp_path / "out" / "work").mkdir()
    run([str(monday)], tmp_path / "two", index=index)
    with pytest.raises(SettingsError, match="of the index has changed"):
        run([str(tuesday)], tmp_path / "out", index=index, resume=True)
