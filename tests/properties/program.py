"""Drives the program and reads its tables back."""

import copy
import json
import pathlib
import shutil
import subprocess

VIEWS = {
    "events": "ingested_at, raw_ref",
    "transactions": "", "interactions": "", "engagements": "", "journeys": "", "customers": "", "customer_aliases": "",
    "identity_links": "", "identity_conflicts": "", "identity_hubs": "", "case_links": "", "interaction_issues": "",
    "interaction_links": "", "engagement_links": "", "profiles": "ingested_at, raw_ref",
    "rejected": "import_id, file_id, file_name, line, byte_offset, raw",
}
AS_OF = "2026-03-01T00:00:00Z"
RESIDUALS = {
    "events of the tree without a place": "SELECT count(*) AS n FROM events JOIN event_types USING (event_type) WHERE in_tree AND (customer_id IS NULL OR transaction_id IS NULL OR interaction_id IS NULL OR engagement_id IS NULL)",
    "events outside the tree with a place": "SELECT count(*) AS n FROM events JOIN event_types USING (event_type) WHERE NOT in_tree AND transaction_id IS NOT NULL",
    "events with two places": "SELECT count(*) - count(DISTINCT event_id) AS n FROM events",
    "transactions with other counts": "SELECT count(*) AS n FROM transactions t FULL JOIN (SELECT transaction_id, count(*) AS events FROM events WHERE transaction_id IS NOT NULL GROUP BY 1) e USING (transaction_id) WHERE t.events IS DISTINCT FROM e.events",
    "interactions with other counts": "SELECT count(*) AS n FROM interactions i FULL JOIN (SELECT interaction_id, count(*) AS transactions, sum(events) AS events FROM transactions GROUP BY 1) t USING (interaction_id) WHERE i.transactions IS DISTINCT FROM t.transactions OR i.events IS DISTINCT FROM t.events",
    "engagements with other counts": "SELECT count(*) AS n FROM engagements g FULL JOIN (SELECT engagement_id, count(*) AS interactions, sum(transactions) AS transactions, sum(events) AS events FROM interactions GROUP BY 1) i USING (engagement_id) WHERE g.interactions IS DISTINCT FROM i.interactions OR g.transactions IS DISTINCT FROM i.transactions OR g.events IS DISTINCT FROM i.events",
    "journeys with other counts": "SELECT count(*) AS n FROM journeys j FULL JOIN (SELECT customer_id, count(*) AS engagements, sum(interactions) AS interactions, sum(events) AS events FROM engagements GROUP BY 1) g USING (customer_id) WHERE j.engagements IS DISTINCT FROM g.engagements OR j.interactions IS DISTINCT FROM g.interactions OR j.events IS DISTINCT FROM g.events",
    "journeys that are not customers": "SELECT count(*) AS n FROM journeys j FULL JOIN customers c USING (customer_id) WHERE j.customer_id IS NULL OR c.customer_id IS NULL",
    "events and transactions that disagree on what is above": "SELECT count(*) AS n FROM events e JOIN transactions t USING (transaction_id) WHERE e.interaction_id <> t.interaction_id OR e.engagement_id <> t.engagement_id OR e.customer_id <> t.customer_id",
    "transactions and interactions that disagree on what is above": "SELECT count(*) AS n FROM transactions t JOIN interactions i USING (interaction_id) WHERE t.engagement_id <> i.engagement_id OR t.customer_id <> i.customer_id",
    "interactions and engagements that disagree on the customer": "SELECT count(*) AS n FROM interactions i JOIN engagements g USING (engagement_id) WHERE i.customer_id <> g.customer_id",
}
# Troubles that must have had their effect in the tables, not only been made.
EFFECTS = {
    "hub that linked nothing": "SELECT count(*) AS n FROM identity_hubs",
    "conflict that was refused": "SELECT count(*) AS n FROM identity_conflicts",
    "record rejected": "SELECT count(*) AS n FROM rejected",
    "end before start noticed": "SELECT count(*) AS n FROM events WHERE list_contains(issues, 'end_before_start')",
    "contact across channels": "SELECT count(*) AS n FROM interactions WHERE kind = 'contact' AND channels > 1",
    "engagement of several contacts": "SELECT count(*) AS n FROM engagements WHERE contacts > 1",
    "anonymous customer": "SELECT count(*) AS n FROM customers WHERE NOT identified",
    "placed by another event's identifier": "SELECT count(*) AS n FROM events WHERE attribution IN ('session_anchor', 'chain_anchor', 'shared_value', 'two_hops')",
}

class Broken(Exception):
    """A property does not hold, or the program failed."""


class Workspace:
    """A workspace under one key, so that customer ids of different workspaces can be compared."""

    def __init__(self, binary: pathlib.Path, folder: pathlib.Path, key_from: "Workspace | None" = None):
        shutil.rmtree(folder, ignore_errors=True)
        self.binary, self.folder, self.read = binary, folder, {}
        options = ["--key-from", str(key_from.folder)] if key_from else []
        self.run("init", str(folder), "--zone", "Europe/Berlin", *options)

    def command(self, *words: str) -> list[str]:
        return [str(self.binary), "--quiet", *words]

    def run(self, *words: str) -> str:
        done = subprocess.run(self.command(*words), capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise Broken(f"{' '.join(words)}: exit {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def here(self, name: str, *words: str) -> str:
        return self.run(name, "-w", str(self.folder), *words)

    def import_file(self, path: pathlib.Path, mapping: str = "canonical") -> dict:
        text = self.run("--output", "json", "import", "-w", str(self.folder), "--mapping", mapping, str(path))
        summary = json.loads(text)
        parts = sum(summary[name] for name in ("accepted", "updated", "duplicates", "skipped", "rejected"))
        if parts != summary["records"]:
            raise Broken(f"records {summary['records']} are not the sum {parts}: {summary}")
        return summary

    def replay(self) -> None:
        """Every import whose mapping has changed, or that has rejects, once more."""
        self.here("replay")

    def link(self, *options: str) -> dict:
        self.read = {}
        return json.loads(self.run("--output", "json", "link", "-w", str(self.folder), "--as-of", AS_OF, *options))

    def as_of(self, moment: str) -> "Workspace":
        """A workspace of what this one knew at a moment."""
        then = copy.copy(self)
        then.folder, then.read = self.folder.with_name(self.folder.name + "-then"), {}
        shutil.rmtree(then.folder, ignore_errors=True)
        self.here("link", "--as-of", moment, "--into", str(then.folder))
        then.link()
        return then

    def rows(self, sql: str) -> list[dict]:
        return json.loads(self.run("--output", "json", "sql", "-w", str(self.folder), sql))

    def tables(self) -> dict[str, str]:
        """All public tables as sorted CSV; read once, since a workspace is compared when it is finished."""
        if not self.read:
            self.read = self._read_tables()
        return dict(self.read)

    def _read_tables(self) -> dict[str, str]:
        tables = {}
        for view, left_out in VIEWS.items():
            columns = f"* EXCLUDE ({left_out})" if left_out else "*"
            tables[view] = self.run("--output", "csv", "sql", "-w", str(self.folder), f"SELECT {columns} FROM {view} ORDER BY ALL")
        return tables

    def check_partition(self) -> None:
        parts = [f"SELECT {number} AS place, n FROM ({sql})" for number, sql in enumerate(RESIDUALS.values())]
        rows = self.rows(" UNION ALL ".join(parts) + " ORDER BY place")
        for what, row in zip(RESIDUALS, rows):
            if int(row["n"]) != 0:
                raise Broken(f"{what}: {row['n']}")


    def effects(self) -> dict[str, int]:
        """How often each trouble had its effect."""
        parts = [f"SELECT {number} AS place, n FROM ({sql})" for number, sql in enumerate(EFFECTS.values())]
        rows = self.rows(" UNION ALL ".join(parts) + " ORDER BY place")
        return {name: int(row["n"]) for name, row in zip(EFFECTS, rows)}


def compare(what: str, one: dict[str, str], other: dict[str, str]) -> None:
    """Fails at the first table that differs, showing the lines."""
    for view, text in one.items():
        if text == other[view]:
            continue
        ours, theirs = set(text.splitlines()), set(other[view].splitlines())
        lines = [f"- {line}" for line in sorted(ours - theirs)[:4]] + [f"+ {line}" for line in sorted(theirs - ours)[:4]]
        raise Broken(f"{what}: {view} differs\n" + "\n".join(lines))
