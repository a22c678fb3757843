# SPDX-License-Identifier: Apache-2.0
"""The record of instructions: read as written, compared by its tolerance, and not believed elsewhere."""

import pytest

import instructions
import workloads

ROW = ("W1", "decision")


def record(figure=1000.0):
    return instructions.Record({"compiler": "gcc 12"}, {ROW: figure})


def test_what_is_written_is_read(tmp_path):
    path = tmp_path / "instructions.txt"
    record().write(path)
    read = instructions.Record.read(path)
    assert read.where == {"compiler": "gcc 12"} and read.figures == {ROW: 1000.0}


@pytest.mark.parametrize("figure", [971, 1000, 1029])
def test_within_the_tolerance(figure):
    assert record().judge(ROW, figure) is None


def test_more_instructions_fail_and_say_what_to_do():
    said = record().judge(ROW, 1031)
    assert "+3.1 %" in said and "tools/dev bench --record" in said and "why" in said and "stale" not in said


def test_fewer_instructions_make_the_record_stale():
    said = record().judge(ROW, 969)
    assert "-3.1 %" in said and "stale" in said


def test_a_figure_that_is_not_recorded_fails():
    assert "nothing is recorded" in record().judge(("W9", "decision"), 1000)


def test_other_circumstances_are_named():
    assert record().differs({"compiler": "gcc 12"}) == []
    assert record().differs({"compiler": "gcc 13"}) == ["compiler is gcc 13, recorded was gcc 12"]
    assert record().differs({"compiler": "gcc 12", "libc": "glibc 2"}) == ["libc is glibc 2, recorded was nothing"]


def test_build_without_the_worker(tmp_path):
    with pytest.raises(instructions.Unable, match="-Dbench=true"):
        instructions.Build(tmp_path / "build.ini")


def test_what_libpolcheck_adds_is_limited():
    figures = {("W1", "decision"): 1000, ("W1", "public"): 1199, ("W2", "decision"): 1000, ("W2", "public"): 1201}
    assert list(instructions.public_factors(figures)) == [("W1", 1.199, None), ("W2", 1.201, "more than 1.2 times")]


def test_worker_that_answers_wrongly_is_no_figure(monkeypatch):
    class Done:
        returncode, stdout, stderr = 0, "499\n", "==1== Collected : 5\nodd"

    monkeypatch.setattr(instructions.subprocess, "run", lambda *_, **__: Done)
    with pytest.raises(instructions.Broken, match="499 instead of 500: odd"):
        instructions.callgrind(["worker"], "500")
    Done.stdout = "500\n"
    assert instructions.callgrind(["worker"], "500") == 5


def test_recorded_figures_can_be_read(top):
    read = instructions.Record.read(top / "tests" / "bench" / "instructions.txt")
    assert set(read.figures) == {(workload, way) for workload in workloads.NAMES for way in instructions.WAYS}
    assert min(read.figures.values()) > 0
