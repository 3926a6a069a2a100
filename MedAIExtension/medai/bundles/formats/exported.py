"""A network exported to ONNX or TorchScript, with a small description beside it, seen as a bundle; see docs/model-formats.md.

my-model/
    medai-model.json  network.onnx
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InputError
from .descriptions import Entries, is_number, is_whole, read_object

DESCRIPTION = "medai-model.json"
ONNX, TORCHSCRIPT = ".onnx", ".ts"
SCHEMA = 1
_KINDS = ("segmentation", "classification")
_OUTPUTS = ("logits", "softmax", "sigmoid", "labels")
_BLENDS = ("constant", "gaussian")
_DESCRIBING = ("medai_model", "name", "title", "version", "description", "license", "kind", "modality", "channels", "labels")
_COMPUTING = ("spacing", "orientation", "intensity", "window", "overlap", "blend", "output", "file")
_INTENSITIES: Mapping[str, tuple[str, ...]] = {
    "range": ("from", "to", "clip"),
    "percentile": ("from", "to", "clip"),
    "scale": ("to",),
    "zscore": ("nonzero",),
}
_FILE = re.compile(rf"\w[\w. /-]*({re.escape(ONNX)}|{re.escape(TORCHSCRIPT)})")
_ORIENTATION = re.compile(r"(?=.*[LR])(?=.*[AP])(?=.*[IS])[LRAPIS]{3}")


@dataclass(frozen=True)
class ExportedModel:
    """What such a description says; all of it is checked when it is read.

    Attributes:
        root: the folder.
        entries: of the description.
    """

    root: Path
    entries: Entries

    @classmethod
    def read(cls, root: Path) -> ExportedModel:
        """Read and check a folder's description.

        Raises:
            InputError: if an entry is missing, unknown or not what it should be, or the network's file is missing.
        """
        entries = Entries(read_object(root / DESCRIPTION, root), root / DESCRIPTION)
        unknown = sorted(set(entries.values).difference(_DESCRIBING, _COMPUTING))
        if unknown:
            raise InputError(f"{entries.path}: {unknown[0]!r} is no known entry; remove it or correct its spelling.")
        entries.checked("medai_model", lambda v: v == SCHEMA and is_whole(v, 1, 1), f"{SCHEMA}, the version of the description")
        model = cls(root, entries)
        model.metadata(), model.config()
        return model

    @property
    def file(self) -> Path:
        """The network.

        Raises:
            InputError: if it is missing, of another kind, or outside the folder, also through a link.
        """
        name = self.entries.checked(
            "file", lambda v: isinstance(v, str) and bool(_FILE.fullmatch(v)), "the name of an .onnx or .ts file"
        )
        path = self.root / name
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise InputError(f"{self.entries.path} names a network outside its own folder; put it beside the description.")
        if not path.is_file():
            raise InputError(f"{path} is missing; put the network beside its description.")
        return path

    @property
    def kind(self) -> str:
        """ "segmentation" or "classification"."""
        return self.entries.one_of("kind", _KINDS, "segmentation")

    @property
    def channels(self) -> list[str]:
        """Names of the input channels in the network's order."""

        def fits(v: Any) -> bool:
            return isinstance(v, list) and 0 < len(v) <= 100 and all(isinstance(n, str) and n for n in v)

        return list(self.entries.checked("channels", fits, "a list of names, one for each input channel"))

    @property
    def labels(self) -> dict[int, str]:
        """Names by value: of the label map from 1 on, or of the classes from 0 on."""
        first = 0 if self.kind == "classification" else 1

        def fits(v: Any) -> bool:
            names = isinstance(v, dict) and 0 < len(v) <= 1000 and all(isinstance(n, str) and n for n in v.values())
            return names and all(key.isascii() and key.isdigit() and first <= int(key) < 65536 for key in v)

        wanted = f'names by number from {first} on, such as {{"{first}": "liver"}}'
        labels = {int(value): name for value, name in self.entries.checked("labels", fits, wanted).items()}
        gapless = sorted(labels) == list(range(first, first + len(labels)))
        if not gapless:
            raise self.entries.wrong("labels", f"numbered without gaps from {first} on")
        return dict(sorted(labels.items()))

    @property
    def output(self) -> str:
        """What comes out of the network: "logits", "softmax", "sigmoid" or "labels"."""
        output = self.entries.one_of("output", _OUTPUTS)
        if output == "labels" and self.kind == "classification":
            raise self.entries.wrong("output", "logits, softmax or sigmoid for a classification")
        return output

    @property
    def outputs(self) -> int:
        """How many maps or scores the network stands for; one that gives labels itself stands for a map of each."""
        background = 1 if self.kind == "segmentation" and self.output != "sigmoid" else 0
        return len(self.labels) + background

    def metadata(self) -> dict[str, Any]:
        """As ``configs/metadata.json`` of a bundle would have it.

        Raises:
            InputError: if an entry is not what it should be.
        """
        text = self.entries.text
        image = {"modality": text("modality", ""), "num_channels": len(self.channels), "spatial_shape": ["*"] * 3}
        image["channel_def"] = {str(n): name for n, name in enumerate(self.channels)}
        pred: dict[str, Any] = {"channel_def": {str(value): name for value, name in self.labels.items()}}
        if self.kind == "classification":
            pred |= {"type": "probabilities", "format": "classes"}
        else:
            pred |= {"type": "image", "format": "segmentation"}
            pred["channel_def"] |= {} if self.output == "sigmoid" else {"0": "background"}
        name = text("name", self.root.resolve().name)
        return {
            "name": text("title", name),
            "version": text("version", ""),
            "description": text("description", ""),
            "license": text("license", ""),
            "task": self.kind,
            "network_data_format": {"inputs": {"image": image}, "outputs": {"pred": pred}},
        }

    def config(self) -> dict[str, Any]:
        """As ``configs/inference.json`` of a bundle would have it; its ``medai:`` part is built for such folders alone.

        Raises:
            InputError: if an entry is not what it should be.
        """
        network = {
            "_target_": "medai:exported.OnnxNetwork" if self.file.suffix == ONNX else "medai:exported.ScriptNetwork",
            "file": str(self.entries.values["file"]),
            "input_channels": len(self.channels),
            "outputs": self.outputs,
            "gives": "scores" if self.kind == "classification" else "labels" if self.output == "labels" else "maps",
        }
        if len(self._window or ()) == 2:
            network["spatial_dims"] = 2
        return {
            "network_def": network,
            "preprocessing": {"_target_": "Compose", "transforms": self._preprocessing()},
            "inferer": self._inferer(),
            "postprocessing": {"_target_": "Compose", "transforms": self._postprocessing()},
        }

    @property
    def _window(self) -> list[int] | None:
        def fits(v: Any) -> bool:
            return v is None or (isinstance(v, list) and len(v) in (2, 3) and all(is_whole(n, 1, 4096) for n in v))

        window = self.entries.checked("window", fits, "two or three sizes in voxels, or null for the whole scan")
        return list(window) if window is not None and self.kind == "segmentation" else None

    def _preprocessing(self) -> list[dict[str, Any]]:
        def lengths(v: Any) -> bool:
            return v is None or (isinstance(v, list) and len(v) == 3 and all(is_number(n) and n > 1e-3 for n in v))

        def codes(v: Any) -> bool:
            return v is None or (isinstance(v, str) and bool(_ORIENTATION.fullmatch(v)))

        spacing = self.entries.checked("spacing", lengths, "three lengths in mm, or null for the scan's own")
        orientation = self.entries.checked("orientation", codes, "three letters such as RAS, or null for the scan's own")
        image = {"keys": "image"}
        return [
            {"_target_": "LoadImaged", **image},
            {"_target_": "EnsureChannelFirstd", **image},
            *([{"_target_": "Orientationd", **image, "axcodes": orientation}] if orientation else []),
            *([{"_target_": "Spacingd", **image, "pixdim": list(spacing), "mode": "bilinear"}] if spacing else []),
            *self._intensity(),
            {"_target_": "EnsureTyped", **image},
        ]

    def _intensity(self) -> list[dict[str, Any]]:
        described = self.entries.checked(
            "intensity", lambda v: v is None or isinstance(v, dict), "an object with a mode, or null"
        )
        if described is None:
            return []
        entries = Entries(described, self.entries.path)
        mode = entries.one_of("mode", tuple(_INTENSITIES))
        unknown = sorted(set(described) - {"mode", *_INTENSITIES[mode]})
        if unknown:
            raise InputError(f"{entries.path}: {unknown[0]!r} is no known entry of the intensity {mode!r}; remove it.")
        several = len(self.channels) > 1
        if mode == "zscore":
            nonzero = entries.checked("nonzero", lambda v: isinstance(v, bool), "true or false", False)
            return [{"_target_": "NormalizeIntensityd", "keys": "image", "nonzero": nonzero, "channel_wise": several}]
        low, high = _pair(entries, "to", [0, 1])
        if mode == "scale":
            return [{"_target_": "ScaleIntensityd", "keys": "image", "minv": low, "maxv": high, "channel_wise": several}]
        start, end = _pair(entries, "from", None)
        clip = entries.checked("clip", lambda v: isinstance(v, bool), "true or false", True)
        limits = {"b_min": low, "b_max": high, "clip": clip}
        if mode == "range":
            return [{"_target_": "ScaleIntensityRanged", "keys": "image", "a_min": start, "a_max": end, **limits}]
        if not 0 <= start < end <= 100:
            raise entries.wrong("from", "two percentiles from 0 to 100")
        step = {"_target_": "ScaleIntensityRangePercentilesd", "keys": "image", "lower": start, "upper": end}
        return [{**step, **limits, "channel_wise": several}]

    def _inferer(self) -> dict[str, Any]:
        window = self._window
        overlap = self.entries.checked("overlap", lambda v: is_number(v) and 0 <= v < 0.95, "a share from 0 to below 0.95", 0.5)
        blend = self.entries.one_of("blend", _BLENDS, "gaussian")
        if window is None:
            return {"_target_": "SimpleInferer"}
        # A network may have been exported for one window at a time.
        how = {"roi_size": window, "sw_batch_size": 1, "overlap": overlap, "mode": blend}
        if len(window) == 2:
            return {"_target_": "SliceInferer", **how, "spatial_dim": 2}
        return {"_target_": "SlidingWindowInferer", **how}

    def _postprocessing(self) -> list[dict[str, Any]]:
        pred = {"keys": "pred"}
        softmax, sigmoid = ({"_target_": "Activationsd", **pred, name: True} for name in ("softmax", "sigmoid"))
        if self.kind == "classification":
            return {"logits": [softmax if self.outputs > 1 else sigmoid]}.get(self.output, [])
        invert = {"_target_": "Invertd", **pred, "transform": "@preprocessing", "orig_keys": "image"}
        if self.output == "labels":
            return [{"_target_": "AsDiscreted", **pred, "argmax": True}, {**invert, "nearest_interp": True}]
        back = {**invert, "nearest_interp": False}
        if self.output == "sigmoid":
            return [back, {"_target_": "AsDiscreted", **pred, "threshold": 0.5}]
        return [*([softmax] if self.output == "logits" else []), back, {"_target_": "AsDiscreted", **pred, "argmax": True}]


def _pair(entries: Entries, name: str, default: list[float] | None) -> tuple[float, float]:
    def fits(v: Any) -> bool:
        return isinstance(v, list) and len(v) == 2 and all(map(is_number, v)) and v[0] < v[1]

    low, high = entries.checked(name, fits, "two rising numbers", default)
    return float(low), float(high)
