"""Where the files that ship with MedAI are: beside the installed package, or in the source tree."""

from __future__ import annotations

from pathlib import Path

from .errors import MedAIError

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Path of a shipped file or folder, such as ``resource("Models", "brain-mr")``.

    Raises:
        MedAIError: if the installation lacks it.
    """
    for root in (_PACKAGE / "Resources", _PACKAGE.parents[1] / "Resources"):
        if root.joinpath(*parts).exists():
            return root.joinpath(*parts)
    raise MedAIError(f"Resources/{'/'.join(parts)} is missing from the installation; install MedAI again.")
