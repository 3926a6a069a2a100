"""A run that is waited for, in the application or in plain Python."""

from collections.abc import Callable

from medai.inference import Progress
from medai.mrml import FindingNodes, PredictionNodes
from medai.mrml.vtkdata import result_of

from .consent import namingTheModel
from .order import Order
from .worker import workerClient


def runToTheEnd(order: Order, onProgress: Callable | None = None) -> PredictionNodes | FindingNodes:
    """Carry an order out, wait, and put the result into the scene.

    :param onProgress: called with the progress of the whole order.
    :raises medai.MedAIError: if it fails; the scene is as it was.
    """
    predictions = []
    for number in range(order.count):

        def report(progress: Progress, done: int = number) -> None:
            if onProgress:
                onProgress(progressOfAll(progress, done, order.count))

        with namingTheModel(order.bundle):
            predictions.append(workerClient().submit(order.request(number)).wait(report))
    return result_of(order.writeSteps(predictions))


def progressOfAll(progress: Progress, done: int, count: int) -> Progress:
    """Progress over all requests of an order from that of one of them, of which ``done`` came before; all take equally long."""
    left = progress.seconds_left
    if left is not None and progress.fraction < 1:
        left += (count - done - 1) * left / (1 - progress.fraction)
    return Progress((done + progress.fraction) / count, progress.stage, left)
