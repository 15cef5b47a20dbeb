"""A contract's life, whatever is tried, in whatever order."""

from hypothesis import given
from hypothesis import strategies as st

from houseful.hire.contracts.states import CONTRACT, OUT_FOR_SIGNATURE

ENDS = {"declined", "expired", "voided", "terminated"}
ACTS = sorted({act for state in CONTRACT.states for act in CONTRACT.acts(state)} - {"overrule"})


@given(st.lists(st.sampled_from(ACTS), max_size=30))
def test_what_has_ended_never_goes_back(acts: list[str]) -> None:
    state, seen = "draft", ["draft"]
    for act in acts:
        if CONTRACT.allows(state, act):
            state = CONTRACT.next(state, act)
            seen.append(state)

    ended = [place for place, one in enumerate(seen) if one in ENDS]
    assert ended in ([], [len(seen) - 1])
    if "signed" in seen:
        assert "voided" not in seen
        assert set(seen[: seen.index("signed")]) & OUT_FOR_SIGNATURE


def test_only_what_all_have_signed_at_the_provider_overrules_an_end() -> None:
    assert {state for state in ENDS if not CONTRACT.acts(state)} == CONTRACT.ends
    assert {(state, act) for state in ENDS for act in CONTRACT.acts(state)} == {
        ("voided", "overrule"),
        ("expired", "overrule"),
    }
