"""Languages that the title of a post asks for without saying so: an English translator must know English."""

from __future__ import annotations

import re

_WORK = (
    r"(?=[^,，。;；]{0,4}(?:翻译|口译|笔译|客服|老师|教师|助教|讲师|教研|外贸|编辑|文员|助理|业务|销售|导游|专员|运营"
    r"|主播|方向))"
)
_LANGUAGES = (
    ("JA", re.compile(r"(?<![每生节周今作假近平])日[语文]")),
    ("KO", re.compile(r"韩[语文]|朝鲜?[语文]|(?<![海新生])鲜语")),
    ("EN-CET6", re.compile(r"英[语文](?=[^,，。;；]{0,4}(?:翻译|口译|笔译))|中译英|英译中")),
    ("EN-CET4", re.compile(rf"英[语文]{_WORK}")),
)


def languages_of_title(title: str) -> tuple[str, ...]:
    """Codes of the languages (`data/reference/credentials.csv`) that `title` itself asks for."""
    return tuple(code for code, words in _LANGUAGES if words.search(title))
