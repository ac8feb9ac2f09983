"""What building prints where: stdout belongs to the command that comes after."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Building(unittest.TestCase):
    def test_the_lines_of_ninja_go_to_stderr(self):
        with tempfile.TemporaryDirectory() as name:
            ninja = pathlib.Path(name) / "ninja"
            ninja.write_text("#!/bin/sh\necho '[1/1] Linking'\n")
            ninja.chmod(0o755)
            (pathlib.Path(name) / "build.ninja").touch()
            script = (
                "import pathlib; from house import building\n"
                "building.set_up = lambda: None\n"
                f"building.folder = lambda preset: pathlib.Path({name!r})\n"
                "building.build('dev', 'clewline')\n"
            )
            path = f"{name}:{os.environ['PATH']}"
            done = subprocess.run(
                [sys.executable, "-c", script],
                env={**os.environ, "PYTHONPATH": str(ROOT / "tools"), "PATH": path},
                capture_output=True,
                text=True,
            )
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertIn("[1/1] Linking", done.stderr)


if __name__ == "__main__":
    unittest.main()
