"""Data frames in, tables of Arrow out: a run over a data set that is in memory already."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dedupe_cli.corpus.execute import DATA, run
from dedupe_cli.corpus.options import Options


@dataclass(frozen=True, slots=True)
class Deduplicated:
    """What became of a table: ``data`` are the rows that stay (with ``mode="annotate"`` all of them, with columns).

    ``removed``, ``groups`` and ``errors`` are those of a result on disk, ``summary`` what its ``summary.json`` says.
    Rows without an id of their own are called ``rows.parquet#1`` and so on, in their order.
    """

    data: pa.Table
    removed: pa.Table
    groups: pa.Table
    errors: pa.Table
    summary: dict[str, Any]


def deduplicate(rows: Any, *, references: Any = None, **options: Any) -> Deduplicated:
    """Take near-duplicates out of a table.

    ``rows`` is a table of Arrow, a frame of Daft, pandas or polars, or a mapping of columns; ``references`` another
    one, which is compared with and stays. Options are those of :class:`Options`. Works in a temporary folder.

    Raises :class:`~dedupe_cli.errors.SettingsError` for an unknown option, value or column.
    """
    asked = Options.made(**options)
    with tempfile.TemporaryDirectory(prefix="dedupe-") as place:
        source, known, out = (Path(place) / name for name in ("rows.parquet", "references.parquet", "out"))
        for path, given in ((source, rows), (known, references)):
            if given is not None:
                pq.write_table(_table(given), path)
        kept = [str(known)] if references is not None else []
        summary = run([str(source)], out, asked, references=kept)
        removed, groups, errors = (pq.read_table(out / f"{name}.parquet") for name in ("removed", "groups", "errors"))
        return Deduplicated(pq.read_table(out / DATA / source.name), removed, groups, errors, summary)


def _table(rows: Any) -> pa.Table:
    """Return a table of whatever holds columns."""
    if isinstance(rows, pa.Table):
        return rows
    if hasattr(rows, "to_arrow"):  # Daft, polars
        return rows.to_arrow()
    if hasattr(rows, "__arrow_c_stream__"):  # pandas, and others that keep to the protocol of Arrow
        return pa.table(rows)
    columns: Mapping[str, Any] = rows
    return pa.table(dict(columns))
