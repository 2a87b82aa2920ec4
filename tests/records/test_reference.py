"""Reference codes survive being read aloud and written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduction.records.reference import ALPHABET, is_reference, new_reference, reference_hash


def test_a_code_is_two_groups_of_four():
    code = new_reference()
    assert len(code) == 9
    assert code[4] == "-"
    assert set(code) <= set(ALPHABET) | {"-"}


def test_codes_do_not_repeat():
    assert len({new_reference() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("written", ["7k3m-1x0t", "7K3M 1X0T", "7k3mlxot", " 7K3M-IXOT. "])
def test_case_spaces_and_lookalikes_do_not_matter(written):
    assert reference_hash(written) == reference_hash("7K3M-1X0T")
    assert is_reference(written)


@pytest.mark.parametrize("text", ["", "1", "hello world", "7K3M-QX9", "7K3M-QX9TT", "7K3M-QX9é", "7K3M-QX9１"])
def test_what_has_not_the_form_of_a_code_is_none(text):
    assert not is_reference(text)


@given(st.text(alphabet=ALPHABET, min_size=8, max_size=8), st.text(alphabet=ALPHABET, min_size=8, max_size=8))
def test_different_codes_stay_different(one, other):
    assert (reference_hash(one) == reference_hash(other)) == (one == other)
