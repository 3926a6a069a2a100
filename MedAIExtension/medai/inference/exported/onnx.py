"""ONNX networks, computed by onnxruntime: data and standard operations, no code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...errors import InputError
from .network import ExportedNetwork
from .onnx_files import data_files


class OnnxNetwork(ExportedNetwork):
    """A network in an ONNX file. Weights that lie beside it are read from its own folder only; no custom operations.

    Raises:
        InputError: if onnxruntime is missing, or the file is damaged, or takes something else than is described.
    """

    def __init__(self, path: Path, input_channels: int, outputs: int, gives: str) -> None:
        files = [path, *data_files(path)]
        super().__init__(input_channels, outputs, gives, sum(file.stat().st_size for file in files))
        self._session = [_session(path)]  # in a list: it cannot be copied
        inputs = self._session[0].get_inputs()
        if len(inputs) != 1 or inputs[0].type not in _TYPES:
            found = ", ".join(f"{entry.name} ({entry.type})" for entry in inputs)
            raise InputError(f"{path} takes {found}; MedAI runs networks with one input of floating-point numbers.")
        channels = inputs[0].shape[1] if len(inputs[0].shape) > 1 else None
        if isinstance(channels, int) and channels != input_channels:
            raise InputError(f"{path} takes {channels} channels, not the {input_channels} that its description names.")
        self._input = inputs[0]

    def compute(self, x: Tensor) -> Tensor:
        values = x.detach().cpu().to(_TYPES[self._input.type]).contiguous().numpy()
        try:
            output = self._session[0].run(None, {self._input.name: values})[0]
        except Exception as problem:  # onnxruntime has a class of its own for each kind of failure
            reason = str(problem).strip().partition("\n")[0]
            wanted = " x ".join(map(str, self._input.shape))
            raise InputError(
                f"The network cannot compute an input of {' x '.join(map(str, x.shape))}; it takes {wanted} ({reason})."
            ) from problem
        return torch.from_numpy(output).to(x.device)


_TYPES = {"tensor(float)": torch.float32, "tensor(float16)": torch.float16, "tensor(double)": torch.float64}


def _session(path: Path) -> Any:
    try:
        import onnxruntime
    except ImportError as problem:
        raise InputError(
            f"{path.name} needs the package onnxruntime, which is not installed; run: pip install onnxruntime"
        ) from problem
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = torch.get_num_threads()
    wanted = ["CPUExecutionProvider"]
    if torch.cuda.is_available() and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        wanted.insert(0, "CUDAExecutionProvider")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=wanted)
    except Exception as problem:  # onnxruntime has a class of its own for each kind of failure
        reason = str(problem).strip().partition("\n")[0]
        raise InputError(f"{path} is damaged or no network that onnxruntime can run ({reason}); export it again.") from problem
