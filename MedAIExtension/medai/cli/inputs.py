"""From the command line to what a run needs: images in the order of the model's channels, lists of names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    from ..bundles import Bundle
    from ..image import Image


@dataclass(frozen=True)
class Reading:
    """How image files are read; see ``medai.files.read_image``."""

    frame: int | None = None
    series: str | None = None
    resample_uneven: bool = False


def in_order(paths: Sequence[Path], channels: Sequence[str], bundle: Bundle) -> list[Path]:
    """The paths of the images in the order of the bundle's channels.

    Args:
        paths: images in this order already.
        channels: "NAME=IMAGE" for each channel instead.
        bundle: whose channels they are.

    Raises:
        InputError: if none is given, or a channel is unknown, missing or given twice.
    """
    if paths and channels:
        raise InputError("Images were given both with and without --channel; name all of them or none.")
    if channels:
        return _by_channel(channels, bundle)
    if not paths:
        raise InputError("No image was given; name the file or folder of a scan.")
    return list(paths)


def read_images(paths: Sequence[Path], reading: Reading) -> tuple[Image, ...]:
    """All images, each read in the same way; raises what ``medai.files.read_image`` raises."""
    from ..files import read_image

    return tuple(read_image(path, **asdict(reading)) for path in paths)


def split_names(text: str) -> tuple[str, ...]:
    """The names in a list with commas: "A, B" gives ("A", "B")."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _by_channel(channels: Sequence[str], bundle: Bundle) -> list[Path]:
    known = {name.casefold(): name for name in bundle.channels}
    given: dict[str, Path] = {}
    for entry in channels:
        name, equals, path = entry.partition("=")
        channel = known.get(name.strip().casefold())
        if not equals or not path or channel is None:
            raise InputError(
                f"--channel {entry} is not NAME=IMAGE with one of {bundle.name}'s channels: {', '.join(known.values())}."
            )
        if channel in given:
            raise InputError(f"The channel {channel} was given twice; give each of {', '.join(bundle.channels)} once.")
        given[channel] = Path(path)
    missing = [name for name in bundle.channels if name not in given]
    if missing:
        raise InputError(f"{bundle.name} also needs {', '.join(missing)}; add --channel {missing[0]}=IMAGE.")
    return [given[name] for name in bundle.channels]
