# SPDX-License-Identifier: Apache-2.0
"""RESULTS.md: the results as tables, with all that is needed to judge them."""

import page_scaling
import peers
import scales
from markdown import circumstances, table

HEAD = """\
# What a decision costs

Made by `tools/dev bench` from results.json beside it; [tools/bench/README.md](../../tools/bench/README.md) says how
it measures. Figures of different days or machines are not to be compared; the ratios of one table are.
"""


def cell(outcome):
    """What the table says of a worker on a workload."""
    if outcome is None or "skipped" in outcome:
        return "-"
    if "cannot" in outcome:
        return "cannot"
    text = scales.readable(outcome["ns"], "ns")
    wrong = outcome["mismatches"]
    return f"{text}, **{wrong} of {outcome['checked']} wrong**" if wrong else text


def ratio_cell(outcome):
    if outcome is None or "ratio" not in outcome:
        return "-"
    return f"{scales.rounded(outcome['ratio'])} ({scales.rounded(outcome['low'])} .. {scales.rounded(outcome['high'])})"


def decisions_table(part, write_cell):
    loads = part["workloads"]
    rows = [[f"{worker['label']} {worker['version']}".strip()] +
            [write_cell(data["workers"].get(name)) for data in loads.values()]
            for name, worker in part["about"].items()]
    return table(["engine", *loads], rows)


def remarks(part):
    """Who was skipped, who cannot do what, and which runs are not to be believed."""
    lines = []
    skipped = {name: outcome["skipped"] for data in part["workloads"].values()
               for name, outcome in data["workers"].items() if "skipped" in outcome}
    lines += [f"{part['about'][name]['label']} was skipped: {reason}" for name, reason in skipped.items()]
    for workload, data in part["workloads"].items():
        lines += [f"{part['about'][name]['label']} cannot do {workload}: {outcome['cannot']}"
                  for name, outcome in data["workers"].items() if "cannot" in outcome]
        if not data["valid"]:
            pair = data["workers"][peers.CONTROL]
            lines.append(f"**{workload} is invalid**: two equal workers differ by {pair['low']:.3f} .. {pair['high']:.3f}")
    return "".join(f"- {line}\n" for line in lines)


def decisions(part):
    about = "".join(f"- {worker['label']}: {worker['note']}\n" for worker in part["about"].values())
    loads = "".join(f"- {name}: {summary}\n" for name, summary in part["summaries"].items())
    return f"""\
## Decisions

{circumstances(part)}
{part['rounds']} rounds of {part['milliseconds']} ms, interleaved on one core; every answer to the 1,000 requests of a
workload was checked. Time on the processor for one decision, the median of the rounds:

{decisions_table(part, cell)}
![The same as bars](decisions.svg)

As a ratio to naive C in the same round: the median, and the interval in which it lies with 95 % confidence:

{decisions_table(part, ratio_cell)}
{remarks(part)}
The workloads:

{loads}
The engines:

{about}"""


def write(results):
    """The page."""
    parts = [HEAD]
    if "decisions" in results:
        parts.append(decisions(results["decisions"]))
    if "scaling" in results:
        parts.append(page_scaling.write(results["scaling"]))
    return "\n".join(parts)
