"""What a model is: MONAI bundles read as data, judged, built from allowed parts, and their weights loaded safely."""

from .catalog import available_models, find_model, store_folder
from .model import Bundle

__all__ = ["Bundle", "available_models", "find_model", "store_folder"]
