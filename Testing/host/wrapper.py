"""A small ``parameterNodeWrapper``: text, choices (Enum) and nodes as attributes of a parameter node, bound to widgets."""

from __future__ import annotations

import enum
import typing

import qt
import slicer
import vtk


class _Parameter:
    """One attribute. It is kept as Slicer keeps it, so that scenes can go back and forth."""

    def __init__(self, name: str, kind: type, default) -> None:
        if not issubclass(kind, str | enum.Enum | slicer.vtkMRMLNode):
            raise TypeError(f"The test host's parameter nodes have no {kind.__name__} ({name})")
        self.name, self.kind, self.default = name, kind, default
        self.is_node = issubclass(kind, slicer.vtkMRMLNode)

    def __get__(self, wrapper, owner=None):
        node = wrapper.parameterNode
        if self.is_node:
            return node.GetNodeReference(self.name)
        text = node.GetParameter(self.name)
        return self.kind[text] if issubclass(self.kind, enum.Enum) else text

    def __set__(self, wrapper, value) -> None:
        if not (isinstance(value, self.kind) or (self.is_node and value is None)):
            raise ValueError(f"{self.name}: {value!r} is no {self.kind.__name__}")
        modified = wrapper.parameterNode.StartModify()
        if self.is_node:
            wrapper.parameterNode.SetParameter(self.name, "")
            wrapper.parameterNode.SetNodeReferenceID(self.name, value.GetID() if value else None)
        else:
            wrapper.parameterNode.SetParameter(self.name, value.name if isinstance(value, enum.Enum) else value)
        wrapper.parameterNode.EndModify(modified)


class _NodeBinding:
    def __init__(self, widget, parameter: _Parameter) -> None:
        widget.nodeTypes = [parameter.kind.__name__]
        self.widget, self.changed = widget, widget.currentNodeChanged

    def read(self):
        return self.widget.currentNode()

    def write(self, value) -> None:
        self.widget.setCurrentNode(value)


class _ChoiceBinding:
    def __init__(self, widget, parameter: _Parameter) -> None:
        self.widget, self.changed, self.choices = widget, widget.currentIndexChanged, list(parameter.kind)
        widget.clear()
        for choice in self.choices:
            widget.addItem(choice.label() if hasattr(choice, "label") else choice.name)

    def read(self):
        return self.choices[self.widget.currentIndex]

    def write(self, value) -> None:
        self.widget.currentIndex = self.choices.index(value)


def _bind(widget, parameter: _Parameter):
    if type(widget) is slicer.qMRMLNodeComboBox and parameter.is_node:
        return _NodeBinding(widget, parameter)
    if type(widget) is qt.QComboBox and issubclass(parameter.kind, enum.Enum):
        return _ChoiceBinding(widget, parameter)
    raise RuntimeError(f"The test host cannot connect {parameter.name} to a {type(widget).__name__}")


class _Wrapper:
    def __init__(self, parameterNode) -> None:
        self.parameterNode = parameterNode
        self._connected: dict[int, list[tuple]] = {}
        self._writing = False
        for parameter in self.allParameters.values():
            if not parameterNode.HasParameter(parameter.name):
                setattr(self, parameter.name, parameter.default)

    def connectGui(self, gui) -> int:
        named = {widget.property("SlicerParameterName"): widget for widget in vars(gui).values()}
        bindings = []
        for name, widget in named.items():
            if not name:
                continue
            binding = _bind(widget, self.allParameters[name])
            binding.write(getattr(self, name))

            def changed(*_, name=name, binding=binding) -> None:
                if not self._writing:
                    setattr(self, name, binding.read())

            binding.changed.connect(changed)
            bindings.append((name, binding, changed))
        tag = self.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._updateGui(bindings))
        self._connected[tag] = bindings
        return tag

    def disconnectGui(self, tag: int) -> None:
        self.RemoveObserver(tag)
        for _, binding, changed in self._connected.pop(tag):
            binding.changed.disconnect(changed)

    def _updateGui(self, bindings) -> None:
        if self._writing:
            return
        self._writing = True
        for name, binding, _ in bindings:
            binding.write(getattr(self, name))
        self._writing = False

    def AddObserver(self, event, callback, priority: float = 0.0) -> int:
        return self.parameterNode.AddObserver(event, callback, priority)

    def RemoveObserver(self, tag: int) -> None:
        self.parameterNode.RemoveObserver(tag)


def parameterNodeWrapper(cls: type) -> type:
    """Class decorator: the annotated attributes become parameters of the node that an instance is made with."""
    parameters = {
        name: _Parameter(name, kind, getattr(cls, name, "" if kind is str else None))
        for name, kind in typing.get_type_hints(cls).items()
    }
    return type(cls.__name__, (_Wrapper,), {**vars(cls), **parameters, "allParameters": parameters})
