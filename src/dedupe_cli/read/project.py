"""What holds in each folder: command line over environment over the nearest file over the user's file over defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dedupe_cli.errors import SettingsError
from dedupe_cli.keys import OTHER_VARIABLES, PREFIX, TRUST, from_text, keys, nearest_variable
from dedupe_cli.policy import DOCUMENTS, Policy
from dedupe_cli.read.bounds import check_no_link
from dedupe_cli.read.config import Config, Override, Value, find_config, read_config, user_config
from dedupe_cli.read.discover import Walk
from dedupe_cli.read.ignored import Patterns, check_patterns, patterns
from dedupe_cli.settings import LINE_LENGTH, PRESETS, Settings, as_flags, make

BASELINE = ".dedupe-baseline.json"
# What to write in a file, where the hint of the command line names options.
_HINTS = {"adjacent": 'write unit = "line" beside it', "fix": 'write remove-phrases = ["..."] instead'}


class Effective(NamedTuple):
    """What holds in one folder or for one file: ``values`` has every key with where it came from.

    ``folder`` is that of ``path``, the configuration; ``overrides`` are what holds for some files there.
    """

    settings: Settings
    policy: Policy
    path: str
    folder: str
    values: dict[str, Value]
    overrides: tuple[Override, ...] = ()

    @property
    def walk(self) -> Walk:
        """Which files are read."""
        policy = self.policy
        include = (*policy.include, *(pattern for pattern, _ in policy.types))
        exclude = (*policy.exclude, *policy.extend_exclude)
        files = policy.respect_gitignore
        documents = (*DOCUMENTS, *(pattern for pattern, kind in policy.types if kind == "docx"))
        return Walk(
            self.folder, include, exclude, files, files, policy.hidden, policy.follow, policy.max_file_size, documents,
            self.values["follow"].root,
        )  # fmt: skip

    def kind(self, path: str) -> str:
        """Return the format of a file, as ``--type`` takes it: of the patterns that fit the last one says it."""
        whole = os.path.abspath(path)
        for pattern, kind in reversed(self.policy.types):
            if patterns(self.folder, pattern).match(whole):
                return kind
        return "auto"

    def protects(self, path: str) -> bool:
        """Tell whether a file is never to be edited."""
        return patterns(self.folder, *self.policy.protect).match(os.path.abspath(path))

    def rank(self, path: str) -> int:
        """Return where a file stands among those that keep what several say; the least comes first."""
        whole, wanted = os.path.abspath(path), self.policy.prefer
        return next((n for n, each in enumerate(wanted) if patterns(self.folder, each).match(whole)), len(wanted))

    @property
    def baseline(self) -> str:
        """The file of accepted findings: the one that is named, else one beside the configuration.

        Raises :class:`SettingsError` where that is a link, which nobody has named.
        """
        if self.policy.baseline:
            return self.policy.baseline
        beside = os.path.normpath(os.path.join(self.folder, BASELINE))
        check_no_link(beside, "--baseline")
        return beside if os.path.isfile(beside) else ""


@dataclass
class Project:
    """The configuration of a run. ``flags`` holds what the command line says, by key.

    ``config`` is a file that holds everywhere instead of the nearest; ``isolated``: no file is read at all.
    """

    flags: Mapping[str, Any] = field(default_factory=dict)
    config: str | None = None
    isolated: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    _folders: dict[str, str | None] = field(default_factory=dict)
    _user: str | None = None
    _configs: dict[str | None, Config] = field(default_factory=dict)
    _made: dict[tuple[str | None, tuple[int, ...]], Effective] = field(default_factory=dict)
    _patterns: dict[str | None, list[Patterns]] = field(default_factory=dict)

    def at(self, folder: str) -> Effective:
        """Return what holds in a folder; raises :class:`SettingsError` for a file or variable with a mistake."""
        return self._effective(self._config(folder), ())

    def of(self, path: str) -> Effective:
        """Return what holds for a file (``-``: in the working folder)."""
        config = self._config(os.path.dirname(path) or ".")
        rows = self._effective(config, ()).overrides
        if not rows:
            return self._effective(config, ())
        if config not in self._patterns:
            self._patterns[config] = [Patterns(self._effective(config, ()).folder, row.files) for row in rows]
        whole = os.path.abspath(path)
        return self._effective(config, tuple(n for n, p in enumerate(self._patterns[config]) if p.match(whole)))

    def _config(self, folder: str) -> str | None:
        if folder not in self._folders:
            self._folders[folder] = self._find(folder)
        return self._folders[folder]

    def _effective(self, path: str | None, overrides: tuple[int, ...]) -> Effective:
        """Return what a configuration makes for the files that some of its overrides fit."""
        if path not in self._configs:
            trusted = path in {self.config, self._user}  # they did not come with the texts
            trust = self.environment.get(TRUST, "")
            self._configs[path] = read_config(path, trusted=trusted, trust=trust) if path else Config("", {})
        if (path, overrides) not in self._made:
            self._made[path, overrides] = self._make(self._configs[path], overrides)
        return self._made[path, overrides]

    def walk(self, folder: str) -> Walk:
        """Return which files of a folder are read."""
        return self.at(folder).walk

    def _find(self, folder: str) -> str | None:
        if self.isolated:
            return None
        path = self.config or find_config(folder)
        if path is None:
            self._user = user_config()
            return self._user
        return os.path.relpath(path) if not os.path.relpath(path).startswith(os.pardir) else path

    def _make(self, config: Config, overrides: tuple[int, ...]) -> Effective:
        others = [config.overrides[number].values for number in overrides]
        layers = [config.values, *others, {} if self.isolated else self._variables(), self._given()]
        values = {key: Value(item.default, "default") for key, item in keys().items()}
        for layer in layers:
            if preset := layer.get("preset"):
                origin = f"preset {preset.value}, {preset.origin}"
                values |= {name.replace("_", "-"): Value(v, origin) for name, v in PRESETS[preset.value].items()}
            values |= layer
        if values["unit"].value == "line" and values["min-length"].origin == "default":
            values["min-length"] = Value(LINE_LENGTH, "unit line")
        for key, each in values.items():
            if keys()[key].kind == "globs" and each.origin != "default":
                check_patterns(each.value, each.origin if each.origin.startswith("-") else f"{each.origin}: {key}")
        plain = {keys()[key].name: each.value for key, each in values.items() if key != "preset"}
        engine = {item.name for item in keys().values() if item.engine and item.key != "preset"}
        settings = _made({name: value for name, value in plain.items() if name in engine}, values)
        policy = Policy(**{name: value for name, value in plain.items() if name not in engine})
        folder = "." if config.path == self._user else config.folder
        return Effective(settings, policy, config.path, folder, values, config.overrides)

    def _given(self) -> dict[str, Value]:
        """Return what the command line says."""
        return {
            key: Value(value, self.names.get(key, f"--{key}")) for key, value in self.flags.items() if value is not None
        }

    def slips(self) -> list[tuple[str, str]]:
        """Return the variables of the environment that look like a slip of another's name, and that name."""
        if self.isolated:
            return []
        known = [*OTHER_VARIABLES, *(key.variable for key in keys().values())]
        strange = (name for name in sorted(self.environment) if name.startswith(PREFIX) and name not in known)
        return [(name, near) for name in strange if (near := nearest_variable(name, known))]

    def _variables(self) -> dict[str, Value]:
        """Return what the environment says; an empty variable, as scripts and CI leave them, says nothing."""
        found = {}
        for name, key in keys().items():
            text = self.environment.get(key.variable)
            if text and not text.isspace():
                try:
                    found[name] = Value(from_text(key, text), key.variable)
                except SettingsError as error:
                    raise SettingsError(f"{key.variable}: {error.message}", hint=error.hint) from None
        return found


def _made(options: dict[str, Any], values: Mapping[str, Value]) -> Settings:
    """Make the settings; what contradicts itself is told with the file and line of the key that asks for it."""
    try:
        return make(**options)
    except SettingsError as error:
        error = as_flags(error)
        key = error.message.removeprefix("--").partition(" ")[0].rstrip(":")
        if key not in values or values[key].origin.startswith("-"):
            raise error from None
        hint = _HINTS.get(key, error.hint)
        raise SettingsError(f"{values[key].origin}: {error.message.removeprefix('--')}", hint=hint) from None
