"""How far the configuration of a project reaches: whose it may be, and which places it may name.

Who clones a repository, or works below a folder of another user, has not read what is configured there. So it is the
user's own, root's or allowed (:data:`TRUST`), and names places in the project only: none of git's, none behind a link.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import NamedTuple

from dedupe_cli.errors import SettingsError
from dedupe_cli.keys import TRUST

# What file systems take for ".git": in any case, with dots, spaces or a stream at the end, with characters of no width.
_GIT = re.compile(r"(?:\.git|git~\d)[ .]*(?::.*)?", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
# What a repository of git has, wherever it is and whatever it is called.
_OF_GIT = ("HEAD", "objects", "refs")
# How the names of reports end: others are run or read by other programs (a .pth of Python, a .desktop).
_REPORTS = (".csv", ".json", ".jsonl", ".log", ".md", ".rdjsonl", ".sarif", ".txt", ".xml")
# The options that name the same places for the user.
_FLAGS = {
    "baseline": "--baseline",
    "cache-dir": "--cache-dir",
    "output.reports": "--report",
    "reference": "--reference",
}


def repository(folder: str) -> str | None:
    """Return the top of the repository that a folder lies in, links seen through; ``None`` outside of one."""
    at = os.path.realpath(folder)
    while not is_top(at):
        above = os.path.dirname(at)
        if above == at:
            return None
        at = above
    return at


def is_top(folder: str) -> bool:
    """Tell whether a folder is the top of a repository."""
    return os.path.lexists(os.path.join(folder, ".git"))


def is_file_name(name: str) -> bool:
    """Tell whether a configuration can mean a file by a name: a single dash is standard input elsewhere."""
    return name not in {"", "-"} and "\0" not in name


def is_stream(path: str) -> bool:
    """Tell whether a pipe or a device stands there: what nobody named who waits for it might never end."""
    return os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path)


def is_git(name: str) -> bool:
    """Tell whether some file system takes a name for ``.git``."""
    return _GIT.fullmatch(_UNSEEN.sub("", name)) is not None


def check_no_link(path: str, option: str) -> None:
    """Refuse a link where a file is looked for that nobody has named; ``option`` names one."""
    if os.path.islink(path):
        raise SettingsError(f"{path} is a link, which is not followed", hint=f"remove it, or give {option} FILE")


def leads_out(place: str, root: str, *, links: bool = True) -> str:
    """Return why an absolute path is no place of the project ``root``, nothing where it is one.

    With ``links``, none of the path below ``root`` may be one.
    """
    if not f"{place}{os.sep}".startswith(root.rstrip(os.sep) + os.sep):
        return f"lies outside of {root}"
    at = root
    for part in os.path.relpath(place, root).split(os.sep):
        at = os.path.normpath(os.path.join(at, part))
        if is_git(part) or (os.path.isdir(at) and all(os.path.lexists(os.path.join(at, each)) for each in _OF_GIT)):
            return f"lies in what is git's own ({os.path.relpath(at, root)})"
        if links and os.path.islink(at):
            return f"leads through a link ({os.path.relpath(at, root)})"
    return ""


class Bounds(NamedTuple):
    """What a configuration file in ``folder`` may name: places below ``root``, or any for the user's own (empty)."""

    folder: str
    root: str = ""

    @classmethod
    def of(cls, path: str, *, trusted: bool) -> Bounds:
        """Return the bounds of a configuration file: its repository, outside of one its folder."""
        folder = os.path.dirname(path)
        return cls(folder, "" if trusted else repository(folder) or os.path.realpath(folder))

    def written(self, key: str, name: str) -> str:
        """Return a place that is written to, from here; raises :class:`SettingsError` that begins with the key."""
        place, whole = self._place(key, name)
        if self.root:
            self._check(key, name, leads_out(whole, self.root))
        return place

    def read(self, key: str, name: str) -> str:
        """Return a place that is read, from here; raises :class:`SettingsError` that begins with the key."""
        place, whole = self._place(key, name)
        if self.root:
            self._check(key, name, leads_out(os.path.realpath(whole), self.root, links=False))
        return place

    def report(self, key: str, value: str) -> str:
        """Return a report, ``FORM:FILE``, with its file as seen from here."""
        form, _, name = value.partition(":")
        place = self.written(key, name)
        if self.root and not name.lower().endswith(_REPORTS):
            self._check(key, name, f"has no name of a report ({', '.join(_REPORTS)})")
        return f"{form}:{place}"

    def _place(self, key: str, name: str) -> tuple[str, str]:
        """Return a place as it is used and told, and its absolute path."""
        if not is_file_name(name):
            raise SettingsError(f"{key}: {name!r} is no file", hint="name one, relative to this configuration")
        if is_stream(os.path.join(self.folder, name)):
            raise SettingsError(f"{key}: {name} is a pipe or a device", hint="name a file")
        if not self.root:
            return os.path.join(self.folder, name), ""
        whole = os.path.normpath(os.path.join(os.path.realpath(self.folder), name))
        inside = os.path.relpath(whole)
        return (whole if inside.startswith(os.pardir) else inside), whole

    def _check(self, key: str, name: str, why: str) -> None:
        if why:
            flag = _FLAGS.get(key, "this configuration with --config")
            hint = f"name a place inside, or give {flag} on the command line"
            raise SettingsError(f"{key}: {name} {why}", hint=hint)


def check_owner(path: str, info: os.stat_result, trust: str, *, option: str = "--config FILE") -> None:
    """Refuse a configuration of another user; ``option`` is what else helps.

    ``trust`` are folders whose configuration is heeded whoever owns it, parted as in ``PATH``; ``*`` is any.
    """
    if not hasattr(os, "geteuid") or info.st_uid in {0, os.geteuid()} or _is_trusted(path, trust):
        return
    folder = os.path.dirname(os.path.realpath(path))
    hint = f"read it; then {TRUST}={shlex.quote(folder)} in the environment allows it, as does {option}"
    raise SettingsError(f"{path} belongs to another user (number {info.st_uid})", hint=hint)


def _is_trusted(path: str, trust: str) -> bool:
    whole = os.path.realpath(path)
    folders = [each for each in trust.split(os.pathsep) if each.strip()]
    return any(each == "*" or not leads_out(whole, os.path.realpath(each), links=False) for each in folders)
