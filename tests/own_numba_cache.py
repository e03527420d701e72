"""A cache of compiled kernels for each process of tests that run side by side.

Numba numbers the files of a function's cache by what it finds there. Two processes that compile one function for
different arguments at the same time give both the same number, and the next one that loads it runs the wrong code.
Imported before anything that imports numba; the processes that tests start inherit it.
"""

from __future__ import annotations

import os
from pathlib import Path

worker = os.environ.get("PYTEST_XDIST_WORKER")
if worker is not None:
    os.environ["NUMBA_CACHE_DIR"] = str(Path(__file__).parents[1] / ".pytest_cache" / "numba" / worker)
