"""No tracked file names a package registry's host or a path of the machine it was written on."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
REGISTRIES = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "registry" + ".npmjs",
    "deb." + "debian.org",
    "archive." + "ubuntu.com",
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:home/[a-z]+|Users/[a-z]+|work/main|work/shared)/")


def test_no_registry_host_and_no_machine_path() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    found = []
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = ROOT / name
        if not path.is_file() or path == Path(__file__):
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {host}" for host in REGISTRIES if host in text]
        found += [f"{name}: {match}" for match in MACHINE_PATHS.findall(text)]
    assert not found, "\n".join(found)
