"""The organisation's desk: send, remind, swap, pair codes with addresses (DOMAIN C6)."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shop.catalogue.models import Offer
from shop.clerk.letters import LETTERS
from shop.clock import shifted_by
from shop.course_vouchers.find import Refusal
from shop.course_vouchers.models import CourseVoucher, CourseVoucherEvent
from shop.db import db, transaction
from shop.orders.enrol.desk import Obstacle, Refused
from shop.orders.enrol.pair_up import LONGEST, Problem, pair_up
from shop.orders.enrol.redeem import Unknown, redeem_existing
from shop.orders.enrol.send import remind, send
from shop.orders.enrol.swap import choices, swap
from shop.orders.models import Order
from shop.outbox.models import Message
from tests.organisations.cast import (
    HERE,
    administrator,
    code_texts,
    codes_of,
    learner,
    municipality,
    ordered,
)
from tests.organisations.conftest import Town
from tests.shopfloor import assert_sound, course
from tests.statements import statements

LEA = ("lea@example.org", "Lea Neu")


@pytest.fixture
def order(town: Town) -> Order:
    """Three codes for K1."""
    return ordered(town.organisation, town.anna, {"K1": 3})


def numbers(order: Order) -> list[str]:
    return [each.number for each in codes_of(order)]


def mails(kind: str) -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.kind == kind)))


def sent(town: Town, *whom: tuple[str, str, str]) -> int:
    with transaction():
        return send(town.organisation, whom, town.anna)


def refusal(act) -> tuple[object, str]:
    with pytest.raises(Refused) as refused, transaction():
        act()
    return refused.value.reason, refused.value.number


def test_a_sent_code_goes_out_as_a_ready_link_and_the_queue_holds_no_code(town: Town, order: Order) -> None:
    number = numbers(order)[0]
    assert sent(town, (number, *LEA)) == 1
    [message] = mails("course_code_sent")
    assert message.recipient == "lea@example.org"
    code = code_texts(order)[0]
    assert code not in str(message.facts)
    letter = LETTERS[message.kind](message)
    assert f"/voucher-einloesen/#{code}" in letter.text
    assert "Guten Tag Lea Neu," in letter.text
    assert "Gemeinde Seedorf" in letter.text
    assert code not in letter.subject
    kept = codes_of(order)[0]
    assert (kept.sent_to, kept.state) == ("lea@example.org", "open")


def test_a_double_click_is_one_mail_and_a_later_wish_a_second(town: Town, order: Order) -> None:
    number = numbers(order)[0]
    assert sent(town, (number, *LEA)) == 1
    assert sent(town, (number, *LEA)) == 0
    with shifted_by(timedelta(hours=1)):
        assert sent(town, (number, *LEA)) == 1
    assert len(mails("course_code_sent")) == 2


def test_sending_is_all_or_nothing(town: Town, order: Order) -> None:
    learner()
    redeem_existing("jonas", code_texts(order)[1], HERE)
    one, two, _ = numbers(order)
    assert refusal(lambda: send(town.organisation, [(one, *LEA), (two, *LEA)], town.anna)) == (
        Refusal.REDEEMED,
        two,
    )
    assert mails("course_code_sent") == []
    assert codes_of(order)[0].sent_to == ""


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"frozen": "overdue"}, Refusal.OVERDUE),
        ({"frozen": "unpaid"}, Refusal.UNPAID),
        ({"state": "cancelled"}, Refusal.CANCELLED),
    ],
)
def test_a_code_that_does_not_work_is_not_sent(
    town: Town, order: Order, values: dict[str, str], why: Refusal
) -> None:
    number = numbers(order)[0]
    with transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(CourseVoucher, number), name, value)
    assert refusal(lambda: send(town.organisation, [(number, *LEA)], town.anna)) == (why, number)


def test_an_expired_code_is_not_sent(town: Town, order: Order) -> None:
    with shifted_by(timedelta(days=400)):
        number = numbers(order)[0]
        assert refusal(lambda: send(town.organisation, [(number, *LEA)], town.anna))[0] is Refusal.EXPIRED


def test_reminding_goes_to_the_address_that_has_the_code(town: Town, order: Order) -> None:
    one, two, _ = numbers(order)
    sent(town, (one, *LEA))
    with transaction():
        assert remind(town.organisation, [one], town.anna) == 1
    with transaction():
        assert remind(town.organisation, [one], town.anna) == 0
    [message] = mails("course_code_reminder")
    assert message.recipient == "lea@example.org"
    assert code_texts(order)[0] in LETTERS[message.kind](message).text
    assert refusal(lambda: remind(town.organisation, [two], town.anna)) == (Obstacle.NOT_SENT, two)


def test_no_story_holds_a_name_or_an_address(town: Town, order: Order) -> None:
    sent(town, (numbers(order)[0], *LEA))
    facts = " ".join(str(each) for each in db.session.scalars(select(CourseVoucherEvent.facts)))
    assert "lea" not in facts.lower()


def test_a_swapped_code_opens_the_other_course_and_the_old_code_nothing(town: Town, order: Order) -> None:
    course("K3", 10000)
    old = code_texts(order)
    wanted = numbers(order)[:2]
    sent(town, (wanted[0], *LEA))
    with transaction():
        assert swap(town.organisation, wanted, "K3", town.anna) == 2
    learner()
    with pytest.raises(Unknown):
        redeem_existing("jonas", old[0], HERE)
    assert redeem_existing("jonas", code_texts(order)[0], HERE).offer_number == "K3"
    assert [each.offer_number for each in codes_of(order)] == ["K3", "K3", "K1"]
    assert codes_of(order)[0].sent_to == ""
    event = db.session.scalars(select(CourseVoucherEvent).where(CourseVoucherEvent.what == "swapped")).first()
    assert event is not None
    assert event.facts == {"before": "K1", "after": "K3"}
    assert_sound()


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        ("K1", Obstacle.SAME),
        ("K2", Obstacle.OTHER_PRICE),
        ("K4", Obstacle.OTHER_TAX),
        ("K9", Obstacle.GONE),
        ("G1000", Obstacle.GONE),
    ],
)
def test_what_is_not_the_same_is_not_swapped(town: Town, order: Order, offer: str, why: Obstacle) -> None:
    course("K4", 10000, tax_code="standard")
    number = numbers(order)[0]
    assert refusal(lambda: swap(town.organisation, [number], offer, town.anna)) == (why, number)


def test_swapping_is_all_or_nothing(town: Town, order: Order) -> None:
    course("K3", 10000)
    learner()
    redeem_existing("jonas", code_texts(order)[2], HERE)
    assert refusal(lambda: swap(town.organisation, numbers(order), "K3", town.anna))[0] is Refusal.REDEEMED
    assert {each.offer_number for each in codes_of(order)} == {"K1"}


def test_a_frozen_code_is_swapped_and_stays_frozen(town: Town, order: Order) -> None:
    course("K3", 10000)
    number = numbers(order)[0]
    with transaction() as session:
        session.get_one(CourseVoucher, number).frozen = "overdue"
    with transaction():
        swap(town.organisation, [number], "K3", town.anna)
    assert (codes_of(order)[0].offer_number, codes_of(order)[0].frozen) == ("K3", "overdue")


def test_choices_are_what_a_swap_would_take(town: Town, order: Order) -> None:
    course("K3", 10000)
    course("K4", 10000, tax_code="standard")
    course("K5", 10001)
    assert [offer.number for offer in choices(codes_of(order)[0])] == ["K3"]


def test_no_deed_reaches_another_organisations_codes(town: Town, order: Order) -> None:
    other = municipality("Stadt Bergheim", "amt@bergheim.example.org")
    bruno = administrator(other, "bruno", "Bruno")
    course("K3", 10000)
    number = numbers(order)[0]
    for act in (
        lambda: send(other, [(number, *LEA)], bruno),
        lambda: remind(other, [number], bruno),
        lambda: swap(other, [number], "K3", bruno),
    ):
        assert refusal(act) == (Obstacle.MISSING, number)
    assert pair_up(other, "K1", "lea@example.org").problems == (Problem(0, "0/1", "codes"),)


LISTS = {
    "addresses": "lea@example.org\nmax@example.org\n",
    "name first": "Lea Neu <lea@example.org>\nMax Alt <max@example.org>",
    "table": "Name;E-Mail\nLea Neu;lea@example.org\nMax Alt;max@example.org",
    "tabs": "lea@example.org\tLea Neu\r\nmax@example.org\tMax Alt",
    "one line": "lea@example.org, max@example.org",
    "one line with names": "Lea Neu <lea@example.org>; Max Alt <max@example.org>",
    "quoted": '"Neu";"Lea";"lea@example.org"\n"Alt";"Max";"MAX@example.org"',
    "mark and gaps": "\ufefflea@example.org\n\n ; \nmax@example.org",
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_as_people_paste_it(town: Town, order: Order, name: str) -> None:
    found = pair_up(town.organisation, "K1", LISTS[name])
    assert found.problems == ()
    assert [pair.email for pair in found.pairs] == ["lea@example.org", "max@example.org"]
    assert {pair.number for pair in found.pairs} < set(numbers(order))
    assert found.left == 1
    if "name" in name or name in ("table", "tabs"):
        assert [pair.name for pair in found.pairs] == ["Lea Neu", "Max Alt"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [(0, "empty")]),
        (" \n;;\n", [(0, "empty")]),
        ("lea@example.org\nLEA@example.org", [(2, "duplicate")]),
        ("lea@example.org\nkein Wort\nmax@", [(2, "address"), (3, "address")]),
        ("lea@example.org\nlea@exa mple.org", [(2, "address")]),
        ("müller@exämple.org\nmax@example", [(1, "address"), (2, "address")]),
        ("a@example.org\nb@example.org\nc@example.org\nd@example.org", [(0, "codes")]),
        ("x" * (LONGEST + 1), [(0, "long")]),
    ],
)
def test_a_list_with_a_fault_is_told_line_by_line_and_pairs_nothing(
    town: Town, order: Order, text: str, problems: list[tuple[int, str]]
) -> None:
    found = pair_up(town.organisation, "K1", text)
    assert [(problem.line, problem.reason) for problem in found.problems] == problems
    assert found.pairs == ()


def test_who_has_an_unused_code_already_is_told(town: Town, order: Order) -> None:
    sent(town, (numbers(order)[0], *LEA))
    found = pair_up(town.organisation, "K1", "max@example.org\nlea@example.org")
    assert [(problem.line, problem.reason) for problem in found.problems] == [(2, "sent")]


def test_only_codes_that_nobody_has_are_paired(town: Town, order: Order) -> None:
    one, two, three = numbers(order)
    sent(town, (one, *LEA))
    with transaction() as session:
        session.get_one(CourseVoucher, two).frozen = "overdue"
    assert [pair.number for pair in pair_up(town.organisation, "K1", "max@example.org").pairs] == [three]


def test_a_list_of_ten_megabytes_is_refused_at_once(town: Town, order: Order) -> None:
    found = pair_up(town.organisation, "K1", "lea@example.org\n" * 700_000)
    assert [problem.reason for problem in found.problems] == ["long"]


def test_five_hundred_are_paired_and_sent_in_few_statements_each(town: Town) -> None:
    order = ordered(town.organisation, town.anna, {"K2": 500})
    text = "\n".join(f"mensch{n}@example.org" for n in range(500))
    with statements() as run:
        pairs = pair_up(town.organisation, "K2", text).pairs
        assert sent(town, *[(pair.number, pair.email, pair.name) for pair in pairs]) == 500
    assert len(run) <= 5 * 500 + 10, len(run)
    assert db.session.scalar(select(func.count()).where(Message.kind == "course_code_sent")) == 500
    assert db.session.get_one(Offer, "K2").number == codes_of(order)[0].offer_number
