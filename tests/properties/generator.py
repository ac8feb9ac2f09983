"""Random canonical records with the troubles that real ones have."""

import datetime
import json
import random

START = datetime.datetime(2026, 1, 5, tzinfo=datetime.timezone.utc)
VOICE = ["contact.started", "ivr.entered", "ivr.input", "ivr.exited", "queue.entered", "queue.left", "queue.abandoned",
         "agent.connected", "hold.interval", "agent.disconnected", "wrapup.interval", "contact.ended"]
OTHERS = [("web", "web.page_viewed"), ("web", "session.logged_in"), ("web", "session.logged_out"), ("email", "message.received"),
          ("email", "message.sent"), ("chat", "message.received"), ("case", "case.created"), ("case", "case.solved"),
          ("survey", "survey.answered"), ("commerce", "order.placed"), ("voice", "outbound.attempted"),
          ("other", "campaign.sent"), ("back_office", "work.completed"), ("other", "agent_state.changed")]


class Generator:
    """Makes the records of one case."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.next_record = 0

    def records(self) -> list[dict]:
        """Returns records of a dozen customers, in the order of making."""
        people = [self._person(number) for number in range(self.random.randint(3, 9))]
        records: list[dict] = []
        for _ in range(self.random.randint(8, 30)):
            records += self._sitting(self.random.choice(people))
        records += self._night_call(people[0])
        self._hub(records)
        self._conflict(records)
        self._kiosk(people, records)
        self._shared_case(people, records)
        records += self._twins()
        self._equal_versions(records)
        self._older_versions(records)
        records.append(self._broken())
        return records

    def _person(self, number: int) -> dict:
        shared = self.random.random() < 0.3
        return {"crm_id": f"C{number}", "phone": f"+4930200{number // 2 if shared else number:04}",
                "email": f"p{number}@mail.example", "cookie": f"k{number // 2 if shared else number}"}

    def _time(self) -> datetime.datetime:
        """Any moment of twelve days, or one of two busy hours, so that sittings meet."""
        if self.random.random() < 0.5:
            return START + datetime.timedelta(days=self.random.randrange(2), seconds=36000 + self.random.randrange(3600))
        return START + datetime.timedelta(seconds=self.random.randrange(12 * 86400))

    def _record(self, channel: str, event_type: str, at: datetime.datetime, **fields) -> dict:
        self.next_record += 1
        return {"source": f"s{self.random.randrange(2)}", "stream": "default", "record_id": f"r{self.next_record}",
                "record_version": 1, "event_type": event_type, "channel": channel,
                "occurred_at": at.isoformat().replace("+00:00", "Z"), **fields}

    def _identifiers(self, person: dict) -> list[dict]:
        draw = self.random.random()
        if draw < 0.15:
            return []
        if draw < 0.22:
            return [{"kind": "phone", "value": "anonymous", "role": "customer", "assurance": "network"}]
        kinds = self.random.sample(sorted(person), self.random.randint(1, 2))
        return [{"kind": kind, "value": person[kind], "role": "customer",
                 "assurance": self.random.choice(["asserted", "network", "system", "verified"])} for kind in kinds]

    def _sitting(self, person: dict) -> list[dict]:
        at = self._time()
        if self.random.random() < 0.5:
            return self._call(person, at)
        channel, event_type = self.random.choice(OTHERS)
        fields = {"identifiers": self._identifiers(person)}
        if channel in ("case", "email") and self.random.random() < 0.8:
            fields["case_key"] = f"T{self.random.randrange(4)}"
        fields["session_key"] = self.random.choice([f"x{self.next_record}", "null", None])
        if self.random.random() < 0.3:
            fields["intent"] = self.random.choice(["billing", "delivery"])
        return [self._record(channel, event_type, at, **fields)]

    def _call(self, person: dict, at: datetime.datetime) -> list[dict]:
        source, session = f"s{self.random.randrange(2)}", f"call{self.next_record}"
        records = []
        for event_type in VOICE:
            if self.random.random() < 0.35:
                continue
            step = self.random.choice([0, 0, 20, 60, 200])
            at += datetime.timedelta(seconds=step)
            record = self._record("voice", event_type, at, source=source, session_key=session, chain_key=session)
            if self.random.random() < 0.4:
                record["identifiers"] = self._identifiers(person)
            if event_type.startswith("agent.") or event_type == "hold.interval":
                record["agent_id"] = f"a{self.random.randrange(3)}"
            if event_type == "hold.interval":
                backwards = self.random.random() < 0.3
                end = at + datetime.timedelta(seconds=-30 if backwards else 30)
                record["ended_at"] = end.isoformat().replace("+00:00", "Z")
            records.append(record)
        return records

    def _night_call(self, person: dict) -> list[dict]:
        """A call over midnight of the workspace's zone, with a hold that ends before it starts."""
        at = self._time().replace(hour=22, minute=59, second=50)
        connected, left = ("agent.connected", at), ("agent.disconnected", at + datetime.timedelta(minutes=5))
        call = [self._record("voice", event_type, when, source="s1", session_key="night", chain_key="night", agent_id="a0",
                             identifiers=self._identifiers(person)) for event_type, when in (connected, left)]
        return [*call, self._record("voice", "hold.interval", at, source="s1", session_key="night", agent_id="a0",
                                    ended_at=(at - datetime.timedelta(seconds=30)).isoformat().replace("+00:00", "Z"))]

    def _kiosk(self, people: list[dict], records: list[dict]) -> None:
        """Two people, one after the other, in one session."""
        at = self._time()
        steps = [(0, "session.logged_in"), (0, "web.page_viewed"), (0, "session.logged_out"), (1, "web.page_viewed"), (1, "session.logged_in")]
        for number, (person, event_type) in enumerate(steps):
            identifiers = [{"kind": "crm_id", "value": people[person]["crm_id"], "role": "customer", "assurance": "verified"}]
            records.append(self._record("web", event_type, at + datetime.timedelta(minutes=number), source="s1", session_key="kiosk",
                                        identifiers=identifiers if event_type == "session.logged_in" else []))

    def _shared_case(self, people: list[dict], records: list[dict]) -> None:
        """One case and one phone of two people."""
        for person in people[:2]:
            identifiers = [{"kind": "crm_id", "value": person["crm_id"], "role": "customer", "assurance": "system"}]
            records.append(self._record("case", "case.created", self._time(), source="s0", case_key="T0", identifiers=identifiers))
            household = {"kind": "phone", "value": "+4930200777", "role": "customer", "assurance": "network"}
            records.append(self._record("voice", "ivr.entered", self._time(), source="s0", session_key=f"home{self.next_record}",
                                        identifiers=[*identifiers, household]))

    def _hub(self, records: list[dict]) -> None:
        at = self._time().replace(hour=9)
        for number in range(25):
            records.append(self._record("voice", "contact.started", at + datetime.timedelta(minutes=number),
                                        session_key=f"pbx{self.next_record}", source="s0",
                                        identifiers=[{"kind": "phone", "value": "+4930999999", "role": "customer",
                                                      "assurance": "network"}]))

    def _conflict(self, records: list[dict]) -> None:
        for pair in (["C0", "C1"], ["C1", "C2"]):
            records.append(self._record("web", "session.logged_in", self._time(), session_key=f"kiosk{self.next_record}",
                                        identifiers=[{"kind": "crm_id", "value": pair[0], "role": "customer", "assurance": "system"},
                                                     {"kind": "user_id", "value": "shared-login", "role": "customer",
                                                      "assurance": "verified"}]))

    def _twins(self) -> list[dict]:
        twin = self._record("web", "web.page_viewed", self._time(), source="s0",
                            identifiers=[{"kind": "cookie", "value": "k0", "role": "customer", "assurance": "network"}])
        del twin["record_id"], twin["record_version"]
        return [twin, dict(twin)]

    def _equal_versions(self, records: list[dict]) -> None:
        chosen = self.random.choice([record for record in records if "record_id" in record])
        records.append(dict(chosen, intent="changed"))

    def _older_versions(self, records: list[dict]) -> None:
        for _ in range(3):
            chosen = self.random.choice([record for record in records if "record_id" in record])
            at = datetime.datetime.fromisoformat(chosen["occurred_at"].replace("Z", "+00:00"))
            moved = at - datetime.timedelta(minutes=self.random.randrange(60))
            records.append(dict(chosen, record_version=self.random.choice([0, 2]),
                                occurred_at=moved.isoformat().replace("+00:00", "Z")))

    def _broken(self) -> dict:
        record = self._record("web", "web.page_viewed", self._time())
        record["occurred_at"] = "no time at all"
        return record


def is_keyless(record: dict) -> bool:
    """Tells whether the record has no native id: its unit of delivery is the file."""
    return "record_id" not in record


def to_lines(records: list[dict]) -> str:
    """Writes records as NDJSON."""
    return "".join(json.dumps(record, sort_keys=True) + "\n" for record in records)
