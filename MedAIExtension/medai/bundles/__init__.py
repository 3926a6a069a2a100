"""What a model is: MONAI bundles read as data, judged, built from allowed parts, and their weights loaded safely."""

from .card import ModelCard, folder_size
from .catalog import available_models, card_of, find_model, list_cards
from .model import Bundle, is_bundle
from .searching import search
from .store import (
    download_bundle,
    export_bundles,
    install_bundle,
    install_bundles,
    remove_bundle,
    store_folder,
    verify_bundle,
)

__all__ = [
    "Bundle",
    "ModelCard",
    "available_models",
    "card_of",
    "download_bundle",
    "export_bundles",
    "find_model",
    "folder_size",
    "install_bundle",
    "install_bundles",
    "is_bundle",
    "list_cards",
    "remove_bundle",
    "search",
    "store_folder",
    "verify_bundle",
]
