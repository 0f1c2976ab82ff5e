"""An Opsgenie that runs in this process or as a command, built from the documents alone."""

from opsgenie_async.sandbox.account.assumptions import Assumptions
from opsgenie_async.sandbox.account.state import Account
from opsgenie_async.sandbox.behaviour.churn import Churn
from opsgenie_async.sandbox.http.faults import Fault
from opsgenie_async.sandbox.http.limits import REALISTIC_LIMITS
from opsgenie_async.sandbox.http.webhooks import Delivery, Webhook
from opsgenie_async.sandbox.sandbox import Sandbox

__all__ = ["REALISTIC_LIMITS", "Account", "Assumptions", "Churn", "Delivery", "Fault", "Sandbox", "Webhook"]
