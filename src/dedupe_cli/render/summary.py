"""The lines on stderr after a run: what goes, what is held back, what next. No text of the user's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from shlex import quote

from dedupe_cli.language import _, ngettext
from dedupe_cli.model import LEFT_BROKEN, Plan, Source
from dedupe_cli.render.phrases import Totals, count, held, held_reasons, listed, number, partly_held, share

# What a terminal obeys when a patch is printed raw.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def summary(pairs: Sequence[tuple[Source, Plan]], *, done: bool = False) -> str:
    """Write one line of counts; ``done``: the edits were made (``went``), not only planned (``would go``)."""
    of = Totals.of([plan for _, plan in pairs])
    parts = []
    if of.places or of.fixes:
        what = [of.cuts] if of.places else []
        what += [count(of.fixes, "fix", "fixes")] if of.fixes else []
        where = listed(what)
        if of.texts > 1:
            some, files = number(of.changed), count(of.texts, "file")
            where = _("{cuts} in {some} of {files}", cuts=where, some=some, files=files)
        if of.gone >= 0:
            size, part = count(of.size, "character"), share(of.gone, of.size)
            much = {"cuts": where, "n": number(of.gone), "size": size, "share": part}
            parts.append(
                _("{cuts}: {n} of {size} ({share}) went", **much) if done
                else _("{cuts}: {n} of {size} ({share}) would go", **much)
            )  # fmt: skip
        else:
            parts.append(_("{cuts}: {size} more", cuts=where, size=count(-of.gone, "character")))
    else:
        parts.append(_("nothing to remove") if of.held else _("no repeats found"))
    if of.held:
        why, back = held_reasons(of.held), held(of.held)
        parts.append(_("{what} ({why})", what=back, why=why) if why else back)
    single = sum(partly_held(g) for _, p in pairs for g in p.groups)
    if single:
        parts.append(_("{what} held back in groups of which others go", what=count(single, "copy", "copies")))
    return _("; ").join(parts)


def hints(
    pairs: Sequence[tuple[Source, Plan]], *, done: bool = False, named: str = "", options: tuple[str, str] = ("", "")
) -> list[str]:
    """Say what to run next, the most useful first; only commands that exist.

    ``options`` are what ``clean`` and ``explain`` need to come to the same result, with a space before each; ``named``:
    all inputs, where one file alone would not do.
    """
    out = []
    changed = [(s, p) for s, p in pairs if p.edits]
    if changed and not done:
        out.append(f"dedupe clean -w{options[0]}{_fix(changed)} {named or _file(changed)}")
    back = [(s, g) for s, p in pairs for g in p.held_back]
    if back:
        name = _file([(s, p) for s, p in pairs if s is back[0][0]])
        out.append(_("{command} says why", command=f"dedupe explain{options[1]} {back[0][1].id} {name}"))
    return out


def _fix(pairs: Sequence[tuple[Source, Plan]]) -> str:
    """Return the option for the cleaners that did something."""
    codes = sorted({e.rule for _, p in pairs for e in p.edits if e.group < 0 and e.kept_in < 0})
    return f" --fix {','.join(codes)}" if codes else ""


def _file(pairs: Sequence[tuple[Source, Plan]]) -> str:
    """Return the name of the one file as a shell reads it, else a word for it; names that are no words stay away."""
    paths = {s.path for s, _ in pairs}
    path = paths.pop() if len(paths) == 1 else ""
    return (
        quote(path)
        if path != "-" and re.fullmatch(r"[\w./+@%,=:-][\w./+@%,=: -]*", path) and path[0] != "-"
        else "FILE"
    )


def warnings(pairs: Sequence[tuple[Source, Plan]], *, raw: bool = False) -> list[str]:
    """Warn about the plans; ``raw``: the text itself goes to stdout, with its control characters."""
    out = []
    broken = sum(n.rule == "W101" and n.message == LEFT_BROKEN for _, p in pairs for n in p.notes)
    if broken:
        one, many = "{n} cut leaves a broken sentence (W101)", "{n} cuts leave broken sentences (W101)"
        out.append(ngettext(one, many, broken))
    lost = sum(n.rule == "C106" for _, p in pairs for n in p.notes)
    if lost:
        what = count(lost, "place")
        out.append(_("characters were lost in a wrong conversion, in {places}: it stays as it is (C106)", places=what))
    unseen = sum(n.rule == "W103" for _, p in pairs for n in p.notes)
    if unseen:
        one, many = (
            "{n} passage was not compared with all alike (W103)",
            "{n} passages were not compared with all alike (W103)",
        )
        out.append(ngettext(one, many, unseen))
    files = sum(bool(_CONTROL.search(s.text)) for s, p in pairs if p.edits) if raw else 0
    if files:
        held_in = count(files, "file")
        out.append(_("{files} with control characters: the patch holds them as they are", files=held_in))
    return out
