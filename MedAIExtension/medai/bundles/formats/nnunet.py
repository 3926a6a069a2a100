"""A folder that nnU-Net v2 trained, seen as a bundle: read from plans.json and dataset.json, nothing of it is run.

    nnUNetTrainer__nnUNetPlans__3d_fullres/
        dataset.json  plans.json  fold_0/checkpoint_final.pth  fold_1/...

The folder above, with one such folder for each configuration, is taken too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ...errors import InputError
from .architectures import architecture_of
from .descriptions import Entries, is_number, is_whole, read_object
from .trained import CHECKPOINTS, DATASET, PLANS, checkpoints_among, configuration_in

_READERS = {
    "SimpleITKIO": False,
    "NibabelIO": False,
    "SimpleITKIOWithReorient": True,
    "NibabelIOWithReorient": True,
}
_NORMALIZATIONS = (
    "CTNormalization",
    "ZScoreNormalization",
    "RescaleTo01Normalization",
    "RGBTo01Normalization",
    "NoNormalization",
)
_RESAMPLING = "resample_data_or_seg_to_shape"
_INTENSITIES = ("mean", "std", "percentile_00_5", "percentile_99_5")
_MODALITIES = {
    "CT": ("ct",),
    "PT": ("pet",),
    "MR": ("mr", "mri", "t1", "t1w", "t1c", "t1ce", "t1gd", "t2", "t2w", "flair", "adc", "dwi"),
}


@dataclass(frozen=True)
class TrainedFolder:
    """What such a folder says; every entry is checked when it is asked for.

    Attributes:
        root: with plans.json.
        plans: how images are prepared and how the network is built.
        dataset: channels and labels.
    """

    root: Path
    plans: Entries
    dataset: Entries

    @classmethod
    def read(cls, root: Path) -> TrainedFolder:
        """Read plans and dataset of a folder for which ``trained_folder`` gave something.

        Raises:
            InputError: if one is missing or unreadable.
        """
        plans, dataset = (Entries(read_object(root / name, root), root / name) for name in (PLANS, DATASET))
        return cls(root, plans, dataset)

    @cached_property
    def checkpoints(self) -> tuple[Path, ...]:
        """One for each fold, in order: the final ones, or the best ones where no training was finished.

        Raises:
            InputError: if there is none, or one lies outside the folder.
        """
        below = {(p.parent.name, p.name) for p in self.root.glob("fold_*/checkpoint_*.pth") if p.is_file()}
        found = tuple(self.root.joinpath(*place) for place in checkpoints_among(below))
        if any(not path.resolve().is_relative_to(self.root.resolve()) for path in found):
            raise InputError(f"{self.root} reads its weights from outside its own folder; get the model again.")
        if found:
            return found
        raise InputError(f"{self.root} has no fold_0/{CHECKPOINTS[0]}; give the folder of a finished nnU-Net training.")

    @cached_property
    def configuration_name(self) -> str:
        """Such as "3d_fullres": what the checkpoint was trained with, else what the folder's name says.

        Raises:
            InputError: if neither says so and the plans have several.
        """
        known = self.plans.checked("configurations", lambda v: isinstance(v, dict) and v != {}, "the configurations by name")
        said = (configuration_in(self.checkpoints[0]), self.root.resolve().name.rpartition("__")[2], *known)
        names = [name for name in said[:2] if name in known] or ([said[2]] if len(known) == 1 else [])
        if not names:
            raise InputError(
                f"{self.root} does not say which of the configurations {', '.join(known)} it was trained with; "
                "give the folder its original name."
            )
        return names[0]

    @cached_property
    def configuration(self) -> Entries:
        """The entries of the configuration, those that it inherits too.

        Raises:
            InputError: if it inherits from itself, or needs the result of another model.
        """
        every, name = self.plans.values["configurations"], self.configuration_name
        seen: list[str] = []
        chain: list[Mapping[str, Any]] = []
        while name:
            if name in seen or not isinstance(every.get(name), dict):
                raise InputError(f"{self.plans.path}: configuration {seen[-1] if seen else name!r} is not complete.")
            seen.append(name)
            chain.insert(0, every[name])
            name = every[name].get("inherits_from")
        merged = {key: value for part in chain for key, value in part.items()}
        if merged.get("previous_stage"):
            raise InputError(
                f"{self.root} is the second stage of a cascade, which needs the first one's result and cannot run by itself; "
                "use the 3d_fullres or 3d_lowres model."
            )
        return Entries(merged, self.plans.path)

    @cached_property
    def channels(self) -> tuple[str, ...]:
        """Names of the input channels in order."""
        key = "channel_names" if "channel_names" in self.dataset.values else "modality"
        names = self.dataset.checked(key, lambda v: isinstance(v, dict) and 0 < len(v) < 1000, "names of channels by number")
        return tuple(str(name) for name in names.values())

    @property
    def modality(self) -> str:
        """DICOM's word for the scans, or "" where the channels' names do not tell."""
        words = {word for name in self.channels for word in re.split(r"[^a-z0-9]+", name.lower())}
        return next((modality for modality, names in _MODALITIES.items() if words & set(names)), "")

    @cached_property
    def labels(self) -> Mapping[str, Any]:
        """Names with their value, or their values where they are regions; "ignore" left out.

        Raises:
            InputError: if they are not written so.
        """

        def value(v: Any) -> bool:
            return is_whole(v, 0, 65535) or (isinstance(v, list) and v != [] and all(is_whole(n, 0, 65535) for n in v))

        labels = self.dataset.checked(
            "labels",
            lambda v: isinstance(v, dict) and v.get("background") == 0 and 1 < len(v) < 1000 and all(map(value, v.values())),
            "names with their values, background 0 among them",
        )
        return {str(name): v for name, v in labels.items() if name != "ignore"}

    @property
    def regions(self) -> tuple[int, ...]:
        """For regions that overlap, the value that each one writes, in the order in which they are written; else empty.

        Raises:
            InputError: if there are regions and their order is missing.
        """
        if not any(isinstance(v, list) and len(v) > 1 for v in self.labels.values()):
            return ()
        count = sum(1 for v in self.labels.values() if set(_values(v)) != {0})

        def fits(order: Any) -> bool:
            return isinstance(order, list) and len(order) == count and all(is_whole(n, 1, 65535) for n in order)

        return tuple(self.dataset.checked("regions_class_order", fits, f"{count} values, one for each region"))

    @property
    def label_names(self) -> dict[int, str]:
        """Names by value of the label map, background left out."""
        regions = {name: set(_values(v)) for name, v in self.labels.items() if set(_values(v)) != {0}}
        if not self.regions:
            values = sorted({n for v in self.labels.values() for n in _values(v)})
            by_value = {n: name for name, v in self.labels.items() for n in _values(v)}
            return {channel: by_value[n] for channel, n in enumerate(values) if n}
        names, written = {}, list(zip(self.regions, regions.items(), strict=True))
        for place, (value, (name, inside)) in enumerate(written):
            within = [other for _, (other, part) in written[place + 1 :] if part < inside]
            names[value] = f"{name}, outside {' and '.join(within)}" if within else name
        return names

    @property
    def outputs(self) -> int:
        """How many maps the network gives."""
        return len(self.regions) or len({n for v in self.labels.values() for n in _values(v)})

    def metadata(self) -> dict[str, Any]:
        """As ``configs/metadata.json`` of a bundle would have it."""
        dataset = str(self.plans.values.get("dataset_name") or self.dataset.values.get("name") or self.root.resolve().name)
        dims = len(self._patch)
        names = {str(value): name for value, name in self.label_names.items()}
        image = {"modality": self.modality, "num_channels": len(self.channels), "spatial_shape": ["*"] * 3}
        image["channel_def"] = {str(n): name for n, name in enumerate(self.channels)}
        return {
            "name": f"{dataset} (nnU-Net {self.configuration_name})",
            "version": str(self.dataset.values.get("release", "")),
            "description": str(self.dataset.values.get("description") or f"An nnU-Net, {dims}D, {len(self.checkpoints)} folds."),
            "task": "segmentation",
            "license": str(self.dataset.values.get("licence") or self.dataset.values.get("license") or ""),
            "network_data_format": {
                "inputs": {"image": image},
                "outputs": {"pred": {"type": "image", "format": "segmentation", "channel_def": {"0": "background", **names}}},
            },
        }

    def config(self) -> dict[str, Any]:
        """As ``configs/inference.json`` of a bundle would have it; its ``medai:`` parts are built for such folders alone.

        Raises:
            InputError: if the plans ask for something that MedAI does not know.
        """
        network, space = architecture_of(self.configuration, len(self._patch)), self._space()
        loading = [{"_target_": "LoadImaged", "keys": "image"}, {"_target_": "EnsureChannelFirstd", "keys": "image"}]
        prepare = {"_target_": "medai:nnunet.Preprocess", "keys": "image", **space, **self._intensities()}
        restore: dict[str, Any] = {"_target_": "medai:nnunet.Restore", "keys": "pred", "regions": list(self.regions)}
        restore["resampling"] = self._resampling("resampling_fn_probabilities")
        return {
            "network_def": {
                "_target_": "medai:nnunet.Network",
                "architecture": network,
                "input_channels": len(self.channels),
                "num_classes": self.outputs,
            },
            "preprocessing": {"_target_": "Compose", "transforms": [*loading, prepare]},
            "inferer": {"_target_": "medai:nnunet.Inferer", "patch_size": self._patch},
            "postprocessing": {"_target_": "Compose", "transforms": [restore]},
        }

    @property
    def _patch(self) -> list[int]:
        def fits(v: Any) -> bool:
            return isinstance(v, list) and len(v) in (2, 3) and all(is_whole(n, 1, 4096) for n in v)

        return list(self.configuration.checked("patch_size", fits, "two or three sizes in voxels"))

    def _space(self) -> dict[str, Any]:
        patch = self._patch

        def lengths(v: Any) -> bool:
            return isinstance(v, list) and len(v) == len(patch) and all(is_number(n) and n > 1e-3 for n in v)

        spacing = self.configuration.checked("spacing", lengths, f"{len(patch)} lengths in mm")
        forward = self.plans.checked("transpose_forward", lambda v: sorted(v) == [0, 1, 2], "an order of the axes 0, 1, 2")
        reader = self.plans.one_of("image_reader_writer", tuple(_READERS))
        return {"spacing": list(spacing), "transpose": list(forward), "reorient": _READERS[reader]}

    def _intensities(self) -> dict[str, Any]:
        count = len(self.channels)

        def all_of(kind: Any) -> Any:
            return lambda v: isinstance(v, list) and len(v) == count and all(map(kind, v))

        words = f"{count} of {', '.join(_NORMALIZATIONS)}"
        schemes = self.configuration.checked("normalization_schemes", all_of(lambda v: v in _NORMALIZATIONS), words)
        masks = self.configuration.checked(
            "use_mask_for_norm", all_of(lambda v: isinstance(v, bool)), f"{count} times true or false"
        )
        key = "foreground_intensity_properties_per_channel"
        found = self.plans.values.get(key) or self.plans.values.get("foreground_intensity_properties_by_modality") or {}
        properties = [found.get(str(n)) or {} for n in range(count)]
        for scheme, known in zip(schemes, properties, strict=True):
            if scheme == _NORMALIZATIONS[0] and not all(is_number(known.get(name)) for name in _INTENSITIES):
                raise self.plans.wrong(key, f"{', '.join(_INTENSITIES)} of every CT channel")
        return {
            "normalization": list(schemes),
            "use_mask": list(masks),
            "intensities": [{name: float(known.get(name) or 0) for name in _INTENSITIES} for known in properties],
            "resampling": self._resampling("resampling_fn_data"),
        }

    def _resampling(self, name: str) -> dict[str, Any]:
        """Order of the splines, and of those across slices that lie far apart."""
        self.configuration.one_of(name, (_RESAMPLING,), _RESAMPLING)
        given = Entries(self.configuration.values.get(f"{name}_kwargs") or {}, self.plans.path)
        default = 3 if name.endswith("data") else 1
        return {
            "order": given.checked("order", lambda v: is_whole(v, 0, 5), "0 to 5", default),
            "order_z": given.checked("order_z", lambda v: is_whole(v, 0, 5), "0 to 5", 0),
            "separate_z": given.checked("force_separate_z", lambda v: v is None or isinstance(v, bool), "true, false or null"),
        }


def _values(label: Any) -> list[int]:
    return label if isinstance(label, list) else [label]
