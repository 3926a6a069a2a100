"""MONAI's own runner on a prepared bundle, in a process of its own: ``python -m zoo.monai_side REQUEST.json``.

The bundle's own code runs here, as it does for everybody who runs it with MONAI.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch


def main(request_file: str) -> None:
    """Run what the request says; the outcome is an .npz file beside it: "pred", or "box", "label_scores"."""
    request = json.loads(Path(request_file).read_text())
    from monai.bundle import ConfigWorkflow

    bundle = Path(request["bundle"])
    os.chdir(bundle)
    sys.path.insert(0, str(bundle))
    overrides: dict[str, Any] = {
        "bundle_root": str(bundle),
        "dataset::data": request["data"],
        "dataloader::num_workers": 0,
        "dataset_dir": request["scans"],
        "output_dir": request["output"],
        "device": "$torch.device('cpu')",
        **request["edits"],
    }
    config = _edited(Path(request["config"]), request["removed"])
    workflow = ConfigWorkflow(config, workflow_type="inference", run_id=request["run_id"], **overrides)
    began = time.perf_counter()
    workflow.initialize()
    workflow.run()
    seconds = time.perf_counter() - began
    output = workflow.parser.get_parsed_content("evaluator").state.output
    np.savez_compressed(Path(request_file).with_suffix(".npz"), seconds=seconds, **_arrays(output))


def _arrays(output: Any) -> dict[str, np.ndarray]:
    first = output[0] if isinstance(output, (list, tuple)) else output
    pred = first["pred"]
    if isinstance(pred, dict):
        return {name: np.asarray(value.detach().cpu()) for name, value in pred.items()}
    return {"pred": np.asarray(pred.detach().cpu())}


def _edited(config: Path, removed: list[str]) -> str:
    """The configuration without the removed entries, in a file beside it."""
    if not removed:
        return str(config)
    from monai.bundle import ConfigParser

    content = ConfigParser.load_config_file(str(config))
    for name in removed:
        part = content
        *parents, last = name.split("::")
        for key in parents:
            part = part[key]
        part.pop(last, None)
    target = config.with_name(f"edited_{config.stem}.json")
    target.write_text(json.dumps(content))
    return str(target)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "2")))
    main(sys.argv[1])
