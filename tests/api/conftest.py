# SPDX-License-Identifier: Apache-2.0
"""What the tests of the library share: the build under test, an installation of it, a store to ask."""

import importlib.util
import os
import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 60


def tools_of_the_command():
    """What the tests of the command have."""
    spec = importlib.util.spec_from_file_location("cli_conftest", TOP / "tests" / "cli" / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


polcheck = tools_of_the_command().polcheck
FUNCTION = re.compile(r"^POLCHECK_API\b[^;{#]*?\b(polcheck_\w+)\s*\(", re.M)


def run(command, good=True, **options):
    """Runs a command; unless `good` is false it must succeed. The outcome has returncode, stdout, stderr (text)."""
    options = {"capture_output": True, "encoding": "utf-8", "timeout": SECONDS, **options}
    done = subprocess.run(list(map(str, command)), check=False, **options)
    assert not good or done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done


class Build:
    """The build under test, and the compilers that go with it."""

    def __init__(self):
        self.folder = pathlib.Path(os.environ["POLCHECK_BUILD"])
        self.command = os.environ["POLCHECK"]
        self.shared = pathlib.Path(os.environ["POLCHECK_SHARED"])
        self.static = pathlib.Path(os.environ["POLCHECK_STATIC"])
        self.cc = os.environ["POLCHECK_CC"].split()
        self.cxx = os.environ["POLCHECK_CXX"].split()
        self.instruments = os.environ["POLCHECK_INSTRUMENTS"].split()
        self.meson = os.environ["POLCHECK_MESON"]


class Installed:
    """What `meson install` put into a scratch folder; env makes pkg-config and the loader find it."""

    def __init__(self, root):
        self.root = root
        self.pc = next(root.rglob("polcheck.pc"))
        self.lib = self.pc.parent.parent
        self.share = next(root.rglob("man/man3")).parents[1]
        self.env = {**os.environ, "LC_ALL": "C.UTF-8", "PKG_CONFIG_PATH": str(self.pc.parent),
                    "PKG_CONFIG_SYSROOT_DIR": str(root), "PKG_CONFIG_ALLOW_SYSTEM_CFLAGS": "1",
                    "PKG_CONFIG_ALLOW_SYSTEM_LIBS": "1", "LD_LIBRARY_PATH": str(self.lib)}

    def pkg_config(self, *options):
        return run(["pkg-config", *options, "polcheck"], env=self.env).stdout.split()


@pytest.fixture(scope="session")
def top():
    """The project's folder."""
    return TOP


@pytest.fixture(scope="session")
def build():
    return Build()


@pytest.fixture(scope="session")
def installed(build, tmp_path_factory):
    root = tmp_path_factory.mktemp("installed")
    run([build.meson, "install", "-C", build.folder, "--no-rebuild", "--destdir", root])
    return Installed(root)


@pytest.fixture(scope="session")
def functions():
    """The names of the functions that the header declares for others."""
    names = FUNCTION.findall((TOP / "include" / "polcheck" / "polcheck.h").read_text(encoding="utf-8"))
    assert len(names) > 40 and len(set(names)) == len(names)
    return set(names)


@pytest.fixture(scope="session")
def store(build, tmp_path_factory):
    """The account of policies/, compiled."""
    path = tmp_path_factory.mktemp("store") / "example.store"
    run([build.command, "compile", "policies", "-o", path], cwd=TOP)
    return path
