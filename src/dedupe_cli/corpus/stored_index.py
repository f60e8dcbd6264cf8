"""What earlier runs kept, as it is compared: later data are matched with it, and its texts are not read again.

An index is a folder with a part for each run: the documents that this run kept, sketched, as Parquet, and ``part.json``
(version, what the sketches depend on, the files of the run). A part is named after its run, so that a run that is done
again is one part, and is not compared with itself.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from daft import DataFrame, col

from dedupe_cli.corpus.engine import away, parquet
from dedupe_cli.corpus.files import ROW_BITS, DataFile
from dedupe_cli.errors import ReadError, SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from dedupe_cli.corpus.options import Options

VERSION, PART = 1, "part.json"


@dataclass(frozen=True, slots=True)
class Part:
    """What one run kept: the folder, and the files that its rows stood in, in the order of their numbers."""

    folder: Path
    files: tuple[DataFile, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """An index as a run finds it, without the part of that run itself, which is called ``own``."""

    folder: Path
    own: str
    parts: tuple[Part, ...]
    options: Options

    @classmethod
    def open(cls, folder: Path, run: dict[str, Any], options: Options) -> Index:
        """Look at what an index has; one that is not there is empty. ``run`` is what the part of this run is named by.

        Raises :class:`ReadError` for a folder that is no index, :class:`SettingsError` for one of other settings.
        """
        own = blake2b(json.dumps(run, sort_keys=True).encode(), digest_size=4).hexdigest()
        found = sorted(path for path in folder.iterdir() if not path.name.endswith(".new")) if folder.exists() else []
        index = cls(folder, own, (), options)
        parts = tuple(index._part(path) for path in found)
        return cls(folder, own, tuple(part for part in parts if part.folder.name != own), options)

    def _part(self, folder: Path) -> Part:
        try:
            told = json.loads((folder / PART).read_text("utf-8"))
            version, settings, files = told["version"], told["settings"], told["files"]
        except (OSError, ValueError, KeyError, TypeError):
            raise ReadError(
                f"{self.folder} is no index of dedupe ({folder.name})", hint="--index names a folder of its own"
            ) from None
        if version != VERSION:
            raise ReadError(f"{folder}: of version {version}, {VERSION} is known", hint="make the index anew")
        for name, value in self._settings().items():
            if settings.get(name) != value:
                message = f"{self.folder} was made with {name} {settings.get(name)}, not {value}"
                raise SettingsError(message, hint="use the same, or another index")
        named = [
            DataFile(at, "", f"{folder.name}:{name}", kind, "", 0, 0, reference=True)
            for at, (name, kind) in enumerate(files)
        ]
        return Part(folder, tuple(named))

    def _settings(self) -> dict[str, Any]:
        """Return what sketches, and what is stored with them, depend on."""
        asked = self.options.settings("document")
        made = {"--similarity": float(asked.similarity), "--within": self.options.within, "--apply": str(asked.apply)}
        return made | {"--contained": self.options.contained}  # which asks for texts

    def fingerprint(self) -> list[str]:
        """Return what differs when other documents are in the index."""
        return [part.folder.name for part in self.parts]

    @property
    def files(self) -> list[DataFile]:
        """The files that its documents stood in, part by part; these say what a row was called."""
        return [file for part in self.parts for file in part.files]

    @property
    def size(self) -> int:
        """Bytes of what is stored."""
        return sum(path.stat().st_size for part in self.parts for path in part.folder.glob("*.parquet"))

    def frames(self, first: int, columns: list[str]) -> list[DataFrame]:
        """Return its documents, a frame for each part; their files are numbered from ``first`` on."""
        out = []
        numbers = accumulate((len(part.files) for part in self.parts), initial=first)
        for part, number in zip(self.parts, numbers, strict=False):
            if not any(part.folder.glob("*.parquet")):
                continue
            rows = parquet(part.folder)
            out.append(rows.with_column("row", col("row") + (number << ROW_BITS)).select(*columns))
        return out

    def add(self, rows: DataFrame, files: Sequence[DataFile]) -> None:
        """Add the documents that this run kept, as a whole or not at all."""
        place = self.folder / self.own
        if place.exists():
            return
        beside = place.with_name(f"{self.own}.new")
        shutil.rmtree(beside, ignore_errors=True)
        away(partial(rows.write_parquet, str(beside), write_mode="overwrite"))
        beside.mkdir(parents=True, exist_ok=True)  # the engine writes no file for no rows
        told = {"version": VERSION, "settings": self._settings(), "files": [[file.name, file.kind] for file in files]}
        (beside / PART).write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8")
        beside.rename(place)
