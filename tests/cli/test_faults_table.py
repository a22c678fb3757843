# SPDX-License-Identifier: Apache-2.0
"""The table of tools/dev faults, with campaigns that are made up: what counts as all being well, and what does not."""

import importlib.util
import pathlib
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
WELL = "campaign made-up: tries=12 survived=12 lost=0 wrong=0"


@pytest.fixture(name="faults")
def load():
    """tools/faults.py, as a module of its own."""
    spec = importlib.util.spec_from_file_location("faults", TOP / "tools" / "faults.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["faults"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["faults"]


@pytest.fixture(name="outcome")
def fixture_outcome(faults, monkeypatch, tmp_path, capsys):
    """Runs the table with one campaign that prints a line: its exit status and what was printed."""
    def run(line, *options, status=0, **row):
        path = tmp_path / "made_up.py"
        path.write_text(f"import sys\nprint('1..1')\nprint({line!r})\nprint(sys.argv[1:], file=sys.stderr)\nsys.exit({status})\n",
                        encoding="utf-8")
        made = faults.Campaign("made-up", "nothing", (str(path),), **({"least": 12} | row))
        monkeypatch.setattr(faults, "CAMPAIGNS", (made,))
        ended = faults.main(list(options))
        return ended, capsys.readouterr().out
    return run


def cells(out):
    """The cells of the campaign's row."""
    return [cell.strip() for cell in out.splitlines()[2].split("|")[1:-1]]


@pytest.mark.parametrize("line", [WELL, f"# {WELL}"])
def test_all_is_well(outcome, line):
    ended, out = outcome(line)
    assert ended == 0
    assert cells(out)[:6] == ["made-up", "nothing", "12", "12", "0", "0"]
    assert "A try is one fault" in out


@pytest.mark.parametrize("line, said", [
    ("campaign made-up: tries=12 survived=11 lost=1 wrong=0", ""),
    ("campaign made-up: tries=12 survived=11 lost=0 wrong=1", ""),
    ("campaign made-up: tries=12 survived=11 lost=0 wrong=0", "its counts do not add up"),
    ("campaign made-up: tries=11 survived=11 lost=0 wrong=0", "11 tries where 12 belong"),
    ("campaign other: tries=12 survived=12 lost=0 wrong=0", "its last line names other"),
    ("all is well", "no result: 'all is well'"),
    ("", "no result: '1..1'"),
])
def test_all_is_not_well(outcome, line, said):
    ended, out = outcome(line)
    assert ended == 1 and said in out


def test_exit_status_counts(outcome):
    ended, out = outcome(WELL, status=3)
    assert ended == 1 and "made-up: ended with 3" in out


def test_missing_program(faults, monkeypatch, capsys):
    made = faults.Campaign("made-up", "nothing", ("/nowhere/program",), least=1)
    monkeypatch.setattr(faults, "CAMPAIGNS", (made,))
    assert faults.main([]) == 1
    assert "made-up: ended with 127" in capsys.readouterr().out


def test_options_reach_the_campaign(faults):
    made = faults.Campaign("made-up", "nothing", ("{top}/x.py", "{build}/y"), least=1, quick=("--few",))
    assert faults.command_of(made, "/b", True, 7) == [sys.executable, "-B", f"{TOP}/x.py", "/b/y", "--few", "--seed", "7"]
    assert faults.command_of(made, "/b", False, 7)[-2:] == ["--seed", "7"]


def test_quick_has_its_own_least(outcome):
    assert outcome(WELL, "--quick", least=10000, quick_least=12)[0] == 0
    assert outcome(WELL, "--quick", least=1, quick_least=13)[0] == 1


def test_rows(faults):
    names = [row.name for row in faults.CAMPAIGNS]
    assert len(set(names)) == len(names)
    assert {"memory-store", "memory-command", "memory-secrets", "memory-trust", "memory-api", "memory-decide", "kills", "kills-signed",
            "kills-secrets"} <= set(names)
    assert all(row.what and row.least >= 1 and row.quick_least >= 1 for row in faults.CAMPAIGNS)
