"""A run in the background: the worker works, a timer in the main thread takes what it says and puts the result into the scene."""

from collections.abc import Callable

import qt
from slicer.i18n import tr as _

from medai.bundles import find_model
from medai.errors import CancelledError, InputError
from medai.inference import Options
from medai.jobs import RunRequest
from medai.mrml import add_prediction, image_from_volume, is_warped, refuse_unusable

from .worker import workerClient

POLL_MILLISECONDS = 100
_running: set["BackgroundRun"] = set()  # keeps runs alive of which the caller keeps nothing


class BackgroundRun:
    """One run. Nodes are found again by ID when the result is there: meanwhile the user may have deleted them."""

    def __init__(
        self,
        volumeNode,
        model: str,
        segmentation=None,
        device: str = "auto",
        onProgress: Callable | None = None,
        onFinished: Callable | None = None,
        onFailed: Callable | None = None,
    ):
        """Start it; see ``MedAIModuleLogic.start``."""
        image = image_from_volume(volumeNode)
        refuse_unusable(volumeNode, segmentation)
        request = RunRequest(find_model(model).root, (image,), Options(device=device))
        self._scene = volumeNode.GetScene()
        self._volumeID, self._volumeName, self._warped = volumeNode.GetID(), volumeNode.GetName(), is_warped(volumeNode)
        self._segmentationID = segmentation.GetID() if segmentation is not None else None
        self._onProgress, self._onFinished, self._onFailed = onProgress, onFinished, onFailed
        self._progress = None
        self._reason: Exception | None = None
        self._job = workerClient().submit(request)
        self._sceneObserver = self._scene.AddObserver(self._scene.StartCloseEvent, self._onSceneStartClose)
        self._timer = qt.QTimer()
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.connect("timeout()", self._poll)
        self._timer.start()
        _running.add(self)

    def cancel(self) -> None:
        """Stop it; ``onFailed`` is called when it has ended, which takes two seconds at most."""
        self._job.cancel()

    def close(self) -> None:
        """Stop it without calling anybody back."""
        self._job.cancel()
        self._end()

    def _poll(self) -> None:
        ended = self._job.poll()
        if self._reason is None and self._scene.GetNodeByID(self._volumeID) is None:
            self._giveUp(InputError(_("{name} was removed, so its segmentation was stopped.").format(name=self._volumeName)))
        if ended:
            self._finish()
        elif self._job.progress is not self._progress:
            self._progress = self._job.progress
            if self._onProgress:
                self._onProgress(self._progress)

    def _onSceneStartClose(self, *_args) -> None:
        """IDs mean other nodes in the next scene."""
        self._giveUp(CancelledError(_("The scene was closed, so the run was stopped.")))

    def _giveUp(self, reason: Exception) -> None:
        self._reason = reason
        self._job.cancel()

    def _finish(self) -> None:
        self._end()
        try:
            segmentation = self._write()
        except Exception as problem:  # whatever it is, the caller must hear that the run is over
            if self._onFailed:
                self._onFailed(problem)
            return
        if self._onFinished:
            self._onFinished(segmentation)

    def _end(self) -> None:
        self._timer.stop()
        self._scene.RemoveObserver(self._sceneObserver)
        _running.discard(self)

    def _write(self):
        if self._reason is not None:
            raise self._reason
        prediction = self._job.result()
        volumeNode = self._scene.GetNodeByID(self._volumeID)
        if is_warped(volumeNode) != self._warped:
            raise InputError(
                _("{name} came under another kind of transform during the run; run it again.").format(name=self._volumeName)
            )
        segmentation = self._scene.GetNodeByID(self._segmentationID) if self._segmentationID else None
        return add_prediction(prediction, volumeNode, segmentation=segmentation).segmentation
