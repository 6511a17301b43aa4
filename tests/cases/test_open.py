"""Cases: opened once per reason and reference, closed by somebody with a note."""

import uuid

import pytest
from flask import Flask

from shop.cases.open import CaseClosed, CaseMissing, case_id, close_case, open_case, open_cases
from shop.db import db, transaction

ERNA = case_id("mail failed", "B1")


def opened(reference: str = "B1", **facts: object) -> None:
    with transaction():
        open_case("mail failed", reference, facts)


def test_a_case_is_opened_once(any_app: Flask) -> None:
    opened(error="550")
    opened(error="551")
    opened("B2")
    assert [(case.reference, case.facts) for case in open_cases()] == [("B1", {"error": "550"}), ("B2", {})]


def test_a_case_disappears_with_the_transaction_that_needed_it(any_app: Flask) -> None:
    with pytest.raises(RuntimeError), transaction():
        open_case("mail failed", "B1", {})
        raise RuntimeError
    assert open_cases() == []


def test_a_closed_case_says_by_whom_and_how_and_stays_closed(any_app: Flask) -> None:
    opened()
    (case,) = open_cases()
    with transaction():
        close_case(ERNA, " Frau Amt ", "angerufen")
    opened()
    assert open_cases() == []
    db.session.refresh(case)
    assert (case.closed_by, case.note) == ("Frau Amt", "angerufen")
    assert case.closed_at is not None


def test_a_case_is_closed_once(any_app: Flask) -> None:
    opened()
    with transaction():
        close_case(ERNA, "Frau Amt", "angerufen")
    with pytest.raises(CaseClosed), transaction():
        close_case(ERNA, "Herr Büro", "nochmal")


def test_an_unknown_case_cannot_be_closed(any_app: Flask) -> None:
    with pytest.raises(CaseMissing), transaction():
        close_case(uuid.uuid4(), "Frau Amt", "angerufen")


@pytest.mark.parametrize(("by", "note"), [("", "angerufen"), ("Frau Amt", " ")])
def test_nobody_closes_without_name_and_note(any_app: Flask, by: str, note: str) -> None:
    opened()
    with pytest.raises(ValueError, match="by somebody, with a note"), transaction():
        close_case(ERNA, by, note)
    assert len(open_cases()) == 1


def test_the_oldest_case_comes_first_and_the_list_is_bounded(any_app: Flask) -> None:
    for number in range(5):
        opened(f"B{number}")
    assert [case.reference for case in open_cases(3)] == ["B0", "B1", "B2"]
