"""What a run over a data set is asked to do: every option, its default and its bounds."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from dedupe_cli.errors import SettingsError
from dedupe_cli.read.formats.records import parse_field
from dedupe_cli.settings import Apply, Settings, nearest

Level = Literal["inside", "document", "passage"]
Mode = Literal["remove", "annotate"]
OnLoop = Literal["collapse", "truncate", "drop"]
Engine = Literal["local", "ray"]

LEVELS: tuple[str, ...] = get_args(Level)
# What --keep may name besides a field.
KEEP = ("best", "first", "longest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked of a data set. ``keep`` and ``within`` may name fields of the rows; sizes are in bytes.

    Raises :class:`SettingsError` for a value that makes no sense.
    """

    field: str = "text"
    id_field: str = "id"
    level: tuple[str, ...] = ("document",)
    similarity: float = 80.0
    apply: Apply | None = None
    keep: str = "best"
    within: str = ""
    contained: bool = False
    max_copies: int = 1
    mode: Mode = "remove"
    on_loop: OnLoop = "collapse"
    dup_count: bool = False
    memory: int = 2 << 30
    engine: Engine = "local"
    ray_address: str = ""

    def __post_init__(self) -> None:
        for flag, value, known in (
            *(("--level", each, LEVELS) for each in self.level),
            ("--mode", self.mode, get_args(Mode)),
            ("--on-loop", self.on_loop, get_args(OnLoop)),
            ("--engine", self.engine, get_args(Engine)),
        ):
            if value not in known:
                raise SettingsError(f"{flag}: unknown {value!r}", hint=nearest(value, known))
        if not self.level:
            raise SettingsError("--level: none is named", hint=f"known are {', '.join(LEVELS)}")
        for flag, given, level in (
            ("--contained", self.contained, "document"),
            ("--dup-count", self.dup_count, "document"),
            ("--max-copies", self.max_copies > 1, "document"),
            ("--on-loop", self.on_loop != "collapse", "inside"),
        ):
            if given and level not in self.level:
                raise SettingsError(f"{flag} needs --level {level}", hint=f"add it, or leave {flag} out")
        if self.max_copies < 1:
            raise SettingsError(f"--max-copies {self.max_copies} is too small", hint="give 1 or more")
        if self.memory < 1 << 27:
            raise SettingsError(f"--memory {self.memory} is too small", hint="give 128MiB or more")
        if self.mode == "annotate" and self.on_loop != "collapse":
            raise SettingsError("--mode annotate and --on-loop contradict", hint="annotate cuts nothing")
        if self.ray_address and self.engine != "ray":
            raise SettingsError("--ray-address needs --engine ray", hint="add --engine ray")
        for flag, path in (("--field", self.field), ("--id-field", self.id_field), ("--within", self.within or "a")):
            parse_field(path, flag=flag)
        parse_field(self.keep, flag="--keep")
        within = next((level for level in ("inside", "passage") if level in self.level), "")
        if within and "*" in self.field:
            hint = f"dedupe clean --field '{self.field}' FILE cleans each of them"
            raise SettingsError(f"--level {within}: {self.field} may lead to several texts of a row", hint=hint)
        self.settings("document")

    @classmethod
    def made(cls, **given: Any) -> Options:
        """Make options of keywords; raises :class:`SettingsError` for one that is unknown."""
        known = [item.name for item in fields(cls)]
        for name in given:
            if name not in known:
                raise SettingsError(f"unknown option {name!r}", hint=nearest(name, known))
        level = given.get("level")
        return cls(**(given | {"level": (level,)} if isinstance(level, str) else given))

    def settings(self, level: str) -> Settings:
        """Return the settings of the engine for a level; of documents all differences may go, each with its reason."""
        usual: Apply = "all" if level == "document" else "similar"
        return Settings(similarity=self.similarity, apply=self.apply or usual)

    @property
    def compares(self) -> bool:
        """True when rows are compared with one another."""
        return set(self.level) != {"inside"}

    @property
    def cuts_passages(self) -> bool:
        """True when what documents share is cut out of them."""
        return "passage" in self.level

    @property
    def shares(self) -> bool:
        """True when it is asked what documents share: passages, or documents that stand in others."""
        return self.cuts_passages or self.contained

    @property
    def keep_field(self) -> str:
        """The field whose highest value stays, or nothing."""
        return "" if self.keep in KEEP else self.keep

    def recorded(self) -> dict[str, Any]:
        """Return what decides about the result, as plain values."""
        ways = {"engine", "ray_address", "memory"}
        made = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in ways}
        return {
            **made,
            "similarity": float(self.similarity),
            "level": [level for level in LEVELS if level in self.level],
        }
