"""The training loop: one optimizer, a warm-up and cosine schedule, averaged weights, checkpoints that lose nothing."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn

from ..bundles.weights import read_checkpoint
from ..errors import InputError
from .recipe import TrainingOptions

DrawSample = Callable[[int], tuple[Tensor, Tensor]]


class Trainer:
    """Trains a segmentation network on samples drawn by step number, so that a resumed run repeats an unbroken one.

    Args:
        network: maps float (n, channels, i, j, k) to logits (n, classes, i, j, k).
        draw: gives image float (1, i, j, k) and target uint8 (1, i, j, k) for a sample number.
        class_weights: float (classes,) for the cross entropy.
        options: the schedule.
        device: where the network is trained; mixed precision (bfloat16) is used everywhere.
        identity: what is being trained; a checkpoint of anything else is not continued.
    """

    def __init__(
        self,
        network: nn.Module,
        draw: DrawSample,
        class_weights: Tensor,
        options: TrainingOptions,
        device: torch.device,
        identity: str = "",
    ) -> None:
        from monai.losses import DiceLoss

        self.options = options
        self.identity = identity
        self.device = device
        self.network = network.to(device).train()
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.forward: Callable[[Tensor], Tensor] = torch.compile(self.network) if device.type == "cuda" else self.network
        self.draw = draw
        self.dice = DiceLoss(softmax=True, to_onehot_y=True, batch=True)
        self.cross_entropy = nn.CrossEntropyLoss(weight=class_weights.to(device))
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay, fused=device.type == "cuda"
        )
        self.step = 0

    def run(self) -> Iterator[tuple[int, Tensor]]:
        """Train to the last step; yields (step, loss) after every update, and stops when the caller does."""
        while self.step < self.options.steps:
            loss = self._update()
            self.step += 1
            yield self.step, loss

    def save(self, path: Path) -> None:
        """Write a checkpoint under a temporary name, then rename it: a kill at any moment leaves the old one whole."""
        state = {
            "identity": self.identity,
            "step": self.step,
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def resume(self, path: Path) -> None:
        """Continue from a checkpoint that ``save`` wrote.

        Raises:
            InputError: if the file is damaged, or of another training.
        """
        state = read_checkpoint(path)
        if not isinstance(state, dict) or state.get("identity") != self.identity:
            raise InputError(f"{path} is of another recipe; delete it or choose another folder.")
        try:
            self.network.load_state_dict(state["network"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step = int(state["step"])
        except (RuntimeError, ValueError, KeyError, TypeError) as problem:
            raise InputError(f"{path} is a checkpoint of another network; delete it or choose another folder.") from problem

    def _update(self) -> Tensor:
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        samples = [self.draw(self.step * self.options.batch + n) for n in range(self.options.batch)]
        image = torch.stack([s[0] for s in samples])
        target = torch.stack([s[1] for s in samples]).long()
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.forward(image)
        loss: Tensor = self.dice(logits.float(), target) + self.cross_entropy(logits.float(), target[:, 0])
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimizer.step()
        self._update_average()
        return loss.detach()

    def _learning_rate(self) -> float:
        warm_up = min(1.0, (self.step + 1) / max(1, self.options.warm_up))
        cosine = 0.5 * (1 + math.cos(math.pi * self.step / max(1, self.options.steps)))
        return self.options.learning_rate * warm_up * max(cosine, 0.005)

    @torch.no_grad()
    def _update_average(self) -> None:
        keep = min(self.options.average, (self.step + 1) / (self.step + 10))
        for average, current in zip(self.average.parameters(), self.network.parameters(), strict=True):
            average.lerp_(current, 1 - keep)
        for kept, latest in zip(self.average.buffers(), self.network.buffers(), strict=True):
            kept.copy_(latest)
