"""Clauses: the text between punctuation marks, which is how far a condition or a denial reaches in plain speech."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CLAUSE = re.compile(r"[^,，。;；!！?？\n]+")


def find_clauses(text: str) -> Iterator[re.Match[str]]:
    """Every clause, with its place in `text`."""
    return _CLAUSE.finditer(text)
