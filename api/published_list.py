"""What the newest published run lists for a seeker or a vacancy, as far as it still holds today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Engine

from api.embedded_market import Kind
from data.errors import ConflictError, DataError, NotFoundError
from data.market import Market, market_from_records
from data.storage.database import consistent_reading
from data.storage.record_repository import load_records, open_identifiers, record_status
from data.storage.run_repository import MatchRun, prices_of, published_run, seeker_matches, vacancy_candidates
from matching.eligibility import judge
from matching.match_seekers import MATCHES

_NAMES: dict[Kind, tuple[str, str]] = {"seekers": ("求职者", "seeker"), "vacancies": ("岗位", "vacancy")}
_MEMBER: dict[Kind, str] = {"seekers": "vacancy_id", "vacancies": "seeker_id"}
"""What a list of this kind names."""
_LISTS = {"seekers": seeker_matches, "vacancies": vacancy_candidates}


@dataclass(frozen=True)
class PublishedPage:
    """Part of a published list.

    Attributes
    ----------
    listed
        Laid out as `matching.match_seekers.MATCHES`, rows of `market`; `position` is the place in the published list.
    is_referral
        bool, row for row: chosen by the allocation, not only listed.
    next_place
        Where the next page begins; None on the last one.
    """

    run: MatchRun
    market: Market
    listed: pd.DataFrame
    is_referral: np.ndarray
    next_place: str | None

    @property
    def calibrated(self) -> bool:
        """Whether the run's scores were learnt from outcomes; else they only order the list."""
        return "prior" not in self.run.summary.get("ranker", {"": "prior"}).values()


def published_page(
    engine: Engine, kind: Kind, identifier: str, *, today: date, place: str = "", limit: int
) -> PublishedPage:
    """A page of the list that the published run has for a seeker or a vacancy.

    Whoever closed since the night is not in it, nor a pair that a rule forbids today (a licence has run out). What is
    to be asked is asked as of today; scores and places are the night's.

    Parameters
    ----------
    place
        `next_place` of the page before.

    Raises
    ------
    NotFoundError
        No run is published, or there is no such record.
    ConflictError
        The record is closed or outside its dates; another run was published since the page before.
    DataError
        `place` is none that a page gave.
    """
    with consistent_reading(engine) as connection:
        run = published_run(connection)
        if run is None:
            raise NotFoundError(
                "尚无已发布的匹配 / no run is published yet", remedy="运行 zhuye rematch / run zhuye rematch"
            )
        refuse_unless_open(connection, kind, identifier, today)
        published = _LISTS[kind](connection, run.run_id, identifier)
        member = _MEMBER[kind]
        still_open = open_identifiers(connection, _other(kind), published[member].tolist(), today)
        # A seeker's list has its places; a vacancy's is put in order here.
        places = published["position"] if kind == "seekers" else np.arange(1, len(published) + 1)
        published = published.assign(position=pd.Series(places, dtype="int32"))
        rest = published[published[member].isin(still_open)]
        rest = rest[_after(rest, kind, _last_seen(place, run))]
        page = rest.head(limit)
        market = _market_of(connection, page, kind, identifier, today)
        prices = prices_of(connection, run.run_id, page["vacancy_id"].unique().tolist())
    listed = page.reset_index(drop=True).assign(price=page["vacancy_id"].map(prices).fillna(0.0).to_numpy("float64"))
    for side in ("seeker", "vacancy"):
        rows = pd.Index(getattr(market, f"{side}s" if side == "seeker" else "vacancies")[f"{side}_id"])
        listed[side] = rows.get_indexer(pd.Index(listed[f"{side}_id"])).astype("int32")
    verdicts = judge(market, listed["seeker"].to_numpy("int32"), listed["vacancy"].to_numpy("int32"))
    listed = listed.assign(unknown=verdicts.unknown)[verdicts.candidate]
    return PublishedPage(
        run=run,
        market=market,
        listed=MATCHES.check(listed[list(MATCHES.columns)]),
        is_referral=listed["is_referral"].to_numpy(bool),
        next_place=_place(run, page.iloc[-1], kind) if len(rest) > limit else None,
    )


def _other(kind: Kind) -> Kind:
    return "vacancies" if kind == "seekers" else "seekers"


def refuse_unless_open(connection: Connection, kind: Kind, identifier: str, today: date) -> None:
    """Raise NotFoundError where there is no such record, ConflictError where it is closed or outside its dates."""
    if open_identifiers(connection, kind, [identifier], today):
        return
    zh, en = _NAMES[kind]
    if record_status(connection, kind, identifier) is None:
        raise NotFoundError(
            f"没有{zh} {identifier} / there is no {en} {identifier}", remedy="请核对编号 / check the identifier"
        )
    raise ConflictError(
        f"{zh} {identifier} 已关闭或不在有效期内 / the {en} {identifier} is closed or outside its dates",
        remedy="只列出有效的记录 / only open ones are listed",
    )


def _market_of(connection: Connection, page: pd.DataFrame, kind: Kind, identifier: str, today: date) -> Market:
    named = {kind: [identifier], _other(kind): page[_MEMBER[kind]].tolist()}
    records = load_records(connection, seeker_ids=named["seekers"], vacancy_ids=named["vacancies"])
    return market_from_records(records, today)


def _place(run: MatchRun, last: pd.Series, kind: Kind) -> str:
    """A list keeps its order, but the erased leave it: the place is what the order goes by, not a count."""
    return f"{run.run_id}|{float(last['score'])!r}|{last['position']}|{last[_MEMBER[kind]]}"


def _last_seen(place: str, run: MatchRun) -> tuple[float, int, str] | None:
    if not place:
        return None
    run_id, *rest = place.split("|", 3)
    try:
        score, position, identifier = rest
        seen = float(score), int(position), identifier
    except ValueError as error:
        raise DataError(
            "cursor 无效 / the cursor is not valid", remedy="用上一页的 next_cursor / use next_cursor"
        ) from error
    if run_id != run.run_id:
        raise ConflictError(
            f"翻页期间发布了新的匹配 {run.run_id} / run {run.run_id} was published since the page before",
            remedy="从第一页重新开始 / begin with the first page",
        )
    return seen


def _after(rest: pd.DataFrame, kind: Kind, seen: tuple[float, int, str] | None) -> np.ndarray:
    if seen is None:
        return np.ones(len(rest), dtype=bool)
    score, position, identifier = seen
    if kind == "seekers":
        return np.asarray(rest["position"].to_numpy() > position)
    scores = rest["score"].to_numpy("float64")
    later = (scores == score) & (rest["seeker_id"].to_numpy(str) > identifier)
    return np.asarray((scores < score) | later)
