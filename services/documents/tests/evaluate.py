"""Scores the reader against documents with known truth; a measurement, not a test: the documents stay outside the product.

    python -m services.documents.tests.evaluate .../dev/manifest.json [OUT.json]

Reads each file as the service does (text layer, XML, recognition) and counts as the scorer beside the manifest counts: a field
is right when it equals one of the listed values; precision = right / given, recall = right / present. The scorer itself, when it
stands beside the manifest, is run on OUT.json for the details.
"""

import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from services.documents.clients import pages
from services.documents.clients.ocr import TesseractOcr
from services.documents.domain.fields import read_fields
from services.documents.errors import FileRefused, FileTypeUnsupported

SCORER = "score_documents.py"


def predict(path: Path, today: date) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        facts = pages.inspect(path)
    except (FileRefused, FileTypeUnsupported):
        return {"status": "unreadable", "seconds": time.perf_counter() - started}
    if facts.locked:
        return {"status": "password_required", "seconds": time.perf_counter() - started}
    found = pages.read(
        path, facts.media_type, TesseractOcr(), progress=lambda _done, _count, _page: None
    )
    reading = read_fields(found.pages, today=today, einvoice=found.einvoice)
    return {
        "status": reading.status.value,
        "document_type": reading.kind.document_type.value,
        "type_confidence": reading.kind.confidence,
        "fields": {field.name: field.value for field in reading.fields},
        "confidence": {field.name: field.confidence for field in reading.fields},
        "seconds": round(time.perf_counter() - started, 3),
    }


def main(manifest: Path, out: Path) -> int:
    os.environ["OMP_THREAD_LIMIT"] = "1"
    documents = json.loads(manifest.read_text("utf-8"))["documents"]
    today = date(2026, 11, 22)
    predictions = {one["file"]: predict(manifest.parent / one["file"], today) for one in documents}
    out.write_text(json.dumps(predictions, ensure_ascii=False, indent=1), "utf-8")
    scorer = manifest.parent.parent / SCORER
    if not scorer.is_file():
        print(f"predictions in {out}; no {SCORER} beside the documents")  # noqa: T201 -- a command
        return 0
    command = [sys.executable, str(scorer), str(manifest), str(out), "--errors", "--by", "capture"]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(
        main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "predictions.json"))
    )
