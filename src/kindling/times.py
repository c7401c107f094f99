"""Times as people and tools write them: read right, or refused with a sentence."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta, tzinfo

from dateutil import parser, tz

from kindling.errors import TimeError
from kindling.wording import many

__all__ = ["length", "read", "stamp"]

HOW = 'Write it like 2026-11-08T12:00:00-05:00, "2026-11-08 12:00 UTC" or "2026-11-08 12:00 Europe/Berlin".'

_DAY_AND_CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(.*)")
_OFFSET = re.compile(r"Z|[+-]\d\d:\d\d")  # right behind the time, where everybody reads it as an offset
_PLACE = re.compile(r"[A-Za-z_]+(/[A-Za-z_+-]+){1,2}")  # like Europe/Berlin; another text could name a file


def read(text: str) -> datetime:
    """Return the time that somebody wrote for a command, with its zone. Raises TimeError where that is not certain."""
    found = _DAY_AND_CLOCK.fullmatch(text.strip())
    try:
        plain = datetime.fromisoformat(f"{found[1]}T{found[2]}") if found else None
    except ValueError:
        plain = None
    if found is None or plain is None:
        raise TimeError(f'"{text}" is not a time. {HOW}')
    rest = found[3]
    if not rest:
        raise TimeError(f'"{text}" has no time zone. {HOW}')
    if _OFFSET.fullmatch(rest):
        try:
            return datetime.fromisoformat(f"{plain.isoformat()}{rest}")
        except ValueError:
            raise TimeError(f'"{text}" is not a time. {HOW}') from None
    name = rest.strip()
    if rest == " UTC":
        return plain.replace(tzinfo=UTC)
    zone = tz.gettz(name) if _PLACE.fullmatch(name) and rest[0] == " " else None
    if zone is None:
        # nbgrader takes -0500 for seconds and CEST for UTC; CST is a zone in America, in China and on Cuba.
        raise TimeError(f'"{name}" in "{text}" is not a time zone that everybody reads in the same way. {HOW}')
    if tz.datetime_ambiguous(plain, zone) or not tz.datetime_exists(plain, zone):
        raise TimeError(
            f'"{text}" is a time that comes twice or never, since the clocks in {name} change then. Write it with its '
            "distance to UTC, like 2026-11-08T12:00:00-05:00."
        )
    return plain.replace(tzinfo=zone)


def stamp(text: str, file: str) -> tuple[datetime, str | None]:
    """Return the time that a tool wrote into `file`, in UTC and without its zone, as nbgrader keeps it.

    With it comes a remark where its zone is not known. Raises an error of any kind where it names no day. nbgrader
    itself takes "-0500" for seconds, and an unknown zone, without a word, for UTC.
    """
    unknown: list[str] = []

    def zone(name: str | None, offset: int | None) -> tzinfo | None:
        if offset is not None:
            fixed: tzinfo = tz.tzoffset(name, offset)
            return fixed
        found: tzinfo | None = tz.gettz(name) if name else None
        unknown.extend([name] if name and not found else [])
        return found

    day, _, place = text.rpartition(" ")
    if _PLACE.fullmatch(place) and (found := tz.gettz(place)):
        text, zone = day, lambda name, offset: found
    # What the text leaves open comes from `default`: where that makes a difference, it names no day.
    one, other = (parser.parse(text, tzinfos=zone, default=datetime(year, 1, year - 1999)) for year in (2000, 2001))
    if one != other:
        raise ValueError(text)
    if unknown:
        return one.replace(tzinfo=None), (
            f'The time zone {unknown[0]} in "{file}" is not known here, so the time counts as UTC. {HOW}'
        )
    if one.tzinfo is None:
        return one, f'The time in "{file}" has no zone, so it counts as UTC. {HOW}'
    return one.astimezone(UTC).replace(tzinfo=None), None


def length(span: timedelta) -> str:
    """Return how long something took in its two largest units, like "1 day 3 hours"."""
    left, parts = math.ceil(span.total_seconds()), []
    for unit, seconds in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, left = divmod(left, seconds)
        if count:
            parts.append(many(count, unit))
        elif parts:
            break  # no "1 day 5 seconds"
    return " ".join(parts[:2]) or "0 seconds"
