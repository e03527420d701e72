"""The vacancies' side of retrieval, prepared once for any number of calls: records and screening vectors.

The product of the vectors only screens: it may be of bfloat16, six times as fast as float32 where the processor has
matrix tiles (AMX) or on a GPU, since all that comes within the error of rounding, which is bounded here, is scored
again exactly.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from matching.eligibility import Records, vacancy_records
from models.torch_device import torch_device

if TYPE_CHECKING:
    import torch

Vectors = npt.NDArray[np.float32]
UNIT_ROUNDOFF = {"float32": 2.0**-24, "bfloat16": 2.0**-8}
_CHUNK = 16_384


@dataclass(frozen=True)
class PreparedVacancies:
    """What `prepare_vacancies` made, row for row with the market's vacancies.

    `records` (m,); `vectors` float32 (m, d); `screen` (m, d), the tensor that the product reads, on its device;
    `screen_error`, the largest distance of a row of `screen` from its vector.
    """

    records: Records
    vectors: Vectors
    screen: torch.Tensor
    screen_error: float

    def __len__(self) -> int:
        return len(self.records)

    def screened(self, vectors: Vectors) -> tuple[torch.Tensor, float]:
        """Seekers' vectors as the product reads them, and how far one of its similarities may be from the exact one.

        The inner product of unit vectors moves by no more than the vectors do; a sum of d products in float32 by
        d · 2⁻²⁴ (Higham, Accuracy and Stability of Numerical Algorithms, eq. 3.5); its result is rounded once more.
        """
        screen, error = _rounded(vectors, self.screen.dtype)
        unit_roundoff = UNIT_ROUNDOFF[str(screen.dtype).removeprefix("torch.")]
        moved = error + self.screen_error + error * self.screen_error
        margin = 1.01 * (moved + (vectors.shape[1] + 8) * UNIT_ROUNDOFF["float32"] + unit_roundoff)
        return screen.to(self.screen.device), margin


def prepare_vacancies(
    vacancies: pd.DataFrame, vectors: Vectors, *, device: str = "cpu", dtype: str | None = None
) -> PreparedVacancies:
    """Prepare a MARKET_VACANCIES table and its vectors, float32 (m, d), rows L2-normalised, memory-mapped or not.

    Parameters
    ----------
    device
        Where the product is computed: `cpu`, `cuda`.
    dtype
        What it is computed in, `float32` or `bfloat16`; by default the faster here. Results are the same.

    Raises
    ------
    UnavailableError
        There is no such device.
    """
    import torch

    target = torch_device(device)
    number = getattr(torch, dtype or fastest_dtype(target))
    records = vacancy_records(vacancies)
    screen, error = _rounded(vectors, number)
    return PreparedVacancies(records, vectors, screen.to(target), error)


def fastest_dtype(device: torch.device) -> str:
    """bfloat16 where it runs on matrix units: a GPU, or a processor with AMX."""
    import torch

    tiles = device.type == "cuda" or torch.cpu.get_capabilities().get("amx_bf16", False)
    return "bfloat16" if tiles else "float32"


def _rounded(vectors: Vectors, dtype: torch.dtype) -> tuple[torch.Tensor, float]:
    """The rows of `vectors` in another number format, and the largest distance of a row from its vector."""
    import torch

    if dtype == torch.float32:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "The given NumPy array is not writable")  # nobody writes
            return torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32)), 0.0
    screen, error = torch.empty(vectors.shape, dtype=dtype), 0.0
    for start in range(0, len(vectors), _CHUNK):
        rows = slice(start, start + _CHUNK)
        given = torch.from_numpy(np.array(vectors[rows], dtype=np.float32))
        screen[rows] = given
        error = max(error, float((given - screen[rows].float()).norm(dim=1).max()))
    return screen, error
