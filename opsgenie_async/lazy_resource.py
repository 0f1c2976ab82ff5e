"""The descriptor of a client's resource: imported and created at first use."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, Generic, Protocol, Self, TypeVar, overload

from opsgenie_async.http.transport import Transport

__all__ = ["LazyResource", "lazy_resources"]

R = TypeVar("R")


class HasTransport(Protocol):
    """A client."""

    _transport: Transport


class LazyResource(Generic[R]):
    """A resource of a client, made of the client's transport when it is first used.

        class Shop(Opsgenie):
            tills = LazyResource(Tills)

    The class may be written as "module:Class", which is imported when the attribute is first used. "Class" alone is one
    of this package, in the module of `opsgenie_async.resources` that is named like the attribute.

    Attributes:
        name: The attribute's name.
    """

    __slots__ = ("_factory", "name")

    name: str

    def __init__(self, factory: Callable[[Transport], R] | str) -> None:
        self._factory = factory

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: HasTransport, owner: type) -> R: ...
    def __get__(self, client: HasTransport | None, owner: type) -> Self | R:
        if client is None:
            return self
        resource = self.factory(client._transport)
        client.__dict__[self.name] = resource  # found before this descriptor from now on
        return resource

    def __repr__(self) -> str:
        return f"<resource {self._factory!r}>"

    @property
    def factory(self) -> Callable[[Transport], R]:
        """What makes the resource of a transport: its class, as a rule."""
        if isinstance(self._factory, str):
            module, _, name = self._factory.rpartition(":")
            self._factory = getattr(import_module(module or f"{__package__}.resources.{self.name}"), name)
        factory: Callable[[Transport], R] = self._factory  # type: ignore[assignment]
        return factory


def lazy_resources(client: type) -> dict[str, LazyResource[Any]]:
    """Return the resources of a client's class by their names, in the order in which they are declared.

    Args:
        client: `Opsgenie` or a subclass; what a subclass declares stands behind what it inherits.
    """
    names = {name: None for parent in reversed(client.__mro__) for name in vars(parent)}
    attributes = {name: getattr(client, name, None) for name in names}
    return {name: value for name, value in attributes.items() if isinstance(value, LazyResource)}
