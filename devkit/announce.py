"""Waits until the web server answers, then says where everything is. ``--stay``: and then does not end."""

from __future__ import annotations

import http.client
import os
import signal
import sys
from pathlib import Path

from devkit import procs

PATIENCE = 60
LOGINS = "logins.txt"  # left by devkit.prepare in the state folder


def main(arguments: list[str]) -> int:
    """Print the addresses, and with ``--stay`` the logins."""
    domain, port = os.environ["PLATFORM_DOMAIN"], int(os.environ["PORT"])
    if not procs.wait_until(lambda: answers(port, domain), PATIENCE, pause=0.1):
        print(f"The web server has not answered within {PATIENCE} seconds.")
        return 1
    print(f"Marketplace          http://{domain}:{port}/")
    print(f"Operator's console   http://{domain}:{port}/operator/")
    if "--stay" not in arguments:
        return 0
    print((Path(os.environ["COMPTOIR_VAR"]) / LOGINS).read_text().rstrip())
    print("Ctrl-C stops everything.", flush=True)
    signal.pause()
    return 0


def answers(port: int, host: str) -> bool:
    """Whether the platform's home page is served."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": f"{host}:{port}"})
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
