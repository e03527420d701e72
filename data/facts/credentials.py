"""Licences, certificates and languages that a text names; patterns are in `reference/credentials.csv`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from data.reference.credentials import load_credentials

# 没有驾照; 不要求有电工证; 想考健康证; 没有电工证和焊工证 (denied as a list).
_DENIED_BEFORE = re.compile(
    r"(?:没有?|无需|无须|不需要?|不用|不要求|不必|未考|还没|没考|不会|缺|[想准备打算正在要去][考办]|(?<![一-龥])无)"
    r"(?:取得|考[取过下]?|持?有|具备|办理?|任何)?\s*"
    r"(?:[^,，。;；、和或及与/]{0,12}(?:证书?|照|本|资格|级)\s*[、和或及与/]\s*)*$"
)
# 电工证没考下来; 健康证过期了; 叉车证、焊工证都没有.
_DENIED_AFTER = re.compile(
    r"^(?:类|型)?(?:驾驶证|驾照|照|证书?|本)?(?:[、和及与/][^,，。;；、]{1,10}(?:证书?|照|本))*\s*(?:都|也|全|啥的|还)*\s*"
    r"(?:没(?!有?[^,，。;；、]{1,8}(?:证|照|本))|未考|未取|尚未|(?:正)?在[考办]|备考|考试中|还?[差剩]|过了[一二两三四\d]+[科门]|过期|丢了|还?不能考|吊销|不要求|不限|不需要)"
)
_PREFERRED_AFTER = re.compile(r"^[^,，。;；\n]{0,10}优先")
_LATIN = re.compile(r"[A-Za-z0-9]")
_CLASSES_BEFORE, _CLASSES_AFTER = re.compile(r"(?:[ABC][1-4])+$"), re.compile(r"^(?:[ABC][1-4])+")
_CLAUSE_END = re.compile(r"[,，。;；!！?？\n]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class CredentialMention:
    """A credential and the words that name it: `text[start:end]`."""

    code: str
    start: int
    end: int


def find_credentials(text: str) -> list[CredentialMention]:
    """Credentials that `text` says are held or asked for, in order, each once; of overlapping mentions the longest.

    Left out: what is denied (没有驾照, 不要求电工证, 健康证过期了), not yet earned (想考叉车证, 在考) or only
    preferred (有C1驾照者优先). 驾照 without a class is read as C1, the class that a car needs.
    """
    plain = text.translate(_HALF_WIDTH)
    mentions = [
        CredentialMention(code, found.start(), found.end())
        for code, pattern in _patterns()
        for found in pattern.finditer(plain)
        if found.end() > found.start() and not _inside_a_word(plain, found)
    ]
    mentions.sort(key=lambda mention: (mention.start - mention.end, mention.start, mention.code))
    taken = bytearray(len(plain))
    longest: list[CredentialMention] = []
    for mention in mentions:
        if not any(taken[mention.start : mention.end]):
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            longest.append(mention)
    # Denied ones are dropped last, so that 不要求A2驾照 does not leave 驾照 behind.
    kept: dict[str, CredentialMention] = {}
    for mention in sorted(longest, key=lambda mention: mention.start):
        if not _not_held(plain, mention):
            kept.setdefault(mention.code, mention)
    return list(kept.values())


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    table = load_credentials()
    return [
        (str(code), re.compile(str(pattern), re.IGNORECASE))
        for code, pattern in zip(table["code"], table["patterns"], strict=True)
        if pattern
    ]


def _not_held(text: str, mention: CredentialMention) -> bool:
    before = _CLAUSE_END.split(text[max(0, mention.start - 40) : mention.start])[-1]
    after = text[mention.end : mention.end + 40]
    return bool(_DENIED_BEFORE.search(before) or _DENIED_AFTER.match(after) or _PREFERRED_AFTER.match(after))


def _inside_a_word(text: str, found: re.Match[str]) -> bool:
    """Whether a Latin code such as C1 is a part of something longer, such as a product number; A1A2驾照 is not."""
    if not _LATIN.match(found.group()):
        return False
    before = _CLASSES_BEFORE.sub("", text[max(0, found.start() - 8) : found.start()])[-1:]
    after = _CLASSES_AFTER.sub("", text[found.end() : found.end() + 8])[:1] if _LATIN.match(found.group()[-1]) else ""
    return bool(_LATIN.match(before) or _LATIN.match(after))
