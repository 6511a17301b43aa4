"""The ledger, told as bank statements, on both databases."""

import pytest
from flask import Flask

from tests.ledger.bank import play

pytestmark = pytest.mark.usefixtures("any_app")


def test_a_voucher_is_sold_and_spent_to_the_last_cent() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      free   voucher:G1          50,00
      spend  voucher:G1          30,00   ok
      spend  voucher:G1          20,01   overdrawn
      spend  voucher:G1          20,00   ok
      spend  voucher:G1           0,01   overdrawn
      has    voucher:G1           0,00
      has    till:pretend        50,00
      has    revenue             50,00
    """)


def test_a_purse_that_never_opened_gives_nothing() -> None:
    play("""
      spend  voucher:G1           0,01   overdrawn
      hold   card:W1              0,01   overdrawn
      free   voucher:G1           0,00
      has    till:stripe          0,00
    """)


def test_a_hold_counts_at_once_and_ends_once() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      hold   voucher:G1  as h1   30,00   ok
      free   voucher:G1          20,00
      has    voucher:G1          50,00
      hold   voucher:G1          30,00   overdrawn
      spend  voucher:G1          20,01   overdrawn
      post   h1                  30,00   ok
      post   h1                  30,00   ok              # a repeat
      post   h1                          ok              # all of it, again
      void   h1                          already_posted
      expire h1                          already_posted
      free   voucher:G1          20,00
      has    revenue             30,00
    """)


def test_the_rest_of_a_hold_posted_in_part_goes_back() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      hold   voucher:G1  as h1   30,00   ok
      post   h1                  10,00   ok
      post   h1                  30,00   contradiction
      post   h1                  10,00   ok              # a repeat
      free   voucher:G1          40,00
      has    revenue             10,00
    """)


def test_no_more_is_posted_than_was_held() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      hold   voucher:G1  as h1   30,00   ok
      post   h1                  30,01   more_than_held
      post   h1                          ok
      has    revenue             30,00
    """)


def test_a_voided_hold_gives_everything_back() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      hold   voucher:G1  as h1   50,00   ok
      void   h1                          ok
      void   h1                          ok              # a repeat
      post   h1                          already_voided
      free   voucher:G1          50,00
      has    revenue              0,00
    """)


def test_nothing_posts_after_the_deadline_swept_or_not() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      hold   voucher:G1  as h1   30,00   ok
      wait   30m                                         # the deadline itself is too late
      post   h1                          already_expired
      free   voucher:G1          20,00                   # not yet swept
      sweep  1
      free   voucher:G1          50,00
      post   h1                          already_expired
      void   h1                          already_expired
      expire h1                          ok              # a repeat
      sweep  0
    """)


def test_an_overdue_hold_may_be_voided_before_it_is_swept() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      hold   voucher:G1  as h1   30,00   ok
      wait   31m
      void   h1                          ok
      sweep  0
      expire h1                          already_voided
      free   voucher:G1          50,00
    """)


def test_a_hold_does_not_expire_before_its_deadline() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      hold   voucher:G1  as h1   30,00   ok
      expire h1                          not_overdue
      wait   29m
      sweep  0
      expire h1                          not_overdue
      post   h1                          ok
      wait   2m
      post   h1                          ok              # a repeat, however late
      sweep  0
    """)


def test_a_repeat_is_quiet_even_when_nothing_is_left() -> None:
    play("""
      sell   voucher:G1  as a    50,00   ok
      sell   voucher:G1  as a    50,00   ok
      spend  voucher:G1  as b    40,00   ok
      spend  voucher:G1  as b    40,00   ok              # 10,00 would not be enough
      hold   voucher:G1  as h    10,00   ok
      hold   voucher:G1  as h    10,00   ok
      free   voucher:G1           0,00
      has    till:pretend        50,00
      has    revenue             40,00
    """)


def test_a_repeat_is_quiet_while_enough_is_left() -> None:
    play("""
      sell   voucher:G1  as a    50,00   ok
      spend  voucher:G1  as b    10,00   ok
      spend  voucher:G1  as b    10,00   ok
      hold   voucher:G1  as h    10,00   ok
      hold   voucher:G1  as h    10,00   ok
      free   voucher:G1          30,00
      has    voucher:G1          40,00
    """)


def test_a_repeated_hold_stays_quiet_when_it_has_ended_and_holds_nothing() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      hold   voucher:G1  as h1   30,00   ok
      void   h1                          ok
      hold   voucher:G1  as h1   30,00   ok
      free   voucher:G1          50,00
    """)


def test_a_contradiction_is_loud_and_changes_nothing() -> None:
    play("""
      sell   voucher:G1  as a    50,00   ok
      sell   voucher:G1  as a    50,01   contradiction
      sell   voucher:G2  as a    50,00   contradiction
      spend  voucher:G1  as a    50,00   contradiction
      spend  voucher:G1  as a    99,00   contradiction   # and not overdrawn
      hold   voucher:G1  as a    50,00   contradiction
      free   voucher:G1          50,00
      free   voucher:G2           0,00
      has    revenue              0,00
    """)


def test_a_voucher_is_loaded_onto_a_card() -> None:
    play("""
      sell   voucher:G1            50,00   ok
      load   voucher:G1 > card:W1  50,01   overdrawn
      load   voucher:G1 > card:W1  50,00   ok
      free   voucher:G1             0,00
      free   card:W1               50,00
      spend  card:W1               20,00   ok
      load   card:W1 > voucher:G1  30,00   ok
      free   voucher:G1            30,00
    """)


def test_what_a_purse_is_to_get_by_a_hold_cannot_be_spent_before() -> None:
    play("""
      sell   voucher:G1                  50,00   ok
      hold   voucher:G1 > card:W1 as h1  40,00   ok
      free   card:W1                      0,00
      spend  card:W1                      0,01   overdrawn
      post   h1                          30,00   ok
      free   card:W1                     30,00
      free   voucher:G1                  20,00
      hold   voucher:G1 > card:W1 as h2  20,00   ok
      void   h2                                  ok
      free   voucher:G1                  20,00
      free   card:W1                     30,00
    """)


def test_an_unknown_hold_cannot_end() -> None:
    play("""
      sell   voucher:G1  as a    50,00   ok
      post   h9                          no_such_hold
      void   a                           no_such_hold
      expire a                           no_such_hold
    """)


def test_the_oldest_overdue_holds_of_many_purses_are_swept_together() -> None:
    play("""
      sell   voucher:G1          50,00   ok
      sell   voucher:G2          50,00   ok
      hold   voucher:G2          10,00   ok
      wait   10m
      hold   voucher:G1          10,00   ok
      hold   voucher:G2          10,00   ok
      wait   25m
      sweep  1
      free   voucher:G2          40,00
      wait   10m
      sweep  2
      free   voucher:G1          50,00
      free   voucher:G2          50,00
    """)


def test_the_stage_itself_sees_a_wrong_answer(any_app: Flask) -> None:
    with pytest.raises(AssertionError, match="line 2: sell"):
        play("""
          sell   voucher:G1          50,00   overdrawn
        """)
