"""One bundle, both runners, and how far they agree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nibabel
import numpy as np

from medai import Image
from medai.bundles import Bundle
from medai.bundles.audit import audit
from medai.bundles.audit.consent import trust
from medai.errors import MedAIError
from medai.files import read_image
from medai.inference import Options, Output, infer

from .cases import Case
from .inputs import write_picture, write_scans
from .preparation import config_file, prepare

MONAI_SECONDS = 1500


@dataclass
class Row:
    """What the table says of a bundle.

    Attributes:
        agreement: share of equal voxels, or largest difference of classes; None where there is nothing to compare with.
        measure: what ``agreement`` is: "voxels", "boxes (mm)" (largest distance of a corner or center) or "scores".
        found: how many labels, boxes or classes there were, so that equality means something.
        monai: what MONAI's runner needed, or why it could not run.
    """

    name: str
    version: str
    kind: str = ""
    verdict: str = ""
    reasons: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    agreement: float | None = None
    measure: str = ""
    found: int = 0
    error: str = ""
    monai: str = ""
    seconds: float = 0.0
    monai_seconds: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def compare(source: Path, work: Path, case: Case) -> Row:
    """Prepare the bundle in ``work``, audit it, run it on both sides, and compare."""
    copy = prepare(source, work / "bundle" / source.name, case)
    files = _input_files(copy, work, case)
    bundle = Bundle.open(copy)
    verdict = audit(bundle)
    row = Row(bundle.name, bundle.version, bundle.kind, verdict.verdict.value)
    row.reasons = [reason.text for reason in verdict.reasons if reason.verdict.value != "safe"]
    row.labels, row.repairs = list(bundle.label_names.values()), list(verdict.repairs)
    if verdict.verdict.exit_code == 3:
        trust(verdict)
    read = _images(files)
    try:
        began = time.perf_counter()
        ours = infer(read, bundle, Options(device="cpu"))
        row.seconds, row.warnings = time.perf_counter() - began, list(ours.warnings)
    except MedAIError as problem:
        row.error = str(problem)
        return row
    theirs, row.monai = _by_monai(copy, files, work, case)
    if theirs is not None:
        row.monai_seconds = float(theirs.pop("seconds"))
        _fill_in(row, bundle, ours, theirs, read[0].affine)
    return row


def _input_files(bundle: Path, work: Path, case: Case) -> list[Path]:
    metadata = json.loads((bundle / "configs" / "metadata.json").read_text())
    channels = int(metadata["network_data_format"]["inputs"]["image"]["num_channels"])
    folder = work / "scans"
    folder.mkdir(parents=True, exist_ok=True)
    if len(case.shape) == 2:
        if channels == 4:  # a color picture and a mask
            return [write_picture(folder, case, 3), write_picture(folder, case, 1, seed=6)]
        return [write_picture(folder, case, channels)]
    if bundle.name.startswith("spleen_deepedit"):
        channels = 1  # the others are guidance
    return write_scans(folder, case, channels)


def _images(files: Sequence[Path]) -> list[Image]:
    """What MedAI gets; the frames of a scan over time as channels."""
    stored = [nibabel.load(path) if path.suffix == ".gz" else None for path in files]
    return [
        Image(np.moveaxis(np.asarray(scan.dataobj), 3, 0), scan.affine)
        if scan is not None and scan.ndim == 4
        else read_image(path)
        for path, scan in zip(files, stored, strict=True)
    ]


def _by_monai(bundle: Path, files: Sequence[Path], work: Path, case: Case) -> tuple[dict[str, Any] | None, str]:
    request = work / "request.json"
    (work / "output").mkdir(exist_ok=True)  # the saver of the lung-nodule bundle makes none
    config = config_file(bundle)
    content = config.read_text()
    request.write_text(
        json.dumps(
            {
                "bundle": str(bundle),
                "config": str(config),
                "data": [_item(bundle, files, case)],
                "scans": str(work / "scans"),
                "output": str(work / "output"),
                "edits": {name: value for name, value in case.edits.items() if value is not None},
                "removed": [name for name, value in case.edits.items() if value is None],
                "run_id": _entry(content),
            }
        )
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, sys.path)])}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "zoo.monai_side", str(request)],
            capture_output=True, text=True, timeout=MONAI_SECONDS, env=environment, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None, f"not finished in {MONAI_SECONDS} s"
    (work / "monai.log").write_text(done.stdout + done.stderr)
    outcome = request.with_suffix(".npz")
    if done.returncode or not outcome.is_file():
        last = [line for line in done.stderr.splitlines() if line.strip()][-1:] or ["no message"]
        return None, f"fails: {last[0][:160]}"
    arrays = dict(np.load(outcome))
    for saved in (work / "output").glob("result*.json"):  # boxes are brought into the world by the saver
        (result,) = json.loads(saved.read_text())
        arrays |= {name: np.array(result[name]) for name in ("box", "label_scores")}
    return arrays, case.note


def _entry(config: str) -> str:
    """The name of the list that starts the run."""
    return next(name for name in ("run", "evaluating", "inference") if f'"{name}"' in config or f"\n{name}:" in config)


def _item(bundle: Path, files: Sequence[Path], case: Case) -> Any:
    """An entry of MONAI's data list: the keys of the bundle's loader."""
    paths = [str(path) for path in files]
    if bundle.name.startswith("valve"):
        return paths[0]
    if bundle.name.startswith("renalStructures_CECT"):
        return {"artery": paths[0], "vein": paths[1], "excret": paths[2], "label": paths[0]}
    if bundle.name.startswith("pathology_nuclei"):
        return {"image": paths[0], "label": paths[1]}
    return {"image": paths[0] if len(paths) == 1 else paths, **case.item}


def _fill_in(row: Row, bundle: Bundle, ours: Output, theirs: dict[str, Any], affine: np.ndarray) -> None:
    if ours.labelmap is not None:
        mine, other = ours.labelmap.voxels, theirs["pred"]
        row.measure, row.found = "voxels", len(np.unique(mine)) - 1
        other = other.reshape(mine.shape) if other.size == mine.size else other
        row.agreement = float((mine == other).mean()) if other.shape == mine.shape else None
        if row.agreement is None:
            row.monai = f"gives {other.shape} for {mine.shape}"
    elif ours.classes:
        other = np.ravel(theirs["pred"])
        decided = "AsDiscrete" in str(bundle.config["postprocessing"])  # which makes a decision of the probabilities
        mine = np.array(
            [c.chosen if decided else c.score if c.probability is None else c.probability for c in ours.classes], float
        )
        row.measure, row.found = "scores", len(mine)
        row.agreement = float(np.abs(mine - other).max()) if mine.shape == other.shape else None
    elif ours.detections:
        row.measure, row.found = "boxes (mm)", len(ours.detections)
        row.agreement = _box_distance(ours, theirs)
    elif ours.landmarks:
        row.measure, row.found = "points (mm)", len(ours.landmarks)
        row.agreement = _point_distance(ours, theirs, affine)


def _box_distance(ours: Output, theirs: dict[str, Any]) -> float | None:
    """Largest difference in mm of centers and sizes; MONAI's are center and size in LPS, best first like ours."""
    order = np.argsort(-theirs["label_scores"], kind="stable")
    boxes = theirs["box"][order] * np.array([-1, -1, 1, 1, 1, 1])
    mine = np.array([(*d.box.center_ras, *d.box.size_mm) for d in ours.detections])
    if mine.shape != boxes.shape:
        return None
    axes = np.abs(np.array(ours.detections[0].box.axes_ras)).argmax(axis=1)
    sizes = np.empty_like(mine[:, 3:])
    sizes[:, axes] = mine[:, 3:]
    return float(max(np.abs(mine[:, :3] - boxes[:, :3]).max(), np.abs(sizes - boxes[:, 3:]).max()))


def _point_distance(ours: Output, theirs: dict[str, Any], affine: np.ndarray) -> float:
    """Largest distance in mm of points; MONAI's are (frame, axis, point) in voxels of the single slice."""
    points = theirs["pred"].reshape(-1, 2, theirs["pred"].shape[-1])
    voxels = np.stack([points[:, 0], points[:, 1], 0 * points[:, 0], 0 * points[:, 0] + 1])
    there = np.tensordot(affine, voxels, axes=1)[:3].reshape(3, -1).T
    here = np.array([landmark.position_ras for landmark in ours.landmarks])
    return float(np.abs(here - there).max())
