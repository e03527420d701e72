"""The parts of retrieval: prepared vacancies, bits of what is allowed, near-ties, devices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from data.errors import ConfigurationError, UnavailableError
from data.market import Market, market_from_records
from matching.allowed_vacancies import AllowedVacancies
from matching.best_so_far import BestSoFar
from matching.eligibility import judge_records, seeker_records, vacancy_records
from matching.prepared_vacancies import prepare_vacancies
from matching.retrieval import Candidates, retrieve
from matching.retrieval_on_device import offer_from_device
from models.torch_device import torch_device
from tests.data.records_for_tests import AS_OF, records, seeker, vacancy

SEEKERS, VACANCIES, DIMENSION = 300, 3_000, 32
COMMUTE = 10


def _unit(rows: int, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.normal(size=(rows, DIMENSION))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def city() -> tuple[Market, np.ndarray, np.ndarray]:
    """Every rule decides something; half of the values are unknown; some live too far from all work."""
    rng = np.random.default_rng(5)
    market = market_from_records(
        records(
            seekers=[seeker(seeker_id=f"S-{i:04d}") for i in range(SEEKERS)],
            vacancies=[vacancy(vacancy_id=f"V-{i:04d}") for i in range(VACANCIES)],
        ),
        AS_OF,
    )

    def some(values: list[float], rows: int, kind: str) -> np.ndarray:
        return rng.choice(np.array(values, dtype=kind), rows)

    nan = float("nan")
    seekers = market.seekers.assign(
        age_years=some([17.5, 18, 40, nan], SEEKERS, "float32"),
        education_level=some([-1, 1, 3, 5], SEEKERS, "int8"),
        experience_years=some([0, 1.5, 2, nan], SEEKERS, "float32"),
        credential_mask=some([0, 1, 3], SEEKERS, "uint64"),
        credentials_complete=rng.random(SEEKERS) < 0.8,
        wage_min=some([-1, 0, 3000, 5000, 5001, nan], SEEKERS, "float32"),
        commute_limit_km=some([1, 5, 30, nan], SEEKERS, "float32"),
        longitude=(125.3 + rng.normal(size=SEEKERS)).astype("float32"),
        place_radius_km=some([0, 4], SEEKERS, "float32"),
        **{
            name: some([-1, 0, 1], SEEKERS, "int8")
            for name in ("accepts_night_work", "accepts_shift_work", "needs_board", "needs_lodging", "will_relocate")
        },
    )
    vacancies = market.vacancies.assign(
        minimum_age_years=some([16, 18], VACANCIES, "int8"),
        education_min=some([-1, 0, 2, 4], VACANCIES, "int8"),
        experience_min_years=some([0, 1, 2, nan], VACANCIES, "float32"),
        credential_mask=some([0, 1, 2], VACANCIES, "uint64"),
        wage_min=some([2000, 5000, nan], VACANCIES, "float32"),
        wage_max=some([4000, 5000, 9000, nan], VACANCIES, "float32"),
        wage_negotiable=rng.random(VACANCIES) < 0.2,
        longitude=some([125.3, 125.4, 126, nan], VACANCIES, "float32"),
        **{
            name: some([-1, 0, 1], VACANCIES, "int8")
            for name in ("night_work", "shift_work", "board_offered", "lodging_offered")
        },
    )
    made = replace(market, seekers=seekers, vacancies=vacancies)
    return made, _unit(SEEKERS, rng), _unit(VACANCIES, rng)


def same(one: Candidates, other: Candidates) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Candidates.__dataclass_fields__)


def by_brute_force(market: Market, a: np.ndarray, b: np.ndarray, k: int) -> list[tuple[int, int]]:
    seekers, vacancies = seeker_records(market.seekers), vacancy_records(market.vacancies)
    every, found = np.arange(len(b), dtype=np.int32), []
    for row in range(len(a)):
        allowed = every[judge_records(seekers, vacancies, np.full(len(b), row, np.int32), every).candidate]
        exact = (a[row].astype(np.float64) * b[allowed]).cumsum(axis=1)[:, -1].astype(np.float32)
        found += [(row, int(v)) for v in allowed[np.lexsort((allowed, -exact))[:k]]]
    return found


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_every_number_format_and_block_gives_the_exact_best(city: tuple, dtype: str) -> None:
    market, a, b = city
    prepared = prepare_vacancies(market.vacancies, b, dtype=dtype)
    found = retrieve(market, a, b, k=20, prepared=prepared)
    assert list(zip(found.seeker.tolist(), found.vacancy.tolist(), strict=True)) == by_brute_force(market, a, b, 20)
    assert same(found, retrieve(market, a, b, k=20))
    assert same(found, retrieve(market, a, b, k=20, block=37, prepared=prepared, threads=3))


def test_bits_are_the_verdicts_of_all_rules_but_commuting(city: tuple) -> None:
    market, _, _ = city
    seekers, vacancies = seeker_records(market.seekers), vacancy_records(market.vacancies)
    rows = np.array([7, 250, 3])
    bits, union = AllowedVacancies(seekers, vacancies).of(rows)
    found = np.unpackbits(bits.view(np.uint8), axis=1, bitorder="little", count=VACANCIES).astype(bool)
    every = np.arange(VACANCIES, dtype=np.int32)
    for place, row in enumerate(rows):
        failed = judge_records(seekers, vacancies, np.full(VACANCIES, row, np.int32), every).failed
        assert np.array_equal(found[place], failed & np.uint16(2**16 - 1 - 2**COMMUTE) == 0)
    assert np.array_equal(union, np.flatnonzero(found.any(axis=0)))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_more_near_ties_than_there_is_room_for(dtype: str) -> None:
    """2,500 copies of one text and as many that bfloat16 cannot tell from it: lower rows first, nothing lost."""
    rng = np.random.default_rng(8)
    made = records(vacancies=[vacancy(vacancy_id=f"V-{i:04d}") for i in range(5_000)])
    market = market_from_records(made, AS_OF)
    b = np.repeat(_unit(1, rng), 5_000, axis=0)
    b[1::2] += (1e-6 * rng.normal(size=(2_500, DIMENSION))).astype(np.float32)
    a = b[:1] / np.linalg.norm(b[:1])
    found = retrieve(market, a, b, k=30, prepared=prepare_vacancies(market.vacancies, b, dtype=dtype))
    assert list(zip(found.seeker.tolist(), found.vacancy.tolist(), strict=True)) == by_brute_force(market, a, b, 30)


def test_a_text_without_known_words_gets_the_first_rows(city: tuple) -> None:
    market, a, b = city
    a = np.zeros_like(a)
    found = retrieve(market, a, b, k=20, prepared=prepare_vacancies(market.vacancies, b, dtype="bfloat16"))
    assert list(zip(found.seeker.tolist(), found.vacancy.tolist(), strict=True)) == by_brute_force(market, a, b, 20)


def test_memory_mapped_vectors(city: tuple, tmp_path) -> None:  # type: ignore[no-untyped-def]
    market, a, b = city
    np.save(tmp_path / "a.npy", a)
    np.save(tmp_path / "b.npy", b)
    mapped = [np.load(tmp_path / name, mmap_mode="r") for name in ("a.npy", "b.npy")]
    assert same(retrieve(market, *mapped, k=20), retrieve(market, a, b, k=20))


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_the_way_of_a_gpu_gives_what_the_processor_gives(city: tuple, dtype: str) -> None:
    """The code that a GPU runs, on PyTorch's processor device."""
    market, a, b = city
    prepared = prepare_vacancies(market.vacancies, b, dtype=dtype)
    seekers = seeker_records(market.seekers)
    rows = np.arange(SEEKERS)
    bits, union = AllowedVacancies(seekers, prepared.records).of(rows)
    screen, margin = prepared.screened(a)
    best = BestSoFar(prepared, seekers, a, bits, k=20, margin=margin)
    offer_from_device(best, prepared, screen, union)
    best.settle()
    expected = retrieve(market, a, b, k=20, prepared=prepared)
    filled = np.arange(20) < best.count[:, None]
    assert np.array_equal(best.vacancy[filled], expected.vacancy)
    assert np.array_equal(best.similarity[filled], expected.similarity)
    assert np.array_equal(best.unknown[filled], expected.unknown)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_cuda_gives_what_the_processor_gives(city: tuple) -> None:
    market, a, b = city
    assert same(retrieve(market, a, b, k=20, device="cuda"), retrieve(market, a, b, k=20))


def test_a_device_that_is_not_there_is_named(city: tuple) -> None:
    market, a, b = city
    with pytest.raises(UnavailableError, match="no CUDA device cuda:99"):
        retrieve(market, a, b, device="cuda:99")
    with pytest.raises(ConfigurationError, match="device is 'gpu'"):
        torch_device("gpu")
