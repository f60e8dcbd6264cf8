"""Boxes of a page: what stands between two lines of a template, or in a quotation below a label.

``{{< note >}}`` and ``{{< /note >}}`` (Hugo), ``{% note %}`` and ``{% endnote %}`` (Jinja, Liquid), ``::: note`` and
``:::`` (Pandoc, VuePress), ``> [!NOTE]`` (GitHub). A mask has left their signs, but for the first colon of a line that
has nothing else.
"""

from __future__ import annotations

import re

from dedupe_cli.model import Span
from dedupe_cli.text.mask import CLOSES, stamped

# Lines of them: the parser of Markdown takes each for a block.
LINE = r":::|(?:\{\{[<%][^{}\n]*[%>]\}\}|\{%[^{}\n]*%\}|\[![A-Za-z]+\][+-]?)[ \t]*$"
# The first letter of a word that closes, and the name behind it.
NAME = r"\{\{[<%] ?/?|\{%-? ?(end(?=[a-z]))?"
# What a mask has for the first colon of a line of colons, which has a letter by that.
COLON = stamped(":", [Span(0, 1)])
_MAY = ("{{<", "{{%", "{%", ":::", f"{COLON}::", "[!")
_BOX = re.compile(
    rf"(?:\{{\{{[<%] ?(/?)|\{{%-? ?({CLOSES}{{3}})?)([^\W\d_][\w.-]*)|[:{COLON}](::)[: \t]*(\w?)|(\[!)\w+\]"
)
# A paragraph that says itself what it is.
_LABELLED = re.compile(
    r"\W{0,4}(?:(?:note|notice|warning|tip|hint|caution|important|attention)\b|注意|提示|警告|说明|注)\W{0,4}[:：]",
    re.IGNORECASE,
)


def box(said: str) -> tuple[str, int] | None:
    """Return the name of a box and 1 where a line opens it, -1 where it closes it; ``None`` for any other text."""
    shown = said.lstrip()
    found = _BOX.match(shown) if shown.startswith(_MAY) else None
    if found is None:
        return None
    slash, end, name, colons, opens, label = found.groups()
    closes = not opens if colons else slash or end
    return label or colons or f"{{{name}", -1 if closes else 1


def opens_box(said: str) -> bool:
    """Tell whether a line opens a box."""
    return (found := box(said)) is not None and found[1] > 0


def is_labelled(said: str) -> bool:
    """Tell whether a paragraph begins with a word for what it is: a note, a warning."""
    return _LABELLED.match(said) is not None
