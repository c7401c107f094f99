"""kindling.times: what is read for certain, and the sentence for what is not."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from kindling import times
from kindling.errors import TimeError

NOON = datetime(2026, 11, 8, 12, tzinfo=UTC)
HOW = ' Write it like 2026-11-08T12:00:00-05:00, "2026-11-08 12:00 UTC" or "2026-11-08 12:00 Europe/Berlin".'
CLOCKS = (
    " is a time that comes twice or never, since the clocks in Europe/Berlin change then. Write it with its distance "
    "to UTC, like 2026-11-08T12:00:00-05:00."
)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-08 12:00 UTC",
        "2026-11-08T12:00:00 UTC",
        "2026-11-08T12:00Z",
        "2026-11-08T07:00:00-05:00",
        "2026-11-08 07:00-05:00",
        "2026-11-08 13:00 Europe/Berlin",
        " 2026-11-08 07:00:00 America/New_York ",
        "2026-11-08 09:00 America/Argentina/Buenos_Aires",
    ],
)
def test_a_time_with_its_zone(text):
    assert times.read(text) == NOON


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-11-08 12:00", '"2026-11-08 12:00" has no time zone.' + HOW),
        ("2026-11-08T12:00:00", '"2026-11-08T12:00:00" has no time zone.' + HOW),
        *(
            (
                f"2026-11-08 12:00{zone}",
                f'"{zone.strip()}" in "2026-11-08 12:00{zone}" is not a time zone that everybody reads in the same way.'
                + HOW,
            )
            for zone in (" -0500", " -05:00", "-0500", " CEST", " EST", " Europe/Berlln", " ../../etc/passwd", " utc")
        ),
        ("2026-11-08", '"2026-11-08" is not a time.' + HOW),
        ("tomorrow", '"tomorrow" is not a time.' + HOW),
        ("08.11.2026 12:00 UTC", '"08.11.2026 12:00 UTC" is not a time.' + HOW),
        ("2026-02-30 12:00 UTC", '"2026-02-30 12:00 UTC" is not a time.' + HOW),
        ("2026-11-08 12:00-25:00", '"2026-11-08 12:00-25:00" is not a time.' + HOW),
        ("", '"" is not a time.' + HOW),
        ("2026-10-25 02:30 Europe/Berlin", '"2026-10-25 02:30 Europe/Berlin"' + CLOCKS),
        ("2026-03-29 02:30 Europe/Berlin", '"2026-03-29 02:30 Europe/Berlin"' + CLOCKS),
    ],
)
def test_what_is_not_certain_is_refused(text, said):
    """What nbgrader takes for seconds, or for UTC, without a word."""
    with pytest.raises(TimeError, match="^" + re.escape(said) + "$"):
        times.read(text)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=61), "1 minute 1 second"),
        (timedelta(hours=3), "3 hours"),
        (timedelta(days=1, seconds=5), "1 day"),
        (timedelta(days=2, hours=3, minutes=4), "2 days 3 hours"),
    ],
)
def test_how_long(span, said):
    assert times.length(span) == said
