"""The head of every page: ways through the shop, each there when its page is."""

import re

from flask import Flask

from tests.web.guest import Guest


def ways(page: str) -> list[list[str]]:
    """Where each list of ways in the head leads: that of the desk, and that of the phone's menu."""
    lists = re.findall(r'<ul class="ways">(.*?)</ul>', page, re.S)
    return [re.findall(r'href="([^"]+)"', each) for each in lists]


def test_the_desk_and_the_phone_are_shown_the_same_ways(shop: Flask) -> None:
    desk, phone = ways(Guest(shop).get("/").text)
    assert desk == phone
    assert {"/gutscheine/", "/kurse/", "/guthaben/", "/merkliste/"} <= set(desk)


def test_appointments_appear_by_themselves(shop: Flask) -> None:
    assert ("/termine/" in ways(Guest(shop).get("/").text)[0]) == ("appointments.list" in shop.view_functions)
    shop.view_functions["appointments.list"] = lambda: ""
    assert "/termine/" in ways(Guest(shop).get("/?sprache=de").text)[0]


def test_one_way_is_marked_as_the_present_one(shop: Flask) -> None:
    head = Guest(shop).get("/kurse/").text.partition("<main")[0]
    assert re.findall(r'href="([^"]+)" aria-current="([^"]+)"', head) == [("/kurse/", "page")] * 2
