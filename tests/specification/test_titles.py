"""What a title says beside the work: its rank, and the languages it asks for."""

from __future__ import annotations

import pytest

from data.facts.languages import languages_of_title
from data.facts.seniority import DIRECTING, DOING, HEADING, LEADING, LEARNING, title_seniority

RANKS = [
    ("车工学徒", LEARNING), ("储备店长", LEARNING), ("总经理助理", LEARNING), ("实习护士", LEARNING),
    ("车工", DOING), ("", DOING), ("班主任", DOING), ("客户经理", DOING), ("产品经理", DOING), ("总经理秘书", DOING),
    ("店长", LEADING), ("护士长", LEADING), ("高级电工", LEADING), ("人事主管", LEADING), ("生产班长", LEADING),
    ("物业经理", HEADING), ("幼儿园园长", HEADING), ("车间主任", HEADING), ("副总工程师", HEADING),
    ("销售总监", DIRECTING), ("副总经理", DIRECTING), ("CEO", DIRECTING),
    ("质量工程师/主管", DOING),  # either will do: the lower counts
]  # fmt: skip

LANGUAGES = [
    ("英语翻译", ("EN-CET6", "EN-CET4")), ("少儿英语老师", ("EN-CET4",)), ("外贸业务员", ()),
    ("日语客服", ("JA",)), ("韩语\\日语方向销售支持", ("JA", "KO")), ("初中语文老师", ()), ("英语系毕业生优先", ()),
]  # fmt: skip


@pytest.mark.parametrize(("title", "rank"), RANKS)
def test_rank(title: str, rank: int) -> None:
    assert title_seniority(title) == rank


@pytest.mark.parametrize(("title", "languages"), LANGUAGES)
def test_languages(title: str, languages: tuple[str, ...]) -> None:
    assert languages_of_title(title) == languages
