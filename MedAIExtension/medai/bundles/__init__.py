"""What a model is: MONAI bundles read as data, judged, built from allowed parts, and their weights loaded safely."""

from .card import ModelCard, folder_size
from .catalog import available_models, card_of, find_model, list_cards
from .model import Bundle, is_bundle
from .searching import search
from .store import install_bundle, remove_bundle, store_folder

__all__ = [
    "Bundle",
    "ModelCard",
    "available_models",
    "card_of",
    "find_model",
    "folder_size",
    "install_bundle",
    "is_bundle",
    "list_cards",
    "remove_bundle",
    "search",
    "store_folder",
]
