# SPDX-License-Identifier: Apache-2.0
"""The results that are kept: tests/bench/results.json, and what is made of it for people. A run replaces the part
that it measured: "decisions" or "scaling"."""

import json

import chart_decisions
import chart_scaling
import page
from places import RESULTS


def load(folder=RESULTS):
    path = folder / "results.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def rendered(results):
    """{name of a file: its text}."""
    files = {"RESULTS.md": page.write(results)}
    if "decisions" in results:
        files["decisions.svg"] = chart_decisions.draw(results["decisions"])
    if "scaling" in results:
        files["scaling.svg"] = chart_scaling.draw(results["scaling"])
    return files


def save(results, folder=RESULTS):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    for name, text in rendered(results).items():
        (folder / name).write_text(text, encoding="utf-8")
