"""Candidates: for every seeker the k most similar vacancies that no hard rule forbids, exactly.

Blocks of seekers who hold the same credentials and schooling are multiplied with the vacancies that one of them may
have, a tile at a time that stays in the cache. The rules are asked only about what is similar enough to be among the
best k allowed so far, and what may be among them in the end is scored again by a dot product whose summation order
never changes. Products round differently with the shape of a block and the number format; the second scoring makes
one seeker and a million agree bit for bit.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from data.errors import DataError
from data.market import Market
from matching import rules
from matching.allowed_vacancies import AllowedVacancies, Bits
from matching.best_so_far import BestSoFar
from matching.eligibility import Records, seeker_records
from matching.prepared_vacancies import PreparedVacancies, prepare_vacancies
from matching.prepared_vacancies import Vectors as Vectors
from matching.retrieval_on_device import offer_from_device

BLOCK, TILE = 512, 2048
"""Seekers × vacancies of one product: 2 MiB of bfloat16."""
FEW_SEEKERS = 256
"""Below that, grouping the vacancies and rounding their vectors takes longer than it saves."""
_PACK_BELOW = 0.8
"""Share of the vacancies allowed to a block below which they are gathered; above, the rest is multiplied as well."""

dot_rows = rules.dot_rows


@dataclass(frozen=True)
class Candidates:
    """Pairs sorted by seeker, then similarity descending, then vacancy row.

    `seeker`, `vacancy` int32 rows; `similarity` float32 cosine; `unknown` uint16, bit = rule to ask about.
    """

    seeker: npt.NDArray[np.int32]
    vacancy: npt.NDArray[np.int32]
    similarity: npt.NDArray[np.float32]
    unknown: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.seeker)


def retrieve(
    market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, *, k: int = 50, block: int | None = None,
    device: str = "cpu", prepared: PreparedVacancies | None = None, threads: int | None = None,
) -> Candidates:  # fmt: skip
    """Exact top `k` over the pairs that no rule fails.

    Parameters
    ----------
    seeker_vectors, vacancy_vectors
        float32 (n, d), rows L2-normalised, row for row with the market's tables. They may be memory-mapped.
    block
        Seekers at a time and thread. The result does not depend on it, nor on anything below.
    device
        Where the products are computed, `cpu` or `cuda`; ignored where `prepared` has one.
    prepared
        `prepare_vacancies` of this market's vacancies and vectors, for callers that come back.
    threads
        By default as many as there are processors.

    Raises
    ------
    DataError
        Vectors do not fit the market's tables or each other.
    UnavailableError
        There is no such device.
    """
    _check(market, seeker_vectors, vacancy_vectors, k)
    if prepared is None:
        many = len(market.seekers) >= FEW_SEEKERS or device != "cpu"
        prepared = prepare_vacancies(
            market.vacancies, vacancy_vectors, device=device, dtype=None if many else "float32"
        )
    seekers, k = seeker_records(market.seekers), min(k, len(prepared))
    found = _Found.empty(len(seekers), k)
    if not k or not len(seekers):
        return found.candidates()
    order = np.lexsort([seekers[field] for field in ("age", "experience", "education", "complete", "credentials")])
    threads = threads or len(os.sched_getaffinity(0))
    block = block or min(BLOCK, max(64, -(-len(seekers) // threads)))
    blocks = [order[start : start + block] for start in range(0, len(order), block)]

    allowed = AllowedVacancies(seekers, prepared.records)

    def search(rows: npt.NDArray[np.int64]) -> None:
        vectors = np.ascontiguousarray(seeker_vectors[rows], dtype=np.float32)
        best = _search(prepared, seekers[rows], vectors, *allowed.of(rows), k)
        best.settle()
        found.put(rows, best)

    if len(blocks) == 1:
        search(blocks[0])  # the product has all processors
    else:
        with ThreadPoolExecutor(threads, initializer=single_threaded_products) as pool:
            list(pool.map(search, blocks))
    return found.candidates()


def _search(
    prepared: PreparedVacancies, seekers: Records, vectors: Vectors, bits: Bits, allowed: npt.NDArray[np.int64], k: int
) -> BestSoFar:
    """What may be among the best `k` of a block of seekers, whose vacancies are among `allowed`."""
    import torch

    screen, margin = prepared.screened(vectors)
    best = BestSoFar(prepared, seekers, vectors, bits, k=k, margin=margin)
    if len(allowed) > _PACK_BELOW * len(prepared):
        allowed = np.arange(len(prepared))
    if prepared.screen.device.type != "cpu":
        offer_from_device(best, prepared, screen, allowed)
        return best
    width = max(TILE, BLOCK * TILE // len(seekers))
    product = torch.empty(len(seekers) * min(width, len(allowed)), dtype=screen.dtype)
    bits_type = torch.int16 if screen.dtype == torch.bfloat16 else torch.int32
    for start in range(0, len(allowed), width):
        rows = allowed[start : start + width]
        whole = rows[-1] - rows[0] + 1 == len(rows)
        packed = (
            prepared.screen[rows[0] : rows[-1] + 1]
            if whole
            else prepared.screen.index_select(0, torch.from_numpy(rows))
        )
        tile = product[: len(seekers) * len(rows)].view(len(seekers), len(rows))
        torch.mm(screen, packed.T, out=tile)
        best.offer_tile(tile.view(bits_type).numpy(), rows.astype(np.int32))
    return best


def single_threaded_products() -> None:
    """For threads of a pool, which run blocks side by side; PyTorch asks for its number of threads once a thread."""
    import torch

    torch.get_num_threads()
    threadpool_limits(1, user_api="openmp")


@dataclass(frozen=True)
class _Found:
    """Results of all seekers, (n, k) with `count` of each row filled."""

    count: npt.NDArray[np.int64]
    vacancy: npt.NDArray[np.int32]
    similarity: npt.NDArray[np.float32]
    unknown: npt.NDArray[np.uint16]

    @classmethod
    def empty(cls, n: int, k: int) -> _Found:
        shape = (n, k)
        return cls(
            np.zeros(n, np.int64), np.empty(shape, np.int32), np.empty(shape, np.float32), np.empty(shape, np.uint16)
        )

    def put(self, rows: npt.NDArray[np.int64], best: BestSoFar) -> None:
        self.count[rows], self.vacancy[rows] = best.count, best.vacancy
        self.similarity[rows], self.unknown[rows] = best.similarity, best.unknown

    def candidates(self) -> Candidates:
        seeker = np.repeat(np.arange(len(self.count), dtype=np.int32), self.count)
        filled = np.arange(self.vacancy.shape[1]) < self.count[:, None]
        return Candidates(seeker, self.vacancy[filled], self.similarity[filled], self.unknown[filled])


def _check(market: Market, seeker_vectors: Vectors, vacancy_vectors: Vectors, k: int) -> None:
    expected = (len(market.seekers), len(market.vacancies))
    found = (len(seeker_vectors), len(vacancy_vectors))
    if found != expected or seeker_vectors.shape[1:] != vacancy_vectors.shape[1:]:
        raise DataError(
            f"vectors of shape {seeker_vectors.shape} and {vacancy_vectors.shape} for a market of {expected[0]} seekers"
            f" and {expected[1]} vacancies",
            remedy="embed this market's tables, all with the same model",
        )
    if k < 1:
        raise DataError(f"k is {k}", remedy="ask for at least one candidate a seeker")
