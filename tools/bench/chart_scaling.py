# SPDX-License-Identifier: Apache-2.0
"""The chart of growth: a panel a question, curves on two logarithmic axes."""

import scales
import svg

WIDTH = 860
PANEL = (430, 250)  # width and height
PLOT = (62, 40, 26, 38)  # left, top, right, bottom


def curve(rows, key):
    return [(row["count"], row[key]) for row in rows]


def panels(part):
    """(title, unit of the values, {label: points})."""
    def both(kind):
        return {"hot": curve(part[kind], "hot"), "random": curve(part[kind], "random")}

    def every(key):
        return {"bucket policy": curve(part["bucket"], key), "policy of a role": curve(part["identity"], key),
                "roles": curve(part["principals"], key)}

    return [
        ("A decision, by statements of a bucket policy", "ns", both("bucket")),
        ("A decision, by statements of a role's policy", "ns", both("identity")),
        ("A decision, by number of roles", "ns", both("principals")),
        ("Processor time of compiling, by statements or roles", "s", every("cpu")),
        ("Size of the store, by statements or roles", "B", every("size")),
        ("Memory beyond the map, by statements or roles", "B", every("anonymous")),
    ]


def draw_axes(drawing, across, up, unit):
    for value in up.ticks():
        y = up.place(value)
        drawing.line(across.begin, y, across.end, y, "grid")
        drawing.text(across.begin - 6, y + 4, scales.tick(value, unit), "faint", "end")
    for value in across.ticks():
        x = across.place(value)
        drawing.line(x, up.begin, x, up.begin + 4, "grid")
        drawing.text(x, up.begin + 18, scales.tick(value, ""), "faint", "middle")


def draw_panel(drawing, left, top, panel):
    title, unit, curves = panel
    points = [point for curve_points in curves.values() for point in curve_points]
    across = scales.Log([x for x, _ in points], left + PLOT[0], left + PANEL[0] - PLOT[2])
    up = scales.Log([y for _, y in points], top + PANEL[1] - PLOT[3], top + PLOT[1])
    drawing.text(left + 10, top + 16, title, "title")
    draw_axes(drawing, across, up, unit)
    x = across.begin
    for number, (label, values) in enumerate(curves.items()):
        placed = [(across.place(a), up.place(b)) for a, b in values]
        drawing.polyline(placed, f"line line{number}")
        for place in placed:
            drawing.circle(*place, f"mark{number}")
        drawing.circle(x + 4, top + 29, f"mark{number}")
        drawing.text(x + 12, top + 33, label, "faint")
        x += 30 + 7 * len(label)


def draw(part):
    """The SVG of the "scaling" of the results."""
    drawn = panels(part)
    columns = WIDTH // PANEL[0]
    drawing = svg.Drawing(WIDTH, PANEL[1] * -(-len(drawn) // columns), "Decisions, compile time and size by input")
    for place, panel in enumerate(drawn):
        draw_panel(drawing, PANEL[0] * (place % columns), PANEL[1] * (place // columns), panel)
    return drawing.written()
