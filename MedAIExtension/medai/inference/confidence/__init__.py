"""How sure a model is of each voxel: the entropy of its scores, of one run or of mirrored ones too."""

from __future__ import annotations

from .asking import Answer, asked
from .entropy import sureness
from .meaning import Meaning, meaning_of, unknown
from .mirroring import Flip, Mirrorings, mirrorings_of

__all__ = ["Answer", "Flip", "Meaning", "Mirrorings", "asked", "meaning_of", "mirrorings_of", "sureness", "unknown"]
