# SPDX-License-Identifier: Apache-2.0
"""The charts: numbers as people read them, axes, and drawings that say what the results say."""

import xml.etree.ElementTree

import pytest

import chart_decisions
import chart_scaling
import scales
import svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("value, unit, text", [
    (0, "ns", "0 ns"), (0.5, "ns", "0.500 ns"), (142.4, "ns", "142 ns"), (1000, "ns", "1.00 µs"),
    (23456, "ns", "23.5 µs"), (7.35e6, "ns", "7.35 ms"), (2e9, "ns", "2.00 s"), (0.165, "s", "165 ms"),
    (1234, "s", "1,234 s"), (1.42e9, "B", "1.42 GB"), (512, "B", "512 B")])
def test_readable(value, unit, text):
    assert scales.readable(value, unit) == text


@pytest.mark.parametrize("value, unit, text", [(100, "ns", "100 ns"), (1e4, "ns", "10 µs"), (1e5, "", "100k"), (10, "", "10")])
def test_tick(value, unit, text):
    assert scales.tick(value, unit) == text


def test_logarithmic_axis():
    axis = scales.Log([150, 9000], 0, 300)
    assert axis.ticks() == [100, 1000, 10000]
    assert axis.place(100) == 0 and axis.place(1000) == pytest.approx(150) and axis.place(10000) == pytest.approx(300)


def test_axis_of_one_value_has_a_length():
    axis = scales.Log([100], 0, 300)
    assert axis.ticks() == [100, 1000] and axis.place(100) == 0


def outcome(ns, **more):
    return {"ns": ns, "ratio": 1.0, "low": 1.0, "high": 1.0, "checked": 1000, "mismatches": 0} | more


def decisions():
    about = {name: {"label": label, "version": "", "note": ""} for name, label in
             (("polcheck", "polcheck"), ("naive", "naive C"), ("naive-2", "again"), ("opa", "A < B"), ("minio", "M"))}
    workers = {"naive": outcome(1000.0), "naive-2": outcome(1000.0), "polcheck": outcome(100.0),
               "opa": outcome(10000.0, mismatches=3), "minio": {"cannot": "it has no conditions"},
               "cedar": {"skipped": "no cargo"}}
    return {"about": about, "summaries": {"W1": "five policies"},
            "workloads": {"W1": {"valid": True, "workers": workers}}}


def texts(drawing):
    return [text.text for text in xml.etree.ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def test_bars_are_as_long_as_the_times():
    root = xml.etree.ElementTree.fromstring(chart_decisions.draw(decisions()))
    widths = {rect.get("class"): float(rect.get("width")) for rect in root.iter(f"{SVG}rect")}
    # 100, 1000 and 10000 ns on an axis from 100 to 10000: nothing, half, all of it.
    assert widths["ours"] == 0 and widths["peer"] == pytest.approx(2 * widths["reference"], abs=0.2)


def test_bars_say_who_is_wrong_and_who_cannot():
    found = texts(chart_decisions.draw(decisions()))
    assert "10.0 µs, 3 wrong" in found and "cannot do this workload" in found and "five policies" in found
    labels = [text for text in found if text in ("polcheck", "naive C", "again", "A < B", "M")]
    assert labels == ["polcheck", "naive C", "A < B", "M"]  # by time; the control and who was skipped are not shown


def test_invalid_run_is_shown_as_one():
    shown = decisions()
    shown["workloads"]["W1"]["valid"] = False
    assert "invalid: see the table" in texts(chart_decisions.draw(shown))


def test_both_colour_schemes_know_every_class():
    light, dark = svg.STYLE.split("@media (prefers-color-scheme: dark)")
    for name in (".ours", ".reference", ".peer", ".page", ".grid", ".faint", ".line3", ".mark3"):
        assert name in light and name in dark


def test_curves_go_through_their_points():
    rows = [{"count": count, "hot": 1000.0, "random": 2000.0 * count, "cpu": 1.0, "size": 4096, "anonymous": 100000}
            for count in (10, 100)]
    drawing = chart_scaling.draw({"bucket": rows, "identity": rows, "principals": rows})
    root = xml.etree.ElementTree.fromstring(drawing)
    lines = list(root.iter(f"{SVG}polyline"))
    assert len(lines) == 3 * 2 + 3 * 3  # hot and random; three kinds of input
    hot = [point.split(",") for point in lines[0].get("points").split()]
    climbing = [point.split(",") for point in lines[1].get("points").split()]
    assert hot[0][1] == hot[1][1] and float(hot[0][0]) < float(hot[1][0])
    assert float(climbing[0][1]) > float(climbing[1][1])  # up is towards zero
