"""The table of rules, a page each in ``pages/``, and which of them are on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from dedupe_cli.errors import SettingsError
from dedupe_cli.settings import CLEANERS as NAMED
from dedupe_cli.settings import nearest

if TYPE_CHECKING:
    from dedupe_cli.finding import Rule

_OF_CLEANERS = frozenset(NAMED.values())
# What selects every rule.
ALL = "ALL"
# What looks like a code, or the beginning of one; from so many rules on a hint names the first and the last.
_CODE, _MANY = re.compile(r"[A-Z]\d[A-Z\d]{0,3}"), 7
# Under every page that has no paragraph of its own about it, or behind that.
ACCEPT = """
In the text: a line `<!-- dedupe: ignore [{code}] -- reason -->` before the paragraph, in the comment signs of the
format. One finding by its id: `dedupe baseline add ID --reason TEXT`. For a whole project: `ignore = ["{code}"]` in
dedupe.toml, or `dedupe baseline write` for what stands there today.
"""
# Of the pages of cleaners: how it is mended, and why it matters.
MENDED = "`dedupe clean --{option}` mends it. It is reported only where it is selected."
UNSEEN = "What nobody sees, or nobody meant, keeps equal texts from being found."


@cache
def rules() -> dict[str, Rule]:
    """Return all rules by code, in the order of the codes."""
    names = (page.name for page in files(__package__).joinpath("pages").iterdir())
    return {code: rule_of(code) for code in sorted(name.removesuffix(".toml") for name in names if ".toml" in name)}


@cache
def is_rule(code: str) -> bool:
    """Tell whether a code is that of a rule."""
    return code.isalnum() and files(__package__).joinpath("pages", f"{code}.toml").is_file()


def is_enabled(code: str) -> bool:
    """Tell whether a rule is on by itself; the page of that one alone is read."""
    return is_rule(code) and bool(_head(code)["enabled"])


@cache
def _head(code: str) -> dict[str, Any]:
    """Read what stands above the texts of a page: they are most of it, and for reports and ``explain``."""
    from tomllib import loads  # noqa: PLC0415  only where rules are needed

    return loads(_page(code).partition("\nwhat = ")[0])


@cache
def _page(code: str) -> str:
    return files(__package__).joinpath("pages", f"{code}.toml").read_text(encoding="utf-8")


@cache
def rule_of(code: str) -> Rule:
    """Return the rule of a code: its page alone is read. Raises :class:`OSError` where there is none."""
    from tomllib import loads  # noqa: PLC0415  only where rules are needed

    from dedupe_cli.finding import Example, Rule, Severity  # noqa: PLC0415

    row: dict[str, Any] = loads(_page(code))
    if code in _OF_CLEANERS:
        from dedupe_cli.cleaners.run import BY_CODE  # noqa: PLC0415  only where one of these rules is told

        option = "remove-phrases FILE" if "phrases" in row else f"fix {row['name']}"
        row |= {"title": BY_CODE[code].title, "why": UNSEEN, "accept": MENDED.format(option=option)}
    accept = f"{row.get('accept', '').strip()}\n\n{ACCEPT.format(code=code).strip()}".strip()
    return Rule(
        code=code,
        name=row["name"],
        title=row["title"],
        severity=Severity[row["severity"].upper()],
        enabled=row["enabled"],
        what=row["what"].strip(),
        why=row["why"].strip(),
        accept=accept,
        examples=tuple(
            Example(each.get("name", f"{n}"), each["text"], tuple(each.get("codes", (code,))), each.get("after"))
            for n, each in enumerate(row.get("example", ()), 1)
        ),
        quiet=row.get("quiet", False),
    )


def find_rule(word: str) -> Rule | None:
    """Return the rule of a code (``D201``) or a name (``near-duplicate``); ``None`` when there is none."""
    return next((r for r in rules().values() if word.upper() == r.code or word.lower() == r.name), None)


def meant(word: str) -> str:
    """Return the hint after a word that no rule has: the rule that is most like it, or those that begin like it."""
    otherwise = "dedupe rules lists them"
    upper = word.upper()
    if _CODE.fullmatch(upper):
        family = next((some for n in (4, 3, 2, 1) if (some := [c for c in rules() if c.startswith(upper[:n])])), [])
        named = " or ".join(family) if len(family) < _MANY else f"one of {family[0]} to {family[-1]}"
        return f"did you mean {named}?" if family else otherwise
    hint = nearest(upper if word[:1].isupper() else word, [*rules(), *(r.name for r in rules().values())])
    return hint if "mean" in hint else otherwise


def codes(words: Iterable[str], where: str) -> tuple[str, ...]:
    """Turn codes, names and prefixes (``D1``) into prefixes of codes.

    Raises :class:`SettingsError`, beginning with ``where``, for a word that no rule has.
    """
    out = []
    for word in words:
        rule = find_rule(word)
        prefix = rule.code if rule else word.upper()
        if prefix != ALL and not any(code.startswith(prefix) for code in rules()):
            raise SettingsError(f"{where}: no rule {word!r}", hint=meant(word))
        out.append("" if prefix == ALL else prefix)
    return tuple(out)


class Selection(NamedTuple):
    """Which rules are on. The longer prefix wins: ``select = ["D"]`` and ``ignore = ["D4"]`` mean all of D but D4.

    Without ``select`` those are on that the table says.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()

    def on(self, code: str, more_ignored: Sequence[str] = ()) -> bool:
        """Tell whether a rule is on; ``more_ignored`` are the prefixes that one file ignores."""
        wanted = _longest(code, (*self.select, *self.extend))
        if wanted is None and not self.select and is_enabled(code):
            wanted = 0
        unwanted = _longest(code, (*self.ignore, *more_ignored))
        return wanted is not None and (unwanted is None or unwanted < wanted)

    def asks_for(self, code: str) -> bool:
        """Tell whether a rule was named, or all were."""
        return _longest(code, (*self.select, *self.extend)) is not None


def _longest(code: str, prefixes: Sequence[str]) -> int | None:
    return max((len(p) for p in prefixes if code.startswith(p)), default=None)
