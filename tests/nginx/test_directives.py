# SPDX-License-Identifier: Apache-2.0
"""Each directive does what src/nginx/README.md says."""

import pathlib

import pytest

from conftest import ACCOUNT, ASK, READER, allow, manifest
from server import open_files

OK = "return 204;"  # stands in a location of its own: `return` comes before the access phase


@pytest.fixture
def ask(nginx, compile_store, tmp_path):
    """Starts a server whose location / has the directives besides ASK, on the policies; a page is served."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/cat").write_text("miaow")

    def run(directives, *policies, base=ASK, http="", **more):
        compile_store(manifest(*policies, **more))
        return nginx("location / { root pages; %s %s }" % (base, directives), http=http)

    return run


def conditional(operator, key, value):
    return allow("s3:GetObject", "arn:aws:s3:::photos/*", Condition={operator: {key: value}})


def test_off_is_the_default(nginx, tmp_path):
    (tmp_path / "cat").write_text("miaow")
    server = nginx("location / { root .; }")
    assert server.get("/cat", principal=None).body == b"miaow"


def test_off_inside_of_on(nginx, compile_store, tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open/cat").write_text("miaow")
    compile_store("none")
    server = nginx("location / { root .; } location /open/ { root .; polcheck off; }", server=ASK)
    assert server.status("/open/cat") == 200
    assert server.status("/nginx.conf") == 403


def test_what_no_location_matches_is_denied(nginx, compile_store, tmp_path):
    """A server block may lack what its locations have, and then denies for itself."""
    (tmp_path / "cat").write_text("miaow")
    compile_store("*")
    server = nginx("location = /cat { polcheck_resource arn:aws:s3:::photos/cat; }", server="""
        root .;
        polcheck on; polcheck_store policies.store; polcheck_principal $http_x_principal; polcheck_action s3:GetObject;
    """)
    assert server.status("/cat") == 200
    assert server.status("/nginx.conf") == 403
    assert "polcheck_resource" in server.errors()


@pytest.mark.parametrize("lacking", ["polcheck_principal", "polcheck_action", "polcheck_resource"])
def test_an_empty_value_is_a_deny(ask, lacking):
    base = "\n".join(line if lacking + " " not in line else f"{lacking} $http_x_value;" for line in ASK.splitlines())
    value = {"polcheck_principal": READER, "polcheck_action": "s3:GetObject",
             "polcheck_resource": "arn:aws:s3:::photos/cat"}[lacking]
    server = ask("", allow("*", "*"), base=base)
    assert server.status("/cat", headers={"X-Value": value}) == 200
    for headers in {}, {"X-Value": ""}:
        assert server.status("/cat", headers=headers) == 403
    assert f"the value of {lacking} is empty" in server.errors()


@pytest.mark.parametrize("principal", ["x", "arn:aws:iam::111122223333", "arn:aws:iam::1:role/x", "**", READER + "\t",
                                       "arn:aws:sts::444455556666:assumed-role/reader/app"])
def test_a_principal_that_is_none_is_a_deny(ask, principal):
    server = ask("", allow("*", "*"))
    assert server.status("/cat", principal=principal) in (403, 200 if principal.strip() == READER else 403)
    assert server.status("/cat") == 200


def test_an_action_with_a_wildcard_is_a_deny(ask):
    base = ASK.replace("s3:GetObject", "$http_x_action")
    server = ask("", allow("*", "*"), base=base)
    assert server.status("/cat", headers={"X-Action": "s3:GetObject"}) == 200
    for action in "s3:*", "*", "s3:Get?bject", "s3", ":", "s3:":
        assert server.status("/cat", headers={"X-Action": action}) == 403, action


def test_stars_in_a_resource_are_plain(ask):
    base = ASK.replace("photos$polcheck_path", "photos/$arg_key")
    server = ask("", allow("s3:GetObject", "arn:aws:s3:::photos/open/cat"), base=base)
    assert server.status("/cat?key=open/cat") == 200
    for key in "*", "open/*", "open/ca?", "open/**":
        assert server.status("/cat?key=" + key) == 403, key


def test_resource_account(ask):
    base = ASK.replace("photos", "unknown")
    policy = allow("s3:GetObject", "arn:aws:s3:::unknown/*")
    assert ask("", policy, base=base).status("/cat") == 403


def test_resource_account_from_a_variable(ask):
    base = ASK.replace("photos", "unknown")
    server = ask("polcheck_resource_account $http_x_account;", allow("s3:GetObject", "arn:aws:s3:::unknown/*"), base=base)
    assert server.status("/cat", headers={"X-Account": ACCOUNT}) == 200
    # Another account's bucket needs that account's policy too.
    assert server.status("/cat", headers={"X-Account": "444455556666"}) == 403
    assert server.status("/cat", headers={"X-Account": "x"}) == 403
    assert server.status("/cat") == 403


def test_role_with_a_path(ask):
    """The store tells the path of the role that it knows; a role that contradicts it is refused."""
    role = f"arn:aws:iam::{ACCOUNT}:role/reader"
    server = ask("polcheck_role $http_x_role;", allow("s3:GetObject", "*"))
    assert server.status("/cat") == 200
    assert server.status("/cat", headers={"X-Role": role}) == 200
    assert server.status("/cat", headers={"X-Role": role.replace("reader", "another")}) == 403


def test_context_of_one_text(ask):
    server = ask("polcheck_context aws:SourceIp $http_x_ip;", conditional("IpAddress", "aws:SourceIp", "203.0.113.0/24"))
    assert server.status("/cat", headers={"X-Ip": "203.0.113.7"}) == 200
    assert server.status("/cat", headers={"X-Ip": "198.51.100.7"}) == 403


def test_an_empty_context_is_not_there(ask):
    server = ask("polcheck_context aws:UserAgent $http_x_agent string;", conditional("Null", "aws:UserAgent", "true"))
    assert server.status("/cat") == 200
    assert server.status("/cat", headers={"X-Agent": "x"}) == 403


@pytest.mark.parametrize("operator, key, value, good, bad", [
    ("NumericLessThan", "s3:max-keys", "100", "99", "100"),
    ("Bool", "aws:SecureTransport", "true", "true", "false"),
    ("DateLessThan", "aws:TokenIssueTime", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z"),
])
def test_a_text_is_a_number_a_boolean_and_a_date_to_its_operator(ask, operator, key, value, good, bad):
    server = ask(f"polcheck_context {key} $http_x_value;", conditional(operator, key, value))
    assert server.status("/cat", headers={"X-Value": good}) == 200
    for wrong in bad, "nonsense":
        assert server.status("/cat", headers={"X-Value": wrong}) == 403


def test_context_of_a_list(ask):
    server = ask("polcheck_context aws:TagKeys $http_x_keys list;",
                 conditional("ForAllValues:StringEquals", "aws:TagKeys", ["team", "stage"]))
    for keys in "team", "team,stage", " team , stage ,", ",,team,,", ",":
        assert server.status("/cat", headers={"X-Keys": keys}) == 200, keys
    for keys in "team,other", "other", "team stage", "team;stage":
        assert server.status("/cat", headers={"X-Keys": keys}) == 403, keys


def test_a_list_has_all_its_elements(ask):
    server = ask("polcheck_context aws:TagKeys $http_x_keys list;",
                 conditional("ForAnyValue:StringEquals", "aws:TagKeys", "last"))
    assert server.status("/cat", headers={"X-Keys": "a,b , c,last"}) == 200
    assert server.status("/cat", headers={"X-Keys": "last,b"}) == 200
    assert server.status("/cat", headers={"X-Keys": ","}) == 403
    assert server.status("/cat") == 403


def test_context_is_inherited_as_a_whole(nginx, compile_store, tmp_path):
    (tmp_path / "cat").write_text("miaow")
    compile_store(manifest(conditional("Null", "aws:UserAgent", "false")))
    server = nginx("location /cat { root .; } location /own { alias cat; polcheck_context aws:Referer x; }",
                   server=ASK + "polcheck_context aws:UserAgent agent; ")
    assert server.status("/cat") == 200
    assert server.status("/own") == 403


def test_context_may_not_contradict_the_principal(ask):
    server = ask("polcheck_context aws:PrincipalAccount $http_x_account;", allow("*", "*"))
    assert server.status("/cat", headers={"X-Account": ACCOUNT}) == 200
    assert server.status("/cat", headers={"X-Account": "444455556666"}) == 403


def test_tags_of_the_principal(ask):
    server = ask("polcheck_tag team $http_x_team; polcheck_tag stage $http_x_stage;",
                 conditional("StringEquals", "aws:PrincipalTag/team", "images"))
    assert server.status("/cat", headers={"X-Team": "images"}) == 200
    assert server.status("/cat", headers={"X-Team": "images", "X-Stage": "prod"}) == 200
    assert server.status("/cat", headers={"X-Team": "other"}) == 403
    assert server.status("/cat", headers={"X-Stage": "images"}) == 403
    assert server.status("/cat") == 403


def test_each_location_may_have_its_store(nginx, compile_store, tmp_path):
    for name in "one", "two":
        (tmp_path / name).mkdir()
        (tmp_path / name / "cat").write_text(name)
    compile_store("one/*", path="one.store")
    compile_store("two/*", path="two.store")
    asks = ASK.replace("polcheck_store policies.store;", "")
    server = nginx("""
        location /one/ { polcheck_store one.store; }
        location /two/ { polcheck_store %s/two.store; }
        location /both/ { polcheck_store two.store; alias one/; polcheck_resource arn:aws:s3:::photos/one/cat; }
    """ % tmp_path, server="root .;" + asks)
    assert server.get("/one/cat").body == b"one"
    assert server.get("/two/cat").body == b"two"
    assert server.status("/both/cat") == 403


def test_one_engine_a_store_and_worker(nginx, compile_store, tmp_path):
    """However many locations name it: an engine has the data file open once, and no thread of its own."""
    (tmp_path / "cat").write_text("miaow")
    compile_store("*")
    paths = ["policies.store", "./policies.store".replace("./", ""), f"{tmp_path}/policies.store"]
    server = nginx("".join(f"location /{number} {{ alias cat; polcheck_store {path}; }}"
                           for number, path in enumerate(paths)),
                   server=ASK.replace("polcheck_store policies.store;", ""))
    for number in range(len(paths)):
        assert server.status(f"/{number}") == 200
    worker, = server.workers()
    assert open_files(worker).count(f"{tmp_path}/policies.store/data.mdb") == 1
    assert len(list(pathlib.Path(f"/proc/{worker}/task").iterdir())) == 1


def test_interval(nginx, compile_store, tmp_path):
    """How often an engine looks: with a minute it does not see what comes meanwhile."""
    (tmp_path / "cat").write_text("miaow")
    compile_store("other")
    server = nginx("location / { root .; %s }" % ASK, http="polcheck_interval 60s;")
    assert server.status("/cat") == 403
    compile_store("*")
    for _ in range(20):
        assert server.status("/cat") == 403
    server.write(http="polcheck_interval 1ms;")
    server.reload()
    assert server.status("/cat") == 200


def test_shadow_lets_denied_requests_through_and_says_so(ask):
    server = ask("polcheck_shadow on; ", allow("s3:GetObject", "arn:aws:s3:::photos/other"))
    assert server.get("/cat").body == b"miaow"
    assert server.status("/cat", principal=None) == 200
    errors = server.errors()
    assert "would have been denied, let through by polcheck_shadow: User: " + READER in errors
    assert "no answer, let through by polcheck_shadow: the value of polcheck_principal is empty" in errors


def test_shadow_lets_failures_through(nginx, tmp_path):
    (tmp_path / "cat").write_text("miaow")
    server = nginx("location / { root .; %s polcheck_shadow on; }" % ASK)
    assert server.status("/cat") == 200
    assert "no answer, let through by polcheck_shadow" in server.errors()


def test_shadow_is_not_inherited_where_it_is_off(nginx, compile_store, tmp_path):
    (tmp_path / "cat").write_text("miaow")
    compile_store("other")
    server = nginx("location /cat { root .; } location /own { alias cat; polcheck_shadow off; }",
                   server=ASK + "polcheck_shadow on;")
    assert server.status("/cat") == 200
    assert server.status("/own") == 403


def test_function_home_makes_the_arn(nginx, compile_store, tmp_path):
    """Its forms are unit tests (tests/unit/nginx/path.c)."""
    (tmp_path / "cat").write_text("miaow")
    compile_store(manifest(allow("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f")))
    base = ASK.replace("s3:GetObject", "lambda:InvokeFunction").replace("arn:aws:s3:::photos$polcheck_path",
                                                                        "$polcheck_function_arn")
    server = nginx("location /2015-03-31/ { alias cat; } location /other/ { alias cat; polcheck_function_home "
                   "arn:aws:lambda:eu-west-2:111122223333; }",
                   server=base + f"polcheck_function_home arn:aws:lambda:eu-west-1:{ACCOUNT};")
    # `alias cat` serves one file, whatever stands behind: what counts is 403 or not.
    assert server.status("/2015-03-31/functions/f/invocations") != 403
    assert server.status("/2015-03-31/functions/g/invocations") == 403
    assert server.status("/2015-03-31/functions/f%2Finvocations") == 403


def test_limit_except_stays_asked_about(ask):
    server = ask("limit_except GET { deny all; }", allow("*", "*"))
    assert server.status("/cat") == 200
    assert server.status("/dog") == 404
    assert server.status("/cat", method="DELETE") == 403
    assert server.status("/cat", principal=None) == 403
    assert server.status("/cat", principal=None, method="DELETE") == 403
