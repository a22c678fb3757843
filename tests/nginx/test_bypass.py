# SPDX-License-Identifier: Apache-2.0
"""No way leads around a decision: whatever is served was asked about, under the URI under which it is served."""

import base64
import hashlib

import pytest

from conftest import ASK, READER, allow, manifest

# The resource through maps, which nginx computes once a request and keeps; `volatile` would turn that off.
MAPS = """
    map $uri $key { "~^/(?<k>.*)$" $k; }
    map "photos/$key" $mapped { "~^(?<all>.*)$" arn:aws:s3:::$all; }
"""
MAPPED = ASK.replace("arn:aws:s3:::photos$polcheck_path", "$mapped")


@pytest.fixture(params=["path", "maps"])
def server(request, nginx, compile_store, tmp_path):
    """Starts a server in which the reader may read what is below open/; /secret holds a secret."""
    pages = tmp_path / "pages"
    (pages / "open").mkdir(parents=True)
    (pages / "closed").mkdir()
    (pages / "open/cat").write_text("miaow")
    (pages / "secret").write_text("top secret")
    (pages / "closed/index.html").write_text("top secret")
    (pages / "open/page.shtml").write_text('[<!--#include virtual="/secret" -->|<!--#include virtual="/open/cat" -->]')
    compile_store("open/*")
    ask = ASK if request.param == "path" else MAPPED

    def run(locations, http="", server="", **more):
        return nginx(locations, http=MAPS + http, server="root pages; " + ask + server, **more)

    return run


def refused(answer):
    """A refusal, and nothing of the secret."""
    return answer.status == 403 and b"secret" not in answer.body.replace(b"photos/secret", b"")


def test_subrequests_are_asked_about(server):
    answer = server("location / { ssi on; ssi_types *; }").get("/open/page.shtml")
    assert answer.status == 200
    assert b"top secret" not in answer.body
    assert b"AccessDeniedException" in answer.body
    assert answer.body.endswith(b"|miaow]")


def test_subrequests_are_asked_about_though_the_map_was_used_before(server):
    answer = server("location / { ssi on; ssi_types *; add_header X-Mapped $mapped always; if ($mapped = none) { return 404; } }"
                    ).get("/open/page.shtml")
    assert b"top secret" not in answer.body
    assert answer.body.endswith(b"|miaow]")


def test_a_subrequest_has_its_own_method(nginx, compile_store, tmp_path):
    """$request_method is that of the main request: who may only write would read. $polcheck_method is the own one."""
    (tmp_path / "secret").write_text("top secret")
    compile_store(manifest(allow("s3:PutObject", "*")))
    server = nginx("""
        location / { root .; }
        location /made { ssi on; ssi_types *; proxy_pass http://127.0.0.1:$server_port/back; }
        location /back { polcheck off; return 200 '[<!--#include virtual="/secret" -->]'; }
    """, http="map $polcheck_method $action { PUT s3:PutObject; default s3:GetObject; }",
                   server=ASK.replace("s3:GetObject", "$action"))
    assert server.status("/made") == 403
    answer = server.get("/made", method="PUT", body=b"x")
    assert answer.status == 200
    assert b"top secret" not in answer.body
    assert b"s3:GetObject on resource: arn:aws:s3:::photos/secret" in answer.body


@pytest.mark.parametrize("page", ["404 /secret", "404 =200 /secret", "404 = /secret", "404 @named"])
def test_an_error_page_is_asked_about(server, page):
    running = server("location /open/ { error_page %s; } location /secret { } location @named { "
                     "polcheck_resource arn:aws:s3:::photos/secret; rewrite ^ /secret break; }" % page)
    assert running.status("/open/cat") == 200
    assert refused(running.get("/open/none"))


def test_an_error_page_that_may_be_read_is_shown(server):
    running = server("location / { error_page 404 /open/cat; }")
    answer = running.get("/open/none")
    assert (answer.status, answer.body) == (404, b"miaow")


def test_a_page_for_refusals(server):
    running = server("error_page 403 /sorry.html; location / { } location = /sorry.html { polcheck off; }")
    (running.folder / "pages/sorry.html").write_text("sorry")
    answer = running.get("/secret")
    assert (answer.status, answer.body) == (403, b"sorry")
    assert running.get("/open/cat").body == b"miaow"


def test_a_page_for_refusals_that_is_refused(server):
    running = server("error_page 403 =200 /secret; location / { }")
    assert refused(running.get("/secret"))


@pytest.mark.parametrize("files", ["$uri /secret =404", "$uri /secret", "/secret $uri", "/closed/index.html =404",
                                   "$uri @named", "$uri $uri/ /closed/"])
def test_try_files_is_asked_about(server, files):
    running = server("location / { } location /open/ { try_files %s; } location @named { rewrite ^ /secret; }" % files)
    assert refused(running.get("/open/none"))


def test_try_files_that_finds_what_was_asked_for(server):
    running = server("location /open/ { try_files $uri /secret; } location / { }")
    assert running.get("/open/cat").body == b"miaow"


def test_try_files_to_what_may_be_read(server):
    running = server("location /open/ { try_files $uri /open/cat =404; polcheck_resource arn:aws:s3:::photos$uri; }")
    assert running.get("/open/none").body == b"miaow"


def test_named_location_keeps_the_path(server):
    running = server("location /open/ { try_files /none @again; } location @again { }")
    assert running.get("/open/cat").body == b"miaow"


def test_rewrites_are_asked_about(server):
    running = server("location / { rewrite ^/open/(.*)-x$ /$1 last; } location = /open/b { rewrite ^ /secret break; }")
    assert refused(running.get("/open/secret-x"))
    assert refused(running.get("/open/b"))
    assert running.get("/open/open/cat-x").body == b"miaow"


def test_rewrites_are_asked_about_though_the_map_was_used_before(server):
    running = server("location / { set $before $mapped; if ($mapped = x) { return 404; } rewrite ^/open/(.*)-x$ /$1 last; }")
    assert refused(running.get("/open/secret-x"))
    assert running.get("/open/open/cat-x").body == b"miaow"


def test_index_is_asked_about(server):
    running = server("location / { } location = /open/ { index /closed/index.html; }")
    assert refused(running.get("/open/"))
    assert refused(running.get("/closed/"))


def test_accel_redirects_are_asked_about(server):
    running = server("""
        location / { }
        location /open/proxy/ { proxy_pass http://127.0.0.1:$server_port/accel/?$args; }
        location /accel/ { polcheck off; add_header X-Accel-Redirect /$arg_to; return 200; }
    """)
    assert refused(running.get("/open/proxy/?to=secret"))
    assert running.get("/open/proxy/?to=open/cat").body == b"miaow"


def test_a_cached_page_is_not_for_everyone(server):
    running = server("""
        location / { proxy_cache pages; proxy_cache_valid 200 1h; proxy_cache_key $uri; proxy_pass http://127.0.0.1:$server_port/back/; }
        location /back/ { polcheck off; add_header X-Asked yes; return 200 "made"; }
    """, http="proxy_cache_path cache keys_zone=pages:1m;")
    assert running.get("/open/cat").body == b"made"
    assert running.get("/open/cat").body == b"made"
    assert running.status("/open/cat", principal="arn:aws:iam::111122223333:user/none") == 403


def test_captures_of_a_location_survive_the_question(server):
    """The maps' regular expressions would change $1, and with it the file that alias serves."""
    running = server("location ~ ^/open/(.*)$ { alias pages/open/$1; }")
    assert running.get("/open/cat").body == b"miaow"


@pytest.mark.parametrize("resource", ["arn:aws:s3:::photos/$1", "arn:aws:s3:::photos/$1$nothing", "arn:aws:s3:::$bucket/$1",
                                      "arn:aws:s3:::$bucket/$1$nothing", "$object", "arn:aws:s3:::photos/$key",
                                      "arn:aws:s3:::$bucket/$key", "arn:aws:s3:::$bucket/$deep$nothing"])
@pytest.mark.parametrize("token, path, status", [("app", "secret", 403), ("open/cat", "secret", 403), ("app", "open/cat", 200)])
def test_captures_of_a_location_are_what_is_asked_about(server, resource, token, path, status):
    """The regular expression of the caller's map has captures as well, and the client writes what they capture."""
    running = server("location ~ ^/get/(.*)$ { alias pages/$1; polcheck_principal $who; polcheck_resource %s; }"
                     % resource, http="""
        map $http_authorization $who { default ""; "~^Bearer (.*)-token" %s; }
        map $http_authorization $bucket { "~^Bearer (.*)" photos; }
        map $http_authorization $nothing { "~^Bearer (.*)" ""; }
        map $host $object { default arn:aws:s3:::photos/$1; }
        map $host $key { default $1; }
        map "$bucket $nothing" $deep { "~^(p)" $key; }
    """ % READER)
    answer = running.get("/get/" + path, headers={"Authorization": f"Bearer {token}-token"})
    assert answer.status == status
    assert b"top secret" not in answer.body


def test_what_set_stored_is_used(nginx, compile_store, tmp_path):
    (tmp_path / "cat").write_text("miaow")
    compile_store("open/*")
    server = nginx("""
        location = /cat { set $resource arn:aws:s3:::photos/open/cat; root .; }
        location ~ ^/(?<name>d.*)$ { set $resource arn:aws:s3:::photos/$name; alias cat; }
        location / { root .; }
    """, server="set $resource ''; " + ASK.replace("arn:aws:s3:::photos$polcheck_path", "$resource"))
    assert server.status("/cat") == 200
    assert server.status("/dog") == 403
    assert server.status("/nginx.conf") == 403


NOBODY = "arn:aws:iam::111122223333:user/nobody"


ASSIGNED = ["set $who %s;" % NOBODY, "set $who $nobody;", "if ($uri ~ ^(?<all>.*)$) { set $who %s; }" % NOBODY,
            "auth_request /auth; auth_request_set $who $upstream_http_x_found;"]


@pytest.mark.parametrize("computed", ["map $host $who { default %s; }", "map $host $who { volatile; default %s; }",
                                      "geo $who { default %s; }", "split_clients $host $who { * %s; }"])
@pytest.mark.parametrize("principal", ["$who", "$who$nothing", "$through"])
def test_what_was_assigned_to_a_computed_variable_is_used(nginx, compile_store, tmp_path, computed, principal):
    """nginx lets `set` and auth_request_set write to the variable of a map, and everything after it reads what they wrote."""
    (tmp_path / "cat").write_text("miaow")
    compile_store("*")
    locations = "".join(f"location = /{number} {{ alias cat; {assigned} }} "
                        f"location = /used/{number} {{ alias cat; if ($who = x) {{ return 404; }} {assigned} }} "
                        for number, assigned in enumerate(ASSIGNED))
    server = nginx(locations + """
        location = /cat { root .; }
        location = /used/cat { alias cat; if ($who = x) { return 404; } }
        location = /auth { internal; polcheck off; proxy_pass http://127.0.0.1:$server_port/who; }
        location = /who { polcheck off; add_header X-Found %s; return 204; }
    """ % NOBODY, http=computed % READER + """
        map $host $nothing { default ""; }
        map $host $nobody { default %s; }
        map $who $through { "~(?<all>.*)" $all; }
    """ % NOBODY, server=ASK.replace("$http_x_principal", principal))
    assert (server.status("/cat"), server.status("/used/cat")) == (200, 200)
    for number in range(len(ASSIGNED)):
        for path in f"/{number}", f"/used/{number}":
            assert server.status(path) == 403, path
    assert server.errors().count(f'principal "{NOBODY}"') == 2 * len(ASSIGNED)


def test_an_empty_value_that_was_assigned_is_used(nginx, compile_store, tmp_path):
    """Both values are empty, one was computed and the other assigned."""
    (tmp_path / "cat").write_text("miaow")
    compile_store("*")
    server = nginx("""
        location = /go { if ($who = x) { return 404; } set $who $arg_none; rewrite ^ /cat; }
        location = /cat { root .; }
    """, http='map $uri$arg_none $who { default "$arg_none"; "/cat" %s; }' % READER,
                   server=ASK.replace("$http_x_principal", "$who"))
    assert server.status("/cat") == 200
    assert server.status("/go") == 403


SIGNED = """
    secure_link $arg_md5;
    secure_link_md5 '$uri key';
    polcheck_context example:link $secure_link;
"""


def link(uri):
    """A query with which $secure_link of the URI is 1."""
    digest = hashlib.md5(f"{uri} key".encode()).digest()
    return "?md5=" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def test_a_variable_that_finds_nothing_now_and_then_is_computed(nginx, compile_store, tmp_path):
    """A link for one page is none for another, whatever a worker has met before."""
    (tmp_path / "pages/open").mkdir(parents=True)
    (tmp_path / "pages/open/page").write_text('[<!--#include virtual="/secret" -->]')
    (tmp_path / "pages/secret").write_text("top secret")
    compile_store(manifest(allow("s3:GetObject", "*", Condition={"StringEquals": {"example:link": "1"}})))
    server = nginx("""
        location / { }
        location /open/ { polcheck off; ssi on; ssi_types *; if ($secure_link = "") { return 404; } error_page 404 = /secret; }
    """, server="root pages; " + ASK + SIGNED)
    assert server.status("/secret") == 403
    for _ in range(2):
        assert refused(server.get("/open/none" + link("/open/none")))
        answer = server.get("/open/page" + link("/open/page"))
        assert answer.status == 200 and b"top secret" not in answer.body
    assert server.status("/secret" + link("/secret")) == 200


@pytest.mark.parametrize("directive", ["polcheck_context example:root $realpath_root;",
                                       'polcheck_context example:root "x${realpath_root}";',
                                       "polcheck_context example:root $mapped;",
                                       "polcheck_context example:root $realpath_root list;",
                                       "polcheck_tag root $realpath_root;",
                                       "polcheck_resource_account $realpath_root;",
                                       "polcheck_role $realpath_root;",
                                       'polcheck_resource "arn:aws:s3:::photos/${realpath_root}";',
                                       "polcheck_context example:root $cycle;"])
def test_a_variable_that_cannot_be_computed_is_a_deny(nginx, compile_store, tmp_path, directive):
    """Left out it would be a key that is not there, and a Deny on it would not match."""
    (tmp_path / "cat").write_text("miaow")
    compile_store("*")
    server = nginx("""
        location / { set $again $realpath_root; root none; proxy_pass http://127.0.0.1:$server_port/back; %s }
        location = /found { root .; proxy_pass http://127.0.0.1:$server_port/back; %s }
        location = /back { polcheck off; return 200 served; }
    """ % (directive, "" if "account" in directive or "role" in directive or "cycle" in directive else directive), http="""
        map $realpath_root $mapped { default none; "~." some; }
        map "${cycle}x" $cycle { default none; }
    """, server=ASK)
    for _ in range(2):
        answer = server.get("/cat")
        assert answer.status == 403
        assert b"Access denied" in answer.body
    assert server.status("/found") == 200
    name = "cycle" if "cycle" in directive else "realpath_root"
    assert f"denied, no answer: the variable ${name} could not be computed; principal" in server.errors()


def test_the_principal_from_auth_request(nginx, compile_store, tmp_path):
    """auth_request is in the same phase: what it finds must be there before the question."""
    (tmp_path / "cat").write_text("miaow")
    compile_store("*")
    server = nginx("""
        location /cat { root .; auth_request /auth; auth_request_set $found $upstream_http_x_found; }
        location = /auth { internal; polcheck off; proxy_pass http://127.0.0.1:$server_port/who; }
        location = /who { polcheck off; add_header X-Found "%s$arg_x"; return 204; }
    """ % READER, server=ASK.replace("$http_x_principal", "$found"))
    assert server.status("/cat", principal=None) == 200


def test_auth_request_of_an_asked_location(nginx, compile_store, tmp_path):
    (tmp_path / "cat").write_text("miaow")
    compile_store("open")
    server = nginx("""
        location /cat { root .; polcheck off; auth_request /auth; }
        location /dog { alias cat; polcheck off; auth_request /other; }
        location = /auth { root .; polcheck_resource arn:aws:s3:::photos/open; try_files /cat =404; }
        location = /other { root .; polcheck_resource arn:aws:s3:::photos/closed; try_files /cat =404; }
    """, server=ASK)
    assert server.status("/cat") == 200
    assert server.status("/cat", principal=None) == 403
    assert server.status("/dog") == 403


@pytest.mark.parametrize("access, path, status", [
    ("satisfy any; allow all;", "/secret", 200),
    ("satisfy any; deny all;", "/secret", 403),
    ("satisfy any; deny all;", "/open/cat", 200),
    ("satisfy all; allow all;", "/secret", 403),
    ("satisfy all; deny all;", "/open/cat", 403),
    ("satisfy all; allow all;", "/open/cat", 200),
    ("satisfy any; polcheck_shadow on; deny all;", "/secret", 403),
    ("satisfy all; polcheck_shadow on; allow all;", "/secret", 200),
])
def test_satisfy(server, access, path, status):
    assert server("location / { %s }" % access).status(path) == status


def test_satisfy_any_does_not_reach_into_subrequests(server):
    """Their access phase is left out, also that of the other modules: so nothing else can let them through."""
    answer = server("location / { ssi on; ssi_types *; satisfy any; allow all; }").get("/open/page.shtml")
    assert b"|" in answer.body and b"<!--" not in answer.body
    assert b"top secret" not in answer.body


FUNCTION = "/2015-03-31/functions/f/invocations"
ENCODINGS = ["/open/../secret", "/open/%2e%2e/secret", "/open/%2E./secret", "/open/..%2fsecret", "/open%2f..%2fsecret",
             "/%2e/secret", "/open//../secret", "//secret", "/open/./../secret", "/open/x/../../secret", "/./secret",
             "/secret?x=/open/cat", "/secret#/open/cat", "/secre%74", "/open/%252e%252e/secret", "/SECRET/../secret",
             "/open/cat/../../secret", "/open/;/../../secret", "/open/..;/secret", "/open\\..\\secret", "/open%5c..%5csecret"]


@pytest.mark.parametrize("path", ENCODINGS)
def test_no_spelling_of_a_path_leads_to_the_secret(server, path):
    running = server("location / { }")
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Principal: {READER}\r\n\r\n"
    received = running.raw(head.encode())
    assert b"top secret" not in received
    assert received.split()[1] in (b"403", b"400", b"404")
    absolute = running.raw(head.replace("GET /", "GET http://x/", 1).encode())
    assert b"top secret" not in absolute


@pytest.mark.parametrize("path, plain", [("/open/a%20b", True), ("/open/%C3%A4", True), ("/open/a+b", True),
                                         ("/open/%63at", True), ("/open//cat", False), ("/open/x/../cat", False),
                                         ("/open/./cat", False), ("/open%2Fcat", False), ("/open/%2e/cat", False),
                                         ("/open/..;/cat", False), ("/open/%2e%2e;x/cat", False),
                                         ("/open/..%3bx/cat", False), ("/open/..%5ccat", False),
                                         ("/open%5C..%5Ccat", False), ("/open/..;", False), ("/open/a;b/cat", True),
                                         ("/open/..cat;", True), ("/open/a%5Ccat", True),
                                         ("/open/;x/cat", False), ("/open/%3b/cat", False), ("/%5copen/cat", False),
                                         ("/open/a%5C%5Ccat", False), ("/open/a%5C/cat", False), ("/open/;x", False),
                                         ("/open/a;/cat", True), ("/open/", True)])
def test_polcheck_path_is_empty_where_readers_may_differ(nginx, compile_store, path, plain):
    compile_store("*")
    server = nginx("location / { add_header X-Path $polcheck_path always; } ",
                   http="map $polcheck_path $resource { '' ''; default arn:aws:s3:::photos$polcheck_path; }",
                   server=ASK.replace("arn:aws:s3:::photos$polcheck_path", "$resource"))
    assert server.status(path) == (404 if plain else 403)


@pytest.mark.parametrize("merge", ["on", "off"])
def test_a_path_with_an_empty_segment_is_none(nginx, compile_store, tmp_path, merge):
    """Files, and many a back end, take "//" for "/", and so walk around a Deny of what is below a folder."""
    policy = allow("s3:GetObject", "arn:aws:s3:::photos/*")
    policy["Statement"].append({"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/closed/*"})
    compile_store(manifest(policy))
    for folder in "closed", "open":
        (tmp_path / "pages" / folder).mkdir(parents=True)
        (tmp_path / "pages" / folder / "x").write_text("top secret" if folder == "closed" else "miaow")
    (tmp_path / "pages/open/page").write_text('[<!--#include virtual="//closed/x" -->|<!--#include virtual="/open/x" -->]')
    server = nginx("""
        location / { ssi on; ssi_types *; }
        location /accel/ { polcheck off; proxy_pass http://127.0.0.1:$server_port/back?$args; }
        location = /back { polcheck off; add_header X-Accel-Redirect /$arg_to; return 200; }
        location /r/ { rewrite ^/r/(.*)-(.*)$ /$1/$2 break; }
    """, server=f"merge_slashes {merge}; root pages; {ASK}")
    assert server.get("/open/x").body == server.get("/r/open-x").body == server.get("/accel/?to=open/x").body == b"miaow"
    for path in "/closed/x", "//closed/x", "/closed//x", "/accel/?to=/closed/x", "/accel/?to=closed//x", "/r/-closed/x", "/r/closed-/x":
        answer = server.get(path)
        assert answer.status == 403 and b"top secret" not in answer.body, path
    answer = server.get("/open/page")
    assert answer.status == 200 and b"top secret" not in answer.body and answer.body.endswith(b"|miaow]")


@pytest.mark.parametrize("prefix", ["//", "/r/-"])
def test_a_function_with_an_empty_segment_is_none(nginx, compile_store, prefix):
    home = "arn:aws:lambda:eu-west-1:111122223333"
    compile_store(manifest(allow("lambda:InvokeFunction", home + ":function:f")))
    server = nginx("""
        location / { rewrite ^/r/(.*)-(.*)$ /$1/$2 break; proxy_pass http://127.0.0.1:$server_port/back; }
        location = /back { polcheck off; return 200; }
    """, server="merge_slashes off; polcheck_function_home %s;" % home
                   + ASK.replace("s3:GetObject", "lambda:InvokeFunction").replace("arn:aws:s3:::photos$polcheck_path", "$polcheck_function_arn"))
    assert server.status(FUNCTION) == 200
    assert server.status("/r/2015-03-31-functions/f/invocations") == 200
    assert server.status(prefix + FUNCTION[1:]) == 403


@pytest.mark.parametrize("target, status", [("/open/cat", 200), ("/open/cat?acl", 403), ("/open/cat?#acl", 403),
                                            ("/open/cat?#&acl", 403), ("/open/cat#?acl", 403), ("/open/cat#", 403),
                                            (FUNCTION, 403), (FUNCTION + "?Qualifier=prod", 200),
                                            (FUNCTION + "?Qualifier=prod#&Qualifier=dev", 403),
                                            (FUNCTION + "?Qualifier=prod&Qualifier=dev", 403)])
def test_what_a_back_end_would_read_behind_a_fragment(nginx, compile_store, target, status):
    """nginx ends the query at '#', and hands on all of it."""
    home = "arn:aws:lambda:eu-west-1:111122223333"
    compile_store(manifest(allow("s3:GetObject", "arn:aws:s3:::photos/open/*"),
                           allow("lambda:InvokeFunction", home + ":function:f:prod")))
    server = nginx("""
        location / { polcheck_action $action; proxy_pass http://127.0.0.1:$server_port/back; }
        location /2015-03-31/ {
            polcheck_action lambda:InvokeFunction;
            polcheck_function_home %s;
            polcheck_resource $polcheck_function_arn;
            proxy_pass http://127.0.0.1:$server_port/back;
        }
        location = /back { polcheck off; return 200; }
    """ % home, http='map $args $action { default ""; "" s3:GetObject; }', server=ASK)
    answer = server.raw(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Principal: {READER}\r\n\r\n".encode())
    assert answer.split()[1] == str(status).encode()


def test_old_and_strange_requests(server):
    running = server("location / { }")
    assert b" 403 " in running.raw(b"GET /secret HTTP/1.0\r\n\r\n").split(b"\r\n")[0]
    assert b"top secret" not in running.raw(b"GET /secret\r\n")
    assert b"top secret" not in running.raw(b"GET http://x/secret HTTP/1.0\r\nX-Principal: %s\r\n\r\n" % READER.encode())
    ranged = running.get("/secret", headers={"Range": "bytes=0-3"})
    assert refused(ranged)
    assert running.get("/open/cat", headers={"Range": "bytes=0-3"}).body == b"miao"
    assert running.status("/secret", headers={"If-None-Match": "*"}) == 403
