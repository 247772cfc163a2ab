"""Waits until the web server answers, then says where everything is. ``--stay``: and then does not end."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys

from devkit import places, procs

PATIENCE = 60


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
    code = subprocess.run([sys.executable, "manage.py", "demo_logins"], cwd=places.ROOT, check=False).returncode
    if code:
        return code
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
