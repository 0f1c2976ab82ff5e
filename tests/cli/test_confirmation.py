"""Signals while a question waits for its answer."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading

import pytest

from opsgenie_async.cli.confirmation import confirm


@pytest.mark.skipif(sys.platform == "win32", reason="no such terminals")
def test_the_event_loop_hears_of_signals_that_came_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    import pty

    main, terminal = pty.openpty()
    ear, mouth = socket.socketpair()
    mouth.setblocking(False)
    ear.settimeout(30)

    def interrupt() -> None:
        text = b""
        while b"[y/N]" not in text:
            text += os.read(main, 4096)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)

    before = signal.signal(signal.SIGUSR1, lambda *_: os.write(main, b"y\n"))
    descriptor = signal.set_wakeup_fd(mouth.fileno())
    thread = threading.Thread(target=interrupt)
    try:
        with ear, mouth, open(terminal, closefd=False) as stdin, open(terminal, "w", closefd=False) as stderr:
            monkeypatch.setattr("sys.stdin", stdin)
            monkeypatch.setattr("sys.stderr", stderr)
            thread.start()
            answer = confirm("Really?")
            assert (answer, ear.recv(1)) == (True, bytes([signal.SIGUSR1]))
    finally:
        thread.join()
        signal.set_wakeup_fd(descriptor)
        signal.signal(signal.SIGUSR1, before)
        os.close(main)
        os.close(terminal)
