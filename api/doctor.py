"""What is installed, which database, which models, how much disk and memory is free."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from api.service_settings import Settings
from data.errors import ZhuyeError

_GIB = 1024**3
_LEAST_FREE_DISK_GIB = 2.0
_SHOWN_PACKAGES = ("sentence-transformers", "torch", "faiss-cpu", "scikit-learn", "pandas", "numba", "fastapi")


@dataclass(frozen=True)
class Finding:
    """One line of the examination; `healthy` is False where something must be done."""

    subject: str
    healthy: bool
    detail: str


def examine(settings: Settings) -> bool:
    """Print the findings; True when nothing must be done."""
    findings = [_attempt(subject, look, settings) for subject, look in _EXAMINATIONS.items()]
    table = Table(title="助业自检 / zhuye doctor")
    table.add_column("项目 / subject")
    table.add_column("")
    table.add_column("结果 / finding", overflow="fold")
    for finding in findings:
        table.add_row(finding.subject, "[green]✓" if finding.healthy else "[red]✗", finding.detail)
    Console().print(table)
    return all(finding.healthy for finding in findings)


def _attempt(subject: str, look: Callable[[Settings], tuple[bool, str]], settings: Settings) -> Finding:
    try:
        return Finding(subject, *look(settings))
    except (ZhuyeError, OSError) as error:
        return Finding(subject, False, str(error))


def _python(_: Settings) -> tuple[bool, str]:
    packages = ", ".join(f"{name} {version(name)}" for name in _SHOWN_PACKAGES)
    return True, f"Python {platform.python_version()} · {packages}"


def _machine(_: Settings) -> tuple[bool, str]:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    free = os.sysconf("SC_AVPHYS_PAGES") * size / _GIB
    return True, f"{os.cpu_count()} 核 / cores, {pages * size / _GIB:.1f} GiB 内存 / memory ({free:.1f} free)"


def _disk(settings: Settings) -> tuple[bool, str]:
    existing = next(p for p in (settings.home.absolute(), *settings.home.absolute().parents) if p.exists())
    free = shutil.disk_usage(existing).free / _GIB
    return free >= _LEAST_FREE_DISK_GIB, f"{free:.1f} GiB 可用 / free at {existing}"


def _home(settings: Settings) -> tuple[bool, str]:
    home = settings.home.absolute()
    writable = os.access(next(p for p in (home, *home.parents) if p.exists()), os.W_OK)
    return writable, f"{home}" + ("" if writable else " 不可写 / is not writable: set ZHUYE_HOME")


def _database(settings: Settings) -> tuple[bool, str]:
    from data.storage.database import describe_database, open_database

    settings.home.mkdir(parents=True, exist_ok=True)
    return True, describe_database(open_database(settings.home, settings.server_url))


def _embedder(settings: Settings) -> tuple[bool, str]:
    if settings.embedder:
        return True, f"{settings.embedder} (ZHUYE_EMBEDDER)"
    return _folder(Path(settings.embedder_path), "zhuye train")


def _ranker(settings: Settings) -> tuple[bool, str]:
    if not settings.ranker_path.exists():
        return True, "先验评分，尚无历史 / documented prior: no history was learnt from yet (zhuye train)"
    return _folder(settings.ranker_path, "zhuye train")


def _market(settings: Settings) -> tuple[bool, str]:
    if not settings.market_path.exists():
        return True, "尚未准备，首次匹配时生成 / not prepared yet; the first match does it"
    return _folder(settings.market_path, "zhuye rematch")


def _folder(folder: Path, remedy: str) -> tuple[bool, str]:
    if not folder.exists():
        return False, f"{folder} 不存在 / is missing: run {remedy}"
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1024**2
    return True, f"{folder} ({size:.1f} MiB)"


_EXAMINATIONS: dict[str, Callable[[Settings], tuple[bool, str]]] = {
    "软件 / software": _python,
    "机器 / machine": _machine,
    "磁盘 / disk": _disk,
    "运行目录 / home": _home,
    "数据库 / database": _database,
    "向量模型 / embedder": _embedder,
    "排序模型 / ranker": _ranker,
    "市场快照 / prepared market": _market,
}
