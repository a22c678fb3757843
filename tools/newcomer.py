#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Goes the way of a newcomer: clones the project and runs README.md from top to bottom, the build included.

  tools/dev newcomer                   in a scratch folder of this machine
  tools/dev newcomer --fresh MIRROR    in a Debian 12 made for it (debootstrap, as root), with git and nothing else

What is committed counts. Fails where a command does not do what the README says, or when all of it takes ten minutes.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

import documents

OWN = "tools/dev.d/newcomer"  # as the README names who runs its first commands
PLACEHOLDER = "URL-OF-THIS-REPOSITORY"
MOST = 600  # seconds
PACKAGES = "git"


def steps(url):
    """The commands of the README but those of others. Pictures are compared by the tests."""
    for step in documents.read((documents.TOP / "README.md").read_text(encoding="utf-8")):
        if step.elsewhere in (None, OWN):
            step.command = step.command.replace(PLACEHOLDER, url)
            step.picture = None
            yield step


def clone(folder):
    """What is committed, as a repository to clone from."""
    subprocess.run(["git", "clone", "--quiet", "--bare", documents.TOP, folder], check=True)


def debian(root, mirror):
    """A system in the folder with the smallest set of packages, and those of PACKAGES."""
    make = ["debootstrap", "--variant=minbase", "bookworm", root, mirror]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["mount", "-t", "proc", "proc", root / "proc"], check=True)
    install = f"apt-get -q update && apt-get -q install --yes --no-install-recommends {PACKAGES}"
    subprocess.run(["chroot", root, "sh", "-c", install], check=True, stdout=subprocess.DEVNULL)


def walk(folder, environment, root=None):
    """Runs all in the folder; what is wrong, a text for each place."""
    begin, wrong = time.monotonic(), []
    source = folder / "source.git"
    clone((root / str(source).lstrip("/")) if root else source)
    found = list(steps(f"file://{source}"))
    for step, out, status in documents.run(found, folder, environment, root):
        problem = documents.wrong("README.md", step, out, status)
        wrong += [problem] if problem else []
    seconds = time.monotonic() - begin
    print(f"{len(found)} commands of README.md in {seconds / 60:.1f} minutes, {len(wrong)} of them not as it says")
    return wrong + ([f"that is more than {MOST // 60} minutes"] if seconds > MOST else [])


def main():
    parser = argparse.ArgumentParser(prog="tools/dev newcomer", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fresh", metavar="MIRROR", help="such as http://deb.debian.org/debian")
    arguments = parser.parse_args()
    documents.SECONDS = 2 * MOST
    environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryDirectory() as made:
        made = pathlib.Path(made)
        if not arguments.fresh:
            environment["HOME"] = made
            wrong = walk(made, environment)
        else:
            # What is mounted goes with this process: nobody else sees it, and the folder can be removed.
            made.chmod(0o755)  # for apt's own user
            debian(made, arguments.fresh)
            (made / "srv" / "here").mkdir()
            environment["HOME"] = "/srv"
            wrong = walk(pathlib.Path("/srv/here"), environment, made)
            subprocess.run(["umount", made / "proc"], check=True)
    print("\n\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
