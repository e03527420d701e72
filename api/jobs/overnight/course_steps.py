"""The steps of the night that have to do with training: courses for everybody, and the seats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.jobs.overnight.course_shards import frozen_courses, recommend_shard
from api.jobs.overnight.night import Night
from api.jobs.overnight.run_files import courses_path, seats_path, waiting_path, wishes_path
from api.jobs.stages import Report
from data.column_file import read_columns, write_columns
from data.columns import Table
from data.course_columns import COURSE_RECOMMENDATIONS, COURSE_SEATS, COURSE_WAITING
from data.reference.training_programmes import load_programmes
from evaluation.match_run.run_training import ProgrammeSeats, RunTraining
from matching.allocation_policy import priority_weights
from training_recs.course_value import Prospects
from training_recs.seat_allocation import allocate_seats

_AS_PUBLISHED = [name for name in COURSE_RECOMMENDATIONS.columns if name in {
    "position", "uplift", "completion", "utility_today", "utility_after", "gain_90", "gain_180", "gain_360", "cost_cny",
    "value",
}]  # fmt: skip


def has_courses(night: Night) -> bool:
    """Whether any course could be begun when the market was frozen; without, the steps cost nothing."""
    return bool(night.folder.found("freeze")["course_runs"])


def courses(night: Night) -> None:
    """Every shard's courses and wishes."""
    if not has_courses(night):
        night.step("courses", lambda _: ([], {}))
        return

    def found(_: Night) -> tuple[list[Path], dict[str, Any]]:
        # Of all at once: sums of sums would depend on how seekers are divided.
        gain = np.concatenate([np.empty(0), *(_best_gains(courses_path(night.run, job.label)) for job in night.jobs)])
        return [], {"people": len(gain), "mean_gain_180": float(gain.mean()) if len(gain) else 0.0}

    usual = Prospects(**night.folder.found("allocate")["usual_prospects"])
    night.shards("courses", partial(recommend_shard, usual), done=found)


def _best_gains(path: Path) -> npt.NDArray[np.float64]:
    """Gain within 180 days of the first course of each person's list."""
    columns = read_columns(path, "position", "gain_180")
    return np.asarray(columns["gain_180"][columns["position"] == 1])


def seats(night: Night) -> None:
    """Who gets which seat, who waits, and what a seat is worth."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        if not has_courses(night):
            return [], {}
        market, catalogue = night.market, frozen_courses(night.run).catalogue
        programmes = load_programmes(market.as_of)
        # What a programme that has ended paid for counts towards no quota any more.
        found_used = night.folder.found("freeze")["seats_used"]
        used, used_next_year = (
            {one.programme: of_year.get(one.programme, 0) for one in programmes} for of_year in found_used
        )
        found = allocate_seats(
            market, _wishes(night), catalogue, programmes=programmes, used=used, used_next_year=used_next_year,
            priority=priority_weights(
                market.seekers["group_mask"].to_numpy(np.uint16), night.priority_groups, market.as_of
            ),
        )  # fmt: skip
        files = [seats_path(night.run), waiting_path(night.run)]
        for path, table in zip(files, (found.seated, found.waiting), strict=True):
            write_columns(path, {str(name): table[name].to_numpy() for name in table.columns})
        seated = found.seated["programme"].value_counts()
        return files, {
            "seated": len(found.seated),
            "waiting": int(found.waiting["seeker"].nunique()),
            "certificate": found.certificate,
            "runs": len(catalogue.runs),
            "seats": int(catalogue.runs["seats"].sum()),
            "programmes": [
                {
                    "programme": one.programme, "zh": one.zh, "en": one.en,
                    "left": max(0, one.seats_a_year - used.get(one.programme, 0)),
                    "seated": int(seated.get(one.programme, 0)), "price": found.programme_price[one.programme],
                }
                for one in programmes
            ],
        }  # fmt: skip

    night.step("seats", work)


def training_summary(night: Night) -> RunTraining | None:
    """Figures of both steps; None in a city without courses."""
    if not has_courses(night):
        return None
    of_seats = night.folder.found("seats")
    programmes = tuple(ProgrammeSeats(**one) for one in of_seats["programmes"])
    return RunTraining(**{**night.folder.found("courses"), **of_seats, "programmes": programmes})


def published_courses(night: Night) -> Iterable[tuple[Table, Iterable[pd.DataFrame]]]:
    """What the run publishes of training, laid out as `data.course_columns`."""
    if not has_courses(night):
        return ()
    return (
        (COURSE_RECOMMENDATIONS, _recommendations(night)),
        (COURSE_SEATS, [_with_identifiers(night, read_columns(seats_path(night.run)), "programme", "worth", "price")]),
        (COURSE_WAITING, [
            _with_identifiers(night, read_columns(waiting_path(night.run)), "position", "worth", "price", "reason")
        ]),
    )  # fmt: skip


def _wishes(night: Night) -> pd.DataFrame:
    parts = [read_columns(wishes_path(night.run, job.label), "seeker", "offer", "value") for job in night.jobs]
    return pd.DataFrame({name: np.concatenate([part[name] for part in parts]) for name in ("seeker", "offer", "value")})


def _recommendations(night: Night) -> Iterator[pd.DataFrame]:
    """Of one shard after another."""
    for job in night.jobs:
        columns = read_columns(courses_path(night.run, job.label))
        yield _with_identifiers(night, columns, *_AS_PUBLISHED).assign(unknown_conditions=columns["unknown"])


def _with_identifiers(night: Night, columns: dict[str, npt.NDArray[Any]], *kept: str) -> pd.DataFrame:
    """Rows of the market and the catalogue as what they stand for: the seeker, the first class, and one after it."""
    catalogue = frozen_courses(night.run).catalogue
    offer = catalogue.offers[columns["offer"]]
    runs, has_two = catalogue.runs["course_run_id"].to_numpy(object), offer["first_run"] >= 0
    return pd.DataFrame(
        {
            "seeker_id": night.market.seekers["seeker_id"].array[columns["seeker"]],
            "course_run_id": runs[np.where(has_two, offer["first_run"], offer["run"])],
            "then_course_run_id": np.where(has_two, runs[offer["run"]], None),
            **{name: columns[name] for name in kept},
        }
    )
