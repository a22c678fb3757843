# SPDX-License-Identifier: Apache-2.0
"""Packages of the npm registry, in pinned versions: what the tools that fetch facts of AWS have in common."""

import hashlib
import os
import shutil
import subprocess

SECONDS = 300


class Unavailable(Exception):
    """The package cannot be had here."""


class Refused(Exception):
    """What was given is not the pinned package."""


def download(package, version, folder):
    """Has npm put the package into the folder; returns the path of the tarball."""
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("npm is not installed (the Debian packages nodejs and npm)")
    command = [npm, "pack", f"{package}@{version}", "--pack-destination", str(folder), "--loglevel=error",
               "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000"]
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              env=environment, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable(f"npm did not answer within {SECONDS} seconds") from None
    tarballs = list(folder.glob("*.tgz"))
    if done.returncode or not tarballs:
        said = done.stderr.strip().splitlines()
        raise Unavailable(f"npm cannot reach {package} {version}" + (f": {said[0]}" if said else ""))
    return tarballs[0]


def digest(tarball):
    """Returns the SHA-512 of the tarball."""
    try:
        return hashlib.sha512(tarball.read_bytes()).hexdigest()
    except OSError as error:
        raise Refused(f"{tarball}: {error.strerror}") from None


def verify(tarball, package, version, sha512):
    """Refuses a tarball that is not the pinned package."""
    if digest(tarball) != sha512:
        raise Refused(f"{tarball} is not {package} {version}: its SHA-512 differs")
