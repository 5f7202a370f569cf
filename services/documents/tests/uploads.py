"""Uploads as browsers send them, and what is left on the disk."""

from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parent / "samples"


class Uploader:
    def __init__(self, blob_dir: Path) -> None:
        self._blob_dir = blob_dir

    async def __call__(
        self, client: Any, content: bytes, name: str = "facture.pdf", **fields: str
    ) -> Any:
        files = {"file": (name, content, "application/octet-stream")}
        return await client.post("/api/documents", files=files, data=fields)

    def kept(self) -> list[Path]:
        """Every file the service holds, half-written ones included."""
        return [path for path in self._blob_dir.rglob("*") if path.is_file()]
