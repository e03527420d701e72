"""Clauses: the text between punctuation marks, which is how far a condition or a denial reaches in plain speech.

Who types or dictates without punctuation parts his clauses by spaces: one between two Chinese characters, or before a
sum (住净月 8k), ends a clause. Between Chinese and other letters or numbers a space is mere spacing
(会 Java, 干了 3 年).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ENDS = r"[,，。;；!！?？\n]|(?<=[一-鿿])\s+(?=[一-鿿])|(?<=[一-鿿A-Za-z])\s+(?=\d[\d.]*(?:[-—~]\d[\d.]*)?\s?[kK千万])"
CLAUSE_CHARACTER = rf"(?:(?!{_ENDS})[\s\S])"
"""Regular expression of one character that ends no clause."""

_CLAUSE = re.compile(rf"{CLAUSE_CHARACTER}+")


def find_clauses(text: str) -> Iterator[re.Match[str]]:
    """Every clause, with its place in `text`."""
    return _CLAUSE.finditer(text)
