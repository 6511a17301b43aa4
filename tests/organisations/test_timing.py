"""Unknown user, wrong code, used code: as long as the other half is wrong they take the same time (C5, S5)."""

import random
from collections.abc import Callable
from time import perf_counter_ns

import pytest
from flask import Flask

from shop.core import codes
from shop.db import db
from shop.orders import throttle
from shop.orders.enrol.redeem import Unknown, redeem_existing
from tests.organisations.cast import HERE, code_texts, learner, ordered
from tests.organisations.conftest import furnished

SAMPLES = 1200
NOISE = 0.08  # six times what chance alone would make


def advantage(some: list[int], others: list[int]) -> float:
    """By how much one of `some` is likelier than not to exceed one of `others` (Mann and Whitney)."""
    ranked = sorted([(took, True) for took in some] + [(took, False) for took in others])
    ranks = sum(rank for rank, (_, is_some) in enumerate(ranked, start=1) if is_some)
    return (ranks - len(some) * (len(some) + 1) / 2) / (len(some) * len(others)) - 0.5


def test_time_tells_neither_users_nor_codes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The throttle's bookkeeping is left out: it is the same for all, and would drown a difference."""
    monkeypatch.setattr(throttle, "admit", lambda sources: None)
    monkeypatch.setattr(throttle, "note_wrong", lambda sources: None)
    town = furnished()
    learner()
    good, used = code_texts(ordered(town.organisation, town.anna))
    redeem_existing("jonas", used, HERE)

    def wrong() -> str:
        number = random.choice([codes.new_number("K"), good[:11].replace("-", "")])
        return codes.shown_course_code(number, codes.derive_code(random.randbytes(32), number, 0))

    tries: dict[str, Callable[[], tuple[str, str]]] = {
        "unknown user, wrong code": lambda: ("niemand", wrong()),
        "known user, wrong code": lambda: ("jonas", wrong()),
        "unknown user, good code": lambda: ("niemand", good),
        "unknown user, used code": lambda: ("niemand", used),
    }
    took: dict[str, list[int]] = {name: [] for name in tries}
    for turn in range(SAMPLES + 50):
        for name in random.sample(list(tries), len(tries)):
            username, code = tries[name]()
            db.session.remove()
            start = perf_counter_ns()
            with pytest.raises(Unknown):
                redeem_existing(username, code, [])
            if turn >= 50:  # the first ones warm everything up
                took[name].append(perf_counter_ns() - start)
    first, *others = took.values()
    assert all(abs(advantage(each, first)) < NOISE for each in others)
