"""The first steps of the night: freeze the market, find and score candidates, index."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from api.jobs.overnight.night import Night
from api.jobs.overnight.run_files import (
    KEPT_FOLDERS,
    PASSING_FOLDERS,
    added_path,
    edges_path,
    found_path,
    unnamed_path,
    vectors_path,
)
from api.jobs.overnight.shard_work import PEOPLE_SOUGHT, find_people, match_shard
from api.jobs.overnight.training_facts import write_training
from api.jobs.stages import Report
from api.prepared_market import course_index, freeze_market, vacancy_index, write_note
from api.trainee_facts import trainee_facts
from data.column_file import read_columns, write_columns
from data.snapshot import write_snapshot
from data.storage.class_places import programme_seats_used, with_free_seats
from data.storage.database import consistent_reading
from data.whole_folder import whole_folder
from models.vector_index import build_index, load_index, save_index


def freeze(night: Night) -> None:
    """The database as one transaction sees it, as files; vacancies and courses with their vectors."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        plan, embedder = night.folder.plan, night.services.embedder
        with consistent_reading(night.services.engine) as connection:
            market, course_runs, revision = freeze_market(connection, plan.as_of)
            left = with_free_seats(connection, course_runs)
            trainees = trainee_facts(connection, market)
            used = [programme_seats_used(connection, year) for year in (plan.as_of.year, plan.as_of.year + 1)]
        target = night.run / "market"
        # A market frozen anew must not meet what shards made of the one before it.
        for name in (*PASSING_FOLDERS, *KEPT_FOLDERS):
            shutil.rmtree(night.run / name, ignore_errors=True)
        with whole_folder(target) as fresh:
            write_snapshot(market, fresh / "snapshot")
            save_index(vacancy_index(market, embedder), fresh / "vacancies")
            save_index(course_index(market, embedder), fresh / "courses")
            write_note(fresh, revision=revision, embedder=plan.models["embedder"])
        files = [target / "snapshot" / "manifest.json", *(target / name / "index.faiss" for name in _INDEXES)]
        files += write_training(night.run, left, trainees)
        return files, {
            "revision": revision, "seekers": len(market.seekers), "vacancies": len(market.vacancies),
            "course_runs": len(course_runs), "seats_used": used,
        }  # fmt: skip

    night.step("freeze", work)


_INDEXES = ("vacancies", "courses")


def match(night: Night) -> None:
    """Every shard's candidates and their scores."""
    night.shards("match", match_shard)


def seek(night: Night) -> None:
    """Further candidates, so that a vacancy which somebody may take is seen though nobody's candidates name it."""
    if night.folder.note_of("seek"):
        return
    named = np.zeros(night.folder.found("freeze")["vacancies"], dtype=bool)
    for job in night.jobs:
        named[read_columns(edges_path(night.run, job.label), "vacancy")["vacancy"]] = True
    write_columns(unnamed_path(night.run), {"vacancy": np.flatnonzero(~named).astype(np.int32)})
    night.shards("seek", find_people, done=_keep_most_similar)


def _keep_most_similar(night: Night) -> tuple[list[Path], dict[str, Any]]:
    """Of the people found in all shards the most similar ones, as further candidates of their shards."""
    found = {job.number: path for job in night.jobs if (path := found_path(night.run, job.label)).exists()}
    if not found:
        return [], {"pairs": 0}
    parts = [read_columns(path) for path in found.values()]
    shard = np.repeat(list(found), [len(part["vacancy"]) for part in parts])
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    # Shards are in the order of their seekers: so are equally similar people, by shard, then row.
    order = np.lexsort((joined["seeker"], shard, -joined["similarity"], joined["vacancy"]))
    ordered = joined["vacancy"][order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    kept = np.sort(order[place < PEOPLE_SOUGHT])
    for job in night.jobs:
        mine = kept[shard[kept] == job.number]
        write_columns(added_path(night.run, job.label), {name: column[mine] for name, column in joined.items()})
    files = [added_path(night.run, job.label) for job in night.jobs]
    return files, {"pairs": len(kept)}


def index(night: Night) -> None:
    """One index of all seekers; the market is then what the service answers from."""

    def work(_: Report) -> tuple[list[Path], dict[str, Any]]:
        parts = [np.load(vectors_path(night.run, job.label), mmap_mode="r") for job in night.jobs]
        width = load_index(night.run / "market" / "vacancies").index.d
        vectors = np.concatenate([np.empty((0, width), np.float32), *parts])
        with whole_folder(night.run / "market" / "seekers") as fresh:
            save_index(build_index(night.market.seekers["seeker_id"], vectors), fresh)
        with whole_folder(night.services.settings.market_path) as fresh:
            shutil.copytree(night.run / "market", fresh, copy_function=_link, dirs_exist_ok=True)
        return [night.run / "market" / "seekers" / "index.faiss"], {}

    night.step("index", work)


def _link(source: str, target: str) -> None:
    """A second name for the same file, or a copy where the folders are on different disks."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
