"""What old bundles expect of the libraries around them, given back so that they can be built here at all."""

from __future__ import annotations

import sys

import numpy as np
import torch


def make_old_code_runnable() -> None:
    """numpy's ``product`` went with numpy 2; a torchvision without compiled operators is enough here."""
    if not hasattr(np, "product"):
        np.product = np.prod  # type: ignore[attr-defined]
    original = torch.library.register_fake
    torch.library.register_fake = lambda *_a, **_k: lambda function: function  # type: ignore[assignment]
    try:
        import torchvision  # noqa: F401
    except Exception as problem:
        print(f"no torchvision: {problem}", file=sys.stderr)
    finally:
        torch.library.register_fake = original
