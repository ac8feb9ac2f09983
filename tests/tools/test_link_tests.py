"""The link test of a module fails on a symbol that comes from a module it does not declare."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LISTING = """cmake_minimum_required(VERSION 3.25)
project(tiny LANGUAGES CXX)
list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}/cmake")
include(toolchain)
include(libraries)
include(clew_module)
add_subdirectory(src/base)
add_subdirectory(src/model)
"""


class LinkTests(unittest.TestCase):
    """Builds two tiny modules with the project's own CMake files."""

    def build(self, depends: str) -> subprocess.CompletedProcess:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        tree = pathlib.Path(scratch.name)
        (tree / "CMakeLists.txt").write_text(LISTING)
        shutil.copyfile(ROOT / "CMakePresets.json", tree / "CMakePresets.json")
        shutil.copytree(ROOT / "cmake", tree / "cmake")
        for module, text in (("base", "int one();\nint one() { return 1; }\n"),
                             ("model", "int one();\nint two();\nint two() { return 2 * one(); }\n")):
            folder = tree / "src" / module
            folder.mkdir(parents=True)
            (folder / "a.cc").write_text(text)
            wanted = depends if module == "model" else ""
            (folder / "CMakeLists.txt").write_text(f"clew_module({module} {wanted} SOURCES a.cc)\n")
        subprocess.run(["cmake", "--preset", "dev"], cwd=tree, check=True, capture_output=True)
        return subprocess.run(["ninja", "-C", tree / "build/dev", "model_link_test"],
                              capture_output=True, text=True)

    def test_declared_dependency_links(self):
        self.assertEqual(self.build("DEPENDS base").returncode, 0)

    def test_undeclared_dependency_does_not(self):
        done = self.build("")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("one()", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
