# SPDX-License-Identifier: Apache-2.0
"""examples/github and examples/gitlab: what people copy is YAML, and its commands do what the comments say."""

import json
import os
import pathlib
import shutil
import subprocess
import xml.etree.ElementTree

import pytest
import yaml

REPOSITORY = "examples/policy-tests"
# Whoever runs this builds: here that is done.
BUILD = '#!/bin/sh\ncd "$(dirname "$0")/.." && mkdir -p build && ln -s "$POLCHECK_BUILT" build/polcheck\n'


@pytest.fixture(name="workspace")
def make_workspace(top, tmp_path):
    """The example's repository, checked out, with polcheck's beside it as far as the workflow uses it."""
    folder = pathlib.Path(shutil.copytree(top / REPOSITORY, tmp_path / "workspace"))
    (folder / ".polcheck" / "tools").mkdir(parents=True)
    build = folder / ".polcheck" / "tools" / "build"
    build.write_text(BUILD, encoding="utf-8")
    build.chmod(0o755)
    return folder


def read(top, name):
    return yaml.safe_load((top / "examples" / name / "policies.yml").read_text(encoding="utf-8"))


def steps(top):
    return read(top, "github")["jobs"]["policies"]["steps"]


def shell(command, folder, path, **more):
    """As GitHub's runner starts a step: bash -e, standard output and error in one log."""
    built = str(pathlib.Path(os.environ["POLCHECK"]).resolve())
    environment = {**os.environ, "POLCHECK_BUILT": built, "PATH": path, **more}
    return subprocess.run(["bash", "-e", "-c", command], cwd=folder, env=environment, encoding="utf-8", timeout=60,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def run_github(top, folder):
    """The steps with commands of ours, by name: (exit status, log). What $GITHUB_PATH names is found by later steps."""
    paths = folder.parent / "github-path"
    paths.touch()
    done, failed = {}, False
    for step in steps(top):
        if "run" not in step or step["run"].startswith("apt-get"):
            continue
        if failed and step.get("if") != "always()":
            continue
        path = ":".join([*reversed(paths.read_text(encoding="utf-8").split()), "/usr/bin", "/bin"])
        run = shell(step["run"], folder, path, GITHUB_PATH=str(paths))
        done[step["name"]] = run.returncode, run.stdout
        failed = failed or run.returncode != 0
    return done


def failures(folder):
    """What the report says: how many cases, and how many of them failed."""
    root = xml.etree.ElementTree.parse(folder / "results.xml").getroot()
    return len(root.findall(".//testcase")), len(root.findall(".//failure"))


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_all_is_well(top, workspace):
    done = run_github(top, workspace)
    assert list(done) == ["Build polcheck", "Lint", "Write the findings", "Test"]
    assert {status for status, _ in done.values()} == {0}, done
    assert not [log for _, log in done.values() if "::" in log]
    assert json.loads((workspace / "lint.sarif").read_text(encoding="utf-8"))["runs"][0]["results"] == []
    assert failures(workspace) == (14, 0)
    assert float(xml.etree.ElementTree.parse(workspace / "coverage.xml").getroot().get("line-rate")) >= 0.9


def test_a_case_fails(top, workspace):
    """The step fails, the row is annotated, and what is uploaded is there."""
    replace(workspace / "policies" / "site-deployer.json", "example-site/*", "example-site*")
    cases = (workspace / "tests" / "deployer.json").read_text(encoding="utf-8")
    row = cases[:cases.index('"keeps its hands off the logs"')].count("\n")  # the line before begins it
    done = run_github(top, workspace)
    assert [status for status, _ in done.values()] == [0, 0, 0, 1], done
    [annotation] = [line for line in done["Test"][1].splitlines() if line.startswith("::")]
    assert annotation.startswith(f"::error file=tests/deployer.json,line={row},")
    assert "expected implicitDeny, got allowed" in annotation
    assert failures(workspace) == (14, 1)
    assert (workspace / "coverage.xml").exists()


def test_a_finding(top, workspace):
    """Lint fails and says where, the findings are written all the same, and the tests run."""
    replace(workspace / "policies" / "site-bucket.json", '"s3:GetObject"', '"s3:GetObjects"')
    done = run_github(top, workspace)
    assert [status for status, _ in done.values()][:3] == [0, 1, 0] and "Test" in done
    assert "\n::warning file=policies/site-bucket.json,line=" in "\n" + done["Lint"][1]
    results = json.loads((workspace / "lint.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert "POL1201" in {result["ruleId"] for result in results}


def test_too_little_is_covered(top, workspace):
    (workspace / "tests" / "bucket.json").unlink()
    (workspace / "tests" / "account.json").unlink()
    replace(workspace / "tests" / "deployer.json", '"action": "s3:ListBucket"', '"action": "s3:ListBucketVersions"')
    done = run_github(top, workspace)
    assert done["Test"][0] == 1 and "POL1351" in done["Test"][1]


def test_what_the_workflow_uploads_is_written(top):
    text = " ".join(step["run"] for step in steps(top) if "run" in step)
    uploads = [step["with"] for step in steps(top) if "upload" in step.get("uses", "")]
    files = [name for upload in uploads for name in (upload.get("path") or upload["sarif_file"]).split()]
    assert {"lint.sarif", "results.xml", "coverage.xml"} == set(files)
    assert all(name in text for name in files)
    assert all("@v" in step["uses"] for step in steps(top) if "uses" in step)


def test_the_build_of_the_workflow_is_there(top):
    assert os.access(top / "tools" / "build", os.X_OK)


def test_gitlab(top, workspace):
    job = read(top, "gitlab")["policies"]
    before = [line for line in job["before_script"] if not line.startswith(("apt-get", "git "))]
    script = "\n".join(before + job["script"])
    good = shell(script, workspace, "/usr/bin:/bin")
    assert good.returncode == 0, good.stdout
    reports = job["artifacts"]["reports"]
    assert (workspace / reports["junit"]).exists() and (workspace / reports["coverage_report"]["path"]).exists()
    replace(workspace / "policies" / "site-deployer.json", "example-site/*", "example-site*")
    bad = shell("\n".join(["export PATH=$PWD/.polcheck/build:$PATH", *job["script"]]), workspace, "/usr/bin:/bin")
    assert bad.returncode == 1 and "FAILED tests/deployer.json" in bad.stdout
