"""What the stand-ins may offer: names copied from the headers of CTK and Slicer (5.12), Q_PROPERTY, Q_INVOKABLE, slots, signals.

A stand-in that is kinder than the real widget would let wrong code pass; a test holds the stand-ins to these tables.
"""

from __future__ import annotations

from typing import NamedTuple


class Contract(NamedTuple):
    """Public names of one C++ class, without those of its Qt base class."""

    base: str
    properties: str
    methods: str
    signals: str


CONTRACTS = {
    "ctkCollapsibleButton": Contract(
        "QAbstractButton",
        "collapsed collapsedHeight contentsFrameShape contentsFrameShadow contentsLineWidth contentsMidLineWidth "
        "buttonTextAlignment indicatorAlignment",
        "",
        "contentsCollapsed(bool)",
    ),
    "qMRMLWidget": Contract("QWidget", "", "mrmlScene setMRMLScene", "mrmlSceneChanged(vtkMRMLScene*)"),
    "qMRMLNodeComboBox": Contract(
        "QWidget",
        "currentNodeID currentNodeId nodeTypes showHidden showChildNodeTypes hideChildNodeTypes baseName noneEnabled addEnabled "
        "removeEnabled editEnabled renameEnabled interactionNodeSingletonTag selectNodeUponCreation noneDisplay sizeAdjustPolicy",
        "mrmlScene setMRMLScene currentNode setCurrentNode setCurrentNodeID setCurrentNodeIndex nodeCount nodeFromIndex addNode "
        "removeCurrentNode editCurrentNode renameCurrentNode addAttribute removeAttribute nodeTypeLabel setNodeTypeLabel "
        "addMenuAction sortFilterProxyModel",
        "currentNodeChanged(vtkMRMLNode*) currentNodeIDChanged(QString) nodeActivated(vtkMRMLNode*) "
        "nodeAdded(vtkMRMLNode*) nodeAddedByUser(vtkMRMLNode*) nodeAboutToBeRemoved(vtkMRMLNode*) currentNodeRenamed(QString) "
        "nodeAboutToBeEdited(vtkMRMLNode*)",
    ),
    "qSlicerScriptedLoadableModuleWidget": Contract(
        "QWidget",
        "moduleName isEntered",
        "mrmlScene setMRMLScene reload self enter exit setup",
        "mrmlSceneChanged(vtkMRMLScene*)",
    ),
}


def declares_signal(cls: type, signature: str) -> bool:
    """True where the real class, or one that it is made from, has this signal."""
    return any(signature in CONTRACTS[base.__name__].signals.split() for base in cls.__mro__ if base.__name__ in CONTRACTS)
