"""After each of these drills the first three lines of `diff` name what was changed."""
import pytest
from differences import NAMED, assert_named, in_companion


@pytest.mark.parametrize("drill", NAMED)
def test_the_first_lines_name_the_fault(cluster, drill):
    if drill == next(iter(NAMED)):
        in_companion("goto acceptance", "check all")
    assert_named(drill)
