"""What a worker of Dask does. It travels to the worker by value, and so needs nothing but Python there; convlab must be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import Any


def grade_task(request: dict[str, Any], root: str) -> dict[str, Any]:
    """Grades one submission in a process of its own. `CONVLAB_ROOT` tells where convlab is, if not where the client has it."""
    script = os.path.join(os.environ.get("CONVLAB_ROOT", root), "scripts", "grade_submission.py")
    if not os.path.exists(script):
        raise RuntimeError(f"there is no convlab at {os.path.dirname(os.path.dirname(script))}; set CONVLAB_ROOT where the worker is started")
    env = {**os.environ, **request["env"], "PYTHONUTF8": "1"}
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdin and process.stdout
        # the limits are kept by the process itself; this one is for its own faults
        alarm = threading.Timer(3 * request["limits"]["total"] + 600, process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()  # and stays open: its end would mean that nobody waits
            reply = process.stdout.read()
        finally:
            alarm.cancel()
            process.kill()
    if not reply.endswith(b"\n"):
        raise RuntimeError("the process that grades broke off")
    return dict(json.loads(reply))
