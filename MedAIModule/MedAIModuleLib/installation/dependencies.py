"""The Python packages that runs need beside the application's own: which are missing, and how they are installed."""

import platform
import shutil
import sysconfig
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from subprocess import CalledProcessError

import slicer

REQUIREMENTS = Path(__file__).resolve().parents[2] / "Resources" / "requirements.txt"
TORCH = "torch>=2.10"  # older ones load checkpoints unsafely (CVE-2026-24747)
_KEPT_AS_THEY_ARE = ("numpy", "scipy", "SimpleITK", "vtk", "pydicom", "requests", "torch", "torchvision")

# Sizes of the wheels for Python 3.12 as pip told them in November 2026 (torch 2.15 with what it requires: 139 MB for Macs,
# 127 MB for Windows without a graphics card, 3.2 GB for Linux with CUDA; the others on PyPI), rounded up.
_TORCH_MEGABYTES, _TORCH_WITH_CUDA_MEGABYTES = 200, 3200
_MEGABYTES = {"highdicom": 4, "matplotlib": 17, "monai": 2, "nibabel": 4, "reportlab": 2, "scikit-image": 25}


@dataclass(frozen=True)
class Package:
    """What is installed in one go.

    Attributes:
        name: as people know it.
        requirement: as pip reads it.
        megabytes: about how much is downloaded, with what it requires itself.
        source: the server that it comes from.
    """

    name: str
    requirement: str
    megabytes: int
    source: str = "pypi.org"


def missing() -> list[Package]:
    """What has to be installed before a run; nothing outside the application and in its tests."""
    if not hasattr(slicer, "app") or slicer.app.testingEnabled():
        return []
    from slicer import packaging

    return [package for package in _needed(packaging) if not packaging.pip_check(package.requirement)]


def require() -> None:
    """Find out whether runs are possible.

    :raises medai.MedAIError: if a package is missing; the sentence names it and says what to do.
    """
    names = namesOf(missing())
    if names:
        from slicer.i18n import tr as _

        from medai import MedAIError

        raise MedAIError(
            _("Not installed: {names}; open the module MedAI and press Apply, or call MedAIModuleLogic().setUp().").format(
                names=names
            )
        )


def namesOf(packages: Sequence[Package]) -> str:
    """The packages' names, to be read in a sentence."""
    return ", ".join(package.name for package in packages)


def folder() -> Path:
    """Where packages are installed."""
    return Path(sysconfig.get_path("purelib"))


def refuseImpossible(packages: Sequence[Package]) -> None:
    """Find out, before anything is downloaded, whether these packages can be installed.

    :raises medai.MedAIError: one sentence about what is in the way, and what to do.
    """
    if any(package.requirement == TORCH for package in packages):
        _torchLogic()


def install(packages: Sequence[Package]) -> None:
    """Install packages; the application's own keep their versions. Takes minutes, in the main thread.

    Where a package was updated that is already loaded, the application offers to be restarted.

    :raises medai.MedAIError: if one cannot be installed.
    :raises medai.errors.CancelledError: if the user stops it.
    """
    from slicer import packaging
    from slicer.i18n import tr as _

    from medai import MedAIError

    others = [package for package in packages if package.requirement != TORCH]
    if len(others) < len(packages):
        _installTorch()
    if others:
        _installOthers(packaging, [package.requirement for package in others])
    left = [package for package in packages if not packaging.pip_check(package.requirement)]
    if left:
        raise MedAIError(_("{names} could not be installed; restart the application and try again.").format(names=namesOf(left)))


def _needed(packaging) -> list[Package]:
    card = shutil.which("nvidia-smi") is not None
    torch = Package("PyTorch", TORCH, _TORCH_WITH_CUDA_MEGABYTES if card else _TORCH_MEGABYTES, "pytorch.org")
    others = packaging.load_requirements(REQUIREMENTS)
    return [torch, *(Package(each.name, str(each), _MEGABYTES.get(each.name, 1)) for each in others)]


def _torchLogic():
    """The extension PyTorch finds the build of PyTorch that fits the graphics card; pip would not."""
    from slicer.i18n import tr as _

    from medai import MedAIError

    if platform.system() == "Darwin" and platform.machine() == "x86_64":
        raise MedAIError(
            _("Models need PyTorch 2.10, which is not made for Intel Macs; use another computer, or Slicer for Apple silicon.")
        )
    try:
        import PyTorchUtils
    except ModuleNotFoundError as problem:
        raise MedAIError(
            _("The extension PyTorch is missing; install it with View > Extensions Manager, restart and try again.")
        ) from problem
    return PyTorchUtils.PyTorchUtilsLogic()


def _installTorch() -> None:
    from slicer.i18n import tr as _

    from medai import MedAIError
    from medai.errors import CancelledError

    logic = _torchLogic()
    try:
        torch = logic.installTorch(askConfirmation=False, torchVersionRequirement=TORCH.removeprefix("torch"))
    except (CalledProcessError, ImportError, OSError, ValueError) as problem:
        raise MedAIError(
            _("PyTorch could not be installed; restart the application and try again. Its log says why.")
        ) from problem
    if torch is None:
        raise CancelledError(_("PyTorch was not installed, so nothing was run."))


def _installOthers(packaging, requirements: list[str]) -> None:
    from slicer.i18n import tr as _

    from medai import MedAIError
    from medai.errors import CancelledError

    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text("\n".join(_installedVersions()), encoding="utf-8")
        try:
            packaging.pip_ensure(requirements, constraints=constraints, prompt_install=False, requester="MedAI")
        except CalledProcessError as problem:
            raise MedAIError(_("Python packages could not be installed; see the application's log.")) from problem
        except RuntimeError as problem:
            raise CancelledError(_("The Python packages were not installed, so nothing was run.")) from problem


def _installedVersions() -> list[str]:
    """Lines of a constraints file that keeps pip from replacing the application's own packages."""
    lines = []
    for name in _KEPT_AS_THEY_ARE:
        with suppress(PackageNotFoundError):
            lines.append(f"{name}=={version(name)}")
    return lines
