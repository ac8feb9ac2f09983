"""Counts the troubles in a set of records by looking at the records, not by asking who made them."""

import collections
import datetime
import json

BERLIN = datetime.timezone(datetime.timedelta(hours=1))  # in winter, when all records happen
PLACEHOLDERS = ("null", "NULL", "0", "#N/B")
HUB_SESSIONS = 20


def occurrences(records: list[dict]) -> collections.Counter:
    """How often each trouble occurs; a trouble that does not has the count 0."""
    found: collections.Counter = collections.Counter()
    for count in (_in_identifiers, _in_keys, _in_times, _in_versions):
        found.update(count(records))
    return found


def _time(text: str | None) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        return None


def _session(record: dict) -> tuple:
    key = record.get("session_key")
    if key is None or key in PLACEHOLDERS:
        return (record["source"], "record", record.get("record_id"))
    return (record["source"], "session", key)


def _values(record: dict, *kinds: str) -> list[tuple[str, str]]:
    return [(item["kind"], item["value"]) for item in record.get("identifiers", []) if not kinds or item["kind"] in kinds]


def _in_identifiers(records: list[dict]) -> dict[str, int]:
    sessions = collections.defaultdict(set)
    ids_of_login = collections.defaultdict(set)
    ids_of_device = collections.defaultdict(set)
    for record in records:
        at = _time(record["occurred_at"])
        for value in _values(record, "phone", "cookie"):
            if at:
                sessions[value, at.astimezone(BERLIN).date()].add(_session(record))
        for _, customer in _values(record, "crm_id"):
            for value in _values(record, "user_id"):
                ids_of_login[value].add(customer)
            for value in _values(record, "phone", "cookie"):
                ids_of_device[value].add(customer)
    return {
        "hub": sum(len(holders) > HUB_SESSIONS and value != ("phone", "anonymous") for (value, _), holders in sessions.items()),
        "conflicting anchors": sum(len(ids) > 1 for ids in ids_of_login.values()),
        "two people on one device": sum(len(ids) > 1 for ids in ids_of_device.values()),
        "withheld number": sum(("phone", "anonymous") in _values(record) for record in records),
        "no identifier": sum(not record.get("identifiers") for record in records),
    }


def _in_keys(records: list[dict]) -> dict[str, int]:
    customers_of_case = collections.defaultdict(set)
    customers_of_session = collections.defaultdict(set)
    for record in records:
        for _, customer in _values(record, "crm_id"):
            customers_of_case[record.get("case_key")].add(customer)
            customers_of_session[_session(record)].add(customer)
    customers_of_case.pop(None, None)
    return {
        "nulls in keys": sum("session_key" in record and (record["session_key"] in (None, *PLACEHOLDERS)) for record in records),
        "case shared by customers": sum(len(ids) > 1 for ids in customers_of_case.values()),
        "two people in one session": sum(len(ids) > 1 for ids in customers_of_session.values()),
    }


def _in_times(records: list[dict]) -> dict[str, int]:
    instants: collections.Counter = collections.Counter()
    days = collections.defaultdict(set)
    backwards = broken = 0
    for record in records:
        at, end = _time(record["occurred_at"]), _time(record.get("ended_at"))
        if at is None:
            broken += 1
            continue
        instants[_session(record), at] += 1
        days[_session(record)].add(at.astimezone(BERLIN).date())
        backwards += end is not None and end < at
    return {
        "ties in time": sum(count > 1 for count in instants.values()),
        "across midnight": sum(len(dates) > 1 for dates in days.values()),
        "ends before it starts": backwards,
        "rejected record": broken,
    }


def _in_versions(records: list[dict]) -> dict[str, int]:
    contents = collections.defaultdict(set)
    greatest: dict[tuple, int] = {}
    twins: collections.Counter = collections.Counter()
    older = newer = 0
    for record in records:
        text = json.dumps(record, sort_keys=True)
        if "record_id" not in record:
            twins[text] += 1
            continue
        key, version = (record["source"], record["stream"], record["record_id"]), record["record_version"]
        contents[key, version].add(text)
        older += version < greatest.get(key, version)
        newer += version > greatest.get(key, version)
        greatest[key] = max(version, greatest.get(key, version))
    return {
        "equal versions, different content": sum(len(texts) > 1 for texts in contents.values()),
        "keyless twins": sum(count > 1 for count in twins.values()),
        "older version after newer": older,
        "newer version after older": newer,
    }
