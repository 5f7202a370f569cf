"""Ask this container's program whether it is ready; the image's HEALTHCHECK. Standard library only."""

import os
import sys
import urllib.request

port = os.environ.get("SIM_CLOCK_PORT") or os.environ["AUTOTRACK_OPERATIONS_PORT"]  # noqa: TID251 - runs beside the program, without its settings
path = "/livez" if "SIM_CLOCK_PORT" in os.environ else "/readyz"  # noqa: TID251 - as above
try:
    urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=4).close()
except OSError as problem:
    sys.exit(f"not ready: {problem}")
