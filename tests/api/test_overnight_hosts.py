"""The overnight run with workers on hosts of their own: network namespaces, where the machine allows them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest
from distributed import Client

from api.bootstrap import Services
from tests.api.test_overnight_cluster import night

ROOT = Path(__file__).parents[2]
BRIDGE, NET = "zhuyetest0", "10.213.77"
DASK = "from distributed.cli.dask_{0} import main; main()"


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def scheduler() -> Iterator[str]:
    """Address of a scheduler on this host, with one worker on each of two others, that reach it by the network."""
    with ExitStack() as undo:
        try:
            ip("link", "add", BRIDGE, "type", "bridge")
            undo.callback(ip, "link", "del", BRIDGE)
            ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
            ip("link", "set", BRIDGE, "up")
            for host in (2, 3):
                ip("netns", "add", f"zhuye{host}")
                undo.callback(ip, "netns", "del", f"zhuye{host}")
                ip("link", "add", f"zhuye{host}", "type", "veth", "peer", "name", "eth0", "netns", f"zhuye{host}")
                ip("link", "set", f"zhuye{host}", "master", BRIDGE, "up")
                ip("-n", f"zhuye{host}", "addr", "add", f"{NET}.{host}/24", "dev", "eth0")
                for device in ("lo", "eth0"):
                    ip("-n", f"zhuye{host}", "link", "set", device, "up")
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"no network namespaces here: {error}")
        address = f"tcp://{NET}.1:18786"
        start(undo, "scheduler", "--host", f"{NET}.1", "--port", "18786", "--no-dashboard")
        for host in (2, 3):
            words = (address, "--host", f"{NET}.{host}", "--nworkers", "1", "--nthreads", "1", "--no-dashboard")
            start(undo, "worker", *words, inside=f"zhuye{host}")
        with Client(address, timeout="60s") as client:
            client.wait_for_workers(2, timeout=120)
            hosts = {worker["host"] for worker in client.scheduler_info()["workers"].values()}
            assert hosts == {f"{NET}.2", f"{NET}.3"}
        yield address


def start(undo: ExitStack, kind: str, *words: str, inside: str | None = None) -> None:
    command = [*(("ip", "netns", "exec", inside) if inside else ()), sys.executable, "-c", DASK.format(kind), *words]
    process = undo.enter_context(
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    )
    undo.callback(process.terminate)
    time.sleep(1)


@pytest.mark.slow
def test_other_hosts_publish_what_this_one_does(services: Services, scheduler: str) -> None:
    here = night(services)
    there = night(services, scheduler=scheduler)
    assert len(here) > 16
    pd.testing.assert_frame_equal(there, here)
