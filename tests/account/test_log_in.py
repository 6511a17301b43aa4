"""Logging in and out, by user name or address."""

import pytest
from flask import Flask

from tests.account.cast import PASSWORD, change, is_signed_in, log_in, open_account
from tests.web.guest import Guest


@pytest.mark.parametrize("name", ["erna", "ERNA", " erna ", "erna@example.org", "Erna@Example.org"])
def test_user_name_or_address_and_password_open_the_account(erna: Guest, name: str) -> None:
    answer = log_in(erna, name)
    assert answer.status_code == 302, answer.text
    assert answer.headers["Location"] == "/konto/"
    assert "Erna Müller" in erna.get("/konto/").text
