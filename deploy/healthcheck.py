"""Ask this container's program whether its loops turn and whether it can work; the image's HEALTHCHECK. Standard library only."""

import os
import sys
import urllib.request

port = os.environ.get("SIM_CLOCK_PORT") or os.environ["AUTOTRACK_OPERATIONS_PORT"]  # noqa: TID251 - runs beside the program, without its settings
paths = ("/livez",) if "SIM_CLOCK_PORT" in os.environ else ("/livez", "/readyz")  # noqa: TID251 - as above
for path in paths:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=4).close()
    except OSError as problem:
        sys.exit(f"{path}: {problem}")
