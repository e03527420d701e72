"""The words of seekers and employers: short phrases put together, some left out, as at a desk."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from data.synthetic_city.trade_table import load_trade_table

Texts = npt.NDArray[np.object_]


def pick_title(rng: np.random.Generator, trade: npt.NDArray[np.int64]) -> Texts:
    """One of the trade's titles for each row."""
    choices = [t.split("|") for t in load_trade_table().table["titles"]]
    draw = rng.random(len(trade))
    return np.array([choices[t][int(u * len(choices[t]))] for t, u in zip(trade, draw, strict=True)], dtype=object)


def profile_texts(
    rng: np.random.Generator,
    title: Texts,
    past: Texts,
    years: Any,
    worked: Any,
    floor: Any,
    board: Any,
    lodging: Any,
    night: Any,
    licensed: Any,
    graduate: Any,
) -> Texts:
    """What each person says; about one in fifty says nothing."""
    n = len(title)
    kind = rng.integers(0, 4, (n, 3))
    said = rng.random((n, 5))
    out = []
    for i in range(n):
        y = f"{int(years[i])}年" if years[i] >= 1 else "几个月"
        parts = []
        if worked[i]:
            parts.append(
                (f"当过{y}{past[i]}", f"以前做{past[i]}，{y}", f"{past[i]}干了{y}", f"之前是{past[i]}，做了{y}")[
                    kind[i, 0]
                ]
            )
        elif graduate[i]:
            parts.append(("今年刚毕业", "应届生，没啥经验", "刚毕业，肯学", "毕业没多久")[kind[i, 0]])
        if said[i, 0] < 0.4 and licensed[i].any():
            parts.append(("有证", "证件齐全", "手里有证", "有相关证件")[kind[i, 1]])
        parts.append(
            (f"想找个{title[i]}的活", f"想干{title[i]}", f"找个{title[i]}的工作", f"{title[i]}优先")[kind[i, 2]]
        )
        if lodging[i] and said[i, 1] < 0.8:
            parts.append("最好管吃管住" if board[i] else "得有地方住")
        if said[i, 2] < 0.55:
            parts.append(f"工资{int(floor[i])}以上" if kind[i, 0] % 2 else f"一个月{int(floor[i])}往上")
        if not night[i] and said[i, 3] < 0.4:
            parts.append("上不了夜班")
        out.append("" if said[i, 4] < 0.02 else "，".join(parts))
    return np.array(out, dtype=object)


def vacancy_texts(
    rng: np.random.Generator, title: Texts, trade: Any, years: Any, board: Any, lodging: Any, night: Any
) -> Texts:
    """Duties and requirements, as advertisements lay them out."""
    skills = load_trade_table().table["skills"].to_numpy(str)[trade]
    kind = rng.integers(0, 3, (len(title), 3))
    out = []
    for i in range(len(title)):
        first = (
            f"负责{skills[i]}等工作",
            f"从事{title[i]}相关工作，包括{skills[i]}",
            f"{skills[i]}，完成班组交办的任务",
        )[kind[i, 0]]
        need = (
            f"{int(years[i])}年以上同岗位经验"
            if years[i] >= 1
            else ("有无经验均可，有师傅带", "无经验可培训", "有经验者优先")[kind[i, 1]]
        )
        extra = ("踏实肯干，服从安排", "责任心强，能长期干", "吃苦耐劳，按时到岗")[kind[i, 2]]
        offers = "；".join(t for t, yes in (("包吃", board[i]), ("包住", lodging[i]), ("有夜班", night[i])) if yes)
        out.append(f"岗位职责：{first}。任职要求：{need}；{extra}。" + (f"待遇：{offers}。" if offers else ""))
    return np.array(out, dtype=object)
