"""Tests of the calendar room."""  # noqa: A005 (`src` is where ruff looks; it is `tests.calendar`)
