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
    """A resource of a client, created from the client's transport at first use.

        class Shop(Opsgenie):
            tills = LazyResource(Tills)

    The class can be a str "module:Class", which is imported at first use. "Class" alone is one of this package, in the
    module of `opsgenie_async.resources` with the attribute's name.

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
        """Creates the resource from a transport: usually its class."""
        if isinstance(self._factory, str):
            module, _, name = self._factory.rpartition(":")
            self._factory = getattr(import_module(module or f"{__package__}.resources.{self.name}"), name)
        factory: Callable[[Transport], R] = self._factory  # type: ignore[assignment]
        return factory


def lazy_resources(client: type) -> dict[str, LazyResource[Any]]:
    """Return the resources of a client class by name, in the order of declaration.

    Args:
        client: `Opsgenie` or a subclass; inherited resources come first.
    """
    names = {name: None for parent in reversed(client.__mro__) for name in vars(parent)}
    attributes = {name: getattr(client, name, None) for name in names}
    return {name: value for name, value in attributes.items() if isinstance(value, LazyResource)}
