# SPDX-License-Identifier: Apache-2.0
"""What the messages say: what is wrong, where, and what to do; and that the help names all members."""

import json
import re

import pytest

ALICE = "arn:aws:iam::111122223333:user/alice"
ROLE = "arn:aws:iam::111122223333:role/r"
POLICY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return path


@pytest.mark.parametrize("manifest, message, hint", [
    ({"polcheck": "1"}, 'this is not a manifest of version 1: "polcheck" is a string [POL0705]', '"polcheck": 1'),
    ({"polcheck": 2}, 'this is not a manifest of version 1: "polcheck" is 2 [POL0705]', '"polcheck": 1'),
    ({"polcheck": 1, "roles": [{}]}, 'the member "arn" is missing [POL0704]', None),
    ({"polcheck": 1, "roles": [1]}, 'an element of "roles" is a number, not an object [POL0704]', None),
    ({"polcheck": 1, "users": [{"arn": ALICE, "groups": [1]}]},
     'an element of "groups" is a number, not a string [POL0704]', None),
    ({"polcheck": 1, "roles": [{"arn": ROLE, "tags": {"team": 1}}]},
     'the value of the tag "team" is a number, not a string [POL0704]', None),
    ({"polcheck": 1, "roles": [{"arn": ROLE, "policies": ["m.json"]}]},
     '"m.json" holds no single policy; it was recognised as: polcheck manifest [POL0704]', None),
    ({"polcheck": 1, "users": [{"arn": ALICE, "groups": ["g"]}]},
     'no document defines the group "g" [POL0707]', "if it is gone, take what names it out of the document"),
    ({"polcheck": 1, "organization": {"accounts": [{"id": "111122223333", "parent": "ou-x"}]}},
     'no document defines the level "ou-x" [POL0707]', '"levels"'),
    ({"polcheck": 1, "organization": {"levels": [{"id": "a", "parent": "b"}, {"id": "b", "parent": "c"},
                                                 {"id": "c", "parent": "a"}, {"id": "d", "parent": "c"}]}},
     'level "c" is its own ancestor: c, below a, below b, below c [POL0711]', "another parent"),
    ({"polcheck": 1, "organization": {"levels": [{"id": "a", "parent": "a"}]}},
     'level "a" is its own ancestor: a, below a [POL0711]', "another parent"),
    ({"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [], "IsTruncated": True},
     "is only a part of the listing [POL0708]", "--max-items"),
])
def test_what_is_wrong_with_a_document(polcheck, tmp_path, manifest, message, hint):
    write(tmp_path / "m.json", manifest)
    run = polcheck("compile", "m.json", "--check")
    assert run.status == 2 and run.out == ""
    first, *rest = run.err.splitlines()
    assert re.match(r"m\.json:1:\d+: error: ", first) and first.endswith(message), run
    assert hint is None and rest == [] or hint is not None and rest[0].startswith("  hint: ") and hint in rest[0], run


@pytest.mark.parametrize("dump, arn, member", [
    ({"Policy": json.dumps(POLICY), "PolicyName": "default"}, "arn:aws:kms:REGION:ACCOUNT:key/ID", "policy"),
    ({"policyText": json.dumps(POLICY)}, "arn:aws:ecr:REGION:ACCOUNT:repository/NAME", "policy"),
    ({"Policy": json.dumps(POLICY)}, "ARN of ", "policy"),
    ({"Targets": [{"Id": "1", "Arn": "arn:aws:lambda:eu-west-1:111122223333:function:f"}]},
     "arn:aws:events:REGION:ACCOUNT:rule/NAME", "targets"),
])
def test_a_dump_of_nobody_shows_the_manifest_that_it_needs(polcheck, tmp_path, dump, arn, member):
    """Pasted into a file beside the dump it is one, and finds it."""
    (tmp_path / "dumps").mkdir()
    write(tmp_path / "dumps" / "dump.json", dump)
    run = polcheck("compile", "dumps", "--check")
    assert run.status == 2 and "[POL0702]" in run.err
    [said] = [line for line in run.err.splitlines() if "say it in a manifest beside it: " in line]
    shown = json.loads(said.split(": ", 2)[2])
    [resource] = shown["resources"]
    assert shown["polcheck"] == 1 and resource["arn"].startswith(arn) and resource[member] == "dump.json"
    resource["arn"] = {"policy": "arn:aws:kms:eu-west-1:111122223333:key/k",
                       "targets": "arn:aws:events:eu-west-1:111122223333:rule/r"}[member]
    write(tmp_path / "dumps" / "manifest.json", shown)
    assert "POL0702" not in polcheck("compile", "dumps", "--check").err


def test_paths_of_a_manifest_begin_in_its_folder(polcheck, tmp_path):
    (tmp_path / "dumps").mkdir()
    write(tmp_path / "dumps" / "m.json", {"polcheck": 1, "resources": [
        {"arn": "arn:aws:s3:::photos", "account": "111122223333", "policy": "dumps/policy.json"}]})
    run = polcheck("compile", "dumps", "--check")
    assert '"dumps/dumps/policy.json" cannot be opened' in run.err
    assert 'hint: paths begin in the manifest\'s folder, "dumps/"' in run.err


def test_two_versions_of_a_policy_of_aws(polcheck, tmp_path):
    arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    write(tmp_path / "one.json", {"polcheck": 1, "policies": [{"arn": arn, "policy": POLICY}]})
    older = {**POLICY, "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}
    write(tmp_path / "two.json", {"polcheck": 1, "policies": [{"arn": arn, "policy": older}]})
    run = polcheck("compile", "one.json", "two.json", "--check")
    assert "[POL0706]\n  hint: they are two versions of it" in run.err


def test_an_empty_file_says_what_to_do(polcheck, tmp_path):
    """What `aws lambda get-policy > FILE` leaves of a function without policy."""
    (tmp_path / "policy.json").write_text("", encoding="utf-8")
    run = polcheck("compile", "policy.json", "--check")
    assert "found an empty text [POL0106]\n  hint: " in run.err and "remove the file" in run.err


def test_folder_with_only_a_loop_of_links(polcheck, tmp_path):
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / "again").symlink_to(tmp_path / "loop")
    run = polcheck("compile", "loop", "-o", "store")
    assert run.status == 2 and run.out == ""
    assert 'loop: error: "loop" holds no .json file [POL0003]' in run.err
    assert not (tmp_path / "store").exists()


def test_folder_named_again_counts_what_is_below(polcheck, tmp_path):
    write(tmp_path / "a" / "b" / "m.json", {"polcheck": 1})
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a")
    for paths in [["a/b", "a"], ["a", "a/b"], ["a", "a"]]:
        run = polcheck("compile", *paths, "--check")
        assert run.status == 0 and " from 1 file: " in run.out, run


def test_standard_input_has_one_name(polcheck):
    for arguments in [["compile", "-", "--check"], ["test", "-"], ["dump", "-"], ["eval", "--case", "-"]]:
        assert polcheck(*arguments, input="{,}").err.startswith("<stdin>:1:2: error: "), arguments
    run = polcheck("compile", "-", "--check", input=json.dumps(POLICY))
    assert run.status == 2
    assert "hint: save it to a file, and name that in a manifest" in run.err


def test_missing_folder_of_a_store(polcheck, tmp_path):
    write(tmp_path / "m.json", {"polcheck": 1, "roles": [{"arn": ROLE, "policies": [POLICY]}]})
    run = polcheck("compile", "m.json", "-o", "no/where/store/")
    assert run.status == 2
    assert 'hint: make the folder "no/where/" first' in run.err
    (tmp_path / "no" / "where").mkdir(parents=True)
    assert polcheck("compile", "m.json", "-o", "no/where/store/").status == 0


def test_unknown_principal(polcheck, tmp_path):
    write(tmp_path / "m.json", {"polcheck": 1, "roles": [{"arn": ROLE, "policies": [POLICY]}]})
    assert polcheck("compile", "m.json", "-o", "store").status == 0
    run = polcheck("eval", "-s", "store", "-p", ALICE, "-a", "s3:GetObject", "-r", "arn:aws:s3:::b/k")
    assert run.status == 2 and run.out == ""
    assert run.err.startswith(f'polcheck: error: no principal "{ALICE}" in the store "store" [POL0808]\n  hint: ')
    assert "spelling" in run.err
    assert polcheck("dump", "-s", "store", ALICE).err.startswith(
        f'polcheck: error: neither a principal nor a resource "{ALICE}" in the store "store" [POL0808]\n  hint: ')


@pytest.mark.parametrize("principal, why, hint", [
    ("arn:aws:sts::111122223333:federated-user/f", "the request does not name its parent", '"parent"'),
    ("arn:aws:iam::111122223333:role/path/r", "its role has another path there", f'did you mean "{ROLE}"?'),
    ("arn:aws:iam::444455556666:root", "nothing is known of its account", "compile the dump"),
])
def test_why_a_principal_is_unknown(polcheck, tmp_path, principal, why, hint):
    write(tmp_path / "m.json", {"polcheck": 1, "roles": [{"arn": ROLE, "policies": [POLICY]}]})
    assert polcheck("compile", "m.json", "-o", "store").status == 0
    run = polcheck("eval", "-s", "store", "-p", principal, "-a", "s3:GetObject", "-r", "*")
    assert run.status == 2 and f'in the store "store": {why} [POL0808]\n  hint: ' in run.err and hint in run.err, run


@pytest.mark.parametrize("option, place, hint", [
    (["-c", "aws:username=bob"], "--context", "leave the key out"),
    (["--context-json", '{"a:b": 1,\n "AWS:UserName": "bob"}'], "--context-json:2:2", "leave the key out"),
    (["--context-json", '{"aws:userid": ["x"]}'], "--context-json:1:2", "leave the key out"),
    (["-c", "aws:ResourceAccount=444455556666"], "--context", "leave the key out"),
    (["--resource-account", "444455556666"], "--resource-account", "the store knows it"),
])
def test_where_a_request_contradicts_itself(polcheck, tmp_path, option, place, hint):
    """R-806: at the key, or at the owner, and not at the whole request."""
    write(tmp_path / "m.json", {"polcheck": 1, "users": [{"arn": ALICE, "policies": [POLICY], "id": "AIDAALICE"}],
                                "resources": [{"arn": "arn:aws:s3:::b", "account": "111122223333"}]})
    assert polcheck("compile", "m.json", "-o", "store").status == 0
    run = polcheck("eval", "-s", "store", "-p", ALICE, "-a", "s3:GetObject", "-r", "arn:aws:s3:::b/k", *option)
    first, second = run.err.splitlines()
    assert run.status == 2 and first.startswith(f"{place}: error: ") and first.endswith("[POL0807]"), run
    assert second.startswith("  hint: ") and hint in second, run


@pytest.mark.parametrize("value, said", [
    ("a" * 65537, "a text of 65537 bytes is longer than 65,536 bytes"),
    ("${aws:a}" * 65, "a text of 520 bytes has more than 64 policy variables"),
    ("?" * 4097, "a text of 4097 bytes has more than 4,096 wildcards, variables and pieces of text between them"),
])
def test_which_limit_a_text_exceeds(polcheck, tmp_path, value, said):
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"StringLike": {"aws:a": value}}}]}
    write(tmp_path / "p.json", policy)
    run = polcheck("dump", "p.json")
    assert run.status == 2 and f"error: {said} [POL0513]" in run.err


def test_dump_of_a_store_separates_its_parts(polcheck, tmp_path):
    write(tmp_path / "m.json", {"polcheck": 1, "roles": [{"arn": ROLE, "policies": [POLICY], "boundary": POLICY}]})
    assert polcheck("compile", "m.json", "-o", "store").status == 0
    run = polcheck("dump", "-s", "store", ROLE)
    assert run.status == 0
    assert run.out.startswith("# identity\n") and "\n\n# boundary\n" in run.out
    assert not run.out.endswith("\n\n")


def test_dump_of_a_file_that_is_no_policy(polcheck, tmp_path):
    for document in [{"polcheck": 1}, {"UserDetailList": []}]:
        write(tmp_path / "m.json", document)
        run = polcheck("dump", "m.json")
        assert run.status == 2
        assert 'no "Statement" in the document [POL0205]\n  hint: dump reads a policy document; ' in run.err
    write(tmp_path / "p.json", {"Version": "2012-10-17"})
    assert "dump reads" not in polcheck("dump", "p.json").err


def case(**changes):
    return {"name": "n", "request": {"principal": ALICE, "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"},
            "policies": {"identity": [POLICY]}, "expect": {"decision": "allowed"}, **changes}


def test_a_decision_that_does_not_exist(polcheck, tmp_path):
    write(tmp_path / "c.json", case(expect={"decision": "alowed"}))
    run = polcheck("test", "c.json")
    assert run.status == 1
    assert 'error: no decision "alowed"; there are allowed, implicitDeny and explicitDeny [POL0811]' in run.out
    write(tmp_path / "c.json", case(expect={"decision": True}))
    assert 'error: "decision" is a boolean, not a string [POL0811]' in polcheck("test", "c.json").out


@pytest.mark.parametrize("decision, hint", [
    ("allow", 'did you mean "allowed"?'), ("Allowed", 'did you mean "allowed"?'), ("explicitdeny", 'did you mean "explicitDeny"?'),
    ("deny", "implicitDeny: nothing allows it; explicitDeny: a Deny matches"), ("Denied", "implicitDeny: nothing allows it"),
])
def test_a_decision_in_other_words(polcheck, tmp_path, decision, hint):
    write(tmp_path / "c.json", case(expect={"decision": decision}))
    assert f"[POL0811]\n      hint: {hint}" in polcheck("test", "c.json").out
    write(tmp_path / "c.json", case(expect=decision))
    assert 'hint: write it as "expect": {"decision": ...}' in polcheck("test", "c.json").out


@pytest.mark.parametrize("expect, pointed, said, hint", [
    ({}, "{}", '"expect" is empty [POL0810]', '"decision"'),
    ({"blockedBy": "scp"}, '"scp"', '"blockedBy" is a string, not an array of strings [POL0811]', None),
    ({"statements": ["A", 0]}, "0", 'an element of "statements" is a number, not a string [POL0811]', None),
    ({"blockedBy": ["bondary"]}, '"bondary"', 'no policy type "bondary"; there are identity, resource, boundary, '
     "session, scp, rcp and endpoint [POL0811]", '"boundary"'),
    ({"error": 501}, "501", '"error" is a number, not a string [POL0811]', None),
    ({"error": "POL9999"}, '"POL9999"', 'no diagnostic has the code "POL9999" [POL0811]', "polcheck help codes"),
])
def test_an_expectation_that_cannot_be_met(polcheck, tmp_path, expect, pointed, said, hint):
    text = json.dumps({"expect": expect})
    others = {name: value for name, value in case().items() if name != "expect"}
    write(tmp_path / "c.json", text[:-1] + ",\n" + json.dumps(others)[1:])
    run = polcheck("test", "c.json")
    lines = [line.strip() for line in run.out.splitlines()]
    assert run.status == 1 and f"c.json:1:{text.index(pointed) + 1}: error: {said}" in lines, run
    assert hint is None or any(line.startswith("hint: ") and hint in line for line in lines), run


def test_a_case_that_fails_says_what_decided(polcheck, tmp_path):
    allow = {"Version": "2012-10-17", "Statement": [{"Sid": "Reads", **POLICY["Statement"][0]}]}
    write(tmp_path / "allowed.json", case(policies={"identity": [allow]}, expect={"decision": "implicitDeny"}))
    run = polcheck("test", "allowed.json")
    assert "\n    decision: expected implicitDeny, got allowed\n" \
           "        within account" in run.out
    assert '\n        Allow "Reads" of the identity policy "identity[0]" (allowed.json:1:' in run.out
    write(tmp_path / "denied.json", case(policies={"identity": [allow], "boundary": []}))
    run = polcheck("test", "denied.json", "--format", "tap")
    assert "# decision: expected allowed, got implicitDeny\n#   the permissions boundary does not allow it\n" in run.out


def test_the_trust_policy_is_called_so(polcheck, tmp_path):
    request = {"principal": ALICE, "action": "sts:AssumeRole", "resource": ROLE}
    write(tmp_path / "c.json", case(request=request, policies={"identity": [], "resource": []}))
    assert "the role's trust policy does not allow it" in polcheck("eval", "--case", "c.json").out


@pytest.mark.parametrize("value, what", [({}, "an object"), ([["x"]], "an array"), ([None], "null")])
def test_a_context_value_of_wrong_type(polcheck, tmp_path, value, what):
    wrong = {**case()["request"], "context": {"a:b": value}}
    write(tmp_path / "c.json", case(request=wrong))
    assert f'a value of the context key "a:b" is {what} [POL0805]' in polcheck("test", "c.json").out


@pytest.mark.parametrize("text", ["", "\n \r\n\t\n"])
def test_lines_without_a_case(polcheck, tmp_path, text):
    write(tmp_path / "empty.ndjson", text)
    write(tmp_path / "good.json", case())
    run = polcheck("test", "good.json", "empty.ndjson")
    assert run.status == 2
    assert run.err == "empty.ndjson:1:1: error: the file holds no case [POL0800]\n"
    assert run.out.startswith("1 case in 1 file: 1 passed, 0 failed, 1 file not readable (")


def test_lines_of_which_one_is_no_case(polcheck, tmp_path):
    write(tmp_path / "c.ndjson", json.dumps(case()) + "\n{bad\n")
    run = polcheck("test", "c.ndjson")
    assert run.status == 2 and run.err.startswith("c.ndjson:2:2: error: ")
    assert run.out.startswith("1 case in 1 file: 1 passed, 0 failed, 1 file not readable (")


@pytest.mark.parametrize("lines, said", [(1, "1 of 1 request could"), (3, "3 of 3 requests could")])
def test_number_of_requests_without_answer(polcheck, tmp_path, lines, said):
    write(tmp_path / "m.json", {"polcheck": 1})
    assert polcheck("compile", "m.json", "-o", "store").status == 0
    run = polcheck("eval", "-s", "store", "--batch", input="rubbish\n" * lines)
    assert run.status == 2
    assert f"error: {said} not be answered" in run.err


def test_help_of_nothing_says_where_to_look(polcheck):
    assert "hint: polcheck help lists the subcommands, polcheck help codes the codes" in polcheck(
        "help", "POL9999").err
    assert 'hint: did you mean "polcheck help eval"?' in polcheck("help", "evl").err
    for topic in ["501", "0501", "POL501", "pol501"]:
        assert 'hint: did you mean "polcheck help POL0501"?' in polcheck("help", topic).err
    for topic in ["777", "POL", "POL05010"]:
        assert "hint: polcheck help lists" in polcheck("help", topic).err


def test_help_of_an_unknown_operator_lists_all(polcheck, top):
    said = set(re.findall(r"\w+", polcheck("help", "POL0501").out))
    rows = (top / "src" / "ops" / "operator.c").read_text(encoding="utf-8")
    names = set(re.findall(r'\.(?:name|negated) = "(\w+)"', rows))
    assert len(names) == 27 and names - said == set()
    assert {"ForAllValues", "ForAnyValue", "IfExists"} <= said


def statement(**changes):
    return {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", **changes}]}


@pytest.mark.parametrize("changes, code, hint", [
    ({"Condition": {"StringEqual": {"a:b": "c"}}}, "POL0501", "did you mean StringEquals?"),
    ({"Condition": {"ForAllValue:StringEquals": {"a:b": "c"}}}, "POL0501", "ForAllValues: or ForAnyValue:"),
    ({"Condition": {"Contains": {"a:b": "c"}}}, "POL0501", "polcheck help POL0501"),
    ({"Condition": {"aws:SourceIp": {"IpAddress": "203.0.113.7"}}}, "POL0504", "the operator stands outside"),
    ({"Condition": {"StringEquals": {"username": "x"}}}, "POL0504", '"aws:username"'),
    ({"Condition": {"ForAnyValue:StringEquals": {"username": "x"}}}, "POL0504", '"aws:username"'),
    ({"Resource": "bucket/*"}, "POL0403", '"arn:aws:s3:::bucket/*"'),
    ({"Principal": {"Service": "s3"}}, "POL0407", '"s3.amazonaws.com"'),
    ({"Principal": {"AWS": "11112222333"}}, "POL0407", "12 digits"),
    ({"Principal": {"AWS": "arn:aws:iam::111122223333:group/g"}}, "POL0407", "groups are no principals"),
    ({"Principal": {"Federated": "*.example"}}, "POL0408", "name it whole"),
    ({"Principal": {"AWS": "arn:aws:iam::111122223333:role/*"}}, "POL0408", "aws:PrincipalArn"),
])
def test_what_to_do_about_a_statement(polcheck, tmp_path, changes, code, hint):
    write(tmp_path / "p.json", statement(**changes))
    run = polcheck("dump", "p.json")
    assert run.status == 2 and f"[{code}]\n  hint: " in run.err and hint in run.err.split("hint: ")[1], run


def test_a_value_that_matches_nothing(polcheck, tmp_path):
    write(tmp_path / "p.json", statement(Condition={"ArnLike": {"aws:SourceArn": "*"}}))
    assert 'the value "*" of ArnLike is no ARN of six fields and matches nothing [POL0512]' in polcheck(
        "dump", "p.json").err


def test_a_folder_that_is_no_store(polcheck, tmp_path):
    write(tmp_path / "file", "x")
    run = polcheck("eval", "-s", "file", "-p", "*", "-a", "s3:GetObject", "-r", "*")
    assert run.status == 2 and "[POL0905]\n  hint: name a store that polcheck compile made" in run.err


def test_explanations_are_not_hyphenated(top):
    text = (top / "src" / "base" / "include" / "base" / "diag.def").read_text(encoding="utf-8")
    assert not re.search(r'\w- "\s*\n', text)


def test_help_names_every_member_of_a_manifest(polcheck, top):
    said = polcheck("help", "compile").out
    known = set()
    for source in ["manifest.c", "manifest_functions.c", "organization.c", "pieces.c"]:
        text = (top / "src" / "account" / source).read_text(encoding="utf-8")
        for names in re.findall(r"names\[\] = \{(.*?)NULL\}", text, re.DOTALL):
            known |= set(re.findall(r'"(\w+)"', names))
    assert {"polcheck", "groups", "policies", "management", "document"} <= known
    assert [name for name in sorted(known) if f'"{name}"' not in said] == []
