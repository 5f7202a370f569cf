"""Lives of cars, each from its number alone: what was driven, done, filled and paid, with the mistakes people make and mend.

Which readings are believed must not hang on which was believed first (domain page, section 2: of two chains of one weight the
incumbent stays), so mistakes that would make such a tie are left out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from services.vehicles.tests.usecases.chaos.acts import Act, Thing
from services.vehicles.tests.usecases.chaos.driven import TODAY, Driven

SERVICES: Final = ("oil_change", "brake_fluid", "tires", "coolant", "air_filter")


@dataclass(frozen=True)
class Life:
    number: int
    things: Sequence[Thing]
    """The car first."""


def life(number: int, *, things: int) -> Life:
    return _Teller(number, things).life()


class _Teller(Driven):
    def __init__(self, number: int, things: int) -> None:
        super().__init__(number)
        self.number, self.count = number, things
        self.has_hours = number % 5 == 1
        days = (TODAY - self.born).days
        self.days = sorted(self.rng.sample(range(1, days), things))

    def life(self) -> Life:
        car = self._car()
        kinds = self.rng.choices(
            (self._record, self._fill, self._reading, self._expense),
            weights=(38, 34, 20, 8),
            k=self.count,
        )
        plans = [*self._plans(), *self._reminders(), *self._once()]
        made = [
            (kind, number, self.born + timedelta(days=day))
            for number, (kind, day) in enumerate(zip(kinds, self.days, strict=True))
        ]
        fates = [self._fate() for _ in made]
        self._tell_odometer(made, fates)
        things = [
            kind(f"{kind.__name__[1:]}{number}", day, fate)
            for (kind, number, day), fate in zip(made, fates, strict=True)
        ]
        return Life(self.number, [car, *plans, *things])

    def _fate(self) -> str:
        return self.rng.choices(("kept", "mended", "deleted", "undone"), weights=(58, 22, 12, 8))[0]

    # Things.

    def _car(self) -> Thing:
        facts: dict[str, Any] = {
            "make": "Peugeot",
            "model": f"208 {self.number}",
            "fuel_type": "gasoline",
            "year": self.born.year,
            "meter": "both" if self.has_hours else "distance",
        }
        if self.number % 3 != 0:
            facts["first_registration"] = str(self.born)
        if self.number % 4 == 1:
            facts["purchase_date"] = str(self.born + timedelta(days=30))
            facts["purchase_price"] = {"amount": "18000.00", "currency": "EUR"}
        first = dict(facts)
        edits: list[Act] = []
        if self.rng.random() < 0.4:
            wrong: dict[str, Any] = {"year": self.born.year + 2}
            if "purchase_date" in facts:
                wrong["purchase_date"] = str(self.born + timedelta(days=90))
            elif self.rng.random() < 0.5:
                wrong["purchase_date"] = str(self.born + timedelta(days=50))
            first |= wrong
            edits = [Act("PATCH", "/api/vehicles/{car}", {k: facts.get(k)}) for k in wrong]
        post = "/api/vehicles"
        made = Act("POST", post, {"id": "{car}", **first})
        return Thing(
            "car", [made, *edits], [Act("POST", post, {"id": "{car}", **facts})], self.born
        )

    def _plans(self) -> Iterator[Thing]:
        far: dict[str, Any] = {"every_distance": 15_000, "every_months": 12}
        rules: list[dict[str, Any]] = [
            {"service_type": "oil_change", **far, "mode": "FLOATING"},
            {"service_type": "brake_fluid", **far, "mode": "FIXED", "last_done_on": str(self.born)},
            {"service_type": "tires", "every_months": 24},
        ]
        if self.has_hours:
            rules.append({"service_type": "coolant", "every_hours": "100.0", "every_months": 12})
        for place, rule in enumerate(rules):
            yield self._plan(f"plan{place}", rule)
        yield self._plan(
            "skipped",
            {"service_type": "timing_belt", "every_months": 6, "last_done_on": "2026-01-31"},
            Act("POST", "/api/maintenance-plans/{skipped}/skip", {"reason": "on the road"}, "skip"),
        )
        pause = "/api/maintenance-plans/{paused}"
        yield self._plan(
            "paused",
            {"service_type": "air_filter", "every_months": 12, "last_done_on": "2025-03-31"},
            Act("POST", f"{pause}/pause", {"on": "2025-05-01"}, "pause"),
            Act("POST", f"{pause}/resume", {"on": "2025-06-29"}),
        )
        yield self._completion()

    def _plan(self, name: str, rule: dict[str, Any], *then: Act) -> Thing:
        path = "/api/maintenance-plans"
        said = {"id": f"{{{name}}}", "vehicle": "{car}", **rule}
        settled = [Act("POST", path, said), *then]
        if self.rng.random() < 0.3:
            months = rule.get("every_months")
            wrong = Act("POST", path, said | {"every_months": 7})
            mended = Act("PATCH", f"{path}/{{{name}}}", {"every_months": months})
            return Thing(name, [wrong, mended, *then], settled, self.born, ("car",))
        return Thing(name, settled, settled, self.born, ("car",))

    def _completion(self) -> Thing:
        day = self.born + timedelta(days=self.days[len(self.days) // 2], hours=0)
        done = Act(
            "POST", "/api/maintenance-plans/{plan2}/completions", {"on": str(day)}, "completion"
        )
        acts, settled = [done], [done]
        if self.rng.random() < 0.4:
            path = "/api/maintenance-plans/{plan2}/completions/{completion}"
            acts, settled = [done, Act("DELETE", path)], []
        return Thing("completion", acts, settled, day, ("plan2",), chooses=False)

    def _reminders(self) -> Iterator[Thing]:
        path = "/api/reminders"
        soon = TODAY + timedelta(days=self.rng.randint(-40, 80))
        said: dict[str, Any] = {
            "id": "{own}",
            "vehicle": "{car}",
            "title": "Assurance",
            "due_on": str(soon),
        }
        made = Act("POST", path, said)
        then = self.rng.choice(
            (
                [],
                [Act("POST", f"{path}/{{own}}/dismiss")],
                [Act("POST", f"{path}/{{own}}/done")],
                [Act("POST", f"{path}/{{own}}/snooze", {"until": "2026-07-14"})],
            )
        )
        first = Act("POST", path, said | {"due_on": "2026-12-01"})
        mended = Act("PATCH", f"{path}/{{own}}", {"due_on": str(soon)})
        yield Thing("own", [first, mended, *then], [made, *then], self.born, ("car",))
        if self.new_cluster_on is None:
            due = self.km(TODAY) + self.rng.randint(-3000, 9000)
            said = {"id": "{far}", "vehicle": "{car}", "title": "Pneus", "due_mileage": due}
            made = Act("POST", path, said)
            yield Thing("far", [made], [made], self.born, ("car",))
        gone = Act("POST", path, {**said, "id": "{gone}", "due_on": "2026-07-01"})
        yield Thing("gone", [gone, Act("DELETE", f"{path}/{{gone}}")], [], self.born, ("car",))

    def _once(self) -> Iterator[Thing]:
        """What most cars live through once, if at all."""
        car = "/api/vehicles/{car}"
        if self.new_cluster_on is not None:
            body: dict[str, Any] = {"starts_on": str(self.new_cluster_on), "new_start": 12}
            if self.number % 12 == 2:
                body["old_end"] = self.km(self.new_cluster_on)
            act = Act("POST", f"{car}/odometer/segments", body, "cluster")
            yield Thing("cluster", [act], [act], self.new_cluster_on, ("car",), chooses=False)
        if self.number % 7 == 3:
            acts = [
                Act("POST", f"{car}/lay-up", {"on": "2025-11-01"}),
                Act("POST", f"{car}/reactivate", {"on": "2026-03-01"}),
            ]
            acts = acts[: self.rng.randint(1, 2)]
            yield Thing("laid_up", acts, acts, date(2025, 11, 1), ("car",), chooses=False)
        if self.number % 4 == 2:
            body = {
                "vehicle": "{car}",
                "category": "insurance",
                "amount": {"amount": "611.37", "currency": "EUR"},
                "contract": {"starts_on": str(self._day()), "every": "year", "spread": True},
            }
            act = Act("POST", "/api/expenses", body, "contract")
            yield Thing("contract", [act], [act], self.born, ("car",), chooses=False)
        if self.has_hours:
            for place, day in enumerate(sorted({self._day() for _ in range(4)})):
                name = f"hours{place}"
                hours = f"{(day - self.born).days * 1.5 + place:.1f}"
                body = {"id": f"{{{name}}}", "hours": hours, "read_on": str(day)}
                act = Act("POST", f"{car}/odometer", body)
                yield Thing(name, [act], [act], day, ("car",))

    def _record(self, name: str, day: date, fate: str) -> Thing:
        path, one = "/api/maintenances", f"/api/maintenances/{{{name}}}"
        said: dict[str, Any] = {
            "id": f"{{{name}}}",
            "vehicle": "{car}",
            "service_date": str(day),
            "service_type": self.rng.choice(SERVICES[:4]),
            "cost": self._money(),
        }
        if self.rng.random() < 0.2:
            said["service_types"] = [self.rng.choice(SERVICES[:4])]
        if self.rng.random() < 0.3:
            del said["cost"]
            said["prices_include_tax"] = self.rng.random() < 0.5
            said["lines"] = [self._line() for _ in range(self.rng.randint(1, 3))]
        told = self.told.get(name)
        if told is not None:
            said["mileage"] = told.km
        wrong = said | {
            "service_date": str(day - timedelta(days=self.rng.randint(1, 9))),
            "service_type": self.rng.choice(SERVICES),
            "mileage": None if self.rng.random() < 0.3 else self._slip(self.shown(day)),
        }
        mended = {key: said.get(key) for key in ("service_date", "service_type", "mileage")}
        mended["service_types"] = said.get("service_types", [])
        return self._fated(
            name, day, fate, path=path, one=one, said=said, wrong=wrong, mended=mended
        )

    def _fill(self, name: str, day: date, fate: str) -> Thing:
        path, one = "/api/fills", f"/api/fills/{{{name}}}"
        litres = self.rng.randint(20_000, 50_000) / 1000
        said: dict[str, Any] = {
            "vehicle": "{car}",
            "day": str(day),
            "energy": "petrol",
            "quantity": f"{litres:.3f}",
            "total": self._money(round(litres * 1.8)),
            "full": self.rng.random() < 0.8,
            "missed_before": self.rng.random() < 0.05,
            "station": self.rng.choice(("Total", "Aral", "Repsol")),
        }
        told = self.told.get(name)
        if told is not None and told.trip is not None:
            said["trip"] = str(told.trip)
        elif told is not None:
            said["mileage"] = told.km
        wrong = said | {
            "day": str(day - timedelta(days=self.rng.randint(1, 9))),
            "quantity": "12.5",
            "mileage": None if self.rng.random() < 0.3 else self._slip(self.shown(day)),
        }
        mended = {key: said.get(key) for key in ("day", "quantity", "mileage", "total")}
        return self._fated(
            name, day, fate, path=path, one=one, said=said, wrong=wrong, mended=mended
        )

    def _reading(self, name: str, day: date, fate: str) -> Thing:
        told = self.told[name]
        path = "/api/vehicles/{car}/odometer"
        said = {"id": f"{{{name}}}", "mileage": told.km, "read_on": str(day)}
        one = f"/api/odometer/{{{name}}}"
        made = [Act("POST", path, said)]
        if told.vouched:
            made.append(Act("POST", f"{one}/accept"))
        if fate == "deleted":
            return Thing(name, [made[0], Act("POST", f"{one}/void")], [], day, ("car",))
        return Thing(name, made, made, day, ("car",))

    def _expense(self, name: str, day: date, fate: str) -> Thing:
        path, one = "/api/expenses", f"/api/expenses/{{{name}}}"
        said: dict[str, Any] = {
            "vehicle": "{car}",
            "category": self.rng.choice(("parking", "toll", "fine", "repair")),
            "amount": self._money(),
            "spent_on": str(day),
        }
        wrong = said | {"amount": self._money(), "spent_on": str(day - timedelta(days=40))}
        mended = {"amount": said["amount"], "spent_on": said["spent_on"]}
        return self._fated(
            name, day, fate, path=path, one=one, said=said, wrong=wrong, mended=mended
        )

    def _fated(
        self,
        name: str,
        day: date,
        fate: str,
        *,
        path: str,
        one: str,
        said: dict[str, Any],
        wrong: dict[str, Any],
        mended: dict[str, Any],
    ) -> Thing:
        chooses = "id" in said
        call: Callable[[dict[str, Any]], Act] = lambda body: Act(  # noqa: E731
            "POST", path, body, None if chooses else name
        )
        settled = [call(said)]
        acts = {
            "kept": settled,
            "mended": [call(wrong), Act("PATCH", one, mended)],
            "deleted": [call(said), Act("DELETE", one)],
            "undone": [call(said), Act("DELETE", one), Act("POST", f"{one}/restore")],
        }[fate]
        settled = [] if fate == "deleted" else settled
        return Thing(name, acts, settled, day, ("car",), chooses=chooses)

    def _money(self, about: int = 150) -> dict[str, str]:
        currency = self.rng.choices(("EUR", "CHF", "XOF", "TND"), weights=(85, 5, 5, 5))[0]
        minor = self.rng.randint(about * 80, about * 120)
        places = {"XOF": 0, "TND": 3}.get(currency, 2)
        amount = f"{minor / 100:.{places}f}"
        return {"amount": amount, "currency": currency}

    def _line(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "kind": self.rng.choice(("part", "labour", "fee")),
            "description": self.rng.choice(("Filtre", "Batterie", "Pose")),
            "quantity": f"{self.rng.randint(1, 4000) / 1000:.3f}",
            "unit_price": {"amount": f"{self.rng.randint(100, 9999) / 100:.2f}", "currency": "EUR"},
            "tax_rate": self.rng.choice(("5.5", "10", "20")),
        }
        if self.rng.random() < 0.4:
            said["warranty"] = {"months": self.rng.choice((24, 60, 120))}
            if self.rng.random() < 0.5:
                said["warranty"]["km"] = 200_000
        return said
