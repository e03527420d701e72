"""What is done for one shard of the seekers, in this process or on another machine: match, then list.

A shard reads the run's frozen market and writes its own files and note; nothing is shared between shards. On a
cluster the folder of runs and the models lie on storage that every machine sees at the same path.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.jobs.overnight.priced_lists import priced_parts
from api.jobs.overnight.run_files import (
    chosen_path,
    edges_path,
    found_path,
    lists_path,
    prices_path,
    propensities_path,
    read_edges,
    unnamed_path,
    vectors_path,
    write_edges,
)
from api.jobs.overnight.run_folder import RunFolder, RunPlan, code_fingerprint, open_run
from api.jobs.stages import forget_peak_memory, peak_memory_mib
from data.column_file import read_columns, write_columns
from data.errors import DataError
from data.market import Market
from data.snapshot import open_shard, open_without_seekers
from data.storage.artefact_store import fingerprint
from data.whole_file import whole_file
from matching.match_seekers import MatchSettings, list_matches
from matching.prepared_vacancies import PreparedVacancies, prepare_vacancies
from matching.ranking import Scores, score_candidates
from matching.retrieval import Candidates, retrieve
from matching.reverse_retrieval import retrieve_seekers
from models.embedder import embedder_fingerprint, encode, load_embedder
from models.job_text import seeker_texts
from models.ranker import Ranker, load_ranker, prior_ranker
from models.vector_index import load_index

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LIST_LENGTH = 10
PEOPLE_SOUGHT = 10
"""People sought for a vacancy that nobody's candidates name, so that it is seen."""


@dataclass(frozen=True)
class ShardJob:
    """Which shard of which run, and where its models are: `ranker` None is the documented prior.

    `device` is where vectors are made and multiplied, `cpu` or `cuda`.
    """

    run: Path
    number: int
    seekers: range
    embedder: str
    ranker: Path | None
    device: str

    @property
    def label(self) -> str:
        """The shard's number as file names have it."""
        return f"{self.number:05}"


def match_shard(job: ShardJob) -> None:
    """Embed the shard's seekers, retrieve their candidates and score them."""

    def work(place: WorkPlace, market: Market, plan: RunPlan) -> tuple[list[Path], dict[str, Any]]:
        moments = [time.perf_counter()]
        vectors = encode(place.embedder, seeker_texts(market.seekers, market.experience), device=job.device)
        moments.append(time.perf_counter())
        candidates = retrieve(
            market, vectors, place.vacancies.vectors, k=plan.settings["candidates"], prepared=place.vacancies
        )
        moments.append(time.perf_counter())
        scores = score_candidates(market, candidates, place.ranker)
        moments.append(time.perf_counter())
        files = [vectors_path(job.run, job.label), edges_path(job.run, job.label)]
        with whole_file(files[0]) as fresh, fresh.open("wb") as file:
            np.save(file, vectors)
        write_edges(files[1], candidates, scores)
        seconds = dict(zip(("embed", "retrieve", "score"), np.diff(moments).tolist(), strict=True))
        return files, {"pairs": len(candidates), **seconds}

    once_a_shard("match", job, work)


def find_people(job: ShardJob) -> None:
    """For every vacancy that nobody's candidates name, the most similar people of the shard whom the rules allow."""

    def work(place: WorkPlace, market: Market, _: RunPlan) -> tuple[list[Path], dict[str, Any]]:
        vacancies = read_columns(unnamed_path(job.run))["vacancy"]
        if not len(vacancies):
            return [], {}
        vectors = np.load(vectors_path(job.run, job.label), mmap_mode="r")
        candidates = retrieve_seekers(market, vectors, place.vacancies.vectors, vacancies, k=PEOPLE_SOUGHT)
        scores = score_candidates(market, candidates, place.ranker)
        write_edges(found_path(job.run, job.label), candidates, scores)
        return [found_path(job.run, job.label)], {}

    once_a_shard("seek", job, work)


def list_shard(job: ShardJob) -> None:
    """Every seeker's list by score − price; a referral that has no place in it follows at its end."""

    def work(_: WorkPlace, market: Market, plan: RunPlan) -> tuple[list[Path], dict[str, Any]]:
        candidates, scores = read_edges(job.run, job.label)
        draw = read_columns(propensities_path(job.run, job.label), "referred", "propensity")
        chosen = draw["referred"]
        moved = chosen != read_columns(chosen_path(job.run, job.label))["chosen"]
        price = read_columns(prices_path(job.run), "price")["price"]
        candidates_each = plan.settings["candidates"]
        settings = MatchSettings(candidates_each, min(LIST_LENGTH, candidates_each))
        lists = pd.concat(
            [
                _with_further_referrals(market, *_only(rows, candidates, scores), chosen[rows], own_price, settings)
                for rows, own_price in priced_parts(job.run, job.seekers, candidates.seeker, price)
            ],
            ignore_index=True,
        )
        referred = _pair(candidates.seeker[chosen], candidates.vacancy[chosen])  # rising, as the edges are
        pair = _pair(lists["seeker"].to_numpy(), lists["vacancy"].to_numpy())
        is_referral = np.isin(pair, referred)
        propensity = np.full(len(pair), np.nan, np.float32)
        propensity[is_referral] = draw["propensity"][chosen][np.searchsorted(referred, pair[is_referral])]
        columns = {name: lists[name].to_numpy() for name in lists.columns}
        columns["seeker"] = columns["seeker"] + np.int32(job.seekers.start)
        write_columns(
            lists_path(job.run, job.label),
            {
                **columns, "position": columns["position"].astype(np.int16),
                "is_referral": is_referral, "propensity": propensity,
                "by_lot": np.isin(pair, _pair(candidates.seeker[moved], candidates.vacancy[moved])),
            },
        )  # fmt: skip
        return [lists_path(job.run, job.label)], {"listed": len(lists)}

    once_a_shard("list", job, work)


def once_a_shard(
    name: str, job: ShardJob, work: Callable[[WorkPlace, Market, RunPlan], tuple[list[Path], dict[str, Any]]]
) -> None:
    """Do a step of a shard unless it is done, and note it.

    `work` is given what all shards share, the market with the shard's seekers, and the run's plan; it returns
    the files it made and what it found.
    """
    step, folder = f"{name}-{job.label}", _folder(job)
    if folder.note_of(step):
        return
    forget_peak_memory()
    start = time.perf_counter()
    place = _work_place(job.run, job.embedder, job.ranker, job.device)
    market = open_shard(job.run / "market" / "snapshot", place.market, job.seekers)
    files, found = work(place, market, folder.plan)
    folder.finish(step, files, seconds=time.perf_counter() - start, peak_mib=peak_memory_mib(), found=found)


def _with_further_referrals(
    market: Market, candidates: Candidates, scores: Scores, chosen: npt.NDArray[np.bool_],
    price: npt.NDArray[np.float64], settings: MatchSettings,
) -> pd.DataFrame:  # fmt: skip
    lists = list_matches(market, candidates, scores, settings, price)
    listed = _pair(lists["seeker"].to_numpy(), lists["vacancy"].to_numpy())
    referred = np.flatnonzero(chosen)
    rest = referred[~np.isin(_pair(candidates.seeker[referred], candidates.vacancy[referred]), listed)]
    further = list_matches(market, *_only(rest, candidates, scores), settings, price)
    further["position"] += settings.list_length
    return pd.concat([lists, further], ignore_index=True)


def _only(
    rows: slice | npt.NDArray[np.bool_] | npt.NDArray[np.int64], candidates: Candidates, scores: Scores
) -> tuple[Candidates, Scores]:
    return (
        Candidates(*(getattr(candidates, column)[rows] for column in Candidates.__dataclass_fields__)),
        Scores(*(getattr(scores, column)[rows] for column in Scores.__dataclass_fields__)),
    )


def _pair(seeker: npt.NDArray[np.int32], vacancy: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    return seeker.astype(np.int64) << 32 | vacancy


@dataclass(frozen=True)
class WorkPlace:
    """What all shards of a run share, opened once a process."""

    market: Market  # without seekers
    vacancies: PreparedVacancies
    embedder: SentenceTransformer
    ranker: Ranker


@lru_cache(maxsize=1)
def _work_place(run: Path, embedder: str, ranker: Path | None, device: str) -> WorkPlace:
    market = open_without_seekers(run / "market" / "snapshot")
    # Copied: an index file begins its vectors at an odd byte, where products take forty times as long.
    vectors = load_index(run / "market" / "vacancies").vectors.copy()
    return WorkPlace(
        market=market,
        vacancies=prepare_vacancies(market.vacancies, vectors, device=device),
        embedder=load_embedder(embedder),
        ranker=load_ranker(ranker) if ranker else prior_ranker(),
    )


def _folder(job: ShardJob) -> RunFolder:
    """The run's folder, if this process runs the same code with the same models as the run.

    Raises
    ------
    DataError
        It does not, or sees no such folder.
    """
    folder = open_run(job.run)
    if folder is None:
        raise DataError(
            f"no run in {job.run}",
            remedy="every machine of a cluster must see the folder of runs at the same path (ZHUYE_HOME, ZHUYE_RUNS)",
        )
    found = {"code": code_fingerprint(), **model_fingerprints(job.embedder, job.ranker)}
    wanted = {"code": folder.plan.code, **folder.plan.models}
    if differing := [name for name in wanted if found[name] != wanted[name]]:
        raise DataError(
            f"run {folder.plan.run_id} was begun with another {' and another '.join(differing)} than this process has",
            remedy="install the same release on every machine, and train no model while a run goes on",
        )
    return folder


def model_fingerprints(embedder: str, ranker: Path | None) -> dict[str, str]:
    """Fingerprints of the two models that a run's results depend on."""
    return {"embedder": embedder_fingerprint(embedder), "ranker": fingerprint(ranker) if ranker else "prior"}
