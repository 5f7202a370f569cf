from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from services.vehicles.errors.cars import NameTaken
from services.vehicles.storage.cars.models import Brand, CarModel
from services.vehicles.usecases.work import Work
from shared.db.repository import is_taken
from shared.errors import NotFound
from shared.ids import new_id

Named = TypeVar("Named", Brand, CarModel)


async def _first(work: Work, named: Named) -> Named:
    """Raises NameTaken where another had the same thought in the same moment."""
    try:
        await work.flush()
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise NameTaken(pointer="/name") from error
    return named


async def add_brand(work: Work, *, name: str) -> Brand:
    if await work.brands.named(name) is not None:
        raise NameTaken(pointer="/name")
    brand = Brand(id=new_id(), name=name, created_at=work.now, updated_at=work.now)
    return await _first(work, work.brands.add(brand))


async def read_brand(work: Work, *, brand_id: UUID) -> Brand:
    brand = await work.brands.one(brand_id)
    if brand is None:
        raise NotFound
    return brand


async def rename_brand(work: Work, *, brand_id: UUID, name: str) -> Brand:
    brand = await read_brand(work, brand_id=brand_id)
    known = await work.brands.named(name)
    if known is not None and known.id != brand.id:
        raise NameTaken(pointer="/name")
    brand.name, brand.updated_at = name, work.now
    return await _first(work, brand)


async def remove_brand(work: Work, *, brand_id: UUID) -> None:
    """With its models; cars keep the names they were given."""
    await work.brands.remove(await read_brand(work, brand_id=brand_id))


async def add_model(work: Work, *, brand_id: UUID, name: str) -> CarModel:
    await read_brand(work, brand_id=brand_id)
    if await work.models.named(brand_id, name) is not None:
        raise NameTaken(pointer="/name")
    model = CarModel(
        id=new_id(), brand_id=brand_id, name=name, created_at=work.now, updated_at=work.now
    )
    return await _first(work, work.models.add(model))


async def read_model(work: Work, *, model_id: UUID) -> CarModel:
    model = await work.models.one(model_id)
    if model is None:
        raise NotFound
    return model


async def rename_model(work: Work, *, model_id: UUID, name: str) -> CarModel:
    model = await read_model(work, model_id=model_id)
    known = await work.models.named(model.brand_id, name)
    if known is not None and known.id != model.id:
        raise NameTaken(pointer="/name")
    model.name, model.updated_at = name, work.now
    return await _first(work, model)


async def remove_model(work: Work, *, model_id: UUID) -> None:
    await work.models.remove(await read_model(work, model_id=model_id))
