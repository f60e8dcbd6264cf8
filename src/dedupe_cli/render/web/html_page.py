"""The report as one file of HTML: everything in it, nothing asked for from elsewhere.

Texts, names and settings pass through the escaping of the template; what may run or style is told to the browser by
its hash, so that nothing else can.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from dedupe_cli.language import _, ngettext, spoken
from dedupe_cli.render.phrases import lines, number, share
from dedupe_cli.render.pieces import SIGNS
from dedupe_cli.render.tuning import UNTRIED
from dedupe_cli.render.web.page_model import language

if TYPE_CHECKING:
    from dedupe_cli.render.web.page_model import PageModel

# Groups that stand in the page as they are; more are packed.
PLAIN = 500
_SIGNS = {"=": "stays", "-": "goes", "~": "part", "!": "held", "": "note"}


def html(page: PageModel, *, apply: str, decide: bool) -> str:
    """Return the page. ``apply`` is the command that follows saved decisions; without ``decide`` none are asked for."""
    style, script = _file("page.css"), _file("page.js")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.policies["json.dumps_kwargs"] = {"sort_keys": False}  # rows of decisions stay as they are
    environment.filters["packed"] = _packed
    template = environment.from_string(_file("page.html.jinja"))
    return template.render(
        page=page,
        apply=apply,
        decide=decide,
        plain=PLAIN,
        style=Markup(style),  # noqa: S704  files of the package
        script=Markup(script),  # noqa: S704  as above
        style_hash=_hash(style),
        script_hash=_hash(script),
        language=spoken(),
        _=_,
        ngettext=ngettext,
        lines=lines,
        number=number,
        share=share,
        untried=_(UNTRIED),
        script_words={words: _(words) for words in re.findall(r'\b_\("([^"]+)"', script)},
        loop_sign=_SIGNS,
        signs=SIGNS,
        lang=language,
    )


def _file(name: str) -> str:
    return (files("dedupe_cli.render.web") / name).read_text(encoding="utf-8")


def _packed(text: str) -> str:
    """Return a part of the page as its script unpacks it: a fifth or less of it, in letters that are no markup."""
    return base64.b64encode(zlib.compress(text.encode("utf-8"))).decode("ascii")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
