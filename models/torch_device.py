"""The device that PyTorch computes on, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.errors import ConfigurationError, UnavailableError

if TYPE_CHECKING:
    import torch


def torch_device(name: str) -> torch.device:
    """`cpu`, `cuda` or `cuda:1`.

    Raises
    ------
    ConfigurationError
        Another name.
    UnavailableError
        No such CUDA device, or a PyTorch built without CUDA.
    """
    import torch

    kind, _, number = name.partition(":")
    if kind not in ("cpu", "cuda") or (number and not number.isdigit()):
        raise ConfigurationError(f"device is {name!r}", remedy="cpu, cuda, or cuda:1 for the second one")
    if kind == "cuda" and int(number or 0) >= torch.cuda.device_count():
        raise UnavailableError(
            f"no CUDA device {name}: PyTorch {torch.__version__} sees {torch.cuda.device_count()}",
            remedy="use device cpu; or install the CUDA build of PyTorch on a machine with an NVIDIA driver",
        )
    return torch.device(name)
