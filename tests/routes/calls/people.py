"""Users and what is theirs."""

from opsgenie_async import Name
from opsgenie_async.models import (
    ContactMeta,
    Duration,
    MatchAll,
    NotificationRepeat,
    NotificationRuleStep,
    UserAddress,
    UserMeta,
    UserRole,
)
from tests.routes.calls.story import END, START, Calls

ANN = "ann@corp.example"
BOB = "bob@corp.example"

CALLS: Calls = {
    "account.get": lambda s: s.og.account.get(),
    "custom_user_role.create": lambda s: s.og.custom_user_roles.create(
        name="on duty", extended_role="user", granted_rights=["logs-page-access"]
    ),
    "custom_user_role.list": lambda s: s.og.custom_user_roles.list(),
    "custom_user_role.update": lambda s: s.og.custom_user_roles.update(
        Name("on duty"), name="on duty", extended_role="user", disallowed_rights=["profile-edit"]
    ),
    "custom_user_role.get": lambda s: s.og.custom_user_roles.get(s["custom_user_role.create"]),
    "user.create": lambda s: s.og.users.create(
        username=ANN,
        full_name="Ann Example",
        role=UserRole(name="user"),
        skype_username="ann.example",
        time_zone="Europe/Berlin",
        locale="de_DE",
        user_address=UserAddress(country="Germany", city="Berlin", zip_code="10115"),
        tags=["day shift"],
        details={"desk": ["4", "2"]},
        invitation_disabled=True,
    ),
    "user.list": lambda s: s.og.users.list(query="username:ann", page_size=2),
    "user.update": lambda s: s.og.users.update(ANN, full_name="Ann E. Example"),
    "contact.create": lambda s: s.og.contacts.create(ANN, method="sms", to="1-9999999999"),
    "contact.list": lambda s: s.og.contacts.list(ANN),
    "contact.update": lambda s: s.og.contacts.update(ANN, s["contact.create"], to="1-8888888888"),
    "contact.disable": lambda s: s.og.contacts.disable(ANN, s["contact.create"]),
    "contact.enable": lambda s: s.og.contacts.enable(ANN, s["contact.create"]),
    "contact.get": lambda s: s.og.contacts.get(ANN, s["contact.create"]),
    "user.get": lambda s: s.og.users.get(ANN, expand="contact"),
    "notification_rule.create": lambda s: s.og.notification_rules.create(
        ANN,
        name="new ones",
        action_type="create-alert",
        enabled=True,
        criteria=MatchAll(),
        steps=[
            NotificationRuleStep(
                contact=ContactMeta(method="sms", to="1-8888888888"), send_after=Duration(time_amount=1), enabled=True
            )
        ],
        repeat=NotificationRepeat(loop_after=10),
    ),
    "notification_rule.list": lambda s: s.og.notification_rules.list(ANN),
    "notification_rule.update": lambda s: s.og.notification_rules.update(
        ANN, s["notification_rule.create"], name="all new ones"
    ),
    "notification_rule.disable": lambda s: s.og.notification_rules.disable(ANN, s["notification_rule.create"]),
    "notification_rule.enable": lambda s: s.og.notification_rules.enable(ANN, s["notification_rule.create"]),
    "notification_rule.change_order": lambda s: s.og.notification_rules.change_order(
        ANN, s["notification_rule.create"], order=0
    ),
    "notification_rule.copy_to": lambda s: s.og.notification_rules.copy_to(ANN, to_users=[BOB], rule_types=["all"]),
    "notification_rule_step.create": lambda s: s.og.notification_rule_steps.create(
        ANN,
        s["notification_rule.create"],
        contact=ContactMeta(method="sms", to="1-8888888888"),
        send_after=Duration(time_amount=5),
        enabled=True,
    ),
    "notification_rule_step.list": lambda s: s.og.notification_rule_steps.list(ANN, s["notification_rule.create"]),
    "notification_rule_step.update": lambda s: s.og.notification_rule_steps.update(
        ANN, s["notification_rule.create"], s["notification_rule_step.create"], send_after=Duration(time_amount=0)
    ),
    "notification_rule_step.disable": lambda s: s.og.notification_rule_steps.disable(
        ANN, s["notification_rule.create"], s["notification_rule_step.create"]
    ),
    "notification_rule_step.enable": lambda s: s.og.notification_rule_steps.enable(
        ANN, s["notification_rule.create"], s["notification_rule_step.create"]
    ),
    "notification_rule_step.get": lambda s: s.og.notification_rule_steps.get(
        ANN, s["notification_rule.create"], s["notification_rule_step.create"]
    ),
    "notification_rule.get": lambda s: s.og.notification_rules.get(ANN, s["notification_rule.create"]),
    "forwarding_rule.create": lambda s: s.og.forwarding_rules.create(
        from_user=UserMeta(username=ANN),
        to_user=UserMeta(username=BOB),
        start_date=START,
        end_date=END,
        alias="holiday",
    ),
    "forwarding_rule.list": lambda s: s.og.forwarding_rules.list(),
    "forwarding_rule.update": lambda s: s.og.forwarding_rules.update(
        s["forwarding_rule.create"],
        from_user=UserMeta(username=ANN),
        to_user=UserMeta(username=BOB),
        start_date=START,
        end_date=END,
        alias="holiday",
    ),
    "forwarding_rule.get": lambda s: s.og.forwarding_rules.get(s["forwarding_rule.create"]),
    "user.list_forwarding_rules": lambda s: s.og.users.list_forwarding_rules(ANN),
    "user_saved_search.list": lambda s: s.og.user_saved_searches.list(),
    "user_saved_search.get": lambda s: s.og.user_saved_searches.get(s["user_saved_search.list"][0]),
}

REMOVALS: Calls = {
    "user_saved_search.delete": lambda s: s.og.user_saved_searches.delete(s["user_saved_search.list"][0]),
    "notification_rule_step.delete": lambda s: s.og.notification_rule_steps.delete(
        ANN, s["notification_rule.create"], s["notification_rule_step.create"]
    ),
    "notification_rule.delete": lambda s: s.og.notification_rules.delete(ANN, s["notification_rule.create"]),
    "contact.delete": lambda s: s.og.contacts.delete(ANN, s["contact.create"]),
    "forwarding_rule.delete": lambda s: s.og.forwarding_rules.delete(s["forwarding_rule.create"]),
    "user.delete": lambda s: s.og.users.delete(ANN),
    "custom_user_role.delete": lambda s: s.og.custom_user_roles.delete(Name("on duty")),
}
