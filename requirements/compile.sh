#!/usr/bin/env bash
# Compiles one hashed lock per image from pyproject.toml, without index or host. `make lock` calls it; add --upgrade to move versions.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-uv}
compile() { "$uv" pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"; }
compile --all-extras --group dev -o requirements/dev.txt "$@"
for name in auth vehicles billing documents ai notifications gateway simulators; do
  compile --extra "$name" --constraint requirements/dev.txt -o "requirements/$name.txt"
done
