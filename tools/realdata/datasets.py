"""What is imported, and the facts that must hold."""

import pathlib
from dataclasses import dataclass, field

from realdata import recount
from realdata.workspace import Workspace


@dataclass
class Fact:
    """One number: as the program says, and as counted another way."""

    what: str
    ours: object
    expected: object

    @property
    def holds(self) -> bool:
        return self.ours == self.expected


@dataclass
class Outcome:
    """One data set after import and link."""

    name: str
    summary: dict
    link: dict
    bridge: list
    facts: list[Fact] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _finish(name: str, workspace: Workspace, summaries: list[dict]) -> Outcome:
    keys = ("records", "accepted", "updated", "duplicates", "skipped", "rejected", "events", "issues")
    total = {key: sum(summary[key] for summary in summaries) for key in keys}
    outcome = Outcome(name, total, workspace.link(), workspace.bridge())
    parts = sum(total[key] for key in ("accepted", "updated", "duplicates", "skipped", "rejected"))
    outcome.facts.append(Fact("records = accepted + updated + duplicates + skipped + rejected", total["records"], parts))
    residuals = sum(abs(int(row.get("residual") or 0)) for row in outcome.bridge)
    outcome.facts.append(Fact("residual of the bridge", residuals, 0))
    return outcome


def bank(binary: pathlib.Path, data: pathlib.Path, folder: pathlib.Path, months: list[str]) -> Outcome:
    """The bank's calls, one workspace for the months together."""
    workspace = Workspace(binary, folder, "Asia/Jerusalem", "IL")
    mapping = str(pathlib.Path("mappings/examples/anonymous_bank.yaml"))
    files = [data / "anonymous_bank" / f"{month}_1999.txt.gz" for month in months]
    summaries = [workspace.import_files(mapping, [file]) for file in files]
    outcome = _finish("anonymous_bank " + " + ".join(months), workspace, summaries)
    truth = recount.bank_facts([row for month in months for row in recount.bank_rows(data, month)])
    count = workspace.number
    add = lambda what, ours, expected: outcome.facts.append(Fact(what, ours, expected))  # noqa: E731
    add("records", outcome.summary["records"], truth["records"])
    add("PHANTOM rows skipped", outcome.summary["skipped"], truth["skipped"])
    add("rejected", outcome.summary["rejected"], 0)
    add("identified customers", count("SELECT count(*) FROM customers WHERE identified"), truth["identified customers"])
    identified = "customer_id IN (SELECT customer_id FROM customers WHERE identified)"
    add("calls of identified customers",
        count(f"SELECT count(DISTINCT session_key) FROM events WHERE {identified}"), truth["calls of identified customers"])
    add("calls with a mangled id",
        count("SELECT count(DISTINCT session_key) FROM events WHERE list_contains(issues, 'mangled_key') "
              "OR len(list_filter(identifiers, lambda i: i.issue = 'mangled_key')) > 0"),
        truth["calls with a mangled id"])
    anonymous = truth["calls"] - truth["calls of identified customers"]
    add("calls without an id: one journey each", count("SELECT count(*) FROM journeys WHERE NOT identified"), anonymous)
    gaps = workspace.gaps()[0]
    add("calls of customers who can return, in gaps", gaps["presences"], truth["calls of identified customers"])
    add("gaps between their calls", gaps["gaps"], truth["calls of identified customers"] - truth["identified customers"])
    add("assisted transactions", count("SELECT count(*) FROM transactions WHERE role = 'assisted'"), truth["answered calls"])
    add("assisted transactions without an agent",
        count("SELECT count(*) FROM transactions WHERE role = 'assisted' AND agent_id IS NULL"),
        truth["answered calls without a server"])
    add("routing transactions", count("SELECT count(*) FROM transactions WHERE role = 'routing'"), truth["queued calls"])
    add("negative presences", count("SELECT count(*) FROM transactions WHERE presence_to < presence_from"), 0)
    add("events that end before they start", count("SELECT count(*) FROM events WHERE ended_at < occurred_at"), 0)
    add("calls in more than one interaction",
        count("SELECT count(*) FROM (SELECT session_key FROM events GROUP BY 1 HAVING count(DISTINCT interaction_id) > 1)"), 0)
    return outcome


@dataclass
class Log:
    """An event log whose mapping lies in mappings/examples."""

    name: str
    file: str
    case: str
    customer: str = ""
    delimiter: str = ","
    note: str = ""


LOGS = [
    Log("helpdesk", "helpdesk/helpdesk_full_italian.csv.gz", "case:concept:name", "customer",
        note="Steps are staff work (actor agent), so the tickets are records, not contacts."),
    Log("bpic2012", "bpic2012/bpic2012.csv.gz", "case:concept:name",
        note="The log names no customer: the application stands for the customer."),
    Log("bpic2014", "bpic2014/bpic2014_incident_activity_val_split.csv.gz", "case:concept:name",
        note="The log names no customer: the incident stands for the customer. `#N/B` is not a case."),
    Log("airbnb_sessions", "airbnb_sessions/airbnb-session-data.txt.gz", "id_session", "id_visitor", "|"),
    Log("teleclaims", "teleclaims/teleclaims.csv.gz", "case:concept:name",
        note="The log names no customer: the claim stands for the customer."),
]


def event_log(binary: pathlib.Path, data: pathlib.Path, folder: pathlib.Path, log: Log) -> Outcome:
    """One event log in its own workspace."""
    workspace = Workspace(binary, folder)
    mapping = str(pathlib.Path("mappings/examples") / f"{log.name}.yaml")
    outcome = _finish(log.name, workspace, [workspace.import_files(mapping, [data / log.file])])
    truth = recount.log_facts(data / log.file, log.case, log.customer, log.delimiter)
    outcome.facts.append(Fact("records", outcome.summary["records"], truth["records"]))
    outcome.facts.append(Fact("rejected", outcome.summary["rejected"], 0))
    people = truth["customers"] if log.customer else truth["cases"]
    ours = workspace.number("SELECT count(*) FROM customers WHERE identified")
    outcome.facts.append(Fact("identified customers", ours, people))
    contacts = workspace.number(
        "SELECT count(*) FROM (SELECT interaction_id FROM events WHERE interaction_id IN "
        "(SELECT interaction_id FROM interactions WHERE kind = 'contact') "
        "GROUP BY 1 HAVING count(*) FILTER (WHERE actor IN ('customer', 'third_party') OR event_type LIKE 'agent.%') = 0)")
    outcome.facts.append(Fact("contacts made of staff steps alone", contacts, 0))
    if log.note:
        outcome.notes.append(log.note)
    return outcome


SAMPLES = [
    ("amazon_connect_contact_events", ["amazon_connect/contact_event_1.json", "amazon_connect/contact_event_2.json"]),
    ("amazon_connect_flow_logs", ["amazon_connect/contact_flow_log_setqueue_1.json"]),
    ("genesys_cloud_conversations",
     ["genesys_cloud/blueprint_conversation1.json", "genesys_cloud/blueprint_conversation2.json"]),
    ("asterisk_queue_log", ["asterisk/queue_log_SYNTHETIC_every_verb.txt"]),
]


def vendor_samples(binary: pathlib.Path, samples: pathlib.Path, folder: pathlib.Path) -> list[Outcome]:
    """Every sample file of a stream that has a preset, each stream in its own workspace."""
    outcomes = []
    for mapping, files in SAMPLES:
        workspace = Workspace(binary, folder / mapping, region="GB")
        summary = workspace.import_files(mapping, [samples / file for file in files])
        outcome = _finish(mapping, workspace, [summary])
        outcome.facts.append(Fact("rejected", outcome.summary["rejected"], 0))
        outcomes.append(outcome)
    return outcomes
