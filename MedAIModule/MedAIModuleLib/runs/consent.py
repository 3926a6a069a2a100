"""Models that wait for the user's consent: what a run that was not allowed says."""

from collections.abc import Iterator
from contextlib import contextmanager

from medai.bundles import Bundle
from medai.errors import TrustError


class ConsentNeededError(TrustError):
    """The model brings code of its own that the user has not allowed yet; nothing of it ran.

    :ivar bundle: ``medai.bundles.Bundle``; ``medai.bundles.audit.audit(bundle)`` says what there is to be looked at, and
      ``medai.bundles.audit.trust`` allows it.
    """

    def __init__(self, message: str, bundle: Bundle):
        super().__init__(message)
        self.bundle = bundle


@contextmanager
def namingTheModel(bundle: Bundle) -> Iterator[None]:
    """Turns the worker's ``TrustError`` into one that carries the model."""
    try:
        yield
    except TrustError as problem:
        raise ConsentNeededError(str(problem), bundle) from problem.__cause__
