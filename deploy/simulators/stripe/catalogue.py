"""Products, prices, customers and cards."""

from stripe.params import (
    CustomerCreateParams,
    CustomerListParams,
    CustomerRetrieveParams,
    CustomerUpdateParams,
    PriceCreateParams,
    PriceListParams,
    PriceRetrieveParams,
    PriceUpdateParams,
    ProductCreateParams,
    ProductListParams,
    ProductRetrieveParams,
)

from deploy.simulators.stripe.operations import operation
from deploy.simulators.stripe.wire import Json, refused
from deploy.simulators.stripe.world import World, listing, page

SEED = (
    ("standard", "AutoTrack Standard", {"monthly": 999, "yearly": 9900}),
    ("premium", "AutoTrack Premium", {"monthly": 1999, "yearly": 19900}),
)
_INTERVALS = {"monthly": "month", "yearly": "year"}


def seed_catalogue(world: World) -> None:
    for key, name, amounts in SEED:
        product = world.add("product", _product(world, f"prod_{key}", {"name": name}))
        for interval, amount in amounts.items():
            given = {
                "product": product["id"],
                "unit_amount": amount,
                "currency": "eur",
                "recurring": {"interval": _INTERVALS[interval]},
                "lookup_key": f"{key}_{interval}",
                "tax_behavior": "inclusive",
                "metadata": {"plan": key.upper()},
            }
            world.add("price", _price(world, f"price_{key}_{interval}", given))


def _product(world: World, object_id: str, given: Json) -> Json:
    return {
        "id": object_id,
        "object": "product",
        "active": given.get("active", True),
        "created": world.now(),
        "default_price": None,
        "description": given.get("description"),
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": given.get("metadata", {}),
        "name": given["name"],
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": given.get("tax_code"),
        "type": "service",
        "unit_label": None,
        "updated": world.now(),
        "url": None,
    }


def _price(world: World, object_id: str, given: Json) -> Json:
    recurring = given.get("recurring")
    amount = given["unit_amount"]
    return {
        "id": object_id,
        "object": "price",
        "active": given.get("active", True),
        "billing_scheme": "per_unit",
        "created": world.now(),
        "currency": given["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": given.get("lookup_key"),
        "metadata": given.get("metadata", {}),
        "nickname": given.get("nickname"),
        "product": given["product"],
        "recurring": recurring
        and {
            "interval": recurring["interval"],
            "interval_count": recurring.get("interval_count", 1),
            "meter": None,
            "trial_period_days": None,
            "usage_type": "licensed",
        },
        "tax_behavior": given.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


@operation("POST", "/v1/products", ProductCreateParams)
def create_product(world: World, params: Json) -> Json:
    product = world.add(
        "product", _product(world, params.get("id") or world.new_id("prod"), params)
    )
    world.emit("product.created", product)
    return product


@operation("GET", "/v1/products", ProductListParams)
def list_products(world: World, params: Json) -> Json:
    rows = [row for row in world.all("product") if params.get("active") in {None, row["active"]}]
    return page(rows, params, "/v1/products")


@operation("GET", "/v1/products/{id}", ProductRetrieveParams)
def retrieve_product(world: World, params: Json, product_id: str) -> Json:
    del params
    return world.find("product", product_id)


@operation("POST", "/v1/prices", PriceCreateParams)
def create_price(world: World, params: Json) -> Json:
    world.find("product", params.get("product", ""), param="product")
    key = params.get("lookup_key")
    holder = next((p for p in world.all("price") if key and p["lookup_key"] == key), None)
    if holder and not params.get("transfer_lookup_key"):
        raise refused(f"A price already uses the lookup key {key}.", param="lookup_key")
    if holder:
        holder["lookup_key"] = None
    price = world.add("price", _price(world, world.new_id("price"), params))
    world.emit("price.created", price)
    return price


@operation("GET", "/v1/prices", PriceListParams)
def list_prices(world: World, params: Json) -> Json:
    keys = params.get("lookup_keys")
    rows = [
        row
        for row in world.all("price")
        if (keys is None or row["lookup_key"] in keys)
        and params.get("active") in {None, row["active"]}
        and params.get("product") in {None, row["product"]}
    ]
    return page(rows, params, "/v1/prices")


@operation("GET", "/v1/prices/{id}", PriceRetrieveParams)
def retrieve_price(world: World, params: Json, price_id: str) -> Json:
    del params
    return world.find("price", price_id)


@operation("POST", "/v1/prices/{id}", PriceUpdateParams)
def update_price(world: World, params: Json, price_id: str) -> Json:
    price = world.find("price", price_id)
    price.update({name: params[name] for name in ("active", "nickname") if name in params})
    price["metadata"] = merged(price["metadata"], params.get("metadata"))
    world.emit("price.updated", price)
    return price


@operation("POST", "/v1/customers", CustomerCreateParams)
def create_customer(world: World, params: Json) -> Json:
    customer = {
        "id": world.new_id("cus"),
        "object": "customer",
        "address": params.get("address"),
        "balance": 0,
        "business_name": None,
        "created": world.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": params.get("description"),
        "email": params.get("email"),
        "individual_name": None,
        "invoice_prefix": f"AT{world.counters['cus']:06d}",
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "name": params.get("name"),
        "phone": params.get("phone"),
        "preferred_locales": params.get("preferred_locales", []),
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    world.add("customer", customer)
    world.emit("customer.created", customer)
    return customer


@operation("GET", "/v1/customers", CustomerListParams)
def list_customers(world: World, params: Json) -> Json:
    email = params.get("email")
    rows = [
        row
        for row in world.all("customer")
        if not row.get("deleted") and email in {None, row["email"]}
    ]
    return page(rows, params, "/v1/customers")


def live_customer(world: World, customer_id: str) -> Json:
    customer = world.find("customer", customer_id, param="customer")
    if customer.get("deleted"):
        raise refused(
            f"No such customer: '{customer_id}'", param="customer", code="resource_missing"
        )
    return customer


@operation("GET", "/v1/customers/{id}", CustomerRetrieveParams)
def retrieve_customer(world: World, params: Json, customer_id: str) -> Json:
    """A deleted customer answers 200 with `deleted: true`, which surprises people: Stripe does the same."""
    del params
    return world.find("customer", customer_id)


@operation("POST", "/v1/customers/{id}", CustomerUpdateParams)
def update_customer(world: World, params: Json, customer_id: str) -> Json:
    customer = live_customer(world, customer_id)
    names = ("email", "name", "phone", "description", "preferred_locales", "address", "balance")
    changes = {name: params[name] for name in names if name in params}
    previous = {name: customer[name] for name in changes}
    customer.update(changes)
    customer["metadata"] = merged(customer["metadata"], params.get("metadata"))
    if settings := params.get("invoice_settings"):
        customer["invoice_settings"].update(settings)
    world.emit("customer.updated", customer, previous)
    return customer


def merged(old: Json, new: Json | str | None) -> Json:
    """Stripe's metadata: keys are merged, an empty value removes its key, an empty string removes all."""
    if isinstance(new, str):
        return {}
    return {key: value for key, value in {**old, **(new or {})}.items() if value != ""}


def new_card(world: World, customer: Json, last4: str = "4242") -> Json:
    card = {
        "id": world.new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "always",
        "billing_details": {"address": None, "email": customer["email"], "name": customer["name"]},
        "card": {
            "brand": "visa",
            "country": "FR",
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": f"fp_{last4}",
            "funding": "credit",
            "last4": last4,
        },
        "created": world.now(),
        "customer": customer["id"],
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    world.add("payment_method", card)
    customer["invoice_settings"]["default_payment_method"] = card["id"]
    world.emit("payment_method.attached", card)
    return card


def cards_of(world: World, customer_id: str) -> Json:
    rows = [row for row in world.all("payment_method") if row["customer"] == customer_id]
    return listing(rows, f"/v1/customers/{customer_id}/payment_methods")
