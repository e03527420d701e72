"""Numbers as people read them."""

from __future__ import annotations

from typing import Any

import pandas as pd

from evaluation.report.blocks import Kind

NO_NUMBER = "—"


def number_text(value: Any, kind: Kind) -> str:
    """`value` in words of its kind; an em dash where there is none."""
    if pd.isna(value):
        return NO_NUMBER
    match kind:
        case Kind.TEXT:
            return str(value)
        case Kind.COUNT:
            return f"{value:,.0f}"
        case Kind.SHARE:
            return f"{100 * value:.1f} %".replace("-", "−")
        case Kind.POINTS:
            return f"{100 * value:+.1f} 点".replace("-", "−")
        case Kind.DAYS:
            return f"{value:.0f} 天"
        case Kind.MONEY:
            return f"{value:,.0f} 元"
        case Kind.P_VALUE:
            return "< 0.001" if value < 0.001 else f"{value:.3f}"
        case Kind.NUMBER:
            return (f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}").replace("-", "−")


def interval_text(value: Any, low: Any, high: Any, kind: Kind) -> str:
    """`value (low – high)`; only the value where there is no interval."""
    if pd.isna(low) or pd.isna(high):
        return number_text(value, kind)
    return f"{number_text(value, kind)} ({number_text(low, kind)} – {number_text(high, kind)})"


def base_text(count: Any) -> str:
    """Of how many an estimate is; empty where that is withheld. Never broken over two lines."""
    return "" if pd.isna(count) else f"n\u00a0=\u00a0{int(count):,}"
