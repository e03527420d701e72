"""Clauses: how far a condition or a denial reaches in plain speech, also where nobody set a punctuation mark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

# Spaces part what is listed (女 35 大专), but not a number from its unit, a label from its value, or Latin words.
_BETWEEN = (
    r"[,，。;；!！?？\n()（）|｜~～]+|(?<=经历|学历|年龄|其他|备注|要求|住地|住址|地址|性别|技能)[:：]"
    r"|(?<!月薪)(?<!工资)(?<!期望)(?<!年龄)(?<!学历)(?<![:：])(?<![ \t\u3000])[ \t\u3000]+"
    r"(?!元|块|年|岁|个月|公里|km|[kKwW千万]|驾|证(?!书)|本(?!科|人)|照|以上|左右|起)"
    r"(?:(?<![A-Za-z][ \t\u3000])|(?![A-Za-z]))"
)
_MARKS = re.compile(_BETWEEN)
# Dictated text runs on: these words begin a new thought.
_NEW_THOUGHT = re.compile(
    r"(?:我|俺|本人)?(?:今年|以前|之前|原来|现在(?!的)|目前|家在|家住|家是|住在|想(?=找|在|问|当|干|做|应聘))"
    r"|(?:我家?)?(?:孩子|儿子|闺女|老伴|老公|媳妇)(?=今年|上|在|还|得)|(?<![每一])(?:一个月|工资|月薪)(?!的)"
    r"|(?:大专|本科|中专|高中|初中)(?!没)|要求|退了|后来|因为|所以|去年|谢谢|有没有|希望"
)
_RUNS_ON = 20
_ALL = re.compile(r"(?s).+")


class Told(NamedTuple):
    """Something a text says, and the words that say it: `text[start:end]`."""

    value: Any
    start: int
    end: int


def find_clauses(text: str) -> Iterator[re.Match[str]]:
    """Every clause, with its place in `text`: between marks, and where a run of over 20 characters turns elsewhere."""
    begin = 0
    for mark in _MARKS.finditer(text):
        yield from _thoughts(text, begin, mark.start())
        begin = mark.end()
    yield from _thoughts(text, begin, len(text))


def _thoughts(text: str, begin: int, end: int) -> Iterator[re.Match[str]]:
    cuts = [begin]
    if end - begin > _RUNS_ON:
        cuts += [turn.start() for turn in _NEW_THOUGHT.finditer(text, begin, end) if turn.start() > begin]
    for start, stop in zip(cuts, [*cuts[1:], end], strict=True):
        clause = _ALL.match(text, start, stop)
        if clause is not None:
            yield clause
