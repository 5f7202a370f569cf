"""HAProxy as an operator's ingress or a Kubernetes Service would stand there: connections to whoever says it is ready."""

import shutil
import socket
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from deploy.local import processes
from deploy.local.machine import environment, free_port
from deploy.local.processes import Process

LOOPBACK = "127.0.0.1"
PATHS = "/usr/sbin:/usr/local/sbin:/usr/bin:/bin"


class Balancer:
    """One port for each name, the replicas behind it; `/readyz` decides, five times a second."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        self.ports = {name: free_port() for name in names}
        self._folder = folder
        self._process: Process | None = None

    def url(self, name: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[name]}"

    def start(self, replicas: Mapping[str, Sequence[int]]) -> None:
        """`replicas`: the ports behind each name."""
        program = shutil.which("haproxy", path=PATHS)
        assert program is not None, "haproxy is not installed: make test installs it"
        self._folder.mkdir(parents=True, exist_ok=True)
        config = self._folder / "haproxy.cfg"
        config.write_text(self._config(replicas))
        log = self._folder / "haproxy.log"
        self._process = processes.start(
            [program, "-db", "-f", str(config)], log=log, env=environment()
        )
        for name, port in self.ports.items():
            processes.wait_until(
                partial(_listens, port),
                process=self._process,
                what=f"haproxy {name}",
                log=log,
            )

    def stop(self) -> None:
        if self._process is not None:
            processes.stop(self._process)

    def _config(self, replicas: Mapping[str, Sequence[int]]) -> str:
        lines = [
            "global",
            "    maxconn 2000",
            "defaults",
            "    mode tcp",
            "    timeout connect 1s",
            "    timeout client 60s",
            "    timeout server 60s",
            "    timeout check 10s",  # a slow answer is no refusal: the machine of the tests may be busy
            "    option redispatch 1",
            "    retries 3",
        ]
        for name, port in self.ports.items():
            lines += [
                f"listen {name}",
                f"    bind {LOOPBACK}:{port}",
                "    balance roundrobin",
                "    option httpchk",
                "    http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host balancer",
                "    http-check expect status 200",
                "    default-server check inter 200ms fall 1 rise 1",
                *(f"    server r{at} {LOOPBACK}:{at}" for at in replicas[name]),
            ]
        return "\n".join(lines) + "\n"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
