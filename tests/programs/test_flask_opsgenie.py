"""flask-opsgenie in a Flask application."""

from __future__ import annotations

import time

import pytest
from flask import Flask, Response
from flask_opsgenie import FlaskOpsgenie
from flask_opsgenie.entities import AlertType


@pytest.fixture
def shop(served):
    def shop(**settings):
        app = Flask("shop")
        app.config.update(OPSGENIE_TOKEN=served.key, OPSGENIE_API_BASE=served.url, SERVICE_ID="shop", **settings)
        plugin = FlaskOpsgenie(app)

        @app.get("/fail/<int:status>")
        def fail(status: int) -> Response:
            return Response(status=status)

        @app.get("/slow")
        def slow() -> str:
            time.sleep(0.02)
            return "late"

        @app.errorhandler(ZeroDivisionError)
        def broken(error: Exception) -> tuple[str, int]:
            plugin.raise_exception_alert(alert_type=AlertType.EXCEPTION, exception=error)
            return "broken", 500

        @app.get("/raise")
        def raises() -> str:
            return str(1 / 0)

        return app.test_client(), plugin

    return shop


def test_a_status_is_an_alert_with_a_number_among_its_details(served, shop):
    client, _ = shop(ALERT_STATUS_CODES=[503], ALERT_TAGS=["shop"], ALERT_DETAILS={"floor": 1}, ALERT_PRIORITY="P2")

    client.get("/fail/503")
    client.get("/fail/500")

    (alert,) = served.alerts().values()
    assert alert["message"].startswith("/fail/503 returned unaccepted status code : 503")
    assert (alert["priority"], alert["tags"]) == ("P2", ["shop"])
    assert (alert["details"]["status_code"], alert["details"]["floor"]) == ("503", "1")
    assert alert["alias"] == "shop-/fail/503-503-local"


def test_a_class_of_statuses_with_responders(served, shop):
    client, _ = shop(ALERT_STATUS_CLASSES=["5XX"], RESPONDER=[{"type": "team", "name": "ops"}])

    for status in (500, 502, 404):
        client.get(f"/fail/{status}")

    alerts = served.alerts().values()
    assert {alert["details"]["status_class"] for alert in alerts} == {"5XX"}
    assert all(alert["responders"][0]["type"] == "team" for alert in alerts)
    assert len(alerts) == 2


def test_the_same_again_is_counted(served, shop):
    client, _ = shop(ALERT_STATUS_CODES=[503])

    for _ in range(3):
        client.get("/fail/503")

    (alert,) = served.alerts().values()
    assert alert["count"] == 3


def test_a_slow_answer(served, shop):
    client, _ = shop(THRESHOLD_RESPONSE_TIME=1, RESPONSE_TIME_MONITORED_ENDPOINTS=["/slow"])

    client.get("/slow")

    (alert,) = served.alerts().values()
    assert "unexpected response time" in alert["message"]
    assert alert["details"]["status_code"] == "200"


def test_an_exception_with_its_traceback(served, shop):
    client, _ = shop(FORWARDED_HEADER_KEYS=["X-Till", "X-Nobody"])  # it sends null for the second

    client.get("/raise", headers={"X-Till": "4"})

    (alert,) = served.alerts().values()
    assert alert["details"]["exception"] == "division by zero"
    assert "ZeroDivisionError" in alert["details"]["Traceback"]
    assert alert["details"]["X-Till"] == "4"


def test_one_by_hand(served, shop):
    _, plugin = shop()
    with Flask("other").app_context():
        try:
            raise OSError("no disk")
        except OSError as error:
            plugin.raise_exception_alert(
                alert_type=AlertType.MANUAL, exception=error, func_name="backup", alert_priority="P1"
            )

    (alert,) = served.alerts().values()
    assert (alert["message"].split(" : ")[0], alert["priority"]) == ("backup threw exception", "P1")
