"""Counts of test outcomes, added up over the stages of a run."""

import dataclasses


@dataclasses.dataclass
class Counts:
    """Tests passed, failed and skipped, with the names of the last two."""

    passed: int = 0
    failed: list[str] = dataclasses.field(default_factory=list)
    skipped: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: "Counts") -> None:
        """Adds the outcomes of another stage."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def line(self) -> str:
        """The closing line that other tools read."""
        return f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"
