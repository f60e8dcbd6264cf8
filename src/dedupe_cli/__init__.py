"""Take a text that repeats itself, give back the text that says everything once."""

from __future__ import annotations

__version__ = "0.1.0"
