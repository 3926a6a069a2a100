"""How well a segmentation agrees with a reference: overlap, distances between surfaces, volumes, lesions found."""

from .compare import evaluate
from .result import LabelResult

__all__ = ["LabelResult", "evaluate"]
