"""Imports that cost memory and time, and are seldom needed.

`importlib.util.LazyLoader` does not serve: an import statement already looks into the module.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType


def defer_import(name: str) -> None:
    """Have a module loaded when somebody first uses it, whoever imports it, instead of now.

    Nothing is done where it is loaded already. What prevents its import is raised at its first use.
    """
    sys.modules.setdefault(name, _Deferred(name))


class _Deferred(ModuleType):
    """Stands for a module until something is asked of it."""

    def __getattr__(self, attribute: str) -> object:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribute)
