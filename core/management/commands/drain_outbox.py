"""Hands events to their handlers until it is told to stop."""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from core import outbox


class Command(BaseCommand):
    help = "Drain the outbox: on LISTEN, with a poll as safety. --once empties it and ends."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true")
        parser.add_argument("--poll-seconds", type=float, default=2.0)

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        if options["once"]:
            self.stdout.write(f"{outbox.drain()} deliveries")
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.stopping:
            try:
                outbox.drain()
                outbox.wait_for_events(options["poll_seconds"])
            except OperationalError as error:
                self.stderr.write(f"database not reachable, trying again: {error}")
                connection.close()
                time.sleep(1.0)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True
