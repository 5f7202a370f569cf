from uuid import UUID

from services.vehicles.errors import NameTaken
from services.vehicles.storage.models import Brand, CarModel
from services.vehicles.usecases.work import Work
from shared.errors import NotFound
from shared.ids import new_id


async def add_brand(work: Work, *, name: str) -> Brand:
    if await work.brands.named(name) is not None:
        raise NameTaken(pointer="/name")
    return work.brands.add(Brand(id=new_id(), name=name, created_at=work.now, updated_at=work.now))


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
    return brand


async def remove_brand(work: Work, *, brand_id: UUID) -> None:
    """With its models; cars keep the names they were given."""
    await work.brands.remove(await read_brand(work, brand_id=brand_id))


async def add_model(work: Work, *, brand_id: UUID, name: str) -> CarModel:
    await read_brand(work, brand_id=brand_id)
    if await work.models.named(brand_id, name) is not None:
        raise NameTaken(pointer="/name")
    return work.models.add(
        CarModel(
            id=new_id(), brand_id=brand_id, name=name, created_at=work.now, updated_at=work.now
        )
    )


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
    return model


async def remove_model(work: Work, *, model_id: UUID) -> None:
    await work.models.remove(await read_model(work, model_id=model_id))
