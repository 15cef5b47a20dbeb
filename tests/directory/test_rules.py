"""Names as people type them, and who may change what all share."""

from hypothesis import given
from hypothesis import strategies as st

from houseful.directory.rules import knows_person, may_edit_party, search_form
from houseful.kernel.ids import new_id

MINE, OTHER = new_id(), new_id()


def test_accents_case_and_spaces_do_not_matter() -> None:
    assert search_form("  São   PAULO ") == "sao paulo"
    assert search_form("Köln") == search_form("KOLN")


@given(st.text())
def test_the_search_form_of_a_search_form_is_itself(name: str) -> None:
    assert search_form(search_form(name)) == search_form(name)


def test_who_brought_a_party_may_change_it_while_nobody_else_deals_with_it() -> None:
    def may(referred_by: list[str], *, created_by: object = MINE, staff: bool = False) -> bool:
        return may_edit_party(
            MINE, created_by=created_by, referred_by=referred_by, is_platform_staff=staff
        )

    assert may([])
    assert may([str(MINE)])
    assert not may([str(MINE), str(OTHER)])
    assert not may([], created_by=OTHER)
    assert not may([str(MINE)], created_by=None)
    assert may([str(OTHER)], created_by=OTHER, staff=True)


def test_only_who_deals_with_a_person_may_reach_them() -> None:
    assert knows_person(MINE, created_by=MINE, referred_by=[])
    assert knows_person(MINE, created_by=OTHER, referred_by=[str(MINE)])
    assert not knows_person(MINE, created_by=OTHER, referred_by=[str(OTHER)])
