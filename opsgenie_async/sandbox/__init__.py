"""An Opsgenie that runs in this process or as a command, built from the documents alone."""

from opsgenie_async.sandbox.assumptions import Assumptions
from opsgenie_async.sandbox.faults import Fault
from opsgenie_async.sandbox.limits import REALISTIC_LIMITS
from opsgenie_async.sandbox.server import Sandbox
from opsgenie_async.sandbox.state import Account
from opsgenie_async.sandbox.webhooks import Delivery, Webhook

__all__ = ["REALISTIC_LIMITS", "Account", "Assumptions", "Delivery", "Fault", "Sandbox", "Webhook"]
