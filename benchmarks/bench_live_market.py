"""From a commit to the answer that shows it: the delta beside a memory-mapped base, and copying everything.

A synthetic city of 2,000 people and 2,000 vacancies is repeated a hundred times over with other places and pay and
stored in an embedded database; vectors are those of the embedder with noise, so that no two are the same.
"""

from __future__ import annotations

import argparse
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import text

from api.bootstrap import Services, open_services
from api.live_answers import answer_seeker, openings, registered, seekers_for_vacancy
from api.live_market import LiveMarket
from api.live_state import NO_ROWS, LiveState
from api.prepared_market import PreparedMarket, save_prepared
from api.service_settings import Settings
from benchmarks.results import write_section
from data.columns import Records
from data.market import Market, market_from_records
from data.storage.record_repository import close_vacancy, current_revision, load_records, store_records
from data.synthetic_city.city import build_city
from data.synthetic_city.settings import CitySettings
from models.embedder import embedder_fingerprint, encode
from models.job_text import course_texts, seeker_texts, vacancy_texts
from models.text_pairs import PairSources
from models.train_embedder import EmbedderSettings, train_embedder
from models.vector_index import VectorIndex, build_index

_REPEATED = {
    **dict.fromkeys(("seekers", "seeker_experience", "seeker_credentials", "seeker_groups"), "seeker_id"),
    **dict.fromkeys(("vacancies", "vacancy_credentials"), "vacancy_id"),
}
CITY = CitySettings(seekers=2_000, vacancies=2_000, courses=50, history_months=0)
DAY = CITY.as_of
CHANGES, ASKED, CHANGED_ROWS = 7, 60, 5_000
RARE = "品酒师"
"""Work that nobody in the synthetic city offers: who wants it sees a vacancy of it."""
NOISE = 0.1
"""Length of the noise beside a unit vector."""


@dataclass(frozen=True)
class Installation:
    """Services over the stored city, and its live market with an empty delta."""

    services: Services
    live: LiveMarket

    def execute(self, statement: str, **values: object) -> None:
        """Change the database, in a transaction of its own."""
        with self.services.engine.begin() as connection:
            connection.execute(text(statement), values)

    def answered(self, seeker_id: str) -> list[str]:
        """Vacancies of a seeker's list, from the newest state."""
        state = self.live.current()
        person = registered(state, seeker_id)
        assert person is not None
        found = answer_seeker(state, person, self.services, limit=50)
        return found.market.vacancies["vacancy_id"].iloc[found.listed["vacancy"]].tolist()


def installation(home: Path, copies: int) -> Installation:
    """Store and prepare the city `copies` times over."""
    train_embedder(PairSources().draw, seed=1, settings=EmbedderSettings(members=2, epochs=1)).save(
        str(home / "embedder"), create_model_card=False
    )
    services = open_services(Settings(home=home, embedder=str(home / "embedder")))
    city = build_city(CITY).records
    with services.engine.begin() as connection:
        store_records(connection, _repeated(city, copies))
    with services.engine.connect() as connection:
        revision = current_revision(connection)
        market = market_from_records(load_records(connection), DAY)
    save_prepared(_prepared(services, market, revision), services.settings.market_path)
    live = LiveMarket(services, lambda: DAY)
    live.current()
    _ = services.ranker, services.task_vectors
    return Installation(services, live)


def _repeated(city: Records, copies: int) -> Records:
    generator = np.random.default_rng(1)
    tables = dict(city.__dict__)
    for name, key in _REPEATED.items():
        table = pd.concat([tables[name]] * copies, ignore_index=True)
        copy = np.repeat(np.arange(copies), len(tables[name])).astype(str)
        table[key] = table[key] + "-" + pd.Series(copy, dtype="string").str.zfill(3)
        for axis in {"longitude", "latitude"} & set(table.columns):
            table[axis] += generator.normal(0, 0.02, len(table))
        tables[name] = table
    seekers = tables["seekers"]
    seekers["wage_min_cny_month"] = (seekers["wage_min_cny_month"] * generator.uniform(0.8, 1.2, len(seekers))).round()
    return Records.of(**tables)


def _prepared(services: Services, market: Market, revision: int) -> PreparedMarket:
    generator = np.random.default_rng(2)

    def index(identifiers: pd.Series[str], texts: list[str]) -> VectorIndex:
        distinct, place = np.unique(np.array(texts, dtype=object), return_inverse=True)
        vectors = encode(services.embedder, distinct.tolist())[place]
        for part in np.array_split(vectors, 50):
            part += generator.normal(0, NOISE / np.sqrt(part.shape[1]), part.shape)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return build_index(identifiers, vectors)

    return PreparedMarket(
        market=market,
        seekers=index(market.seekers["seeker_id"], [*seeker_texts(market.seekers, market.experience)]),
        vacancies=index(market.vacancies["vacancy_id"], [*vacancy_texts(market.vacancies)]),
        courses=index(market.courses["course_id"], [*course_texts(market.courses)]),
        revision=revision,
        embedder=embedder_fingerprint(services.settings.embedder_path),
    )


def from_commit_to_answer(at: Installation) -> dict[str, list[float]]:
    """Seconds from the beginning of a commit to the list that shows it, for each kind of change."""
    state = at.live.current()
    # Of whom nothing but the wish is known, the wish alone decides what is near.
    without_jobs = np.setdiff1d(np.arange(state.count("seekers")), state.base.market.experience["seeker"])
    chosen = without_jobs[:: max(1, len(without_jobs) // CHANGES)][:CHANGES]
    people = state.base.identifiers["seekers"][chosen]
    seconds: dict[str, list[float]] = {"posted": [], "closed": [], "profile changed": []}
    wish = (
        "UPDATE seekers SET desired_title = :wish, desired_occupation_code = NULL, skills = NULL WHERE seeker_id = :id"
    )
    for seeker_id in people:
        at.execute(wish, wish=RARE, id=seeker_id)
        before = at.answered(seeker_id)
        posted = _posted(at, before[0], RARE)
        start = time.perf_counter()
        with at.services.engine.begin() as connection:
            store_records(connection, posted)
        assert f"{before[0]}-new" in at.answered(seeker_id)
        seconds["posted"].append(time.perf_counter() - start)
        start = time.perf_counter()
        with at.services.engine.begin() as connection:
            close_vacancy(connection, before[0])
        assert before[0] not in at.answered(seeker_id)
        seconds["closed"].append(time.perf_counter() - start)
        before = at.answered(seeker_id)
        start = time.perf_counter()
        at.execute(wish, wish="电焊工", id=seeker_id)
        assert at.answered(seeker_id) != before
        seconds["profile changed"].append(time.perf_counter() - start)
    return seconds


def _posted(at: Installation, like: str, title: str) -> Records:
    """A vacancy of another title that is otherwise as this one is."""
    with at.services.engine.connect() as connection:
        found = load_records(connection, vacancy_ids=[like])
    vacancy = found.vacancies.assign(
        vacancy_id=f"{like}-new", title=title, description="", occupation_code=pd.Series([pd.NA], dtype="string")
    )
    return Records.of(employers=found.employers, vacancies=vacancy)


def copying(state: LiveState) -> dict[str, tuple[float, float]]:
    """Seconds and MiB of new memory that copying the changed table and its vectors costs, as was done before."""
    return {
        "a vacancy": _cost(lambda: state.gather(NO_ROWS, state.alive("vacancies"))),
        "a profile": _cost(lambda: state.gather(state.alive("seekers"), NO_ROWS)),
    }


def refreshing(at: Installation) -> dict[str, tuple[float, float]]:
    """Seconds and MiB of new memory of one refresh of the live market after one change."""

    def changed(statement: str, identifier: str) -> Callable[[], object]:
        at.execute(statement, id=identifier)
        return at.live.current

    state = at.live.current()
    vacancies, seekers = (state.base.identifiers[kind][-20:-10].tolist() for kind in ("vacancies", "seekers"))
    wish = "UPDATE seekers SET wage_min_cny_month = 3000 WHERE seeker_id = :id"
    pay = "UPDATE vacancies SET headcount = headcount + 1 WHERE vacancy_id = :id"
    return {
        "a vacancy": _cost(*(changed(pay, one) for one in vacancies[:1]), again=lambda n: changed(pay, vacancies[n])),
        "a profile": _cost(*(changed(wish, one) for one in seekers[:1]), again=lambda n: changed(wish, seekers[n])),
    }


def _cost(
    work: Callable[[], object], again: Callable[[int], Callable[[], object]] | None = None
) -> tuple[float, float]:
    """Median seconds of three runs, and MiB at the peak of a fourth above those before it."""
    seconds = []
    for n in range(3):
        prepared = work if again is None or not n else again(n)
        start = time.perf_counter()
        prepared()
        seconds.append(time.perf_counter() - start)
    prepared = again(3) if again else work
    tracemalloc.start()
    kept = prepared()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del kept
    return float(np.median(seconds)), peak / 2**20


def latencies(at: Installation) -> dict[str, npt.NDArray[np.float64]]:
    """Milliseconds of answers of each kind from the state as it stands."""
    state = at.live.current()
    generator = np.random.default_rng(3)
    seekers = generator.choice(state.base.identifiers["seekers"], ASKED, replace=False)
    vacancies = generator.choice(state.base.identifiers["vacancies"], ASKED // 3, replace=False)

    def people(vacancy_id: str) -> None:
        row = state.find("vacancies", vacancy_id)
        if row is not None:
            seekers_for_vacancy(state, row, at.services.ranker, at.services.engine, candidates=50, limit=10)

    asked: dict[str, tuple[Callable[[str], object], npt.NDArray[np.object_]]] = {
        "vacancies for a seeker": (at.answered, seekers),
        "seekers for a vacancy": (people, vacancies),
        "what would open further work": (lambda one: _openings(at, one), seekers[: ASKED // 6]),
    }
    return {name: np.array([_milliseconds(work, one) for one in these]) for name, (work, these) in asked.items()}


def _openings(at: Installation, seeker_id: str) -> None:
    state = at.live.current()
    person = registered(state, seeker_id)
    assert person is not None
    openings(state, person, candidates=50)


def _milliseconds(work: Callable[[str], object], of: str) -> float:
    start = time.perf_counter()
    work(of)
    return 1000 * (time.perf_counter() - start)


def new_base(at: Installation) -> tuple[float, npt.NDArray[np.float64]]:
    """Seconds until a new base with all changes has taken its place, and milliseconds of lists meanwhile."""
    live = LiveMarket(at.services, lambda: DAY, most_changed_rows=1)
    seeker_id = at.live.current().base.identifiers["seekers"][5]
    meanwhile = []
    start = time.perf_counter()
    state = live.current()
    begun = state.base
    while (state := live.current()).base is begun:
        asked_at = time.perf_counter()
        person = registered(state, seeker_id)
        assert person is not None
        answer_seeker(state, person, at.services, limit=10)
        meanwhile.append(1000 * (time.perf_counter() - asked_at))
    return time.perf_counter() - start, np.array(meanwhile)


def run(home: Path, copies: int) -> tuple[pd.DataFrame, list[str]]:
    at = installation(home, copies)
    at.answered(at.live.current().base.identifiers["seekers"][0])  # compiles what is compiled
    latencies(at)
    empty = latencies(at)
    visible = from_commit_to_answer(at)
    copied, refreshed = copying(at.live.current()), refreshing(at)
    for table, change, key in (
        ("seekers", "wage_min_cny_month = coalesce(wage_min_cny_month, 3000) + 1", "seeker_id"),
        ("vacancies", "headcount = headcount + 1", "vacancy_id"),
    ):
        chosen = f"SELECT {key} FROM {table} WHERE status = 'open' ORDER BY md5({key}) LIMIT {CHANGED_ROWS // 2}"
        at.execute(f"UPDATE {table} SET {change} WHERE {key} IN ({chosen})")
    start = time.perf_counter()
    state = at.live.current()
    bulk = time.perf_counter() - start
    seeker_id = state.base.identifiers["seekers"][7]
    first = _milliseconds(lambda one: _openings(at, one), seeker_id)
    with_delta, late = latencies(at), refreshing(at)
    seconds, meanwhile = new_base(at)
    rows = [
        *((f"from commit to list: {kind}", _spread([1000 * s for s in times])) for kind, times in visible.items()),
        *((f"next state after {kind} changed, empty delta", _both(cost)) for kind, cost in refreshed.items()),
        *((f"next state after {kind} changed, delta of {CHANGED_ROWS:,}", _both(cost)) for kind, cost in late.items()),
        *((f"only copying the table and vectors of {kind}, as before", _both(cost)) for kind, cost in copied.items()),
        ("what would open further work, first after a change", f"{first:,.0f} ms"),
        *((f"{name}, empty delta", _spread(found)) for name, found in empty.items()),
        *((f"{name}, delta of {CHANGED_ROWS:,}", _spread(found)) for name, found in with_delta.items()),
        ("vacancies for a seeker while a new base is made", _spread(meanwhile)),
    ]
    notes = [
        f"{len(state.base.identifiers['seekers']):,} seekers × {len(state.base.identifiers['vacancies']):,} vacancies, "
        f"vectors of {state.base.vacancy_vectors.shape[1]}, all synthetic; one process. Every commit and every list "
        "goes through the embedded database; a list ends with the check that what it holds is still open.",
        f"{CHANGED_ROWS:,} rows changed at once took {bulk:.1f} s to embed and merge. A new base of everything, saved "
        f"and opened again, took {seconds:.0f} s in the background.",
        "MiB: peak of new memory while the next state is made. What counts over the whole market (what would open "
        "further work) copies the vacancies once a state, when asked for; its first answer after a change pays for it.",
    ]
    return pd.DataFrame(rows, columns=["what", "median or p50 / p95"]), notes


def _spread(milliseconds: npt.ArrayLike) -> str:
    middle, high = np.percentile(milliseconds, [50, 95])
    return f"{middle:,.0f} / {high:,.0f} ms"


def _both(cost: tuple[float, float]) -> str:
    return f"{1000 * cost[0]:,.0f} ms, {cost[1]:,.1f} MiB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--copies", type=int, default=100, help="of 2,000 people and 2,000 vacancies")
    parser.add_argument("--data", help="not used: the city is synthetic")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        table, notes = run(Path(home), arguments.copies)
    write_section("live_market", "From a commit to the answer", "python -m benchmarks.bench_live_market", table, notes)


if __name__ == "__main__":
    main()
