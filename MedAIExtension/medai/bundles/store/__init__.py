"""The models on this computer: put into the store from a hub, a zip or a folder, verified, packed for others, and removed."""

from .download import DownloadProgress
from .export import export_bundles
from .folder import built_in_folder, store_folder
from .getting import download_bundle
from .installation import install_bundle, install_bundles, remove_bundle, verify_bundle
from .network import NetworkSettings, is_offline
from .records import Problem, Record, record_of

__all__ = [
    "DownloadProgress",
    "NetworkSettings",
    "Problem",
    "Record",
    "built_in_folder",
    "download_bundle",
    "export_bundles",
    "install_bundle",
    "install_bundles",
    "is_offline",
    "record_of",
    "remove_bundle",
    "store_folder",
    "verify_bundle",
]
