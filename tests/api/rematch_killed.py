"""`zhuye rematch` that kills itself: `python -m tests.api.rematch_killed MOMENT PLACE`.

MOMENT is `before` or `after`, PLACE the end of the path of a file or folder that is about to be put in its place; or
MOMENT is `copy` and PLACE the number of the table that is about to be copied into the database.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import pyarrow.csv

from api.cli import main


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killing(move: Any, moment: str, place: str) -> Any:
    def moved(self: Path, target: Path) -> Path:
        here = Path(target).as_posix().endswith(place)
        if here and moment == "before":
            kill()
        result = move(self, target)
        if here and moment == "after":
            kill()
        return result

    return moved


if __name__ == "__main__":
    moment, place = sys.argv[1:]
    if moment == "copy":
        copied, write_csv = [], pyarrow.csv.write_csv

        def write(*arguments: Any) -> None:
            copied.append(1)
            if len(copied) == int(place):
                kill()
            write_csv(*arguments)

        pyarrow.csv.write_csv = write
    else:
        Path.replace = killing(Path.replace, moment, place)  # type: ignore[method-assign]
        Path.rename = killing(Path.rename, moment, place)  # type: ignore[method-assign]
    sys.argv = ["zhuye", "rematch"]
    main()
