"""What the policies of one seed share, made once and kept in files: city, vectors, trained ranker, candidates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.column_file import read_columns, write_columns
from data.columns import Records
from data.market import Market, market_from_records
from data.synthetic_city.hiring_truth import load_truth, save_truth
from data.synthetic_city.year import YearSettings, build_year
from data.whole_folder import whole_folder
from evaluation.simulation.month_candidates import MonthCandidates, month_candidates, open_month, save_month
from evaluation.simulation.simulated_city import SimulatedCity, simulated_city
from evaluation.simulation.word_match import Tokens, tokenize
from matching.retrieval import Vectors
from models.embedder import encode
from models.job_text import course_texts, seeker_texts, vacancy_texts
from models.ranker import Ranker, load_ranker, save_ranker, train_ranker
from models.training_table import training_pairs

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_RECORDS = ("employers", "vacancies", "vacancy_credentials", "seekers", "seeker_experience", "seeker_credentials",
            "seeker_groups", "courses", "course_runs")  # fmt: skip
_SIDES = ("seekers", "vacancies")


@dataclass(frozen=True)
class CityFolder:
    """Files of one seed's city."""

    path: Path
    settings: YearSettings

    @property
    def base(self) -> Path:
        """Records, vectors, ranker and truth."""
        return self.path / "base"

    def month(self, number: int) -> Path:
        """Candidates of a month."""
        return self.path / "months" / f"{number:02d}"

    def candidates(self, number: int) -> MonthCandidates:
        """Candidates of a month, memory-mapped. Raises DataError as `open_month`."""
        return open_month(self.month(number))


def prepare_base(folder: CityFolder, embedder: SentenceTransformer) -> None:
    """Build the city, embed its texts, and train the ranker on the history before the year as `zhuye train` does."""
    if folder.base.exists():
        return
    settings = folder.settings
    city = build_year(settings)
    as_of, seed = settings.city.as_of, settings.city.seed
    market = market_from_records(city.records, as_of, include_closed=True)
    texts = seeker_texts(market.seekers, market.experience), vacancy_texts(market.vacancies)
    vectors = encode(embedder, texts[0]), encode(embedder, texts[1])
    pairs = training_pairs(city.records, market, as_of)
    similarity = np.einsum("ij,ij->i", vectors[0][pairs.seeker], vectors[1][pairs.vacancy])
    ranker = train_ranker(market, pairs, similarity, seed=seed)
    year, truth = simulated_city(city, market, settings)
    with whole_folder(folder.base) as fresh:
        for name in _RECORDS:
            getattr(city.records, name).to_parquet(fresh / f"{name}.parquet")
        for side, side_vectors, tokens in zip(_SIDES, vectors, tokenize(*texts), strict=True):
            np.save(fresh / f"{side}.npy", side_vectors)
            write_columns(fresh / f"{side}_first.arrow", {"first": tokens.first})
            write_columns(fresh / f"{side}_tokens.arrow", {"token": tokens.token})
        np.save(fresh / "courses.npy", encode(embedder, course_texts(market.courses)))
        save_ranker(ranker, fresh / "ranker")
        save_truth(truth, fresh / "truth")
        write_columns(
            fresh / "people.arrow",
            {"first": year.seeker_first, "last": year.seeker_last, "group_mask": year.group_mask},
        )
        write_columns(
            fresh / "posts.arrow",
            {
                "first": year.vacancy_first, "last": year.vacancy_last, "headcount": year.headcount,
                "employer": year.employer, "pay": year.pay,
            },
        )  # fmt: skip


def prepare_month(folder: CityFolder, number: int) -> None:
    """Find and score the candidates of a month; needs `prepare_base` to be done."""
    if folder.month(number).exists():
        return
    base = open_base(folder.base)
    market = base.market(folder.settings, number)
    seekers, vacancies = (
        np.asarray(ids.get_indexer(pd.Index(table[key])), dtype=np.int32)
        for ids, table, key in (
            (base.seeker_ids, market.seekers, "seeker_id"), (base.vacancy_ids, market.vacancies, "vacancy_id")
        )
    )  # fmt: skip
    found = month_candidates(
        market, seekers, vacancies, seeker_vectors=np.ascontiguousarray(base.seeker_vectors[seekers]),
        vacancy_vectors=np.ascontiguousarray(base.vacancy_vectors[vacancies]), asked=base.asked.of(seekers),
        offered=base.offered.of(vacancies), ranker=base.ranker,
    )  # fmt: skip
    save_month(found, folder.month(number))


def open_city(folder: CityFolder) -> SimulatedCity:
    """The city as the simulation sees it. Raises DataError where a file is missing or damaged."""
    people, posts = (read_columns(folder.base / f"{name}.arrow") for name in ("people", "posts"))
    settings = folder.settings
    return SimulatedCity(
        as_of=settings.city.as_of,
        seeker_first=people["first"], seeker_last=people["last"], vacancy_first=posts["first"],
        vacancy_last=posts["last"], group_mask=people["group_mask"], headcount=posts["headcount"],
        employer=posts["employer"], pay=posts["pay"], month_days=settings.month_days, days=settings.days,
        truth=load_truth(folder.base / "truth"),
    )  # fmt: skip


@dataclass(frozen=True)
class CityBase:
    """What every month is made from; rows are those of the records, of `course_vectors` those of the market."""

    records: Records
    seeker_ids: pd.Index[str]
    vacancy_ids: pd.Index[str]
    seeker_vectors: Vectors
    vacancy_vectors: Vectors
    course_vectors: Vectors
    asked: Tokens
    offered: Tokens
    ranker: Ranker

    def market(self, settings: YearSettings, month: int) -> Market:
        """The register on the day of a month."""
        return market_from_records(self.records, settings.city.as_of + timedelta(days=settings.month_days[month]))


@lru_cache(maxsize=1)
def open_base(base: Path) -> CityBase:
    """Opened once a process for the months of one city."""
    records = Records.of(**{name: pd.read_parquet(base / f"{name}.parquet") for name in _RECORDS})
    return CityBase(
        records=records,
        seeker_ids=pd.Index(records.seekers["seeker_id"]),
        vacancy_ids=pd.Index(records.vacancies["vacancy_id"]),
        seeker_vectors=np.load(base / "seekers.npy", mmap_mode="r"),
        vacancy_vectors=np.load(base / "vacancies.npy", mmap_mode="r"),
        course_vectors=np.load(base / "courses.npy"),
        asked=_open_tokens(base, "seekers"),
        offered=_open_tokens(base, "vacancies"),
        ranker=load_ranker(base / "ranker"),
    )


def _open_tokens(base: Path, side: str) -> Tokens:
    first, token = (read_columns(base / f"{side}_{name}.arrow") for name in ("first", "tokens"))
    return Tokens(first["first"], token["token"])
