"""A ``qt`` module with the semantics of PythonQt, the binding that Slicer has, made from PySide6.

Qt's properties are plain attributes, signals are also connected by the text of their signature, C++ objects take no new
attributes. Where PythonQt is lenient (it converts values, and only logs an unknown signal) this module raises.
"""

import inspect
import sys
import types
from xml.etree import ElementTree

from PySide6 import QtCore, QtGui, QtUiTools, QtWidgets

from .contract import CONTRACTS

_CALLED_BY_QT = ("sizeHint", "minimumSizeHint")  # virtual getters: as attributes they would break Qt's own calls
_property, _set_property, _find_children = QtCore.QObject.property, QtCore.QObject.setProperty, QtCore.QObject.findChildren


class _QtAttribute:
    """A Qt property as an attribute; on the class itself it gives what the class had under that name."""

    def __init__(self, cls: type, name: str) -> None:
        capital = name[0].upper() + name[1:]
        self.name, self.hidden = name, cls.__dict__.get(name)
        names = (f"is{capital}",) if isinstance(self.hidden, staticmethod) else (name, f"is{capital}", f"has{capital}")
        methods = (getattr(cls, method, None) for method in names)
        self.getter = next((method for method in methods if inspect.isroutine(method)), None)
        self.setter = getattr(cls, f"set{capital}", None)

    def __get__(self, instance, owner=None):
        if instance is not None:
            return self.getter(instance) if self.getter else _property(instance, self.name)
        return self.hidden.__get__(None, owner) if hasattr(self.hidden, "__get__") else self

    def __set__(self, instance, value) -> None:
        if self.setter:
            self.setter(instance, value)
        elif not _set_property(instance, self.name, value):
            raise AttributeError(f"Property '{self.name}' of {type(instance).__name__} cannot be written")


def _setattr(self, name: str, value) -> None:
    known = next((cls.__dict__[name] for cls in type(self).__mro__ if name in cls.__dict__), None)
    if isinstance(known, QtCore.Property):  # PySide6's own are no data descriptors
        known.fset(self, value)
    elif hasattr(known, "__set__"):
        known.__set__(self, value)
    elif name.startswith("_") or isinstance(value, QtCore.SignalInstance) or getattr(value, "objectName", None) == name:
        self.__dict__[name] = value  # the last: a named child in a .ui file
    elif name.encode() in [bytes(dynamic) for dynamic in self.dynamicPropertyNames()]:
        _set_property(self, name, value)
    else:
        raise AttributeError(f"{type(self).__name__} has no attribute '{name}' that can be set")


def _signal(sender, signature: str):
    name, _, arguments = signature.rstrip(")").partition("(")
    if any(signature in CONTRACTS[base.__name__].signals for base in type(sender).__mro__ if base.__name__ in CONTRACTS):
        return getattr(sender, name)
    if sender.metaObject().indexOfSignal(signature) < 0:
        raise ValueError(f"{type(sender).__name__} has no signal {signature}")
    return getattr(sender, name)[arguments] if arguments else getattr(sender, name)


def _connect(self, signature: str, *receiver) -> bool:
    slot = getattr(receiver[0], receiver[1].partition("(")[0]) if len(receiver) == 2 else receiver[0]
    signal, target = _signal(self, signature), _trimmed(slot, signature)
    signal.connect(target)
    self.__dict__.setdefault("_connections", []).append((signature, slot, signal, target))
    return True


def _disconnect(self, signature: str, slot) -> bool:
    for entry in [entry for entry in self.__dict__.get("_connections", []) if entry[:2] == (signature, slot)]:
        entry[2].disconnect(entry[3])
        self._connections.remove(entry)
        return True
    raise ValueError(f"{type(self).__name__}: {signature} was not connected to {slot}")


def _trimmed(slot, signature: str):
    """The slot with as many arguments as it takes; held strongly, as PythonQt does."""
    code = getattr(slot, "__code__", None)  # C++ has none
    takes_all = code is None or code.co_flags & inspect.CO_VARARGS
    count = None if takes_all else code.co_argcount - inspect.ismethod(slot)
    return lambda *arguments: slot(*arguments[: 0 if signature.endswith("()") else count])


def _resolve_connect(cls: type) -> None:
    """PySide6 resolves ``connect`` in C where a class's own attributes are not asked; its glue passes texts such as '2x()'."""
    original = cls.__getattribute__

    def __getattribute__(self, name: str):
        if name not in ("connect", "disconnect"):
            return original(self, name)
        ours = _connect if name == "connect" else _disconnect

        def call(*arguments):
            by_text = isinstance(arguments[0], str) and not arguments[0][0].isdigit()
            return ours(self, *arguments) if by_text else original(self, name)(*arguments)

        return call

    cls.__getattribute__ = __getattribute__


class QUiLoader(QtUiTools.QUiLoader):
    """Loads .ui files with stand-ins for the widgets of CTK and Slicer, whose signals C++ cannot connect by itself."""

    stand_ins: dict[str, type] = {}  # noqa: RUF012

    def createWidget(self, className: str, parent=None, name: str = ""):
        if className in self.availableWidgets() and className not in self.stand_ins:
            return super().createWidget(className, parent, name)
        if className not in self.stand_ins:
            raise RuntimeError(f"The test host has no {className} ({name})")
        widget = self.stand_ins[className](parent)
        widget.setObjectName(name)
        self._created.append(widget)  # else Python's half of it is lost
        return widget

    def load(self, device, parent=None):
        self._created = []
        root = ElementTree.fromstring(bytes(device.readAll()))
        connections = list(root.iter("connection"))
        for section in root.findall("connections"):
            root.remove(section)
        buffer = QtCore.QBuffer()
        buffer.setData(ElementTree.tostring(root))
        buffer.open(QtCore.QIODevice.ReadOnly)
        widget = super().load(buffer, parent)
        named = {child.objectName: child for child in (widget, *_find_children(widget, QtCore.QObject))}
        for connection in connections:
            sender, signal, receiver, slot = (connection.findtext(tag) for tag in ("sender", "signal", "receiver", "slot"))
            _connect(named[sender], signal, named[receiver], slot)
        return widget


def build() -> types.ModuleType:
    """Make ``qt`` importable."""
    qt = types.ModuleType("qt", "PySide6 as PythonQt gives it")
    for module in (QtCore, QtGui, QtWidgets, QtUiTools):
        vars(qt).update({name: getattr(module, name) for name in dir(module) if not name.startswith("_")})
    for cls in [cls for cls in vars(qt).values() if isinstance(cls, type) and issubclass(cls, QtCore.QObject)]:
        if cls is QtCore.QObject or "__getattribute__" in cls.__dict__:
            _resolve_connect(cls)
        cls.__setattr__ = _setattr
        meta = cls.staticMetaObject
        for name in (meta.property(index).name() for index in range(meta.propertyOffset(), meta.propertyCount())):
            if name not in _CALLED_BY_QT:
                setattr(cls, name, _QtAttribute(cls, name))
    QtCore.QObject.name = property(lambda self: self.objectName, lambda self, name: self.setObjectName(name))
    QtCore.QObject.className = lambda self: self.metaObject().className()
    qt.QUiLoader = QUiLoader
    sys.modules["qt"] = qt
    return qt
