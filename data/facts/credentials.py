"""Licences, certificates and languages that a text names; patterns are in `reference/credentials.csv`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from data.reference.credentials import load_credentials

_NEGATION_BEFORE = re.compile(r"(?:没有?|无需?|不需要?|不要求|未考|还没考?|不会)\s*$")
_NEGATION_AFTER = re.compile(r"^\s*(?:没有|还没|正在考|在考|不要求|优先(?!考虑)?不限)")
_INSIDE_A_WORD = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True)
class CredentialMention:
    """A credential and the words that name it: `text[start:end]`."""

    code: str
    start: int
    end: int


def find_credentials(text: str) -> list[CredentialMention]:
    """Credentials that `text` names and does not negate, in order; of overlapping mentions the longest."""
    mentions = [
        CredentialMention(code, found.start(), found.end())
        for code, pattern in _patterns()
        for found in pattern.finditer(text)
        if not _negated(text, found) and not _inside_a_word(text, found)
    ]
    mentions.sort(key=lambda mention: (mention.start - mention.end, mention.start, mention.code))
    kept: list[CredentialMention] = []
    for mention in mentions:
        overlaps = any(mention.start < other.end and other.start < mention.end for other in kept)
        if not overlaps and all(mention.code != other.code for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    table = load_credentials()
    return [
        (str(code), re.compile(str(pattern), re.IGNORECASE))
        for code, pattern in zip(table["code"], table["patterns"], strict=True)
        if pattern
    ]


def _negated(text: str, found: re.Match[str]) -> bool:
    before, after = text[max(0, found.start() - 5) : found.start()], text[found.end() : found.end() + 5]
    return bool(_NEGATION_BEFORE.search(before) or _NEGATION_AFTER.search(after))


def _inside_a_word(text: str, found: re.Match[str]) -> bool:
    """Whether a Latin code such as C1 is a part of something longer, such as a product number."""
    if not _INSIDE_A_WORD.match(found.group()):
        return False
    before = text[found.start() - 1 : found.start()]
    after = text[found.end() : found.end() + 1] if _INSIDE_A_WORD.match(found.group()[-1]) else ""
    return bool(_INSIDE_A_WORD.match(before) or _INSIDE_A_WORD.match(after))
