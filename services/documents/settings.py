from pathlib import Path

from pydantic import Field

from services.documents.domain.files import MAX_BYTES
from shared.settings import CommaList, ServiceSettings


class Settings(ServiceSettings):
    service: str = Field(
        default="documents", description="Name of this program; fixed by each service."
    )
    blob_dir: Path = Field(
        default=Path(".local/blobs"),
        description="Folder that holds the uploaded files; shared by all replicas.",
    )
    max_upload_bytes: int = Field(
        default=MAX_BYTES, description="Largest file that is taken in, in bytes.", ge=1024
    )
    reader_memory_mb: int = Field(
        default=2048, description="Memory the process that opens a document may use.", ge=256
    )
    reader_seconds: int = Field(
        default=150,
        description="Longest silence of the reading process, per page, before it is ended.",
        ge=5,
    )
    reader_programs: int = Field(
        default=2,
        description="Reading processes at once for each kind of work: looking into uploads, pictures of pages, reading.",
        ge=1,
        le=32,
    )
    reader_page_cpu_seconds: int = Field(
        default=8,
        description="Processor seconds that looking into an upload or drawing a page may take before it is ended.",
        ge=1,
    )
    reader_inspection_budget: float = Field(
        default=60,
        description="Processor seconds an owner's uploads may use at once; as much flows back in ten minutes.",
        gt=0,
    )
    reader_preview_budget: float = Field(
        default=60, description="The same for pictures of pages.", gt=0
    )
    reader_reading_budget: float = Field(
        default=900,
        description="The same for reading; what is above it waits until others have been served.",
        gt=0,
    )
    reader_idle_seconds: int = Field(
        default=60, description="The reading process ends after so long without work.", ge=1
    )
    exporting_services: CommaList = Field(
        default=("auth", "vehicles", "billing", "ai", "notifications"),
        description="Services whose part a data export waits for, beside documents, comma-separated.",
    )
