"""How fast a week is priced for one person: run `python -m tests.bench.bench_prices` from the top of the shop.

500 appointments and a matrix of 60 rows, on SQLite: a new `pricer` and 500 prices, in turns with the
bare reading of those 500 appointments from the same database. The page of a week cannot do without the
reading, so the ratio says what prices add to it. Target: 20 ms (issue 5). Times are this process's own, so
that a busy machine slows both alike.
"""

import os
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median, quantiles

from flask_migrate import upgrade
from sqlalchemy import select

from shop.catalogue import prices
from shop.catalogue.models import Offer, PriceRow
from shop.db import db, transaction
from shop.factory import create_app
from shop.people import accounts
from tests.conftest import KEYS

TARGET = 20.0  # milliseconds
ROUNDS, COUNT = 60, 500
MONDAY = date(2026, 12, 7)
SIZES = {"user": 3, "appointment": 10, "resource": 4, "member": 3}


def main() -> None:
    """Measure and print; nothing is kept."""
    with tempfile.TemporaryDirectory(prefix="shop-bench-") as folder:
        os.environ["FLASK_INSTANCE_PATH"] = folder
        app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder}/shop.sqlite", **KEYS})
        with app.app_context():
            upgrade()
            _report(_furnished())
            db.session.remove()
            db.engine.dispose()


def _furnished() -> int:
    """A matrix in which each row covers some classes of all, appointments on every day, a contract; whose."""
    with transaction() as session:
        for dimension, size in SIZES.items():
            for place in range(size):
                prices.add_class(dimension, {"de": f"{dimension} {place}"}, key=f"{dimension[0]}{place}")
        prices.add_contract_kind({"de": "Abo"}, key="abo")
        for place in range(60):
            ticked = {each: [f"{each[0]}{place % size}"] for each, size in SIZES.items()}
            ticked["user"] = [f"u{at}" for at in range(SIZES["user"])]
            prices.add_row(ticked, 1000 + place, "abo" if place % 5 == 4 else "")
        session.add_all(_appointment(place) for place in range(COUNT))
        erna = accounts.open_account(
            email="erna@example.org",
            username="erna",
            password=None,
            first_name="Erna",
            last_name="Müller",
            language="de",
        )
        prices.set_classes(erna.id, "u1", "m1")
        prices.give_contract(erna.id, "abo", MONDAY, MONDAY + timedelta(days=3))
        return int(erna.id)


def _appointment(place: int) -> Offer:
    day = MONDAY + timedelta(days=place % 7)
    hour = f"{8 + place % 12:02d}"
    return Offer(
        number=f"T{place}",
        kind="appointment",
        category="termine",
        title={"de": "Termin"},
        summary={"de": ""},
        description={"de": ""},
        starts_on=day,
        sessions=[[f"{day}T{hour}:00", f"{day}T{hour}:45"]],
        class_key=f"a{place % SIZES['appointment']}",
        resource_key=f"r{place % SIZES['resource']}",
    )


def _report(erna: int) -> None:
    week: list[Offer] = []

    def read() -> None:
        db.session.remove()
        week[:] = db.session.scalars(select(Offer).where(Offer.kind == "appointment"))

    def price() -> None:
        mine = prices.pricer(erna)
        found = [mine.price(each) for each in week]
        if len(found) != COUNT or not any(found):
            raise RuntimeError("nothing was priced")

    read()
    price()
    reading, pricing = [], []
    for _ in range(ROUNDS):
        reading.append(_milliseconds(read))
        pricing.append(_milliseconds(price))
    rows = len(db.session.scalars(select(PriceRow.id)).all())
    slow, found = quantiles(pricing, n=20)[-1], median(pricing)
    print(f"{COUNT} appointments, {rows} rows; medians of {ROUNDS} turns")
    print(f"reading the appointments   {median(reading):8.2f} ms")
    print(f"pricing them               {found:8.2f} ms   95 % under {slow:.2f} ms")
    print(f"                           {found / median(reading):8.2f} of the reading")
    print(f"target {TARGET:g} ms {'met' if slow < TARGET else 'MISSED'}")


def _milliseconds(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


if __name__ == "__main__":
    main()
