"""PNG and JPEG for 2D models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from ..errors import InputError
from ..geometry import affine_from_lps
from ..image import Image
from .values import chosen_frame


def read_picture(path: Path, frame: int | None = None) -> Image:
    """Read a picture as (channel, i, j, 1): one channel of gray or three of RGB, i to the right, j down, upright.

    Pixels are taken as 1 mm, i pointing left and j posterior, as ITK does. Transparency is dropped.

    Raises:
        InputError: if it is damaged or no picture.
    """
    chosen_frame(1, frame, path)
    try:
        with Pillow.open(path) as file:
            file.load()
            picture = ImageOps.exif_transpose(file)
    except (OSError, SyntaxError, Pillow.DecompressionBombError) as problem:
        raise InputError(f"{path} is no picture, whatever its name says, or is damaged; save it again as PNG.") from problem
    # Modes that begin with I or F are gray of 16 or 32 bits.
    gray = picture.mode in ("1", "L", "LA") or picture.mode[0] in "IF"
    if picture.mode[0] not in "IF":
        picture = picture.convert("L" if gray else "RGB")
    rows = np.asarray(picture)
    voxels = rows.reshape(*rows.shape[:2], -1).transpose(2, 1, 0)[..., None]
    return Image(voxels, affine_from_lps((0, 0, 0), (1, 1, 1), np.eye(3).ravel().tolist()), name=path.stem)
