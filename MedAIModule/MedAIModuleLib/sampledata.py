"""Scans to try MedAI on, offered by the application's module Sample Data."""

import slicer
from slicer.i18n import tr as _

CATEGORY = "MedAI"
HEAD_SHA256 = "21d5c7fe66996f510a981fba226f21664b3712c3ac52ba466f3606b6ca515e16"
_FROM_SLICER = ("MRHead", "MRBrainTumor1", "CTChest")


def registerSampleData() -> None:
    """Offer MedAI's own head, which needs no download, and three of Slicer's scans, from where Slicer has them.

    To be called when the application has started. Where the module Sample Data is switched off, there is nothing to do.
    """
    if not hasattr(slicer.modules, "sampledata"):
        return
    from SampleData import SampleDataLogic

    logic = SampleDataLogic()  # knows Slicer's own scans from now on
    logic.registerCustomSampleDataCategory(CATEGORY, title=_("MedAI"))
    _registerHead(logic)
    for name in _FROM_SLICER:
        _registerSlicers(logic, logic.sourceForSampleName(name))


def _registerHead(logic) -> None:
    from medai.resources import resource

    logic.registerCustomSampleDataSource(
        category=CATEGORY,
        sampleName="SyntheticHead",
        thumbnailFileName=str(resource("SampleData", "synthetic-head.png")),
        uris=resource("SampleData", "synthetic-head.nii.gz").as_uri(),
        fileNames="MedAI-synthetic-head.nii.gz",
        checksums=f"SHA256:{HEAD_SHA256}",
        nodeNames="SyntheticHead",
    )


def _registerSlicers(logic, source) -> None:
    if source is not None:
        logic.registerCustomSampleDataSource(
            category=CATEGORY,
            sampleName=source.sampleName,
            uris=source.uris,
            fileNames=source.fileNames,
            checksums=source.checksums,
            nodeNames=source.nodeNames,
        )
