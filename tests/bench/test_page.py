# SPDX-License-Identifier: Apache-2.0
"""RESULTS.md and README.md say what the results say."""

import pytest

import claim
import page
import results

MACHINE = {"processor": "P", "system": "S", "compiler": "C", "others": "O"}


def outcome(ns, **more):
    return {"ns": ns, "ratio": 2.0, "low": 1.9, "high": 2.1, "checked": 1000, "mismatches": 0} | more


def part(workers, valid=True):
    about = {name: {"label": name.title(), "version": "1.2" if name == "cedar" else "", "note": "n"} for name in workers}
    return {"date": "2026-01-02", "commit": "abc", "machine": MACHINE, "rounds": 3, "milliseconds": 5, "about": about,
            "summaries": {"W1": "five"}, "workloads": {"W1": {"valid": valid, "workers": workers}}}


def test_table_of_decisions():
    said = page.write({"decisions": part({"naive": outcome(150.0), "cedar": outcome(12345.0)})})
    assert "| Naive | 150 ns |" in said and "| Cedar 1.2 | 12.3 µs |" in said
    assert "| Cedar 1.2 | 2.00 (1.90 .. 2.10) |" in said and "2026-01-02, commit `abc`" in said


def test_who_is_wrong_skipped_or_cannot_is_said():
    said = page.write({"decisions": part({"opa": outcome(1.0, mismatches=7), "minio": {"cannot": "no keys"},
                                          "cedar": {"skipped": "no cargo"}})})
    assert "**7 of 1000 wrong**" in said and "Minio cannot do W1: no keys" in said
    assert "Cedar was skipped: no cargo" in said and "| Cedar 1.2 | - |" in said


def test_run_whose_equals_differ_is_invalid():
    said = page.write({"decisions": part({"naive-2": outcome(1.0, low=0.9, high=1.2)}, valid=False)})
    assert "**W1 is invalid**: two equal workers differ by 0.900 .. 1.200" in said


def test_scaling_without_update():
    row = {"count": 10, "hot": 5.0, "random": 6.0, "seconds": 1.0, "cpu": 0.5, "input": 10, "size": 20, "anonymous": 30}
    scaling = {"bucket": [row], "identity": [row], "principals": [row], "update": None, "allocations": 0.0,
               "managed": {"count": 3, "input": 9, "size": 9, "seconds": 0.02, "cpu": 0.01},
               "first": {"size": 1e9, "count": 10, "seconds": 0.001}}
    said = page.write({"scaling": scaling | {"date": "d", "commit": "c", "machine": MACHINE}})
    assert "change one role" not in said and "| allocations of a decision | 0 |" in said
    said = page.write({"scaling": scaling | {"date": "d", "commit": "c", "machine": MACHINE,
                                             "update": {"count": 100000, "seconds": 0.002}}})
    assert "| change one role in a store of 100,000, durably | 2.00 ms |" in said


def test_table_of_the_readme_has_the_figures():
    said = claim.block({"decisions": part({"polcheck": outcome(123.0), "cedar": {"cannot": "x"}, "naive": outcome(1.0)})})
    assert "| a decision on, 2026-01-02 | Polcheck | Cedar |" in said
    assert "| a role with five managed policies | 123 ns | cannot |" in said


def test_table_goes_to_its_place_alone():
    found = {"decisions": part({"polcheck": outcome(123.0)})}
    placed = claim.placed(f"a\n{claim.BEGIN}old\n{claim.END}b\n", found)
    assert placed == f"a\n{claim.BEGIN}{claim.block(found)}{claim.END}b\n"
    with pytest.raises(ValueError, match="no place"):
        claim.placed("a\n", found)


def test_what_is_kept_is_what_the_results_say(top):
    kept = results.load()
    for name, text in results.rendered(kept).items():
        assert (top / "tests" / "bench" / name).read_text(encoding="utf-8") == text, f"{name} is not of results.json"


def test_readme_has_the_figures_of_the_results(top):
    readme = (top / "README.md").read_text(encoding="utf-8")
    assert claim.placed(readme, results.load()) == readme
