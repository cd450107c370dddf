"""Working time as a reference: the days of a zone one by one, from `zoneinfo`."""

import datetime
import zoneinfo

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
UTC = datetime.timezone.utc


def parse(text):
    return datetime.datetime.fromisoformat(text)


def shifts(calendar, start):
    """The spans of working time from `start` on, in UTC, endless."""
    zone = zoneinfo.ZoneInfo(calendar["timeZone"])
    day = start.astimezone(zone).date() - datetime.timedelta(days=1)
    while True:
        if day.isoformat() not in calendar.get("holidays", []):
            for pair in calendar["hours"].get(DAYS[day.weekday()], []):
                opens, closes = (_moment(day, text, zone) for text in pair)
                if closes > start:
                    yield max(opens, start), closes
        day += datetime.timedelta(days=1)


def _moment(day, text, zone):
    hours, minutes = map(int, text.split(":"))
    day += datetime.timedelta(days=hours // 24)
    local = datetime.datetime(day.year, day.month, day.day, hours % 24, minutes, tzinfo=zone)
    return local.astimezone(UTC)


def deadline(calendar, start, minutes):
    """The time after so many minutes of working time."""
    left = datetime.timedelta(minutes=minutes)
    for opens, closes in shifts(calendar, start):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens


def elsewhen(now, days):
    """A calendar with one whole day a week, so many days from now."""
    day = (now.astimezone(UTC) + datetime.timedelta(days=days)).weekday()
    return {"timeZone": "UTC", "hours": {DAYS[day]: [["00:00", "24:00"]]}}
