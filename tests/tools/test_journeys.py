"""The journey runner on journeys that must pass, fail and be refused."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from journey.matching import Variables, compare_exact, compare_json, compare_unordered  # noqa: E402
from journey.running import Places, run_journey  # noqa: E402
from journey.script import FormatError, parse  # noqa: E402


class JourneyCase(unittest.TestCase):
    """Writes a journey, runs it with sh in place of the program."""

    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.path = pathlib.Path(self.scratch.name) / "x.journey"
        self.places = Places(pathlib.Path("/bin/sh"), ROOT, None)

    def run_text(self, text, rewrite=False):
        self.path.write_text(text)
        return run_journey(parse(self.path), self.places, rewrite)


class Running(JourneyCase):
    def test_files_are_written_and_output_compared(self):
        text = "# t\n=== file a/b.csv\nx,y\n1,2\n\n=== run cat a/b.csv\n=== expect\nx,y\n1,2\n"
        self.assertEqual(self.run_text(text).state, "passed")

    def test_other_output_fails_and_names_the_line(self):
        outcome = self.run_text("# t\n=== run echo a\n=== expect\nb\n")
        self.assertEqual(outcome.state, "failed")
        self.assertIn("line 2: echo a", outcome.text)

    def test_an_empty_expectation_expects_no_output(self):
        self.assertEqual(self.run_text("# t\n=== run echo a\n=== expect\n").state, "failed")

    def test_exit_status_and_messages(self):
        text = "# t\n=== run clewline -c 'echo no such mapping >&2; exit 3'\nexit: 3\n"
        self.assertEqual(self.run_text(text + "stderr: contains such\n").state, "passed")
        self.assertEqual(self.run_text(text + "stderr: contains other\n").state, "failed")
        self.assertEqual(self.run_text(text + "stderr: lacks such\n").state, "failed")
        self.assertEqual(self.run_text(text + "stderr: matches no .* mapping\n").state, "passed")
        self.assertEqual(self.run_text(text.replace("exit: 3", "exit: 2")).state, "failed")

    def test_captured_values_are_used_again(self):
        text = "# t\n=== run echo id c-42\n=== expect\nid <id:one>\n=== run echo ${one}!\n=== expect\n"
        self.assertEqual(self.run_text(text + "c-42!\n").state, "passed")
        self.assertEqual(self.run_text(text + "c-43!\n").state, "failed")

    def test_base64_and_missing_last_newline(self):
        text = "# t\n=== file a\nencoding: base64\nAAEC\n=== file b\nnewline: none\nx\n"
        text += "=== run sh -c 'wc -c < a; wc -c < b'\n=== expect\n3\n1\n"
        self.assertEqual(self.run_text(text).state, "passed")

    def test_absent_data_skips(self):
        text = "# t\n=== needs real-data\n=== run echo a\n=== expect\nb\n"
        self.assertEqual(self.run_text(text).state, "skipped")

    def test_rewrite_fills_and_keeps_placeholders(self):
        text = "# t\n=== run printf 'took 3 s\\nrows 7\\n'\n=== expect\ntook <number> s\nrows 6\n"
        self.assertTrue(self.run_text(text, rewrite=True).rewritten)
        self.assertIn("took <number> s\nrows 7\n", self.path.read_text())
        self.assertEqual(self.run_text(self.path.read_text()).state, "passed")


class Refused(JourneyCase):
    def test_a_journey_that_checks_nothing(self):
        with self.assertRaises(FormatError):
            self.run_text("# t\n=== run echo a\n")

    def test_unknown_sections_options_and_missing_title(self):
        for text in (
            "=== run echo a\n=== expect\na\n",
            "# t\n=== ran echo a\n",
            "# t\n=== run echo a\nexpect 3\n=== expect\na\n",
            "# t\n=== expect\na\n",
        ):
            with self.assertRaises(FormatError):
                self.run_text(text)


class Matching(unittest.TestCase):
    def test_unordered_keeps_the_header_and_counts_repeats(self):
        self.assertIsNone(compare_unordered(["h", "a", "b"], ["h", "b", "a"], Variables()))
        self.assertIsNotNone(compare_unordered(["h", "a", "b"], ["a", "h", "b"], Variables()))
        self.assertIsNotNone(compare_unordered(["h", "a", "a"], ["h", "a"], Variables()))
        self.assertIsNotNone(compare_unordered(["h", "a"], ["h", "a", "a"], Variables()))

    def test_json_ignores_further_keys_only(self):
        self.assertIsNone(compare_json(['{"a": 1}'], ['{"a": 1, "b": 2}'], Variables()))
        self.assertIsNotNone(compare_json(['{"a": 1, "c": 2}'], ['{"a": 1}'], Variables()))
        self.assertIsNotNone(compare_json(["[1]"], ["[1, 2]"], Variables()))
        self.assertIsNotNone(compare_json(['{"a": 1}'], ['{"a": true}'], Variables()))
        self.assertIsNone(compare_json(['{"s": "<number>"}'], ['{"s": 0.25}'], Variables()))

    def test_times_and_more_lines(self):
        expected = ["at <time>"]
        self.assertIsNone(compare_exact(expected, ["at 2024-03-01T10:00:00Z"], Variables()))
        self.assertIsNotNone(compare_exact(expected, ["at noon"], Variables()))
        self.assertIsNotNone(compare_exact(expected, expected + ["x"], Variables()))
        self.assertIsNotNone(compare_exact(["a", "b"], ["a"], Variables()))


if __name__ == "__main__":
    unittest.main()
