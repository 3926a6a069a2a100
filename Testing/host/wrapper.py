"""A small ``parameterNodeWrapper``: text, numbers, choices and nodes as attributes of a parameter node, bound to widgets."""

import enum
import typing

import qt
import slicer
import vtk


class _Parameter:
    """One attribute. It is kept as Slicer keeps it, so that scenes can go back and forth."""

    def __init__(self, name: str, kind: type, default) -> None:
        self.name, self.kind = name, kind
        self.is_node, self.is_choice = issubclass(kind, slicer.vtkMRMLNode), issubclass(kind, enum.Enum)
        if not (self.is_node or self.is_choice or kind in (str, bool, int, float)):
            raise TypeError(f"The test host's parameter nodes have no {kind.__name__} ({name})")
        first = None if self.is_node else next(iter(kind)) if self.is_choice else kind()
        self.default = first if default is None else default

    def __get__(self, wrapper, owner=None):
        if self.is_node:
            return wrapper.parameterNode.GetNodeReference(self.name)
        text = wrapper.parameterNode.GetParameter(self.name)
        return self.kind[text] if self.is_choice else text == "True" if self.kind is bool else self.kind(text)

    def __set__(self, wrapper, value) -> None:
        allowed = (int, float) if self.kind is float else self.kind
        if not (isinstance(value, allowed) or (self.is_node and value is None)):
            raise ValueError(f"{self.name}: {value!r} is no {self.kind.__name__}")
        node = wrapper.parameterNode
        modified = node.StartModify()
        node.SetParameter(self.name, "" if self.is_node else value.name if self.is_choice else str(value))
        if self.is_node:
            node.SetNodeReferenceID(self.name, value.GetID() if value else None)
        node.EndModify(modified)

    def bind(self, widget) -> tuple:
        """The widget's signal, and functions that read and write its value."""
        kind = type(widget)
        if kind is slicer.qMRMLNodeComboBox and self.is_node:
            widget.nodeTypes = [self.kind.__name__]
            return widget.currentNodeChanged, widget.currentNode, widget.setCurrentNode
        if kind is qt.QComboBox and self.is_choice:
            choices = list(self.kind)
            widget.clear()
            widget.addItems([choice.label() if hasattr(choice, "label") else choice.name for choice in choices])
            write = lambda value: widget.setCurrentIndex(choices.index(value))  # noqa: E731
            return widget.currentIndexChanged, lambda: choices[widget.currentIndex], write
        if kind is qt.QCheckBox and self.kind is bool:
            return widget.stateChanged, widget.isChecked, widget.setChecked
        if kind is qt.QLineEdit and self.kind is str:
            return widget.textChanged, lambda: widget.text, lambda text: text == widget.text or widget.setText(text)
        raise RuntimeError(f"The test host cannot connect {self.name} to a {kind.__name__}")


class _Wrapper:
    def __init__(self, parameterNode) -> None:
        self.parameterNode = parameterNode
        self.AddObserver, self.RemoveObserver = parameterNode.AddObserver, parameterNode.RemoveObserver
        self._connected: dict[int, list[tuple]] = {}
        self._writing = False
        for parameter in self.allParameters.values():
            if not parameterNode.HasParameter(parameter.name):
                setattr(self, parameter.name, parameter.default)

    def connectGui(self, gui) -> int:
        named = [(widget.property("SlicerParameterName"), widget) for widget in vars(gui).values()]
        bound = [self._connected_to(self.allParameters[name], widget) for name, widget in named if name]
        tag = self.AddObserver(vtk.vtkCommand.ModifiedEvent, lambda *_: self._updateGui(bound))
        self._connected[tag] = bound
        return tag

    def _connected_to(self, parameter: _Parameter, widget) -> tuple:
        signal, read, write = parameter.bind(widget)
        write(getattr(self, parameter.name))

        def changed(*_) -> None:
            if not self._writing:
                setattr(self, parameter.name, read())

        signal.connect(changed)
        return parameter.name, write, signal, changed

    def disconnectGui(self, tag: int) -> None:
        self.RemoveObserver(tag)
        for _, _, signal, changed in self._connected.pop(tag):
            signal.disconnect(changed)

    def _updateGui(self, bound: list[tuple]) -> None:
        if not self._writing:
            self._writing = True
            for name, write, _, _ in bound:
                write(getattr(self, name))
            self._writing = False


def parameterNodeWrapper(cls: type) -> type:
    """Class decorator: the annotated attributes become parameters of the node that an instance is made with."""
    kinds = typing.get_type_hints(cls)
    parameters = {name: _Parameter(name, kind, getattr(cls, name, None)) for name, kind in kinds.items()}
    return type(cls.__name__, (_Wrapper,), {**vars(cls), **parameters, "allParameters": parameters})
