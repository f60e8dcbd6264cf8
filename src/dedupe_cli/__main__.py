"""``python -m dedupe_cli``: the same as the command ``dedupe``."""

from __future__ import annotations

import sys

from dedupe_cli.cli.start import run

if __name__ == "__main__":
    sys.exit(run())
