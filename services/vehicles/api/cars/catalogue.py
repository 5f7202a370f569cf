from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.vehicles.api.dependencies import InWork
from services.vehicles.errors.cars import NameTaken
from services.vehicles.storage.cars.models import Brand, CarModel
from services.vehicles.usecases.cars.catalogue import (
    add_brand,
    add_model,
    read_brand,
    read_model,
    remove_brand,
    remove_model,
    rename_brand,
    rename_model,
)
from shared.errors import NotFound
from shared.http.access import admin_only
from shared.http.errors import problems
from shared.http.models import AnswerModel, Identifier, Line, RequestModel
from shared.http.pagination import ListQuery, Page, listed_by
from shared.http.router import Router

router = Router(prefix="/api", tags=["catalogue"])


class Name(RequestModel):
    name: Line


class ModelIn(RequestModel):
    brand: Identifier
    name: Line


class BrandOut(AnswerModel):
    id: UUID
    name: str


class ModelOut(AnswerModel):
    id: UUID
    brand: UUID
    name: str


def _model(model: CarModel) -> ModelOut:
    return ModelOut(id=model.id, brand=model.brand_id, name=model.name)


Brands = Annotated[ListQuery, listed_by({"name": Brand.name}, default="name", search=(Brand.name,))]
Models = Annotated[
    ListQuery, listed_by({"name": CarModel.name}, default="name", search=(CarModel.name,))
]


@router.get("/brands")
async def list_brands(work: InWork, listing: Brands) -> Page[BrandOut]:
    return await listing.page(work.session, work.brands.listed(), into=BrandOut.model_validate)


@router.post("/brands", status_code=201, openapi_extra=admin_only(), responses=problems(NameTaken))
async def create_brand(body: Name, work: InWork, response: Response) -> BrandOut:
    brand = await add_brand(work, name=body.name)
    response.headers["Location"] = f"/api/brands/{brand.id}"
    return BrandOut.model_validate(brand)


@router.get("/brands/{brand_id}", responses=problems(NotFound))
async def get_brand(brand_id: UUID, work: InWork) -> BrandOut:
    return BrandOut.model_validate(await read_brand(work, brand_id=brand_id))


@router.put(
    "/brands/{brand_id}", openapi_extra=admin_only(), responses=problems(NotFound, NameTaken)
)
async def replace_brand(brand_id: UUID, body: Name, work: InWork) -> BrandOut:
    return BrandOut.model_validate(await rename_brand(work, brand_id=brand_id, name=body.name))


@router.delete(
    "/brands/{brand_id}", status_code=204, openapi_extra=admin_only(), responses=problems(NotFound)
)
async def delete_brand(brand_id: UUID, work: InWork) -> None:
    await remove_brand(work, brand_id=brand_id)


@router.get("/brands/{brand_id}/models", responses=problems(NotFound))
async def list_models_of_brand(brand_id: UUID, work: InWork, listing: Models) -> Page[ModelOut]:
    await read_brand(work, brand_id=brand_id)
    return await _models(work, listing, brand_id)


@router.get("/models")
async def list_models(
    work: InWork, listing: Models, brand_id: Annotated[UUID | None, Query(alias="brand")] = None
) -> Page[ModelOut]:
    return await _models(work, listing, brand_id)


async def _models(work: InWork, listing: ListQuery, brand_id: UUID | None) -> Page[ModelOut]:
    return await listing.page(work.session, work.models.listed(brand_id), into=_model)


@router.post(
    "/models", status_code=201, openapi_extra=admin_only(), responses=problems(NotFound, NameTaken)
)
async def create_model(body: ModelIn, work: InWork, response: Response) -> ModelOut:
    model = await add_model(work, brand_id=body.brand, name=body.name)
    response.headers["Location"] = f"/api/models/{model.id}"
    return _model(model)


@router.get("/models/{model_id}", responses=problems(NotFound))
async def get_model(model_id: UUID, work: InWork) -> ModelOut:
    return _model(await read_model(work, model_id=model_id))


@router.put(
    "/models/{model_id}", openapi_extra=admin_only(), responses=problems(NotFound, NameTaken)
)
async def replace_model(model_id: UUID, body: Name, work: InWork) -> ModelOut:
    return _model(await rename_model(work, model_id=model_id, name=body.name))


@router.delete(
    "/models/{model_id}", status_code=204, openapi_extra=admin_only(), responses=problems(NotFound)
)
async def delete_model(model_id: UUID, work: InWork) -> None:
    await remove_model(work, model_id=model_id)
