"""The files of a run: where each lies and what it holds. A shard's are named by its number."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data.column_file import Columns, read_columns, write_columns
from matching.ranking import Scores
from matching.retrieval import Candidates

PASSING_FOLDERS = (
    "edges", "vectors", "found", "added", "chosen", "greedy", "courses", "wishes", "training", "seats",
)  # fmt: skip
"""What steps leave for later ones of the same run; nothing reads it once the run is published."""
KEPT_FOLDERS = ("lists", "propensities", "log")
"""What stays with the run as long as it is kept."""


def edges_path(run: Path, label: str) -> Path:
    """Candidates of a shard with their scores: `seeker` (row in the shard), `vacancy`, `similarity`, …"""
    return run / "edges" / f"{label}.arrow"


def found_path(run: Path, label: str) -> Path:
    """People of the shard for vacancies that nobody's candidates name, as `edges_path`."""
    return run / "found" / f"{label}.arrow"


def added_path(run: Path, label: str) -> Path:
    """Those of `found_path` that are among the most similar of all shards: further candidates of the shard."""
    return run / "added" / f"{label}.arrow"


def unnamed_path(run: Path) -> Path:
    """Rows of the vacancies that nobody's candidates name: `vacancy`."""
    return run / "unnamed.arrow"


def vectors_path(run: Path, label: str) -> Path:
    """Vectors of a shard's seekers, float32 (n, d)."""
    return run / "vectors" / f"{label}.npy"


def chosen_path(run: Path, label: str) -> Path:
    """Which candidates of the shard the allocation refers, before the draw: `chosen`, in the order of its edges."""
    return run / "chosen" / f"{label}.arrow"


def propensities_path(run: Path, label: str) -> Path:
    """The draw, in the order of the shard's edges: `seeker` and `vacancy` (rows of the frozen market), `propensity`
    (float32), `referred` and `drawn` (by lot). 12 bytes and 2 bits a candidate: 600 MB for a million seekers × 50."""
    return run / "propensities" / f"{label}.arrow"


def greedy_path(run: Path, label: str) -> Path:
    """Which candidates of the shard a greedy assignment would refer: `chosen`, in the order of its edges."""
    return run / "greedy" / f"{label}.arrow"


def lists_path(run: Path, label: str) -> Path:
    """Lists of the shard's seekers; `seeker` and `vacancy` are rows of the frozen market."""
    return run / "lists" / f"{label}.arrow"


def courses_path(run: Path, label: str) -> Path:
    """Courses of the shard's seekers (RECOMMENDED_COURSES), `seeker` a row of the frozen market."""
    return run / "courses" / f"{label}.arrow"


def wishes_path(run: Path, label: str) -> Path:
    """Where the shard's seekers would like a seat: `seeker` (row of the frozen market), `offer`, `value`."""
    return run / "wishes" / f"{label}.arrow"


def seats_path(run: Path) -> Path:
    """Who has a seat (training_recs.seat_allocation.SEATED)."""
    return run / "seats" / "seated.arrow"


def waiting_path(run: Path) -> Path:
    """Who waits for one (WAITING)."""
    return run / "seats" / "waiting.arrow"


def prices_path(run: Path) -> Path:
    """Capacity and price of every vacancy, in the market's order."""
    return run / "prices.arrow"


def received_path(run: Path) -> Path:
    """Referrals to every vacancy after the draw, in the market's order: `referrals`."""
    return run / "received.arrow"


def utilities_path(run: Path) -> Path:
    """Utility of every seeker, in the market's order."""
    return run / "utilities.arrow"


def seeker_outcomes_path(run: Path) -> Path:
    """What each seeker got, in the market's order: `candidates`, `referrals`, `placed_share` (of simulated draws)."""
    return run / "seeker_outcomes.arrow"


def arms_path(run: Path) -> Path:
    """Under an experiment, of every seeker in the market's order: `market`, `treated`, `priced`, `is_new`."""
    return run / "arms.arrow"


def read_edges(run: Path, label: str) -> tuple[Candidates, Scores]:
    """A shard's candidates by seeker, then vacancy, `seeker` counted within the shard; and their scores."""
    edges = read_columns(edges_path(run, label))
    if added_path(run, label).exists():
        added = read_columns(added_path(run, label))
        edges = {name: np.concatenate([edges[name], added[name]]) for name in edges}
        order = np.lexsort((edges["vacancy"], edges["seeker"]))
        edges = {name: column[order] for name, column in edges.items()}
    candidates = Candidates(edges["seeker"], edges["vacancy"], edges["similarity"], edges["unknown"])
    return candidates, Scores(edges["p_accept"], edges["p_hire"], edges["p_accept"] * edges["p_hire"])


def write_edges(path: Path, candidates: Candidates, scores: Scores) -> None:
    """Write candidates with their scores, by seeker, then vacancy: the order that the allocation reads."""
    order = np.lexsort((candidates.vacancy, candidates.seeker))
    columns: Columns = {
        "seeker": candidates.seeker, "vacancy": candidates.vacancy, "similarity": candidates.similarity,
        "unknown": candidates.unknown, "p_accept": scores.p_accept, "p_hire": scores.p_hire,
    }  # fmt: skip
    write_columns(path, {name: column[order] for name, column in columns.items()})
