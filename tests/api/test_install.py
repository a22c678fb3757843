# SPDX-License-Identifier: Apache-2.0
"""What `meson install` puts where, and that programs outside the tree build against it: shared and static."""

import os
import pathlib
import re
import shutil

import pytest

from conftest import TOP, run

CONSUMER = TOP / "tests" / "api" / "consumer"
QUESTION = ["arn:aws:sts::111122223333:assumed-role/thumbs-role/thumbs", "s3:GetObject",
            "arn:aws:s3:::photos/studio/cat.jpg"]
ANSWERS = "explicitDeny\nlet in\n"  # policies/thumbnails/README.md: thumbs-reads-plain-http, thumbs-reads-photo


def test_files(installed):
    library = installed.lib / "libpolcheck.so"
    assert os.readlink(library) == "libpolcheck.so.0"
    assert os.readlink(installed.lib / "libpolcheck.so.0") == "libpolcheck.so.0.1.0"
    assert (installed.lib / "libpolcheck.so.0.1.0").is_file()
    assert (installed.lib / "libpolcheck.a").is_file()
    others = {path.name for path in installed.root.rglob("*")
              if path.is_file() and path.parent != installed.lib and path.parent not in made(installed)}
    # The module for nginx is built where nginx's headers are.
    assert others - {"ngx_http_polcheck_module.so"} == {"polcheck", "polcheck.h", "polcheck.pc", "polcheck.3"}
    [header] = installed.root.rglob("polcheck/polcheck.h")
    assert header.read_bytes() == (TOP / "include" / "polcheck" / "polcheck.h").read_bytes()
    assert list(installed.root.rglob("man/man3/polcheck.3"))


def made(installed):
    """The folders of what is made from the tables of the command."""
    return [installed.share / folder for folder in (
        "man/man1", "bash-completion/completions", "zsh/site-functions", "fish/vendor_completions.d")]


def test_pages_and_completions(installed):
    verbs = {path.stem.removeprefix("cmd_").replace("_", "-") for path in (TOP / "src" / "cli").glob("cmd_*.c")}
    pages, bash, zsh, fish = ({path.name for path in folder.iterdir()} for folder in made(installed))
    assert pages == {"polcheck.1"} | {f"polcheck-{name}.1" for name in verbs | {"secrets", "keys", "lambda"}}
    assert (bash, zsh, fish) == ({"polcheck"}, {"_polcheck"}, {"polcheck.fish"})


def test_installed_library_looks_in_no_folder_of_the_build(installed):
    dynamic = run(["readelf", "--dynamic", "--wide", installed.lib / "libpolcheck.so"]).stdout
    assert "RPATH" not in dynamic and "RUNPATH" not in dynamic


def test_pkg_config(installed):
    assert installed.pkg_config("--modversion") == ["0.1.0"]
    assert [word for word in installed.pkg_config("--libs") if word.startswith("-l")] == ["-lpolcheck"]
    static = installed.pkg_config("--static", "--libs")
    assert {"-lpolcheck", "-llmdb", "-lsodium", "-lpcre2-8", "-pthread"} <= set(static)
    fields = dict(re.findall(r"^([\w.]+): (.*)$", installed.pc.read_text(encoding="utf-8"), re.M))
    assert "Requires" not in fields
    assert set(re.findall(r"[a-z][\w-]+", fields["Requires.private"])) == {"lmdb", "libsodium", "libpcre2-8"}


def consumer(build, installed, folder, libraries, *options):
    """Compiles the consumer's program by hand, and gives what to run."""
    program = folder / "consumer"
    run([*build.cc, "-std=c99", "-Wall", "-Wextra", "-Werror", *build.instruments, *options, "-o", program,
         CONSUMER / "consumer.c", *installed.pkg_config("--cflags"), *libraries], cwd=folder, env=installed.env)
    return program


def test_static_library_alone(build, installed, store, tmp_path):
    """Of libpolcheck the archive, and of everything else what the system's linker takes."""
    libraries = [word.replace("-lpolcheck", "-l:libpolcheck.a")
                 for word in installed.pkg_config("--static", "--libs")]
    program = consumer(build, installed, tmp_path, libraries)
    needed = run(["readelf", "--dynamic", "--wide", program]).stdout
    assert "libpolcheck" not in needed and "liblmdb" in needed
    assert run([program, store, *QUESTION]).stdout == ANSWERS


def test_static_program(build, installed, store, tmp_path):
    """Without any shared library, so that what pkg-config says must be complete."""
    if any(word.startswith("-fsanitize") for word in build.instruments):
        pytest.skip("sanitizers need a dynamic program")
    program = consumer(build, installed, tmp_path, installed.pkg_config("--static", "--libs"), "-static")
    assert "There is no dynamic section" in run(["readelf", "--dynamic", program]).stdout
    assert run([program, store, *QUESTION]).stdout == ANSWERS


@pytest.fixture(scope="module")
def project(build, installed, tmp_path_factory):
    """A project of somebody else, built outside the tree; it knows the library from pkg-config alone."""
    place = tmp_path_factory.mktemp("consumer")
    source = pathlib.Path(shutil.copytree(CONSUMER, place / "source"))
    instruments = " ".join(build.instruments)
    env = {**installed.env, "CC": " ".join(build.cc), "CXX": " ".join(build.cxx), "CFLAGS": instruments,
           "CXXFLAGS": instruments, "LDFLAGS": instruments}
    run([build.meson, "setup", place / "build", source], env=env)
    run(["ninja", "-C", place / "build"], env=env)
    return place / "build"


@pytest.mark.parametrize("language", ["c", "cpp"])
def test_consumer_outside_the_tree(installed, project, store, language):
    program = project / f"consumer-{language}"
    assert "[libpolcheck.so.0]" in run(["readelf", "--dynamic", "--wide", program]).stdout
    done = run([program, store, *QUESTION], env=installed.env, good=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, ANSWERS, "")
