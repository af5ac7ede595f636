"""What all tests on a database have in common."""

import pytest


@pytest.fixture(autouse=True)
def _patient(patient: None) -> None:
    """No test here is about how long something takes, unless it sets a limit itself."""
