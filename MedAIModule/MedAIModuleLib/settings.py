"""What this user has chosen on this computer, kept in the application's settings: where and how models run, and the network."""

import os
from pathlib import Path

import slicer

DEVICES = ("auto", "cpu", "cuda", "mps")
MODES = ("exact", "fast")
CONFIDENCES = ("none", "entropy", "flips")
_OFFLINE = "MEDAI_OFFLINE"
_WARM_SECONDS = 600.0
_BETWEEN_FRAMES_SECONDS = 5.0  # a worker that ends at once would be started anew for every frame of a sequence
_isForbiddenHere = False


def device() -> str:
    """One of ``DEVICES``: where models run."""
    return _choice("Device", DEVICES)


def mode() -> str:
    """One of ``MODES``: the model's own labels, or faster ones."""
    return _choice("Mode", MODES)


def confidence() -> str:
    """One of ``CONFIDENCES``: whether, and how, runs also tell how sure the model is."""
    return _choice("Confidence", CONFIDENCES)


def explain() -> bool:
    """Whether runs of models that can also show what their answer rests on."""
    return _flag("Explain", False)


def ofRuns() -> dict[str, object]:
    """What ``Order`` takes of all this, by its names."""
    return {"device": device(), "mode": mode(), "confidence": confidence(), "explain": explain()}


def keepWarm() -> bool:
    """Whether the model stays in memory after a run."""
    return _flag("KeepWarm", True)


def idleSeconds() -> float:
    """How long a worker without work stays."""
    return _WARM_SECONDS if keepWarm() else _BETWEEN_FRAMES_SECONDS


def offline() -> bool:
    """Whether no network connection may be opened."""
    return _flag("Offline", False)


def storeFolder() -> Path | None:
    """The folder that the user chose for MedAI's data; None: the engine's own choice."""
    folder = slicer.util.settingsValue("MedAI/Folder", "")
    return Path(folder) if folder else None


def write(name: str, value: object) -> None:
    """Keep a value under the name that its reader here uses: Device, Mode, Confidence, Explain, KeepWarm, Offline, Folder."""
    slicer.app.userSettings().setValue(f"MedAI/{name}", value)


def useStoreFolder() -> None:
    """Tell the engine, in this process and in workers that it starts, where the user keeps models."""
    folder = storeFolder() if hasattr(slicer, "app") else None
    if folder is not None:
        os.environ["MEDAI_HOME"] = str(folder)


def useNetwork() -> None:
    """Tell the engine, in this process and in workers that it starts, whether it may open network connections."""
    global _isForbiddenHere  # noqa: PLW0603
    if offline() and _OFFLINE not in os.environ:
        os.environ[_OFFLINE], _isForbiddenHere = "1", True
    elif not offline() and _isForbiddenHere:  # what was set outside the application holds on
        os.environ.pop(_OFFLINE, None)
        _isForbiddenHere = False


def _choice(name: str, choices: tuple[str, ...]) -> str:
    value = str(slicer.util.settingsValue(f"MedAI/{name}", choices[0]))
    return value if value in choices else choices[0]


def _flag(name: str, default: bool) -> bool:
    return bool(slicer.util.settingsValue(f"MedAI/{name}", default, converter=slicer.util.toBool))
