"""Pages looked at in a real browser: Chromium without a window, where the machine has one."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ARTEFACTS = Path("var/test_artefacts")
"""Where screenshots of the tests lie afterwards, for people to look at."""
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--hide-scrollbars", "--virtual-time-budget=5000",
)  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """A page as a browser laid it out: its height and the width that its content takes, px."""

    width: int
    height: int


class Browser:
    """Chromium with a profile of its own."""

    def __init__(self, profile: Path) -> None:
        found = next((path for name in _NAMES if (path := shutil.which(name))), None)
        if found is None:
            pytest.skip(f"no browser on this machine: {', '.join(_NAMES)}")
        self._command = [found, *_FLAGS, f"--user-data-dir={profile}"]
        profile.mkdir(parents=True, exist_ok=True)
        self._folder = profile

    def see(self, page: Path, *, width: int, height: int, screenshot: str) -> Seen:
        """Lay the page out `width` px wide and keep a picture of its first `height` px."""
        # A window cannot be as narrow as a phone; a frame can.
        frame = self._folder / f"{screenshot}.html"
        measure = "const d = document.querySelector('iframe').contentDocument.documentElement;"
        measure += "document.title = d.scrollWidth + ' ' + d.scrollHeight"
        frame.write_text(
            f'<body style="margin:0"><iframe style="border:0;width:{width}px;height:{height}px" '
            f'onload="{html.escape(measure)}" srcdoc="{html.escape(page.read_text(encoding="utf-8"))}"></iframe>',
            encoding="utf-8",
        )
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        picture = ARTEFACTS / f"{screenshot}.png"
        picture.unlink(missing_ok=True)
        url = frame.as_uri()
        self._run(f"--window-size={max(width, 500)},{height}", f"--screenshot={picture.resolve()}", url)
        assert picture.stat().st_size > 10_000
        laid_out = re.search(r"<title>(\d+) (\d+)</title>", self._run("--dump-dom", url))
        assert laid_out is not None
        return Seen(int(laid_out[1]), int(laid_out[2]))

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([*self._command, *arguments], capture_output=True, text=True, timeout=60, check=True)
        return done.stdout
