"""Words of protected traits are out of what is embedded; words of work stay."""

from __future__ import annotations

import pytest

from data.facts.protected_words import without_protected_words
from data.market import market_from_records
from models.job_text import seeker_texts
from tests.data.records_for_tests import AS_OF, records, seeker


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("女，52岁，农业户口，满族，会做饭", "会做饭"),
        ("男 四十五岁 离异 开过大车", "开过大车"),
        ("本人未婚，90后，卖过女装", "本人，卖过女装"),
        ("回族，在民族饭店干过", "在民族饭店干过"),
        ("会修男鞋女鞋", "会修男鞋女鞋"),
        ("我是男的，会修车", "我是，会修车"),
        ("俺是女的 五十多岁 能干保洁", "俺是能干保洁"),
        ("本人男38岁 焊工", "本人焊工"),
        ("离过婚，单亲妈妈，会缝纫", "会缝纫"),
        ("68年生人 干过更夫", "干过更夫"),
        ("维族 会打馕", "会打馕"),
        ("男护工", "护工"),
        ("卖妇女儿童用品，跟小伙伴搭班，会三胎换修", "卖妇女儿童用品，跟小伙伴搭班，会三胎换修"),
        ("户口在榆树，想在长春找活", "想在长春找活"),
    ],
)
def test_what_is_left(said: str, left: str) -> None:
    assert without_protected_words(said).replace(" ", "").strip("，").replace("，，", "，") == left


def test_protected_words_do_not_move_the_text_that_is_embedded() -> None:
    def text(profile: str) -> str:
        market = market_from_records(
            records(seekers=[seeker(profile_text=profile, desired_title=None, desired_occupation_code=None)]), AS_OF
        )
        return seeker_texts(market.seekers, market.experience)[0].replace(" ", "").replace("，", "")

    assert text("女护工") == text("男护工") == text("护工")
    assert text("女，52岁，农业户口，满族，会做饭") == text("男，30岁，城镇户口，汉族，会做饭") == text("会做饭")
