"""The command line: what it imports at start, what it says when something is wrong."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("torch", "sentence_transformers", "pandas", "numpy", "sklearn", "faiss", "sqlalchemy", "fastapi", "numba")


def zhuye(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ZHUYE_")}
    return subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        env={**inherited, "ZHUYE_HOME": str(home), "NO_COLOR": "1", "COLUMNS": "160", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_help_lists_every_command_and_imports_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['zhuye', '--help']\n"
        "from api.cli import main\n"
        "try: main()\n"
        f"finally: print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("[]")
    for command in ("import", "city", "train", "match", "demo", "serve", "doctor", "status"):
        assert command in done.stdout


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"ZHUYE_EMBEDER": "x"}, "did you mean ZHUYE_EMBEDDER?"),
        ({"ZHUYE_PORT": "eight"}, "ZHUYE_PORT is 'eight'"),
        ({"ZHUYE_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "→"),
    ],
)
def test_wrong_settings_are_told_in_words(tmp_path: Path, environment: dict[str, str], says: str) -> None:
    done = zhuye("status", home=tmp_path, **environment)
    assert done.returncode in (69, 78)
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_match_without_a_model_says_how_to_get_one(tmp_path: Path) -> None:
    done = zhuye("match", "--profile", "想找保安的活", home=tmp_path)
    assert done.returncode == 69
    assert "zhuye train" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_ways_of_naming_a_person_are_refused(tmp_path: Path) -> None:
    done = zhuye("match", "--profile", "想找保安的活", "--seeker", "S-1", home=tmp_path)
    assert done.returncode == 65
    assert "give either --seeker or --profile" in done.stderr


def test_doctor_examines_a_fresh_installation(tmp_path: Path) -> None:
    done = zhuye("doctor", home=tmp_path)
    assert done.returncode == 1, done.stderr  # a fresh installation lacks its embedder
    assert "PostgreSQL" in done.stdout
    assert "zhuye train" in done.stdout


def test_a_port_in_use_says_how_to_choose_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = zhuye("serve", "--port", str(taken.getsockname()[1]), home=tmp_path)
    assert done.returncode == 69
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr
