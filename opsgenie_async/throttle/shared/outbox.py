"""Reports of a client to Redis about its permits, collected until the next exchange."""

from __future__ import annotations

__all__ = ["Outbox"]


GRAIN = 0.002
"""Seconds: answers that came within it are reported together."""


class _Answers:
    __slots__ = ("count", "last", "latency", "probe")

    def __init__(self) -> None:
        self.count, self.last, self.latency, self.probe = 0, 0.0, 0.0, False


class Outbox:
    """Responses, refusals and unused permits, by the times of their grants."""

    __slots__ = ("_abandoned", "_accepted", "_refused", "_slow_down", "_unused")

    def __init__(self) -> None:
        self._accepted: dict[tuple[str, int], _Answers] = {}
        self._refused: list[tuple[str, int, bool, float | bool, float | bool]] = []
        self._unused: dict[str, int] = {}
        self._abandoned = False
        self._slow_down: float | bool = False

    def __bool__(self) -> bool:
        return bool(self._accepted or self._refused or self._unused or self._abandoned or self._slow_down)

    def accept(self, at: str, now: float, latency: float, *, probe: bool) -> None:
        answers = self._accepted.setdefault((at, int(now / GRAIN)), _Answers())
        answers.count += 1
        answers.last = now
        answers.latency += latency
        answers.probe |= probe

    def refuse(self, at: str, epoch: int, *, probe: bool, period: float | None, retry_after: float | None) -> None:
        self._refused.append(
            (at, epoch, probe, False if period is None else period, False if retry_after is None else retry_after)
        )

    def return_unused(self, at: str, count: int, *, probe: bool) -> None:
        self._unused[at] = self._unused.get(at, 0) + count
        self._abandoned |= probe

    def abandon_probe(self) -> None:
        self._abandoned = True

    def slow_down(self, period: float | None) -> None:
        self._slow_down = period or -1.0

    def render(self, now: float) -> dict[str, object]:
        """The reports in the form of the script; times become ages, since the clocks of two machines differ."""
        return {
            "accepted": [
                (
                    at,
                    answers.count,
                    round(now - answers.last, 6),
                    round(answers.latency / answers.count, 6),
                    answers.probe,
                )
                for (at, _), answers in self._accepted.items()
            ],
            "refused": self._refused,
            "unused": list(self._unused.items()),
            "abandoned": self._abandoned,
            "slow_down": self._slow_down,
        }
