"""What a run of the chosen model on the chosen scans would take on this computer, asked of an idle worker."""

from collections.abc import Callable, Sequence

from slicer.i18n import tr as _

from medai import MedAIError
from medai.bundles import ModelCard
from medai.errors import CancelledError
from medai.inference import Options, Plan
from medai.jobs import RunRequest
from medai.mrml import image_from_volume, is_warped

from .. import settings
from ..loop.timer import Timer
from ..runs import worker
from ..sentences import translated
from ..units import durationText, sizeText

PAUSE_MILLISECONDS = 400
POLL_MILLISECONDS = 100


class Estimate:
    """Asks once the choices have stayed the same for a moment, and remembers the answers.

    :param onText: called with a sentence about time and memory, or about why nobody knows; "" while there is none.
    """

    def __init__(self, onText: Callable[[str], None]):
        self._onText = onText
        self._answers: dict[tuple, str] = {}
        self._refusals: dict[tuple, str] = {}
        self._card: ModelCard | None = None
        self._volumes: tuple = ()
        self._options = Options()
        self._wanted: tuple | None = None
        self._asked: tuple | None = None
        self._job = None
        self._pause = Timer(self._begin, PAUSE_MILLISECONDS, once=True)
        self._poller = Timer(self._poll, POLL_MILLISECONDS)

    def ask(self, card: ModelCard | None, volumes: Sequence, frames: int = 1) -> None:
        """Tell what this model on these scans (in the order of its channels) would take, now or when it is known.

        Frames follow each other, so that they take time, not memory.

        Nothing is told of models that are not here, while scans are missing, and of scans under non-linear transforms, which
        would have to be resampled first.
        """
        options = Options(settings.device(), settings.mode())
        wanted = (_keyOf(card, volumes, options), frames) if _canBeAsked(card, volumes) else None
        if wanted != self._wanted:
            self._pause.stop()
            self._refusals.clear()
            self._wanted, self._card, self._options = wanted, card, options
            self._volumes = tuple(volumes) if wanted is not None else ()
            self._onText(self._known())
        if wanted is not None and not self._known() and self._job is None and not self._pause.active:
            self._pause.start()

    def cancel(self) -> None:
        """Ask nothing more until ``ask`` is called again; for when a run starts."""
        self._pause.stop()

    def close(self) -> None:
        """Let go of the scans and the worker."""
        self._pause.stop()
        self._poller.stop()
        if self._job is not None:
            self._job.cancel()
        self._job, self._wanted, self._volumes = None, None, ()

    def _known(self) -> str:
        return self._answers.get(self._wanted) or self._refusals.get(self._wanted, "")

    def _begin(self) -> None:
        if any(volume.GetScene() is None for volume in self._volumes):
            return
        try:
            client = worker.idleClient()
            if client is None:
                return
            images = tuple(image_from_volume(volume) for volume in self._volumes)
            self._job = client.submit_plan(RunRequest(self._card.root, images, self._options))
        except MedAIError as problem:
            self._tell(self._wanted, refusal=translated(str(problem)))
            return
        self._asked = self._wanted
        self._poller.start()

    def _poll(self) -> None:
        """An answer that nobody waits for any more is taken too: the worker is free only then."""
        if not self._job.poll():
            return
        self._poller.stop()
        job, self._job = self._job, None
        try:
            self._tell(self._asked, answer=planText(job.result(), frames=self._asked[1]))
        except CancelledError:
            return
        except MedAIError as problem:
            self._tell(self._asked, refusal=translated(str(problem)))
        if self._wanted is not None and not self._known():
            self._pause.start()

    def _tell(self, key: tuple, answer: str = "", refusal: str = "") -> None:
        if answer:
            self._answers[key] = answer
        elif key == self._wanted:
            self._refusals[key] = refusal
        if key == self._wanted:
            self._onText(self._known())


def planText(plan: Plan, frames: int = 1) -> str:
    """Time, memory and device of a plan that is carried out for each frame, in words."""
    devices = {"cpu": _("CPU"), "cuda": _("graphics card"), "mps": _("Apple graphics")}
    return _("About {time} and {memory} of memory on this computer ({device})").format(
        time=durationText(frames * plan.seconds), memory=sizeText(plan.memory_bytes), device=devices.get(plan.device, plan.device)
    )


def _canBeAsked(card: ModelCard | None, volumes: Sequence) -> bool:
    if card is None or card.root is None or not volumes:
        return False
    return all(volume is not None and volume.GetImageData() is not None and not is_warped(volume) for volume in volumes)


def _keyOf(card: ModelCard, volumes: Sequence, options: Options) -> tuple:
    scans = tuple((volume.GetID(), volume.GetImageData().GetDimensions(), volume.GetSpacing()) for volume in volumes)
    return str(card.root), card.size_bytes, scans, options
