"""Which row names the price: the rules of W5, a naive reading of them, and the seed's own examples."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from shop.core.matrix import DIMENSIONS, Case, Chosen, Row, Why, choose, holes, missed, overlaps

VALUES = {
    "user": ("adult", "youth"),
    "appointment": ("lunge", "group", "jumping"),
    "resource": ("school", "private"),
    "member": ("member", "guest"),
}
OWNED = ("hall", "subscription")


def row(name: str, cents: int, requires: str = "", **ticked: str) -> Row:
    """A row that ticks the named classes, and all where a dimension is not named."""
    keys = {each: ticked.get(each, " ".join(VALUES[each])).split() for each in DIMENSIONS}
    return Row(name, cents, {each: frozenset(found) for each, found in keys.items()}, requires)


def case(user: str, appointment: str, resource: str, member: str, *owned: str) -> Case:
    """Somebody who asks."""
    return Case(dict(zip(DIMENSIONS, (user, appointment, resource, member), strict=True)), frozenset(owned))


ADA = ("adult", "group", "school", "guest")


def price(rows: Sequence[Row], asked: Case) -> int | None:
    chosen = choose(rows, asked)
    return chosen and chosen.row.cents


# The rules.


def test_the_only_row_that_covers_a_case_names_its_price() -> None:
    rows = [row("a", 2500, user="adult"), row("b", 1500, user="youth")]
    assert choose(rows, case(*ADA)) == Chosen(rows[0], Why.ONLY)


def test_of_several_rows_the_cheapest_counts_and_the_others_are_told() -> None:
    rows = [row("a", 2500), row("b", 1800), row("c", 2000)]
    assert choose(rows, case(*ADA)) == Chosen(rows[1], Why.LOWEST, (rows[2], rows[0]))


def test_a_row_for_something_owned_wins_even_when_it_is_dearer() -> None:
    rows = [row("cheap", 1000), row("owned", 2000, "hall")]
    assert choose(rows, case(*ADA, "hall")) == Chosen(rows[1], Why.OWNED, (rows[0],))
    assert choose(rows, case(*ADA)) == Chosen(rows[0], Why.ONLY)


def test_of_several_owned_the_cheapest_counts() -> None:
    rows = [row("a", 2000, "hall"), row("b", 1900, "subscription"), row("c", 100)]
    assert price(rows, case(*ADA, "hall", "subscription")) == 1900
    assert price(rows, case(*ADA, "hall")) == 2000


def test_no_match_is_not_bookable() -> None:
    rows = [row("a", 1000, user="youth"), row("b", 1000, "hall")]
    assert choose(rows, case(*ADA)) is None
    assert choose([], case(*ADA)) is None


def test_a_row_of_nothing_is_a_price_and_no_row_is_none() -> None:
    assert price([row("free", 0)], case(*ADA)) == 0


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_row_with_nothing_ticked_in_a_dimension_covers_nothing(dimension: str) -> None:
    empty = row("a", 1000, **{dimension: ""})
    assert choose([empty], case(*ADA)) is None
    assert overlaps([empty, row("b", 900)]) == []
    assert holes([empty], VALUES) == holes([], VALUES)


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_a_case_without_a_class_matches_no_row(dimension: str) -> None:
    asked = case(*ADA)
    assert choose([row("a", 1000)], Case({**asked.classes, dimension: ""})) is None
    others = {each: key for each, key in asked.classes.items() if each != dimension}
    assert choose([row("a", 1000)], Case(others)) is None


def test_equal_prices_are_decided_by_id_whatever_the_order() -> None:
    rows = [row("b", 1000), row("a", 1000), row("c", 1000)]
    for order in (rows, rows[::-1]):
        assert [each.id for each in (choose(order, case(*ADA)).row, *choose(order, case(*ADA)).others)] == [
            "a",
            "b",
            "c",
        ]


def test_what_would_count_with_a_contract_is_told() -> None:
    rows = [
        row("a", 2500),
        row("dear", 2100, "hall"),
        row("b", 2000, "subscription"),
        row("c", 1, "hall", user="youth"),
    ]
    assert [each.id for each in missed(rows, case(*ADA))] == ["b", "dear"]
    assert [each.id for each in missed(rows, case(*ADA, "subscription"))] == ["dear"]


def test_an_overlap_names_both_rows_and_what_they_share() -> None:
    first, second = row("a", 1000, user="adult", member="guest"), row("b", 900, appointment="group lunge")
    (found,) = overlaps(
        [first, second, row("c", 800, "hall"), row("d", 1, user="youth", appointment="jumping")]
    )
    assert (found.first, found.second) == (first, second)
    assert found.shared == row("", 0, user="adult", member="guest", appointment="group lunge").ticked


def test_holes_are_told_in_blocks() -> None:
    rows = [row("a", 1000, user="adult"), row("b", 1000, user="youth", appointment="lunge group")]
    assert holes(rows, VALUES) == [row("", 0, user="youth", appointment="jumping").ticked]
    assert holes([], VALUES) == [row("", 0).ticked]
    assert holes([row("a", 1000)], VALUES) == []
    assert holes([row("a", 1000, "hall")], VALUES) == [row("", 0).ticked]


def test_the_order_with_the_fewest_blocks_is_taken() -> None:
    """Two holes that meet in no dimension, so that some orders would cut one of them."""
    covered = [row("a", 1, resource="school", user="adult"), row("b", 1, resource="private", member="guest")]
    assert len(holes(covered, VALUES)) == 2


# The seed's examples (seeds/004).


def test_a_lesson_of_25_is_20_for_whoever_holds_the_contract() -> None:
    rows = [row("regular", 2500), row("contract", 2000, "subscription")]
    assert price(rows, case(*ADA)) == 2500
    assert price(rows, case(*ADA, "subscription")) == 2000
    assert choose(rows, case(*ADA, "subscription")).why == Why.OWNED


def test_eight_cards_become_one_set_of_rows() -> None:
    """Adult or youth, school or private horse, member or not: eight prices a class, and one account."""
    prices = {
        ("adult", "school", "member"): 2200,
        ("adult", "school", "guest"): 2500,
        ("adult", "private", "member"): 1500,
        ("adult", "private", "guest"): 1800,
        ("youth", "school", "member"): 1600,
        ("youth", "school", "guest"): 1900,
        ("youth", "private", "member"): 1100,
        ("youth", "private", "guest"): 1400,
    }
    rows = [
        row(f"{place}", cents, user=user, resource=resource, member=member, appointment="group jumping")
        for place, ((user, resource, member), cents) in enumerate(prices.items())
    ]
    rows.append(row("lunge", 1200, appointment="lunge"))
    for (user, resource, member), cents in prices.items():
        for appointment in ("group", "jumping"):
            assert price(rows, case(user, appointment, resource, member)) == cents
        assert price(rows, case(user, "lunge", resource, member)) == 1200
    assert overlaps(rows) == []
    assert holes(rows, VALUES) == []


# Any matrix, against a reading that goes through every combination.

KEYS = {each: tuple("xyz"[:size]) for each, size in zip(DIMENSIONS, (2, 3, 2, 2), strict=True)}
EVERY = [dict(zip(DIMENSIONS, keys, strict=True)) for keys in product(*KEYS.values())]
somewhere = st.fixed_dictionaries({each: st.frozensets(st.sampled_from(keys)) for each, keys in KEYS.items()})
requirements = st.sampled_from(("", "", *OWNED))
drafts = st.tuples(st.integers(0, 4), somewhere, requirements)
matrices = st.lists(drafts, max_size=7).map(
    lambda found: [Row(f"r{place}", *draft) for place, draft in enumerate(found)]
)
people = st.builds(
    Case,
    st.fixed_dictionaries({each: st.sampled_from((*keys, "unknown")) for each, keys in KEYS.items()}),
    st.frozensets(st.sampled_from(OWNED)),
)


def cells(ticked: Mapping[str, frozenset[str]]) -> set[tuple[str, ...]]:
    """Every combination, one by one."""
    return set(product(*(sorted(ticked[each]) for each in DIMENSIONS)))


def named_by_the_rules(rows: Sequence[Row], asked: Case) -> str | None:
    """The rules read aloud, one sentence after the other."""
    best: Row | None = None
    mine = tuple(asked.classes[each] for each in DIMENSIONS)
    for wanted in ("owned", "rest"):
        for each in rows:
            if mine not in cells(each.ticked):
                continue
            if (wanted == "owned") != (each.requires != ""):
                continue
            if wanted == "owned" and each.requires not in asked.owned:
                continue
            if best is None or each.cents < best.cents or (each.cents == best.cents and each.id < best.id):
                best = each
        if best is not None:
            return best.id
    return None


@given(matrices, people)
def test_the_chosen_row_is_the_one_that_the_rules_name(rows: list[Row], asked: Case) -> None:
    chosen = choose(rows, asked)
    assert (chosen and chosen.row.id) == named_by_the_rules(rows, asked)
    event("bookable" if chosen else "not bookable")
    if chosen is None:
        return
    event(f"why: {chosen.why}")
    every = [chosen.row, *chosen.others]
    assert all(each.requires in ("", *asked.owned) for each in every)
    assert (chosen.why == Why.OWNED) == any(each.requires for each in every)
    assert not {each.id for each in every} & {each.id for each in missed(rows, asked)}


@given(matrices, people)
def test_the_order_of_the_rows_does_not_matter(rows: list[Row], asked: Case) -> None:
    assert choose(rows, asked) == choose(rows[::-1], asked)


@given(matrices)
def test_overlaps_agree_with_brute_force(rows: list[Row]) -> None:
    shared = {}
    for first, second in combinations(rows, 2):
        common = cells(first.ticked) & cells(second.ticked)
        if common and first.requires == second.requires:
            shared[first.id, second.id] = common
    found = overlaps(rows)
    assert {(each.first.id, each.second.id): cells(each.shared) for each in found} == shared


@given(matrices)
def test_holes_agree_with_brute_force(rows: list[Row]) -> None:
    open_to_all = [each for each in rows if not each.requires]
    wanted = {tuple(each.values()) for each in EVERY if choose(open_to_all, Case(each)) is None}
    blocks = holes(rows, KEYS)
    told = [cell for block in blocks for cell in cells(block)]
    assert len(told) == len(set(told)), "two blocks tell of the same combination"
    assert set(told) == wanted
    assert all(choose(rows, Case(each)) is not None for each in EVERY if tuple(each.values()) not in wanted)
