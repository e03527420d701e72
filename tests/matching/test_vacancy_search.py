"""A few words find the vacancies that are meant, also where advertisements use others."""

from __future__ import annotations

import pytest

from data.market import Market, market_from_records
from matching.vacancy_search import search_vacancies
from models.embedder import encode
from models.fused_similarity import FusedSimilarity, build_fused_similarity
from models.job_text import vacancy_texts
from models.occupation_coder import OccupationCoder
from tests.data.records_for_tests import AS_OF, records, vacancy

TITLES = (
    "网约配送员", "叉车司机", "保安员", "育婴员", "砌筑工", "挖掘机司机", "C1司机", "C2司机", "会计", "日语翻译",
    "韩语翻译", "中式烹调师", "保洁员", "焊工", "收银员",
)  # fmt: skip


@pytest.fixture(scope="module")
def similarity(coder: OccupationCoder) -> FusedSimilarity:
    return build_fused_similarity(coder.encoder)


@pytest.fixture(scope="module")
def market() -> Market:
    rows = [
        vacancy(vacancy_id=f"V-{n:02d}", title=title, occupation_code=None, description="")
        for n, title in enumerate(TITLES)
    ]
    return market_from_records(records(vacancies=rows), AS_OF)


def found(market: Market, similarity: FusedSimilarity, words: str, limit: int = 3) -> list[str]:
    vectors = encode(similarity.embedder, vacancy_texts(market.vacancies))
    listed = search_vacancies(market, vectors, words, similarity, limit=limit)
    assert listed["score"].is_monotonic_decreasing
    return market.vacancies["title"].iloc[listed["vacancy"]].tolist()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("跑外卖", "网约配送员"), ("开叉车", "叉车司机"), ("看大门", "保安员"), ("带孩子", "育婴员"),
        ("瓦匠", "砌筑工"), ("钩机", "挖掘机司机"), ("炒菜师傅", "中式烹调师"), ("打扫卫生", "保洁员"),
        ("烧电焊", "焊工"), ("C2", "C2司机"), ("日语", "日语翻译"), ("财务做账", "会计"),
    ],
)  # fmt: skip
def test_what_people_say_finds_what_is_advertised(
    market: Market, similarity: FusedSimilarity, said: str, meant: str
) -> None:
    assert found(market, similarity, said)[0] == meant


def test_words_alone_never_hide_a_title_that_holds_them(market: Market, similarity: FusedSimilarity) -> None:
    assert set(found(market, similarity, "司机", limit=4)) >= {"叉车司机", "挖掘机司机", "C1司机", "C2司机"}


def test_words_that_mean_nothing_find_nothing(market: Market, similarity: FusedSimilarity) -> None:
    assert found(market, similarity, "😀", limit=5) == []
