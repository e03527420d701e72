"""Screening on another device, such as a GPU: what is similar enough there comes back to be judged and scored here.

The device multiplies and compares; rules and exact scores stay in one place, so the results are those of the
processor alone, bit for bit. What a vacancy must reach is known best after the first vacancies: tiles start small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matching.best_so_far import BestSoFar
from matching.prepared_vacancies import PreparedVacancies

if TYPE_CHECKING:
    import torch

FIRST_TILE, LARGEST_TILE = 1024, 32_768


def offer_from_device(
    best: BestSoFar, prepared: PreparedVacancies, screen: torch.Tensor, rows: npt.NDArray[np.int64]
) -> None:
    """Offer `best` the vacancies at `rows` of `prepared.screen`; `screen` (n, d) are the seekers' vectors there."""
    import torch

    device = prepared.screen.device
    start, size = 0, FIRST_TILE
    while start < len(rows):
        here = torch.from_numpy(rows[start : start + size])
        similar = screen @ prepared.screen[here.to(device)].T
        least = torch.from_numpy(best.least).to(device)
        reached = similar.float() >= least[:, None]
        pairs = reached.nonzero().to(torch.int32).cpu().numpy()  # row by row
        values = similar[reached].float().cpu().numpy()
        best.offer_pairs(np.ascontiguousarray(pairs[:, 0]), rows[start + pairs[:, 1]].astype(np.int32), values)
        start, size = start + size, min(2 * size, LARGEST_TILE)
