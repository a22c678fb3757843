# SPDX-License-Identifier: Apache-2.0
"""What nginx -t refuses, and what it says then."""

import os
import stat

import pytest

from conftest import ASK
from server import until


def whole(without=None, **more):
    lines = [line.strip() for line in ASK.splitlines() if line.strip()]
    return "".join(more.get(line.split()[0], line) for line in lines if line.split()[0].rstrip(";") != without)


@pytest.fixture
def check(nginx):
    def run(location, **more):
        return nginx(location, start=False, **more).check()

    return run


def test_a_whole_location_is_accepted_without_a_store(check):
    content, said = check("location / { %s }" % whole())
    assert content, said


@pytest.mark.parametrize("lacking", ["polcheck_store", "polcheck_principal", "polcheck_action", "polcheck_resource"])
def test_a_location_that_lacks_something_is_refused(check, lacking):
    for location in "location /x { %s }", "location ~ ^/x { %s }", "location @x { %s }", "location = /x { %s }":
        content, said = check(location % whole(without=lacking))
        assert not content
        assert f"which has no {lacking}: set it there or around it" in said


def test_a_location_inherits_what_it_lacks(check):
    content, said = check("location /x { polcheck_action s3:GetObject; }", server=whole(without="polcheck_action"))
    assert content, said
    content, said = check("location /x { } ", server=whole(without="polcheck_action"))
    assert not content
    assert 'polcheck is on in location "/x", which has no polcheck_action' in said


def test_a_nested_location_and_an_if_are_looked_at(check):
    content, said = check("location /x { %s location /x/y { polcheck_action ''; } }" % whole())
    assert not content
    assert 'location "/x/y", which has no polcheck_action' in said
    content, said = check("location /x { %s if ($arg_a) { add_header a b; } }" % whole())
    assert content, said


def test_a_store_that_nothing_asks_is_warned_of(check):
    for off in whole(without="polcheck"), whole(polcheck="polcheck off;"):
        content, said = check("location /x { %s }" % off)
        assert content, said
        assert 'policies.store" is asked nowhere: without "polcheck on" everything is let through' in said


def test_a_store_that_one_location_asks_is_not_warned_of(check):
    content, said = check("location /x { %s } location /y { polcheck_store policies.store; }" % whole())
    assert content and "is asked nowhere" not in said


@pytest.mark.parametrize("directive, message", [
    ("polcheck maybe;", "invalid value \"maybe\""),
    ("polcheck on; polcheck on;", "is duplicate"),
    ("polcheck_store '';", "needs the path of a store"),
    ("polcheck_store $host.store;", "without variables"),
    ("polcheck_store a; polcheck_store b;", "\"polcheck_store\" is there twice"),
    ("polcheck_store a b;", "invalid number of arguments"),
    ("polcheck_principal a; polcheck_principal b;", "\"polcheck_principal\" is there twice"),
    ("polcheck_principal;", "invalid number of arguments"),
    ("polcheck_principal $no_such_variable;", "unknown \"no_such_variable\" variable"),
    ("polcheck_context aws:SourceIp $remote_addr; polcheck_context AWS:sourceip x;", "\"AWS:sourceip\" is there twice"),
    ("polcheck_context a b number;", "unknown type of a context key: \"number\"; it is string or list"),
    ("polcheck_context '' b;", "a key must not be empty"),
    ("polcheck_context $host b;", "a key must not be empty or have variables"),
    ("polcheck_context a;", "invalid number of arguments"),
    ("polcheck_context a $no_such_variable;", "unknown \"no_such_variable\" variable"),
    ("polcheck_tag team a; polcheck_tag team b;", "\"team\" is there twice"),
    ("polcheck_tag team;", "invalid number of arguments"),
    ("polcheck_deny_format html;", "invalid value \"html\""),
    ("polcheck_shadow yes;", "invalid value \"yes\""),
    ("polcheck_log decisions.log color=blue;", "unknown parameter of polcheck_log: \"color=blue\""),
    ("polcheck_log $host.log;", "without variables"),
    ("polcheck_log a.log; polcheck_log b.log;", "\"polcheck_log\" is there twice"),
    ("polcheck_log no-such-folder/a.log;", "no-such-folder/a.log\" failed (2: No such file or directory)"),
    ("access_log a.log combined buffer=32k; polcheck_log a.log;", "another log writes to"),
    ("polcheck_function_home arn:aws:lambda:eu-west-1;", "polcheck_function_home is what the ARNs of functions begin with"),
    ("polcheck_interval 25ms;", "directive is not allowed here"),
])
def test_a_wrong_directive_is_refused(check, directive, message):
    content, said = check("location / { %s }" % directive)
    assert not content
    assert message in said


@pytest.mark.parametrize("interval, accepted", [("0", False), ("1ms", True), ("60s", True), ("61s", False), ("x", False)])
def test_intervals(check, interval, accepted):
    content, said = check("", http=f"polcheck_interval {interval};")
    assert content == accepted, said


def test_a_log_that_two_locations_write_has_one_set_of_parameters(check):
    content, said = check("location /a { polcheck_log a.log denied mask=x,y; } "
                          "location /b { polcheck_log a.log mask=x,y denied; }")
    assert content, said
    for other in "", "denied", "denied mask=x", "mask=x,y", "denied mask=x,z":
        content, said = check("location /a { polcheck_log a.log denied mask=x,y; } location /b { polcheck_log a.log %s; }"
                              % other)
        assert not content
        assert "is there twice with different parameters" in said


def test_a_new_decision_log_is_its_owners_alone(check, tmp_path):
    content, said = check("location / { %s polcheck_log decisions.log; }" % whole())
    assert content, said
    assert stat.S_IMODE(os.stat(tmp_path / "decisions.log").st_mode) == 0o600


def test_nginx_t_opens_no_store(check, tmp_path):
    (tmp_path / "policies.store").write_text("garbage")
    content, said = check("location / { %s }" % whole())
    assert content, said
    assert "garbage" not in said and "policies.store" not in said
    assert (tmp_path / "policies.store").read_text() == "garbage"


def test_a_failed_reload_leaves_the_old_configuration(nginx, compile_store, tmp_path):
    (tmp_path / "cat").write_text("miaow")
    compile_store("cat")
    server = nginx("location / { root .; %s }" % whole())
    before = server.workers()
    server.write(locations="location / { root .; polcheck on; }")
    server.signal(1)
    until(lambda: "which has no polcheck_store" in server.errors())
    assert server.status("/cat") == 200
    assert server.status("/nginx.conf") == 403
    assert server.workers() == before
