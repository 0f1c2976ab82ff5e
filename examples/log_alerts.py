"""A program without an event loop whose logged errors become alerts.

OPSGENIE_API_KEY=... python examples/log_alerts.py --orders 20
"""

from __future__ import annotations

import argparse
import logging
import logging.config

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain"},
        "opsgenie": {
            "class": "opsgenie_async.web.log_handler.OpsgenieHandler",
            "level": "ERROR",
            "service": "billing",
            "alert": {"tags": ["billing"]},
        },
    },
    "root": {"level": "INFO", "handlers": ["stderr", "opsgenie"]},
}

log = logging.getLogger("billing.invoices")


def invoice(number: int) -> None:
    if number % 7 == 0:
        raise ValueError("no address")
    log.info("invoice %d is out", number)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=20)
    orders = parser.parse_args().orders
    logging.config.dictConfig(LOGGING)
    for number in range(1, orders + 1):
        try:
            invoice(number)
        except ValueError:
            log.exception("invoice %d failed", number, extra={"tenant": "acme"})


if __name__ == "__main__":
    main()
