"""Drives the program and reads its tables back."""

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
    "events without a place": "SELECT count(*) AS n FROM events e JOIN event_types t USING (event_type) WHERE t.in_tree AND customer_id IS NULL",
    "events in two transactions": "SELECT count(*) - count(DISTINCT event_id) AS n FROM events",
    "transactions with other counts": "SELECT count(*) AS n FROM transactions t FULL JOIN (SELECT transaction_id, count(*) AS events FROM events WHERE transaction_id IS NOT NULL GROUP BY 1) e USING (transaction_id) WHERE t.events IS DISTINCT FROM e.events",
    "interactions with other counts": "SELECT count(*) AS n FROM interactions i FULL JOIN (SELECT interaction_id, count(*) AS transactions, sum(events) AS events FROM transactions GROUP BY 1) t USING (interaction_id) WHERE i.transactions IS DISTINCT FROM t.transactions OR i.events IS DISTINCT FROM t.events",
    "engagements with other counts": "SELECT count(*) AS n FROM engagements g FULL JOIN (SELECT engagement_id, count(*) AS interactions FROM interactions GROUP BY 1) i USING (engagement_id) WHERE g.interactions IS DISTINCT FROM i.interactions",
    "journeys with other counts": "SELECT count(*) AS n FROM journeys j FULL JOIN (SELECT customer_id, count(*) AS engagements FROM engagements GROUP BY 1) g USING (customer_id) WHERE j.engagements IS DISTINCT FROM g.engagements",
    "transactions across customers": "SELECT count(*) AS n FROM (SELECT transaction_id FROM events WHERE transaction_id IS NOT NULL GROUP BY 1 HAVING count(DISTINCT customer_id) > 1 OR count(DISTINCT interaction_id) > 1)",
    "interactions across engagements": "SELECT count(*) AS n FROM (SELECT interaction_id FROM events WHERE interaction_id IS NOT NULL GROUP BY 1 HAVING count(DISTINCT engagement_id) > 1)",
}


class Broken(Exception):
    """A property does not hold, or the program failed."""


class Workspace:
    """A workspace under one key, so that customer ids of different workspaces can be compared."""

    def __init__(self, binary: pathlib.Path, folder: pathlib.Path, key_from: "Workspace | None" = None):
        shutil.rmtree(folder, ignore_errors=True)
        self.binary, self.folder = binary, folder
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

    def link(self) -> None:
        self.here("link", "--as-of", AS_OF)

    def rows(self, sql: str) -> list[dict]:
        return json.loads(self.run("--output", "json", "sql", "-w", str(self.folder), sql))

    def tables(self) -> dict[str, str]:
        """All public tables as sorted CSV."""
        tables = {}
        for view, left_out in VIEWS.items():
            columns = f"* EXCLUDE ({left_out})" if left_out else "*"
            tables[view] = self.run("--output", "csv", "sql", "-w", str(self.folder), f"SELECT {columns} FROM {view} ORDER BY ALL")
        return tables

    def check_partition(self) -> None:
        for what, sql in RESIDUALS.items():
            number = int(next(iter(self.rows(sql)[0].values())))
            if number != 0:
                raise Broken(f"{what}: {number}")


def compare(what: str, one: dict[str, str], other: dict[str, str]) -> None:
    """Fails at the first table that differs, showing the lines."""
    for view, text in one.items():
        if text == other[view]:
            continue
        ours, theirs = set(text.splitlines()), set(other[view].splitlines())
        lines = [f"- {line}" for line in sorted(ours - theirs)[:4]] + [f"+ {line}" for line in sorted(theirs - ours)[:4]]
        raise Broken(f"{what}: {view} differs\n" + "\n".join(lines))
