"""`og.account`, against the sandbox."""

from opsgenie_async import Opsgenie
from opsgenie_async.models import Account, AccountPlan
from opsgenie_async.sandbox import Sandbox
from tests.resources.reading import unread_fields


async def test_the_account_tells_its_users_and_its_plan(og: Opsgenie, sandbox: Sandbox):
    account = await og.account.get()

    assert account == Account(
        name="sandbox",
        user_count=len(sandbox.account.users),
        plan=AccountPlan(name="Enterprise", max_user_count=1500, is_yearly=True),
    )
    assert list(unread_fields(account)) == []
