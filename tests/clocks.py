#!/usr/bin/env python3
"""Works out tests/clocks.csv, the public table of deadlines, apart from the program.

Standard library only, and its own reading of the rules: hours are found by stepping through minutes, days by listing
them. What it takes from the repository is the list of China's holidays, nothing else; the clocks of the packs are
written down again below, from the policies.

    python3 tests/clocks.py          writes the table, and tests/zones.csv: when clocks change in each zone of the program
    python3 tests/clocks.py --check  says whether the table is what this script works out

The rules: the start day never counts. N wd: end of office hours of the N-th working day after it. N d (a week is 7 d):
end of office hours of the N-th calendar day, moved to the next working day if that is a rest day. A month: the same day
next month or its last, moved likewise. Same day: end of office hours. h: elapsed hours. At once: 1 h. A promised day:
end of its office hours, whatever day it is. In working time a start outside office hours is the next opening and hours
run in office hours only. While a clock stands still at the end of a day's office hours that day does not count and
nothing is due on it; hours run on after the pause. A deadline is provisional if it hangs on whether a day of a year
without announced holidays is worked.
"""

import calendar as months_of
import csv
import re
import sys
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tests" / "clocks.csv"
ZONES = ROOT / "tests" / "zones.csv"
ZONE_LIST = ROOT / "crates" / "huiyin-core" / "src" / "zone" / "table.rs"
HEADER = ["pack", "clock", "from", "events", "promised", "time", "zone", "office", "calendar", "due", "provisional", "source", "why"]
CHINA_ZONE = "Asia/Shanghai"
OFFICE = "09:00-12:00+13:30-18:00"

# pack, clock: length, source of the rule. A special limit is reached by extending the clock it belongs to.
CLOCKS = {
    ("S03", "agree"): ("1d", "department head agrees a first plan within 1 day"),
    ("S03", "report"): ("3d", "quality lead reports to the general manager within 3 days of handling"),
    ("S03", "close"): ("7d", "closed within 7 days"),
    ("S03", "callback"): ("same-day", "called back on the day it is carried out"),
    ("S04", "reply"): ("24h", "inquiry by phone answered within 24 hours"),
    ("S04", "register"): ("24h", "letters and oral complaints registered within 24 hours"),
    ("S04", "complaint"): ("3wd", "complaint answered within 3 working days"),
    ("S04", "special"): ("7wd", "special cases within 7 working days"),
    ("S04", "feedback"): ("24h", "feedback sheet within 24 hours of handling"),
    ("S05", "investigate"): ("1wd", "investigated within 1 working day"),
    ("S05", "answer"): ("2wd", "answered within 2 working days"),
    ("S08", "objection"): ("10d", "objection within 10 days of receiving the report"),
    ("S08", "answer"): ("15d", "answered within 15 days of acceptance"),
    ("S08", "urgent"): ("3wd", "urgent ones within 3 working days of acceptance"),
    ("S09", "inquiry"): ("24h", "inquiry answered within 24 hours"),
    ("S09", "promised"): ("promised", "suggestion answered on the promised day"),
    ("S09", "complaint"): ("3wd", "complaint answered within 3 working days"),
    ("S09", "special"): ("7wd", "special cases within 7 working days"),
    ("S15", "solve"): ("3d", "solved within 3 days"),
    ("S17", "first-answer"): ("2h", "serious complaints answered first within 2 hours"),
    ("S17", "complaint"): ("3wd", "complaint answered within 3 working days"),
    ("S18", "close"): ("7d", "closed within 7 days of receipt"),
    ("S19", "limit"): ("3wd", "limit set on assigning or 3 working days"),
    ("S19", "callback"): ("3d", "called back within 3 days of carrying out"),
    ("S20", "answer"): ("2wd", "production answers in 2 working days"),
    ("S20", "delivery"): ("7d", "delivered within a week"),
    ("S26", "solution"): ("1wd", "solution in 1 working day"),
    ("S38", "feedback"): ("24h", "result back to group service within 24 hours of handling"),
    ("S38", "prewarning"): ("24h", "warned of within 24 hours of being classed major"),
    ("S41", "outage"): ("at-once", "major outage told at once"),
    ("S41", "follow-up"): ("1m", "monthly follow-up in the first year"),
    ("S41", "follow-up-later"): ("3m", "quarterly follow-up after the first year"),
    ("ISO10002", "acknowledge"): ("at-once", "acknowledged immediately"),
    ("ISO10002", "answer"): ("3wd", "answered in 3 working days (own choice)"),
    ("ISO10002", "accept"): ("7wd", "regulator accepts or refuses within 7 working days"),
    ("ISO10002", "mediation"): ("45wd", "regulator mediates within 45 working days"),
    ("ISO10002", "told"): ("7wd", "regulator tells the result within 7 working days"),
}
# What a special limit is reached from.
EXTENDED = {("S04", "special"): "complaint", ("S09", "special"): "complaint"}
# Clocks that may run until a promised day.
PROMISES = {("S09", "promised"), ("S19", "limit"), ("S20", "delivery"), ("ISO10002", "answer")}
# Clocks that do not stand still while the case is paused.
NEVER_PAUSED = {
    ("S04", "feedback"), ("S08", "objection"), ("S09", "promised"), ("S17", "first-answer"), ("S19", "callback"), ("S38", "feedback"),
    ("S38", "prewarning"), ("S41", "outage"), ("S41", "follow-up"), ("S41", "follow-up-later"), ("ISO10002", "acknowledge"),
}


def announced():
    """Returns China's announced days: date -> worked."""
    with open(ROOT / "crates" / "huiyin-core" / "data" / "holidays-cn.csv", encoding="utf-8-sig") as file:
        return {date.fromisoformat(row["date"]): row["kind"] == "workday" for row in csv.DictReader(file)}


CHINA = announced()


class Year:
    """The days and hours of one row."""

    def __init__(self, zone, office, days):
        if zone == "UTC":
            self.zone = timezone.utc
        elif zone[0] in "+-":
            sign = -1 if zone[0] == "-" else 1
            self.zone = timezone(sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6])))
        else:
            self.zone = ZoneInfo(zone)
        self.spans = [tuple(int(t[:2]) * 60 + int(t[3:]) for t in span.split("-")) for span in office.split("+")]
        base, *own = days.split("+")
        self.days = dict(CHINA) if base == "china" else {}
        self.known = {day.year for day in self.days}
        for entry in own:
            day, kind = entry.split("=")
            day = date.fromisoformat(day)
            if kind == "ordinary":
                self.days.pop(day, None)
            else:
                self.days[day] = kind == "workday"
        # A calendar file makes its years known; of a company's own days it takes five.
        years = [date.fromisoformat(entry.split("=")[0]).year for entry in own]
        self.known |= {year for year in years if base == "own" or years.count(year) >= 5}
        self.unknown_asked = False

    def at(self, day, minute):
        """Returns the moment of a minute of a day: the first of two, or as much later as clocks went forward."""
        local = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
        return local.replace(tzinfo=self.zone).astimezone(timezone.utc)

    def day_of(self, moment):
        return moment.astimezone(self.zone).date()

    def end(self, day):
        return self.at(day, max(to for _, to in self.spans))

    def worked(self, day):
        if day.year not in self.known:
            self.unknown_asked = True
        return self.days.get(day, day.weekday() < 5)

    def open(self, moment):
        """Returns whether a moment is in office hours of a working day."""
        day = self.day_of(moment)
        inside = any(self.at(day, a) <= moment < self.at(day, b) for a, b in self.spans)
        return self.worked(day) and inside


def moment(year, text):
    """Returns the moment written as 2026-03-10T09:15 on the row's clock."""
    local = datetime.fromisoformat(text)
    return year.at(local.date(), local.hour * 60 + local.minute)


def due_of(year, start, length, pauses, working):
    """Returns when a length that starts then is due."""
    minute, one = timedelta(minutes=1), timedelta(days=1)
    still = lambda at: any(a <= at < b for a, b in pauses)
    if working:
        while not year.open(start):
            start += minute
    if length[-1] == "h" or length == "at-once":
        left = 60 * (1 if length == "at-once" else int(length[:-1]))
        at = start
        while left:
            if not still(at) and (not working or year.open(at)):
                left -= 1
            at += minute
        return at
    first = year.day_of(start)
    paused = lambda day: still(year.end(day))
    if length == "same-day":
        day = first
        while paused(day) or (day > first and not year.worked(day)):
            day += one
        return year.end(day)
    number, unit = (int(length[:-2]), "wd") if length.endswith("wd") else (int(length[:-1]), length[-1])
    day = first
    if unit == "wd":
        while number:
            day += one
            if year.worked(day) and not paused(day):
                number -= 1
        return year.end(day)
    if unit == "m":
        of = first.month - 1 + number
        y, m = first.year + of // 12, of % 12 + 1
        last = date(y, m, min(first.day, months_of.monthrange(y, m)[1]))
        number = (last - first).days
    if unit == "w":
        number *= 7
    while number:
        day += one
        if not paused(day):
            number -= 1
    while paused(day) or not year.worked(day):
        day += one
    return year.end(day)


def row(pack, clock, start, why, events="", promised="", time="elapsed", zone=CHINA_ZONE, office=OFFICE, days="china"):
    length, source = CLOCKS[pack, clock]
    year = Year(zone, office, days)
    if (pack, clock) == ("S08", "objection"):
        start = start[:10] + "T00:00"
    begin = moment(year, start)
    pauses, since, extended = [], None, (pack, clock) in EXTENDED
    for event in filter(None, events.split(";")):
        word, at = event.split("@")
        at = moment(year, at)
        if word == "pause":
            since = at
        elif word == "resume":
            pauses.append((since, at))
        elif word == "reopen":
            begin, pauses = at, []
    if (pack, clock) in NEVER_PAUSED:
        pauses = []
    pauses = [(max(a, begin), b) for a, b in pauses if b > begin]
    if promised and (pack, clock) in PROMISES and not extended and date.fromisoformat(promised) >= year.day_of(begin):
        due = year.end(date.fromisoformat(promised))
    else:
        due = due_of(year, begin, length, pauses, time == "working")
    due = due.astimezone(year.zone).isoformat()
    due = due.replace("+00:00", "Z")
    provisional = "yes" if year.unknown_asked else "no"
    return [pack, clock, start, events, promised, time, zone, office, days, due, provisional, source, why]


def rows():
    out = []
    add = lambda *given, **more: out.append(row(*given, **more))

    # Every clock of every pack on days of each kind.
    starts = [
        ("2026-03-10T09:15", "plain Tuesday morning"),
        ("2026-03-13T20:30", "Friday night after hours counts as Friday"),
        ("2026-03-14T10:00", "a Saturday counts as that date"),
        ("2026-09-30T12:30", "lunch on the day before National Day"),
        ("2026-02-14T10:00", "make-up Saturday before Spring Festival"),
        ("2025-12-31T17:00", "last day of a year"),
    ]
    for pack, clock in CLOCKS:
        if clock == "promised":
            continue
        for start, why in starts:
            add(pack, clock, start, why)
    # Further turns of the year and of the calendar.
    for pack, clock, start, why in [
        ("S05", "investigate", "2024-12-31T09:00", "New Year's Day 2025 is a Wednesday off"),
        ("S05", "answer", "2024-12-31T18:01", "after hours on the last day of the year"),
        ("S04", "complaint", "2025-01-24T10:00", "make-up Sunday 26 January counts"),
        ("S04", "special", "2025-01-24T10:00", "over Spring Festival 2025 with a make-up Saturday in February"),
        ("S09", "complaint", "2025-09-27T10:00", "a Saturday before the make-up Sunday 28 September"),
        ("S18", "close", "2025-10-01T10:00", "the seventh day is the last of the holiday"),
        ("S18", "close", "2025-10-04T10:00", "the seventh day is the make-up Saturday 11 October"),
        ("S15", "solve", "2026-02-12T10:00", "the third day is the first of Spring Festival"),
        ("S15", "solve", "2026-02-20T10:00", "the third day is the last of Spring Festival"),
        ("S20", "delivery", "2026-02-21T10:00", "the seventh day is the make-up Saturday 28 February"),
        ("S20", "answer", "2026-02-27T10:00", "the next day is a make-up Saturday"),
        ("S26", "solution", "2026-04-30T17:59", "before Labour Day"),
        ("S26", "solution", "2026-05-08T09:00", "the next day is the make-up Saturday 9 May"),
        ("S26", "solution", "2026-10-09T00:00", "midnight belongs to the day it begins"),
        ("S26", "solution", "2026-10-09T23:59", "a minute before midnight is still that day"),
        ("S41", "follow-up", "2026-01-31T10:00", "the last of a shorter month moved past a make-up Saturday"),
        ("S41", "follow-up", "2024-01-31T10:00", "29 February of a leap year"),
        ("S41", "follow-up", "2026-03-31T10:00", "30 April"),
        ("S41", "follow-up", "2026-09-07T10:00", "7 October moved past National Day"),
        ("S41", "follow-up-later", "2025-11-30T10:00", "28 February is a make-up Saturday"),
        ("S41", "follow-up-later", "2025-11-17T10:00", "17 February is Spring Festival"),
        ("S03", "callback", "2026-10-01T10:00", "the same day even on a holiday"),
        ("S03", "callback", "2026-03-10T19:00", "the same day even after hours"),
        ("S03", "agree", "2026-10-08T10:00", "Friday after National Day"),
        ("S03", "agree", "2026-10-09T10:00", "the make-up Saturday"),
        ("S08", "answer", "2026-09-16T10:00", "the fifteenth day is National Day"),
        ("S08", "answer", "2025-09-26T10:00", "the fifteenth day is the make-up Saturday 11 October"),
        ("S08", "objection", "2026-02-06T00:00", "the tenth day is in Spring Festival"),
        ("S08", "urgent", "2026-06-18T10:00", "over Dragon Boat Festival"),
        ("ISO10002", "mediation", "2026-01-05T10:00", "45 working days over Spring Festival"),
        ("ISO10002", "mediation", "2026-08-17T10:00", "45 working days over National Day"),
        ("S04", "reply", "2026-12-31T17:00", "hours run over the turn of the year and ask no calendar"),
        ("S17", "first-answer", "2026-03-10T11:30", "two hours on the wall clock run through lunch"),
        ("S17", "first-answer", "2026-03-10T23:00", "two hours run past midnight"),
        ("ISO10002", "acknowledge", "2026-12-31T23:30", "one hour into the new year"),
    ]:
        add(pack, clock, start, why)

    # Beyond the last year with known holidays: weekends only, provisional.
    for pack, clock, start, why in [
        ("S05", "investigate", "2026-12-31T10:00", "New Year 2027 is not announced yet"),
        ("S05", "answer", "2026-12-30T10:00", "the second day lies in 2027"),
        ("S05", "answer", "2026-12-29T10:00", "both days lie in 2026"),
        ("S04", "special", "2026-12-28T10:00", "from the known year into the next"),
        ("S18", "close", "2026-12-26T10:00", "the seventh day is a Saturday in 2027"),
        ("S18", "close", "2026-12-24T10:00", "the seventh day is still known"),
        ("S03", "close", "2027-02-01T10:00", "weekends only in a year not announced"),
        ("S41", "follow-up", "2026-12-15T10:00", "a month into a year not announced"),
        ("S41", "follow-up-later", "2026-10-31T10:00", "three months into a year not announced"),
        ("S04", "reply", "2027-05-01T10:00", "hours never ask the calendar"),
        ("S03", "callback", "2027-05-01T10:00", "the same day never asks the calendar"),
        ("S09", "complaint", "2021-12-30T10:00", "a year before the first known one"),
        ("ISO10002", "accept", "2028-02-25T10:00", "over a leap day not announced"),
    ]:
        add(pack, clock, start, why)

    # Promised days.
    for pack, clock, start, promised, why in [
        ("S09", "promised", "2026-03-10T09:00", "2026-03-20", "a Friday"),
        ("S09", "promised", "2026-03-10T09:00", "2026-03-21", "a Saturday is not moved"),
        ("S09", "promised", "2026-09-25T09:00", "2026-10-03", "a holiday is not moved"),
        ("S09", "promised", "2026-03-10T09:00", "2026-03-10", "the very day"),
        ("S09", "promised", "2026-12-20T09:00", "2027-01-01", "a promise is never provisional"),
        ("S19", "limit", "2026-03-10T09:00", "2026-03-11", "a shorter limit than the default"),
        ("S19", "limit", "2026-03-10T09:00", "2026-03-31", "a longer limit than the default"),
        ("S19", "limit", "2026-03-10T09:00", "2026-03-15", "a Sunday is not moved"),
        ("S20", "delivery", "2026-02-10T09:00", "2026-02-28", "a delivery date on a make-up Saturday"),
        ("S20", "delivery", "2026-02-10T09:00", "2026-02-17", "a delivery date on a holiday"),
        ("ISO10002", "answer", "2026-03-10T09:00", "2026-03-27", "the promised reply goes before the length"),
        ("S20", "delivery", "2026-03-10T09:00", "2026-03-09", "a day before the start promises nothing"),
    ]:
        add(pack, clock, start, why, promised=promised)

    # Pauses.
    for pack, clock, start, events, why in [
        ("S04", "complaint", "2026-03-10T09:15", "pause@2026-03-11T10:00;resume@2026-03-13T11:00", "two days stood still"),
        ("S04", "complaint", "2026-03-10T09:15", "pause@2026-03-11T10:00;resume@2026-03-11T17:00", "running again at the end of the day"),
        ("S04", "complaint", "2026-03-10T09:15", "pause@2026-03-11T18:00;resume@2026-03-12T09:00", "standing still at the very end of the day"),
        ("S04", "complaint", "2026-03-10T09:15", "pause@2026-03-11T18:01;resume@2026-03-12T09:00", "a pause over night costs nothing"),
        ("S04", "complaint", "2026-03-10T09:15", "pause@2026-03-11T10:00;resume@2026-03-12T18:00", "running again at the very end of the day"),
        ("S04", "complaint", "2026-03-12T09:15", "pause@2026-03-13T19:00;resume@2026-03-15T20:00", "a pause over the weekend costs nothing"),
        ("S04", "complaint", "2026-09-28T09:15", "pause@2026-09-30T10:00;resume@2026-10-06T10:00", "a pause over National Day costs one working day"),
        ("S04", "complaint", "2026-09-28T09:15", "pause@2026-10-01T10:00;resume@2026-10-07T10:00", "a pause within the holidays costs nothing"),
        ("S04", "complaint", "2026-02-13T09:15", "pause@2026-02-13T15:00;resume@2026-02-26T10:00", "over the make-up Saturday and Spring Festival"),
        ("S04", "complaint", "2026-03-10T09:15", "pause@2026-03-10T10:00;resume@2026-03-10T12:00;pause@2026-03-11T17:00;resume@2026-03-12T08:00;pause@2026-03-16T09:00;resume@2026-03-17T09:00", "three pauses of which two cost a day"),
        ("S04", "complaint", "2026-12-29T09:15", "pause@2026-12-30T10:00;resume@2027-01-04T10:00", "a pause over the turn of the year"),
        ("S05", "answer", "2026-04-29T10:00", "pause@2026-04-30T09:00;resume@2026-05-06T09:00", "a pause over Labour Day"),
        ("S05", "investigate", "2026-03-10T10:00", "pause@2026-03-10T11:00;resume@2026-03-20T09:00", "nearly two weeks"),
        ("S26", "solution", "2026-03-13T10:00", "pause@2026-03-13T11:00;resume@2026-03-16T09:00", "from Friday to Monday morning costs nothing"),
        ("S18", "close", "2026-03-10T10:00", "pause@2026-03-11T10:00;resume@2026-03-14T10:00", "three calendar days stood still"),
        ("S18", "close", "2026-03-10T10:00", "pause@2026-03-13T19:00;resume@2026-03-15T19:00", "calendar days of a weekend stand still too"),
        ("S18", "close", "2026-09-25T10:00", "pause@2026-09-29T10:00;resume@2026-10-05T10:00", "six days of which most are holidays"),
        ("S03", "close", "2026-03-06T10:00", "pause@2026-03-12T10:00;resume@2026-03-13T10:00", "moved to a Saturday and from there to Monday"),
        ("S03", "agree", "2026-03-12T10:00", "pause@2026-03-13T10:00;resume@2026-03-14T10:00", "the day falls on a Saturday and moves"),
        ("S03", "agree", "2026-03-13T10:00", "pause@2026-03-15T10:00;resume@2026-03-17T10:00", "nothing is due on a day that stood still"),
        ("S03", "callback", "2026-03-13T10:00", "pause@2026-03-13T11:00;resume@2026-03-16T10:00", "the same day moves to the first working day that runs"),
        ("S03", "callback", "2026-03-13T10:00", "pause@2026-03-13T11:00;resume@2026-03-13T12:00", "the same day although it was paused for an hour"),
        ("S03", "callback", "2026-09-30T10:00", "pause@2026-09-30T11:00;resume@2026-10-02T10:00", "the same day moves past the holidays"),
        ("S15", "solve", "2026-03-10T10:00", "pause@2026-03-10T11:00;resume@2026-03-12T17:59", "two days"),
        ("S08", "answer", "2026-03-02T10:00", "pause@2026-03-05T10:00;resume@2026-03-19T10:00", "two weeks of waiting for samples"),
        ("S08", "urgent", "2026-03-02T10:00", "pause@2026-03-03T10:00;resume@2026-03-06T10:00", "three working days"),
        ("S09", "inquiry", "2026-03-10T10:00", "pause@2026-03-10T16:00;resume@2026-03-11T09:30", "hours run on after the pause"),
        ("S09", "inquiry", "2026-03-10T10:00", "pause@2026-03-10T11:00;resume@2026-03-10T11:30;pause@2026-03-11T09:00;resume@2026-03-11T12:00", "two pauses add up"),
        ("S09", "inquiry", "2026-03-10T10:00", "pause@2026-03-11T10:00;resume@2026-03-12T10:00", "a pause that begins when it is due changes nothing"),
        ("S04", "reply", "2026-03-10T10:00", "pause@2026-03-12T10:00;resume@2026-03-13T10:00", "a pause after it was due changes nothing"),
        ("S04", "feedback", "2026-03-10T10:00", "pause@2026-03-10T11:00;resume@2026-03-12T10:00", "this clock never stands still"),
        ("S38", "prewarning", "2026-03-10T10:00", "pause@2026-03-10T11:00;resume@2026-03-12T10:00", "a warning never waits"),
        ("S41", "outage", "2026-03-10T10:00", "pause@2026-03-10T10:10;resume@2026-03-12T10:00", "an outage never waits"),
        ("S17", "complaint", "2026-03-10T10:00", "pause@2026-03-12T10:00;resume@2026-03-12T11:00", "an hour within a day costs nothing"),
        ("S20", "answer", "2026-03-10T10:00", "pause@2026-03-12T10:00;resume@2026-03-17T10:00", "paused on the last day"),
        ("S20", "delivery", "2026-03-02T10:00", "pause@2026-03-03T10:00;resume@2026-03-05T10:00", "two of seven days"),
        ("S19", "limit", "2026-03-10T10:00", "pause@2026-03-11T10:00;resume@2026-03-12T10:00", "the default limit waits a day"),
        ("ISO10002", "mediation", "2026-01-05T10:00", "pause@2026-01-12T10:00;resume@2026-02-24T10:00", "six weeks with a holiday in them"),
        ("ISO10002", "answer", "2026-12-30T10:00", "pause@2026-12-30T11:00;resume@2026-12-31T17:00", "provisional after the pause"),
    ]:
        add(pack, clock, start, why, events=events)
    add("S19", "limit", "2026-03-10T10:00", "a promised day is not moved by a pause", events="pause@2026-03-11T10:00;resume@2026-03-12T10:00", promised="2026-03-13")

    # Extended by an approver, and taken up again.
    for pack, start, events, why in [
        ("S04", "2026-03-10T09:15", "extend@2026-03-12T10:00", "seven working days from the same start"),
        ("S04", "2026-09-24T09:15", "extend@2026-09-28T10:00", "over two holidays"),
        ("S09", "2026-03-10T09:15", "extend@2026-03-12T10:00", "seven working days from the same start"),
        ("S09", "2025-12-29T09:15", "extend@2025-12-31T10:00", "over the turn of the year"),
        ("S04", "2026-03-10T09:15", "pause@2026-03-11T10:00;resume@2026-03-12T10:00;extend@2026-03-13T10:00", "the pause before still counts"),
        ("S09", "2026-03-10T09:15", "extend@2026-03-12T10:00;pause@2026-03-16T10:00;resume@2026-03-18T10:00", "a pause after the extension counts too"),
        ("S09", "2026-12-25T09:15", "extend@2026-12-28T10:00", "into a year not announced"),
    ]:
        add(pack, "special", start, why, events=events)
    for pack, clock, start, events, why in [
        ("S04", "complaint", "2026-03-10T09:15", "withdraw@2026-03-11T10:00;reopen@2026-03-20T10:00", "a new round begins when it is taken up again"),
        ("S18", "close", "2026-03-10T09:15", "withdraw@2026-03-11T10:00;reopen@2026-09-28T10:00", "a new round over National Day"),
        ("S04", "complaint", "2026-03-10T09:15", "pause@2026-03-10T10:00;withdraw@2026-03-11T10:00;reopen@2026-03-20T10:00", "a pause ends with its round"),
    ]:
        add(pack, clock, start, why, events=events)

    # Own days of a company and calendars of others.
    for pack, clock, start, days, why in [
        ("S04", "complaint", "2026-03-10T09:15", "china+2026-03-12=holiday", "the company's own day off"),
        ("S04", "complaint", "2026-03-12T09:15", "china+2026-03-14=workday", "the company works that Saturday"),
        ("S04", "complaint", "2026-09-30T09:15", "china+2026-10-10=ordinary", "the make-up Saturday is not worked here"),
        ("S04", "complaint", "2026-09-30T09:15", "china+2026-10-05=ordinary+2026-10-06=ordinary+2026-10-07=ordinary", "a shop that opens again on 5 October"),
        ("S18", "close", "2026-03-10T09:15", "china+2026-03-17=holiday+2026-03-18=holiday", "moved past two own days off"),
        ("S05", "investigate", "2026-10-08T09:15", "china+2026-10-09=holiday", "an own day off after the holidays"),
        ("S05", "investigate", "2026-12-31T09:15", "china+2027-01-01=holiday", "one own day does not make a year known"),
        ("S05", "investigate", "2026-12-31T09:15", "china+2027-01-01=holiday+2027-02-06=holiday+2027-02-07=holiday+2027-02-08=holiday+2027-02-09=holiday", "five own days do"),
        ("S15", "solve", "2026-12-22T09:15", "own+2026-12-25=holiday+2026-12-28=holiday", "Christmas by a calendar file"),
        ("S05", "answer", "2026-10-01T09:15", "own+2026-12-25=holiday", "China's holidays do not hold by another file"),
        ("S05", "answer", "2026-10-01T09:15", "weekends", "without any calendar weekends only and provisional"),
        ("S18", "close", "2026-04-27T09:15", "own+2026-05-04=holiday+2026-05-25=holiday", "an early May bank holiday"),
    ]:
        add(pack, clock, start, why, days=days)
    for office, start, why in [
        ("08:00-16:00", "2026-03-10T09:15", "a shorter day ends earlier"),
        ("00:00-24:00", "2026-03-10T09:15", "open all day ends at midnight"),
        ("10:00-14:00+15:00-21:30", "2026-03-10T22:15", "shop hours"),
        ("22:00-23:59", "2026-03-13T09:15", "night hours"),
    ]:
        add("S05", "answer", start, why, office=office)
        add("S03", "callback", start, why, office=office)

    # Other countries and their summer time.
    western = "own+2026-01-01=holiday+2026-12-25=holiday"
    for pack, clock, zone, start, why in [
        ("S05", "answer", "Europe/Berlin", "2026-03-27T10:00", "clocks go forward on Sunday: the end of office hours is summer time"),
        ("S05", "answer", "Europe/Berlin", "2026-10-23T10:00", "clocks go back on Sunday: the end of office hours is winter time"),
        ("S04", "reply", "Europe/Berlin", "2026-03-28T10:00", "24 elapsed hours end an hour later on the wall"),
        ("S04", "reply", "Europe/Berlin", "2026-10-24T10:00", "24 elapsed hours end an hour earlier on the wall"),
        ("S04", "reply", "Europe/Berlin", "2026-03-29T02:30", "a start in the hour left out is an hour later"),
        ("S04", "reply", "Europe/Berlin", "2026-10-25T02:30", "a start in the hour that occurs twice is the first"),
        ("S18", "close", "Europe/London", "2026-03-26T10:00", "seven days over the change in spring"),
        ("S18", "close", "Europe/London", "2026-10-22T10:00", "seven days over the change in autumn"),
        ("S17", "first-answer", "America/New_York", "2026-03-08T01:30", "two hours over the change in spring"),
        ("S17", "first-answer", "America/New_York", "2026-11-01T00:30", "two hours over the change in autumn"),
        ("S41", "follow-up", "America/New_York", "2026-10-08T10:00", "a month over the change in autumn"),
        ("S41", "follow-up", "America/Los_Angeles", "2026-02-20T10:00", "a month over the change in spring"),
        ("S26", "solution", "Australia/Sydney", "2026-04-02T10:00", "clocks go back in April in the south"),
        ("S26", "solution", "Australia/Sydney", "2026-10-02T10:00", "clocks go forward in October in the south"),
        ("S09", "complaint", "Pacific/Auckland", "2026-09-25T10:00", "clocks go forward in September"),
        ("S38", "feedback", "America/Sao_Paulo", "2026-02-14T10:00", "no summer time any more"),
        ("S15", "solve", "Asia/Kolkata", "2026-03-10T10:00", "half an hour from the full hour"),
        ("S15", "solve", "Asia/Tokyo", "2026-03-10T23:30", "another zone another end"),
        ("S05", "investigate", "America/Halifax", "2026-03-06T10:00", "over the change in spring"),
        ("S05", "investigate", "UTC", "2026-03-10T23:30", "in UTC"),
        ("S05", "investigate", "+05:45", "2026-03-10T23:30", "a fixed offset"),
        ("S05", "investigate", "-03:30", "2026-03-10T00:10", "a fixed offset west"),
        ("ISO10002", "answer", "Africa/Cairo", "2026-04-23T10:00", "clocks go forward at midnight of Friday"),
        ("S41", "follow-up", "America/Santiago", "2026-08-06T10:00", "clocks go forward at midnight in September"),
    ]:
        add(pack, clock, start, why, zone=zone, days=western)
    add("S03", "callback", "2026-04-23T10:00", "midnight after the change is left out: an hour later", zone="Africa/Cairo", office="00:00-24:00", days=western)
    add("S09", "promised", "2026-03-20T10:00", "a promise on the Sunday clocks go forward", zone="Europe/Berlin", days=western, promised="2026-03-29")
    add("S04", "reply", "2026-03-28T10:00", "a pause over the change in spring", zone="Europe/Berlin", days=western, events="pause@2026-03-28T22:00;resume@2026-03-29T08:00")

    # Working time chosen instead.
    for pack, clock, start, why in [
        ("S17", "first-answer", "2026-03-10T09:15", "two hours before lunch"),
        ("S17", "first-answer", "2026-03-10T11:00", "one hour before lunch and one after"),
        ("S17", "first-answer", "2026-03-10T12:00", "a start at the beginning of lunch is half past one"),
        ("S17", "first-answer", "2026-03-10T12:40", "a start during lunch is half past one"),
        ("S17", "first-answer", "2026-03-10T10:00", "ends exactly when lunch begins"),
        ("S17", "first-answer", "2026-03-10T16:00", "ends exactly at the end of the day"),
        ("S17", "first-answer", "2026-03-10T17:00", "one hour today and one tomorrow"),
        ("S17", "first-answer", "2026-03-13T17:30", "from Friday evening to Monday"),
        ("S17", "first-answer", "2026-03-10T03:00", "before opening is the opening"),
        ("S17", "first-answer", "2026-03-10T18:00", "at closing is the next opening"),
        ("S17", "first-answer", "2026-10-09T17:30", "on to the make-up Saturday"),
        ("S17", "first-answer", "2026-09-30T17:30", "over National Day"),
        ("S04", "reply", "2026-03-10T09:15", "24 office hours are three days and more"),
        ("S04", "reply", "2026-02-13T15:00", "24 office hours over Spring Festival"),
        ("S04", "reply", "2025-12-30T15:00", "24 office hours over New Year"),
        ("S04", "reply", "2026-12-30T15:00", "24 office hours into a year not announced"),
        ("S04", "complaint", "2026-03-13T20:30", "Friday night counts as Monday"),
        ("S04", "complaint", "2026-03-14T10:00", "Saturday counts as Monday"),
        ("S05", "investigate", "2026-03-10T12:30", "lunch counts as that afternoon"),
        ("S18", "close", "2026-10-01T10:00", "a holiday counts as the first day after it"),
        ("S03", "callback", "2026-03-10T19:00", "the same day is the day of the next opening"),
        ("S41", "follow-up", "2026-03-14T10:00", "a month from Monday"),
        ("S41", "outage", "2026-03-10T11:45", "a quarter before lunch and three after"),
        ("ISO10002", "acknowledge", "2026-03-10T17:45", "a quarter today and three tomorrow"),
    ]:
        add(pack, clock, start, why, time="working")
    for pack, clock, start, events, why in [
        ("S04", "reply", "2026-03-10T09:00", "pause@2026-03-10T11:00;resume@2026-03-10T14:00", "a pause over lunch costs an hour and a half of office time"),
        ("S04", "reply", "2026-03-10T09:00", "pause@2026-03-11T10:00;resume@2026-03-16T10:00", "a pause over days and a weekend"),
        ("S04", "reply", "2026-03-10T09:00", "pause@2026-03-10T18:00;resume@2026-03-11T09:00", "a pause over night costs nothing"),
        ("S09", "inquiry", "2026-09-29T09:00", "pause@2026-09-30T09:00;resume@2026-10-08T09:00", "a pause over National Day costs one day"),
    ]:
        add(pack, clock, start, why, events=events, time="working")
    for zone, start, why in [
        ("Europe/Berlin", "2026-03-27T17:00", "office hours after clocks went forward"),
        ("America/New_York", "2026-10-30T17:00", "office hours after clocks went back"),
        ("Australia/Sydney", "2026-10-02T17:30", "office hours after clocks went forward in the south"),
    ]:
        add("S17", "first-answer", start, why, zone=zone, days=western, time="working")
        add("S04", "reply", start, why, zone=zone, days=western, time="working")
    add("S17", "first-answer", "2026-03-28T23:30", "night office hours over the change in spring lose an hour", zone="Europe/Berlin", office="00:00-04:00+23:00-24:00", days=western + "+2026-03-28=workday+2026-03-29=workday", time="working")
    add("S17", "first-answer", "2026-10-25T00:30", "night office hours over the change in autumn gain an hour", zone="Europe/Berlin", office="00:00-04:00", days=western + "+2026-10-25=workday", time="working")
    return out


def changes():
    """Returns when clocks change from 2025 to 2031 in every zone the program names: zone, moment, minutes before and after."""
    out = []
    for name in re.findall(r'^    (?:plain|summer)\("([^"]+)"', ZONE_LIST.read_text(encoding="utf-8"), re.M):
        zone = ZoneInfo(name)
        minutes = lambda at: int(at.astimezone(zone).utcoffset().total_seconds()) // 60
        at = datetime(2025, 6, 1, tzinfo=timezone.utc)
        out.append([name, at.strftime("%Y-%m-%dT%H:%MZ"), str(minutes(at)), str(minutes(at))])
        while at.year < 2032:
            later = at + timedelta(days=7)
            if minutes(later) != minutes(at):
                low, high = at, later
                while high - low > timedelta(minutes=30):
                    middle = low + (high - low) // 2
                    middle = middle.replace(minute=middle.minute // 30 * 30, second=0, microsecond=0)
                    if middle <= low:
                        middle = low + timedelta(minutes=30)
                    low, high = (low, middle) if minutes(middle) != minutes(at) else (middle, high)
                out.append([name, high.strftime("%Y-%m-%dT%H:%MZ"), str(minutes(low)), str(minutes(high))])
            at = later
    return out


def main():
    table = rows()
    keys = [tuple(line[:9]) for line in table]
    assert len(set(keys)) == len(keys), [key for key in keys if keys.count(key) > 1]
    assert all("," not in cell for line in table for cell in line)
    text = "\n".join(",".join(line) for line in [HEADER, *table]) + "\n"
    if "--check" in sys.argv:
        same = TABLE.read_text(encoding="utf-8") == text
        print("the table is as worked out" if same else "the table differs from what is worked out")
        sys.exit(0 if same else 1)
    TABLE.write_text(text, encoding="utf-8")
    zones = changes()
    lines = [["zone", "at", "before", "after"], *zones]
    ZONES.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    print(f"{len(table)} cases, {len(zones)} changes of clocks")


if __name__ == "__main__":
    main()
