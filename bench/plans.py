"""What a reading costs that moves thirty plans, beside the same reading of a car without any: POST of a reading, one after the other."""

import statistics
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from bench.house import House
from bench.lists import environment_of
from bench.programs import LOOPBACK, PYTHON, Cores, folder, free_port, running, wait_for
from bench.table import Row

PLANS = 30
ROUNDS, EACH = 5, 20
AIM = 30.0
"""Milliseconds."""
FIRST_DAY = date(2024, 1, 1)


def measure(house: House) -> list[Row]:
    user_id, _ = house.new_person()
    busy, idle = house.give_cars(user_id, 2)
    cores = Cores.find()
    with folder() as home:
        port = free_port()
        command = [PYTHON, "-m", "services.vehicles.main"]
        log = Path(home) / "ours.log"
        with running(command, core=cores.measured, log=log, env=environment_of(house, port)):
            url = f"http://{LOOPBACK}:{port}"
            wait_for(f"{url}/livez")
            with httpx2.Client(base_url=url, timeout=30, trust_env=False) as client:
                person = _Person(house, user_id, client)
                for number in range(PLANS):
                    person.plan(busy, number)
                person.reads(busy, range(EACH))  # warm
                person.reads(idle, range(EACH))
                rounds: dict[str, list[float]] = {busy: [], idle: []}
                for number in range(1, ROUNDS + 1):
                    days = range(number * EACH, (number + 1) * EACH)
                    for car, medians in rounds.items():
                        medians.append(person.reads(car, days))
                moved = person.moved(busy)
    return [_row(rounds[busy], rounds[idle], moved)]


class _Person:
    def __init__(self, house: House, user_id: UUID, client: httpx2.Client) -> None:
        self.house = house
        self.user_id = user_id
        self.client = client

    def ask(self, method: str, target: str, body: dict[str, Any] | None = None) -> Any:
        headers = self.house.identity("vehicles", self.user_id, ask=f"{method} {target}")
        answer = self.client.request(method, target, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def plan(self, car: str, number: int) -> None:
        body = {
            "vehicle": car,
            "service_type": f"work_{number}",
            "title": f"Work {number}",
            "every_distance": 20_000 + 1_000 * number,
            "every_months": 60,
            "last_done_on": "2024-01-01",
            "last_done_mileage": 40_000,
        }
        self.ask("POST", "/api/maintenance-plans", body)

    def reads(self, car: str, days: range) -> float:
        """One reading a day, now slower and now faster, so that every plan's day moves; the median of their milliseconds."""
        target, times = f"/api/vehicles/{car}/odometer", []
        for day in days:
            mileage = 41_000 + 40 * day + 13 * (day % 2)
            body = {"mileage": mileage, "read_on": str(FIRST_DAY + timedelta(days=day))}
            headers = self.house.identity("vehicles", self.user_id, ask=f"POST {target}")
            begun = time.perf_counter()
            answer = self.client.post(target, json=body, headers=headers)
            times.append((time.perf_counter() - begun) * 1000)
            answer.raise_for_status()
            if answer.json()["status"] != "ACCEPTED":
                raise ValueError(answer.text)
        return statistics.median(times)

    def moved(self, car: str) -> int:
        """How many plans stand elsewhere after one more reading."""
        target = f"/api/maintenance-plans?vehicle={car}&page_size=100"
        before = {plan["id"]: plan["forecast"] for plan in self.ask("GET", target)["results"]}
        self.reads(car, range((ROUNDS + 1) * EACH, (ROUNDS + 1) * EACH + 1))
        after = {plan["id"]: plan["forecast"] for plan in self.ask("GET", target)["results"]}
        return sum(before[id_] != after[id_] for id_ in after)


def _row(busy: list[float], idle: list[float], moved: int) -> Row:
    ours = statistics.median(busy)
    verdict = "holds" if ours <= AIM else "does not hold"
    return Row(
        f"a reading that moves {moved} of {PLANS} plans, aim {AIM:.0f} ms",
        f"{ours:.1f} ms ({min(busy):.1f}–{max(busy):.1f})",
        f"no plan: {statistics.median(idle):.1f} ms ({min(idle):.1f}–{max(idle):.1f})",
        verdict,
    )
