"""The first run's set-up: one question about all that has to be installed, then it is installed."""

from collections.abc import Sequence

import slicer
from slicer.i18n import tr as _

from medai import MedAIError

from .. import settings
from ..units import sizeText
from . import dependencies
from .dependencies import Package


def ensure() -> bool:
    """Install what runs need, if the user agrees; False if not.

    :raises medai.MedAIError: if something is missing and cannot be installed; the sentence says what to do.
    """
    packages = dependencies.missing()
    if not packages:
        return True
    names = dependencies.namesOf(packages)
    if settings.offline():
        raise MedAIError(
            _("Not installed: {names}; uncheck Work offline under Advanced and press Apply again.").format(names=names)
        )
    dependencies.refuseImpossible(packages)
    if not slicer.util.confirmOkCancelDisplay(question(packages), _("Set up MedAI"), detailedText=details(packages)):
        return False
    with slicer.util.WaitCursor():
        dependencies.install(packages)
    return True


def question(packages: Sequence[Package]) -> str:
    """What is asked before anything is downloaded."""
    return _(
        """Before the first run, MedAI has to download and install software that is not part of the application:

{names}
About {size}, from {sources}
Into {folder}

This takes some minutes, in which the application does not respond.
Your scans and all other data stay on this computer; nothing is sent."""
    ).format(
        names=dependencies.namesOf(packages),
        size=_sizeOf(packages),
        sources=", ".join(dict.fromkeys(package.source for package in packages)),
        folder=dependencies.folder(),
    )


def details(packages: Sequence[Package]) -> str:
    """One line about each package."""
    line = _("{requirement}: about {size} from {source}")
    return "\n".join(
        line.format(requirement=package.requirement, size=_sizeOf([package]), source=package.source) for package in packages
    )


def _sizeOf(packages: Sequence[Package]) -> str:
    return sizeText(1e6 * sum(package.megabytes for package in packages))
