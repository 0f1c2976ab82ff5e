"""A simulated Opsgenie server, in this process or as a command, built only from the documentation."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what `__getattr__` below loads when it is first used: `sandbox --help` does without the server
    from opsgenie_async.sandbox.account.assumptions import Assumptions
    from opsgenie_async.sandbox.account.state import Account
    from opsgenie_async.sandbox.behaviour.churn import Churn
    from opsgenie_async.sandbox.http.faults import Fault
    from opsgenie_async.sandbox.http.limits import REALISTIC_LIMITS
    from opsgenie_async.sandbox.http.webhooks import Delivery, Webhook
    from opsgenie_async.sandbox.sandbox import Sandbox

__all__ = ["REALISTIC_LIMITS", "Account", "Assumptions", "Churn", "Delivery", "Fault", "Sandbox", "Webhook"]

if not TYPE_CHECKING:
    _HOMES = {
        "REALISTIC_LIMITS": "http.limits",
        "Account": "account.state",
        "Assumptions": "account.assumptions",
        "Churn": "behaviour.churn",
        "Delivery": "http.webhooks",
        "Fault": "http.faults",
        "Sandbox": "sandbox",
        "Webhook": "http.webhooks",
    }

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted({*globals(), *_HOMES})
