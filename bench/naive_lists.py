"""A list as the textbook has it, FastAPI, SQLAlchemy and pydantic: the peer that says what ours is worth, on the same rows.

It knows who asks from the query and checks no token; it has no request id, metrics, ETag, cursor or search.
`python -m bench.naive_lists PORT DATABASE_URL`
"""

import sys
from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import uvicorn
from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.programs import LOOPBACK


class Base(DeclarativeBase):
    """The two tables of ours that are listed."""


class Vehicle(Base):
    __tablename__ = "vehicle"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    make: Mapped[str]
    model: Mapped[str]
    year: Mapped[int | None]
    plate: Mapped[str | None]
    vin: Mapped[str | None]
    color: Mapped[str | None]
    fuel_type: Mapped[str | None]
    transmission: Mapped[str | None]
    distance_unit: Mapped[str]
    odometer_metres: Mapped[int | None]
    odometer_on: Mapped[date | None]
    metres_a_year: Mapped[int | None]
    purchased_on: Mapped[date | None]
    purchase_minor: Mapped[int | None]
    purchase_currency: Mapped[str | None]
    first_registered_on: Mapped[date | None]
    country: Mapped[str | None]
    custom_fields: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class MaintenanceRecord(Base):
    __tablename__ = "maintenance_record"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    vehicle_id: Mapped[UUID]
    service_date: Mapped[date]
    service_type: Mapped[str]
    services: Mapped[list[str]] = mapped_column(JSONB)
    title: Mapped[str | None]
    description: Mapped[str | None]
    odometer_metres: Mapped[int | None]
    cost_minor: Mapped[int | None]
    tax_minor: Mapped[int | None]
    currency: Mapped[str | None]
    garage: Mapped[str | None]
    invoice_number: Mapped[str | None]
    status: Mapped[str]
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    document_ids: Mapped[list[str]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class VehicleOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    make: str
    model: str
    year: int | None
    plate: str | None
    vin: str | None
    color: str | None
    fuel_type: str | None
    transmission: str | None
    distance_unit: str
    odometer_metres: int | None
    odometer_on: date | None
    metres_a_year: int | None
    purchased_on: date | None
    purchase_minor: int | None
    purchase_currency: str | None
    first_registered_on: date | None
    country: str | None
    custom_fields: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class RecordOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    vehicle_id: UUID
    service_date: date
    service_type: str
    services: list[str]
    title: str | None
    description: str | None
    odometer_metres: int | None
    cost_minor: int | None
    tax_minor: int | None
    currency: str | None
    garage: str | None
    invoice_number: str | None
    status: str
    lines: list[dict[str, Any]]
    document_ids: list[UUID]
    created_at: datetime
    updated_at: datetime


class VehiclePage(BaseModel):
    count: int
    results: list[VehicleOut]


class RecordPage(BaseModel):
    count: int
    results: list[RecordOut]


def create_app(database: str) -> FastAPI:
    app = FastAPI(openapi_url=None)
    sessions = async_sessionmaker(create_async_engine(database))

    async def open_session() -> AsyncIterator[AsyncSession]:
        async with sessions() as session:
            yield session

    in_session = Annotated[AsyncSession, Depends(open_session)]

    async def page_of(
        session: AsyncSession, model: Any, owner: UUID, page: int, page_size: int
    ) -> dict[str, Any]:
        theirs = select(model).where(model.owner_id == owner)
        count = await session.scalar(select(func.count()).select_from(theirs.subquery()))
        rows = theirs.order_by(model.created_at.desc(), model.id).limit(page_size)
        found = await session.scalars(rows.offset((page - 1) * page_size))
        return {"count": count, "results": found.all()}

    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/api/vehicles", response_model=VehiclePage)
    async def vehicles(session: in_session, owner: UUID, page: int = 1, page_size: int = 20) -> Any:
        return await page_of(session, Vehicle, owner, page, page_size)

    @app.get("/api/maintenances", response_model=RecordPage)
    async def records(session: in_session, owner: UUID, page: int = 1, page_size: int = 20) -> Any:
        return await page_of(session, MaintenanceRecord, owner, page, page_size)

    return app


def main(port: str, database: str) -> None:
    app = create_app(database)
    uvicorn.run(app, host=LOOPBACK, port=int(port), access_log=False, log_level="warning")


if __name__ == "__main__":
    main(*sys.argv[1:])
