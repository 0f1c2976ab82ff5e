"""Opsgenie in a FastAPI service: one client for the whole application, opened and closed by its lifespan.

    pip install fastapi uvicorn
    OPSGENIE_API_KEY=... python examples/fastapi_service.py --port 8080

The first line on stdout is a JSON object with the service's address.
"""

from __future__ import annotations

import argparse
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import uvicorn
from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from opsgenie_async import Name, NotFound, Opsgenie, OpsgenieError, Priority


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with Opsgenie() as app.state.og:
        yield


app = FastAPI(lifespan=lifespan)


def client(request: Request) -> Opsgenie:
    og: Opsgenie = request.app.state.og
    return og


Client = Annotated[Opsgenie, Depends(client)]


class Problem(BaseModel):
    """What somebody reports."""

    message: str
    priority: Priority = Priority.P3


@app.exception_handler(OpsgenieError)
async def on_error(request: Request, error: OpsgenieError) -> JSONResponse:
    status = 404 if isinstance(error, NotFound) else 502
    return JSONResponse({"error": error.message, "opsgenie_request": error.request_id}, status)


@app.get("/on-call/{schedule}")
async def on_call(schedule: str, og: Client) -> list[str]:
    return (await og.on_calls.get(Name(schedule), flat=True)).on_call_recipients


@app.post("/problems", status_code=201)
async def report(problem: Problem, og: Client) -> dict[str, str]:
    pending = await og.alerts.create(message=problem.message, priority=problem.priority, source="fastapi")
    status = await pending.wait(timeout=10)
    return {"alert": status.alert_id, "alias": status.alias}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    door = socket.create_server(("127.0.0.1", parser.parse_args().port))
    print(json.dumps({"url": f"http://127.0.0.1:{door.getsockname()[1]}"}), flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[door])


if __name__ == "__main__":
    main()
