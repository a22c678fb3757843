# SPDX-License-Identifier: Apache-2.0
"""The chart of decisions: a panel a workload, a bar a worker, shortest first, on one logarithmic axis."""

import peers
import scales
import svg

WIDTH = 860
BAR = 18
LEFT = 170
RIGHT = 90
TOP = 34
BELOW = 14
HIDDEN = (peers.CONTROL,)


def bars(workers):
    """(name, nanoseconds or None), those that ran first, in the order of their times."""
    rows = [(name, outcome.get("ns")) for name, outcome in workers.items() if name not in HIDDEN]
    rows = [row for row in rows if "skipped" not in workers[row[0]]]
    return sorted(rows, key=lambda row: (row[1] is None, row[1] or 0))


def class_of(name):
    return "ours" if name in peers.OURS else "reference" if name == peers.REFERENCE else "peer"


def remark(outcome):
    if "cannot" in outcome:
        return "cannot do this workload"
    wrong = outcome["mismatches"]
    return scales.readable(outcome["ns"], "ns") + (f", {wrong} wrong" if wrong else "")


def draw_grid(drawing, axis, top, bottom):
    for value in axis.ticks():
        x = axis.place(value)
        drawing.line(x, top, x, bottom, "grid")
        drawing.text(x, bottom + 14, scales.tick(value, "ns"), "faint", "middle")


def draw_panel(drawing, axis, top, head, data, labels):
    name, summary = head
    drawing.text(10, top + 16, name, "title")
    drawing.text(40, top + 16, summary if data["valid"] else "invalid: see the table", "faint")
    rows = bars(data["workers"])
    draw_grid(drawing, axis, top + TOP - 6, top + TOP + BAR * len(rows))
    for place, (name, nanoseconds) in enumerate(rows):
        y = top + TOP + place * BAR
        drawing.text(LEFT - 8, y + 12, labels[name], "", "end")
        end = LEFT
        if nanoseconds is not None:
            end = axis.place(nanoseconds)
            drawing.rect(LEFT, y + 2, end - LEFT, BAR - 5, class_of(name))
        drawing.text(end + 6, y + 12, remark(data["workers"][name]), "faint")


def height(data):
    return TOP + BAR * len(bars(data["workers"])) + BELOW + 14


def draw(decisions):
    """The SVG of the "decisions" of the results."""
    tables = decisions["workloads"]
    times = [ns for data in tables.values() for _, ns in bars(data["workers"]) if ns is not None]
    axis = scales.Log(times, LEFT, WIDTH - RIGHT)
    drawing = svg.Drawing(WIDTH, sum(height(data) for data in tables.values()) + 6, "Time of a decision, by engine")
    labels = {name: worker["label"] for name, worker in decisions["about"].items()}
    top = 0
    for name, data in tables.items():
        draw_panel(drawing, axis, top, (name, decisions["summaries"][name]), data, labels)
        top += height(data)
    return drawing.written()
