"""Directives of reStructuredText: ``.. name:: argument``, and what is indented below it."""

import re

# The name of a directive, also in a substitution, and what stands behind it.
DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|]+\|[ \t]+)?([\w:.+-]+)::(.*)")
# Those under which prose stands; behind the name a sentence may begin.
PROSE = frozenset({
    "note", "warning", "attention", "caution", "danger", "error", "hint", "important", "tip", "admonition", "topic",
    "sidebar", "epigraph", "highlights", "pull-quote", "compound", "container", "only", "impl-detail",
})  # fmt: skip
# Those whose body belongs to what it stands under: another function may have the same note, and means its own.
HISTORY = frozenset({
    "versionadded", "versionchanged", "versionremoved", "deprecated", "deprecated-removed", "availability",
    "seealso", "audit-event",
})  # fmt: skip
