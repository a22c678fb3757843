# SPDX-License-Identifier: Apache-2.0
"""`polcheck simulate`: what `aws iam simulate-custom-policy` is asked and answers.

Positions and forms are those of AWS's own examples: the CLI's reference of simulate-custom-policy (DATE) and the
API's of SimulatePrincipalPolicy (MULTILINE, CROSS).
"""

import json

import pytest

DATE = ('{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",'
        '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}')
MULTILINE = """{
  "Version":"2012-10-17",
  "Statement":{
    "Effect":"Allow",
    "Action":"s3:PutObject",
    "Resource":"arn:aws:s3:::my-test-bucket"
  }
}"""
USER = "arn:aws:iam::444455556666:user/arnav"


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":"))


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def entry(name, *values, kind="string"):
    return {"ContextKeyName": name, "ContextKeyValues": list(values), "ContextKeyType": kind}


@pytest.fixture
def simulate(polcheck):
    """Gives the results of a simulation, by action."""

    def ask(policies, actions, *options, **more):
        asked = {"PolicyInputList": policies, "ActionNames": actions, **more}
        run = polcheck("simulate", "-", *options, input=json.dumps(asked))
        assert run.status == 0, run
        assert run.err == ""
        answer = run.json()
        assert answer.pop("IsTruncated") is False
        [(name, results)] = answer.items()
        assert name == "EvaluationResults" and [result["EvalActionName"] for result in results] == actions
        return results

    return ask


def test_example_of_the_cli(simulate):
    [allowed] = simulate([DATE], ["dynamodb:CreateBackup"],
                         ContextEntries=[entry("aws:CurrentTime", "2019-04-25T11:00:00Z", kind="date")])
    assert allowed == {
        "EvalActionName": "dynamodb:CreateBackup", "EvalResourceName": "*", "EvalDecision": "allowed",
        "MatchedStatements": [{"SourcePolicyId": "PolicyInputList.1", "SourcePolicyType": "IAM Policy",
                               "StartPosition": {"Line": 1, "Column": 38}, "EndPosition": {"Line": 1, "Column": 167}}],
        "MissingContextValues": []}
    [refused] = simulate([DATE], ["dynamodb:CreateBackup"],
                         ContextEntries=[entry("aws:CurrentTime", "2014-04-25T11:00:00Z", kind="date")])
    assert (refused["EvalDecision"], refused["MatchedStatements"]) == ("implicitDeny", [])


@pytest.mark.parametrize("key, past, future", [("aws:CurrentTime", "2001-01-01T00:00:00Z", "2901-01-01T00:00:00Z"),
                                              ("aws:EpochTime", "100", "29380000000")])
def test_the_time_is_that_of_the_clock(simulate, key, past, future):
    """A permission whose time is over, or is still to come, allows nothing."""
    def decision(operator, time, *options):
        return simulate([policy(allow("s3:ListAllMyBuckets", Condition={operator: {key: time}}))], ["s3:ListAllMyBuckets"], *options)[0]["EvalDecision"]

    assert (decision("DateLessThan", past), decision("DateLessThan", future)) == ("implicitDeny", "allowed")
    assert (decision("DateGreaterThan", past), decision("DateGreaterThan", future)) == ("allowed", "implicitDeny")
    assert decision("DateLessThan", past, "--now", "50") == "allowed"


def test_position_over_lines(simulate):
    [result] = simulate([MULTILINE], ["s3:PutObject"], ResourceArns=["arn:aws:s3:::my-test-bucket"])
    [match] = result["MatchedStatements"]
    assert match["StartPosition"] == {"Line": 3, "Column": 16}
    assert match["EndPosition"] == {"Line": 7, "Column": 4}


def test_positions_in_an_array(simulate):
    """The first starts behind the bracket, the next where the one before ends."""
    text = policy(allow("s3:GetObject"), allow("s3:PutObject"))
    assert text.index("[") == 36
    first, second = (result["MatchedStatements"][0] for result in simulate([text], ["s3:GetObject", "s3:PutObject"]))
    assert first["StartPosition"]["Column"] == 38
    assert first["EndPosition"]["Column"] == text.index("},{") + 2
    assert second["StartPosition"] == first["EndPosition"]
    assert second["EndPosition"]["Column"] == text.index("}]") + 2


def test_position_counts_characters_and_lines(simulate):
    text = "\n\n\t" + json.dumps({"Statement": [allow("s3:A", "arn:aws:s3:::é/*"), allow("s3:B")]}, ensure_ascii=False)
    [result] = simulate([text], ["s3:B"])
    [match] = result["MatchedStatements"]
    assert match["StartPosition"] == {"Line": 3, "Column": text.index("}, {") + 2 - 2}
    assert match["EndPosition"] == {"Line": 3, "Column": text.index("}]") + 2 - 2}


def test_one_resource(simulate):
    bucket = "arn:aws:s3:::photos/cat.jpg"
    [result] = simulate([policy(allow("s3:GetObject", "arn:aws:s3:::photos/*"))], ["s3:GetObject"], ResourceArns=[bucket])
    [below] = result.pop("ResourceSpecificResults")
    assert result["EvalResourceName"] == below["EvalResourceName"] == bucket
    assert result["EvalDecision"] == below["EvalResourceDecision"] == "allowed"
    assert result["MatchedStatements"] == below["MatchedStatements"] != []
    assert result["EvalDecisionDetails"] == {}
    assert "PermissionsBoundaryDecisionDetail" not in result and "EvalDecisionDetails" not in below


def test_several_resources(simulate):
    """The result of the action never reads better than the worst of its resources."""
    policies = [policy(allow("s3:*", "arn:aws:s3:::a/*"), deny("s3:PutObject", "arn:aws:s3:::b/*"))]
    arns = ["arn:aws:s3:::a/1", "arn:aws:s3:::b/1"]
    read, write = simulate(policies, ["s3:GetObject", "s3:PutObject"], ResourceArns=arns)
    assert [row["EvalResourceName"] for row in read["ResourceSpecificResults"]] == arns
    assert [row["EvalResourceDecision"] for row in read["ResourceSpecificResults"]] == ["allowed", "implicitDeny"]
    assert [row["EvalResourceDecision"] for row in write["ResourceSpecificResults"]] == ["allowed", "explicitDeny"]
    assert (read["EvalDecision"], write["EvalDecision"]) == ("implicitDeny", "explicitDeny")
    assert read["EvalResourceName"] == "*" and read["MatchedStatements"] == []
    [both] = simulate(policies, ["s3:GetObject"], ResourceArns=["arn:aws:s3:::a/1", "arn:aws:s3:::a/2"])
    assert both["EvalDecision"] == "allowed"


def test_a_deny_alone_is_told(simulate):
    policies = [policy(allow("s3:*")), policy(allow("s3:*"), deny("s3:Put*"))]
    [result] = simulate(policies, ["s3:PutObject"])
    assert result["EvalDecision"] == "explicitDeny"
    assert [match["SourcePolicyId"] for match in result["MatchedStatements"]] == ["PolicyInputList.2"]


def test_missing_context_values(simulate):
    text = policy(allow("s3:GetObject", Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}}))
    [star] = simulate([text], ["s3:GetObject"])
    assert star["EvalDecision"] == "implicitDeny"
    assert star["MissingContextValues"] == ["aws:SourceVpce"]
    [named] = simulate([text], ["s3:GetObject"], ResourceArns=["arn:aws:s3:::a/1"])
    assert named["MissingContextValues"] == []
    assert named["ResourceSpecificResults"][0]["MissingContextValues"] == ["aws:SourceVpce"]
    [given] = simulate([text], ["s3:GetObject"], ContextEntries=[entry("AWS:SourceVPCE", "vpce-1")])
    assert (given["EvalDecision"], given["MissingContextValues"]) == ("allowed", [])


def test_cross_account(simulate):
    """AWS's example: the bucket's policy allows it, the user's and the boundary do not."""
    bucket = {"Effect": "Allow", "Principal": {"AWS": USER}, "Action": ["s3:List*", "s3:Put*"],
              "Resource": "arn:aws:s3:::mary/*"}
    [result] = simulate([policy(allow("iam:*"))], ["s3:PutObject"], ResourceArns=["arn:aws:s3:::mary/Test"],
                        ResourceOwner="arn:aws:iam::123456789012:root", CallerArn=USER,
                        PermissionsBoundaryPolicyInputList=[policy(allow("iam:*"))], ResourcePolicy=policy(bucket))
    details = {"IAM Policy": "implicitDeny", "Resource Policy": "allowed", "Permissions Boundary Policy": "implicitDeny"}
    assert result["EvalDecision"] == "implicitDeny"
    assert result["EvalDecisionDetails"] == details
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    assert result["MatchedStatements"] == []
    [below] = result["ResourceSpecificResults"]
    assert below["EvalDecisionDetails"] == details
    [match] = below["MatchedStatements"]
    assert (match["SourcePolicyId"], match["SourcePolicyType"]) == ("ResourcePolicy", "Resource Policy")


def test_same_account_resource_policy_suffices(simulate):
    bucket = {"Effect": "Allow", "Principal": {"AWS": USER}, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/*"}
    [result] = simulate([policy(allow("iam:*"))], ["s3:PutObject"], ResourceArns=["arn:aws:s3:::b/1"], CallerArn=USER,
                        ResourcePolicy=policy(bucket))
    assert result["EvalDecision"] == "allowed"
    assert [match["SourcePolicyType"] for match in result["MatchedStatements"]] == ["Resource Policy"]


def test_trust_and_key_policies(simulate):
    """What the resource's policy is depends on the action."""
    role = "arn:aws:iam::444455556666:role/r"
    trust = {"Effect": "Allow", "Principal": {"AWS": USER}, "Action": "sts:AssumeRole"}
    [result] = simulate([policy(allow("sts:*"))], ["sts:AssumeRole"], ResourceArns=[role], CallerArn=USER,
                        ResourcePolicy=policy(trust))
    assert result["EvalDecision"] == "allowed"
    key = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    [result] = simulate([policy(allow("kms:*"))], ["kms:Decrypt"], ResourceArns=[key], CallerArn=USER,
                        ResourcePolicy=policy({**trust, "Principal": {"AWS": "444455556666"}, "Action": "kms:*",
                                               "Resource": "*"}))
    assert result["EvalDecision"] == "allowed"


def test_boundary(simulate):
    [result] = simulate([policy(allow("s3:*"))], ["s3:GetObject"],
                        PermissionsBoundaryPolicyInputList=[policy(allow("logs:*"))])
    assert result["EvalDecision"] == "implicitDeny"
    assert result["PermissionsBoundaryDecisionDetail"] == {"AllowedByPermissionsBoundary": False}
    [result] = simulate([policy(allow("s3:*"))], ["s3:GetObject"],
                        PermissionsBoundaryPolicyInputList=[policy(allow("s3:*"), deny("s3:Get*"))])
    assert result["EvalDecision"] == "explicitDeny"
    assert [match["SourcePolicyId"] for match in result["MatchedStatements"]] == ["PermissionsBoundaryPolicyInputList.1"]


@pytest.mark.parametrize("key", ["aws:username", "aws:PrincipalArn", "aws:userid", "aws:PrincipalAccount", "aws:PrincipalType"])
def test_nothing_is_known_of_a_caller_who_is_not_named(simulate, key):
    text = policy(allow("s3:GetObject", Condition={"StringLike": {key: "*"}}))
    [result] = simulate([text], ["s3:GetObject"])
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("implicitDeny", [key])


def test_a_caller_of_the_context(simulate):
    text = policy(allow("s3:GetObject", "arn:aws:s3:::home/${aws:username}/*"))
    arns = ["arn:aws:s3:::home/ana/x"]
    [result] = simulate([text], ["s3:GetObject"], ResourceArns=arns, ContextEntries=[entry("aws:username", "ana")])
    assert result["EvalDecision"] == "allowed"
    role = "arn:aws:iam::444455556666:role/r"
    [result] = simulate([policy(allow("s3:GetObject", Condition={"ArnEquals": {"aws:PrincipalArn": role}}))],
                        ["s3:GetObject"], ContextEntries=[entry("aws:PrincipalArn", role)])
    assert result["EvalDecision"] == "allowed"


def test_lists(simulate):
    text = policy(allow("ec2:CreateTags", Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}))
    for values, decision in ((["a", "b"], "allowed"), (["a", "c"], "implicitDeny")):
        [result] = simulate([text], ["ec2:CreateTags"], ContextEntries=[entry("aws:TagKeys", *values, kind="stringList")])
        assert result["EvalDecision"] == decision


def test_pages(polcheck):
    asked = {"PolicyInputList": [], "ActionNames": ["s3:A", "s3:B", "s3:C"], "MaxItems": 2}
    first = polcheck("simulate", input=json.dumps(asked)).json()
    assert [row["EvalActionName"] for row in first["EvaluationResults"]] == ["s3:A", "s3:B"]
    assert {row["EvalDecision"] for row in first["EvaluationResults"]} == {"implicitDeny"}
    assert first["IsTruncated"] is True
    last = polcheck("simulate", input=json.dumps({**asked, "Marker": first["Marker"]})).json()
    assert [row["EvalActionName"] for row in last["EvaluationResults"]] == ["s3:C"]
    assert last["IsTruncated"] is False and "Marker" not in last


def test_ways_to_give_the_input(polcheck, tmp_path):
    text = json.dumps({"PolicyInputList": [policy(allow("s3:*"))], "ActionNames": ["s3:A"]})
    (tmp_path / "input.json").write_text(text)
    answers = [polcheck("simulate", *how, input=text).out for how in
               ([], ["-"], ["input.json"], ["--cli-input-json", text], ["--cli-input-json", "file://input.json"])]
    assert "allowed" in answers[0] and len(set(answers)) == 1
    assert polcheck("simulate", "input.json", "--cli-input-json", text).status == 2


def test_skeleton(polcheck):
    """Members of the AWS CLI's skeleton that were not filled in do not stand in the way."""
    asked = {"PolicyInputList": [policy(allow("s3:*"))], "PermissionsBoundaryPolicyInputList": [policy(allow("s3:*"))],
             "ActionNames": ["s3:A"], "ResourceArns": [], "ResourcePolicy": "", "ResourceOwner": "", "CallerArn": "",
             "ContextEntries": [], "ResourceHandlingOption": "", "MaxItems": 0, "Marker": ""}
    assert polcheck("simulate", input=json.dumps(asked)).json()["EvaluationResults"][0]["EvalDecision"] == "allowed"


def broken(**more):
    return {"PolicyInputList": [policy(allow("s3:*"))], "ActionNames": ["s3:A"], **more}


@pytest.mark.parametrize("asked, said", [
    ([], "not an object"),
    ({"ActionNames": ["s3:A"]}, "PolicyInputList is missing"),
    ({"PolicyInputList": []}, "ActionNames is missing"),
    (broken(ActionNames=[]), "ActionNames is missing or empty"),
    (broken(ActionNames="s3:A"), "not an array"),
    (broken(ActionNames=["s3:*"]), "pattern"),
    (broken(ActionNames=["s3"]), "POL08"),
    (broken(ActionName=["s3:A"]), 'did you mean "ActionNames"?'),
    (broken(PolicyInputList=[""]), "empty"),
    (broken(PolicyInputList=[{}]), "not a string"),
    (broken(PolicyInputList=['{"Version": ']), "POL0100"),
    (broken(PolicyInputList=[policy({**allow("s3:*"), "Condition": {"StringEqual": {"a:b": "c"}}})]), "POL05"),
    (broken(ResourceArns=["nonsense"]), "POL08"),
    (broken(ResourcePolicy=policy({**allow("s3:*"), "Principal": "*"})), "POL1361"),
    (broken(ResourceHandlingOption="EC2-VPC-EBS"), "POL1362"),
    (broken(CallerArn="ana"), "POL08"),
    (broken(ResourceOwner="ana", CallerArn=USER, ResourceArns=["arn:aws:s3:::a"]), "POL08"),
    (broken(MaxItems=1001), "MaxItems"),
    (broken(MaxItems=-1), "MaxItems"),
    (broken(Marker="x"), "Marker"),
    (broken(Marker="1"), "Marker"),
    (broken(ContextEntries=[{"ContextKeyName": "a:b"}]), "ContextKeyValues"),
    (broken(ContextEntries=[{**entry("a:b", "c"), "Type": "x"}]), "no more"),
    (broken(ContextEntries=[entry("a:b", "c", kind="strings")]), 'did you mean "string"?'),
    (broken(ContextEntries=[entry("a:b", "c", "d")]), "List"),
    (broken(ContextEntries=[entry("a:b", 1)]), "not a string"),
    (broken(ContextEntries=[entry("a:b", "c"), entry("A:B", "c")]), "POL08"),
    (broken(CallerArn=USER, ContextEntries=[entry("aws:username", "ana")]), "POL08"),
])
def test_refused(polcheck, asked, said):
    run = polcheck("simulate", input=json.dumps(asked, indent=1))
    assert run.status == 2 and run.out == ""
    assert said in run.err and "<stdin>:" in run.err


def test_place_inside_a_policy(polcheck):
    """An error in a policy is told at its character in the input."""
    text = json.dumps(broken(PolicyInputList=['{"Statement": [{"Effect": "Maybe"}]}']))
    run = polcheck("simulate", input=text)
    assert run.status == 2
    assert f"<stdin>:1:{text.index('Maybe') - 1}: error" in run.err
