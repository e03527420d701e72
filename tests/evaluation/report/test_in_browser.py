"""The report as people see it, at the width of a phone and of a desk."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.report.page import render_page
from tests.browser import Browser
from tests.evaluation.report.report_for_tests import REPORT


@pytest.mark.parametrize(("device", "width"), [("phone", 375), ("desk", 1100)])
def test_nothing_reaches_beyond_the_screen(tmp_path: Path, device: str, width: int) -> None:
    page = tmp_path / "report.html"
    page.write_text(render_page(REPORT), encoding="utf-8")
    seen = Browser(tmp_path / "profile").see(page, width=width, height=1800, screenshot=f"report-{device}")
    assert seen.width == width
    assert seen.height > 900
