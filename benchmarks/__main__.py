"""Runs every benchmark, each in a process of its own: python -m benchmarks [--data DIR]."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> None:
    failed = []
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"\n== {path.stem}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{path.stem}", *sys.argv[1:]], check=False).returncode:
            failed.append(path.stem)
    if failed:
        raise SystemExit(f"failed or without data: {', '.join(failed)}")


if __name__ == "__main__":
    main()
