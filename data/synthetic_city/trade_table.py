"""The trades of the city: the listed ones, and rarer occupations of the classification under their aliases."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.credentials import load_credentials
from data.reference.occupations import load_occupations
from data.reference.trades import load_trades

_RARE_BY_MAJOR = {"2": 80, "3": 12, "4": 105, "5": 18, "6": 210}
_PAY_BY_MAJOR = {"2": 6500.0, "3": 4500.0, "4": 4600.0, "5": 4300.0, "6": 5200.0}
_EDUCATION_BY_MAJOR = {"2": 5, "3": 4, "4": 0, "5": 0, "6": 0}
_INDUSTRY_BY_MAJOR = {
    "2": "专业服务(咨询、人力资源、财会)",
    "3": "政府\\公共事业",
    "4": "生活服务",
    "5": "农\\林\\牧\\渔",
    "6": "机械\\设备\\重工",
}
_NOT_HERE = (
    "海|船|港|潜水|矿|采油|钻井|航空|飞机|机载|飞行|爆破|火工|雷管|烟花|罂|热带|盐|珍珠|殡|遗体|火化|公墓|法官|警察|医师|教师"
    "|律师|护士|药师|检察|甘油|雷达|紫胶|核与"
)


@dataclass(frozen=True)
class TradeTable:
    """`table`: one row a trade, columns of `data.reference.trades`.

    `levels` int32 (n, 4): numbers of the major, sub-major, minor group and occupation, equal where the code
    prefix is. `requires` bool (n, credentials): reference row of each credential that the trade demands.
    """

    table: pd.DataFrame
    levels: npt.NDArray[np.int32]
    requires: npt.NDArray[np.bool_]

    def flag(self, letter: str) -> npt.NDArray[np.bool_]:
        """Bool (n,): the trade's flags hold this letter."""
        return self.table["flags"].str.contains(letter, regex=False).to_numpy(bool)


@cache
def load_trade_table() -> TradeTable:
    """Some 540 trades, the same in every city."""
    listed = load_trades()
    table = pd.concat([listed, _rare_trades(set(listed["occupation_code"]))], ignore_index=True)
    code = table["occupation_code"].str.split("-", expand=True)
    prefixes = [code.iloc[:, : depth + 1].agg("-".join, axis=1) for depth in range(4)]
    levels = np.stack([pd.factorize(prefix)[0] for prefix in prefixes], axis=1).astype("int32")
    names = load_credentials()["code"].to_list()
    held = [set(codes.split("|")) for codes in table["credentials"]]
    requires = np.array([[name in codes for name in names] for codes in held])
    return TradeTable(table, levels, requires)


def _rare_trades(taken: set[str]) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    occupations = load_occupations()
    occupations = occupations[
        ~occupations["code"].isin(list(taken)) & ~occupations["name"].str.contains(_NOT_HERE, regex=True)
    ]
    major = occupations["code"].str[0]
    chosen = pd.concat(
        [
            occupations[major == key].iloc[np.sort(rng.permutation(int((major == key).sum()))[:count])]
            for key, count in _RARE_BY_MAJOR.items()
        ],
        ignore_index=True,
    )
    major = chosen["code"].str[0]
    word = chosen["name"].str.replace("工程技术人员", "工程师").str.replace("专业人员", "专员")
    short = word.str.replace(r"(制造|生产|制作|加工)工$", "厂工人", regex=True)
    titles = [
        "|".join(dict.fromkeys(t for t in (w, s, *a.split("|")) if t))
        for w, s, a in zip(word, short, chosen["aliases"], strict=True)
    ]
    pay = major.map(_PAY_BY_MAJOR).to_numpy(float) * np.round(rng.uniform(0.85, 1.25, len(chosen)), 2)
    return pd.DataFrame(
        {
            "occupation_code": chosen["code"],
            "occupation_name": chosen["name"],
            "titles": titles,
            "desired_words": short,
            "credentials": "",
            "pay_cny_month": pay,
            "education_min": major.map(_EDUCATION_BY_MAJOR).astype("int8"),
            "flags": np.where(major == "6", np.where(rng.random(len(chosen)) < 0.6, "nsbl", "sb"), ""),
            "industry": major.map(_INDUSTRY_BY_MAJOR),
            "weight": 0.6,
            "skills": word.str.replace(r"[工员师]$", "", regex=True),
            "source": "names and aliases of the 2022 classification",
        }
    )
