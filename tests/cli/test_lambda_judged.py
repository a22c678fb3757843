# SPDX-License-Identifier: Apache-2.0
"""polcheck lambda check: what every call bears counts, and what cannot be judged is not told to be ok (LAMBDA.md 8)."""

import json

import integrations
import pytest
from integrations import A, FOREIGN

QUEUE = f"arn:aws:sqs:eu-west-1:{A}:uploads"


# What every call bears -------------------------------------------------------------------------------


def with_scp(condition):
    manifest = integrations.golden("sqs", "works-scp")
    deny = {"Sid": "Guard", "Effect": "Deny", "NotAction": "iam:*", "Resource": "*", "Condition": condition}
    integrations.levels_of(manifest["organization"], A)[0]["scp"][0]["Statement"].append(deny)
    return manifest


# SEMANTICS.md, table of global keys: aws:RequestedRegion and aws:SecureTransport are always there.
@pytest.mark.parametrize(("condition", "mark"), [
    ({"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}, "works"),
    ({"StringNotEqualsIfExists": {"aws:RequestedRegion": "us-east-1"}}, "fails"),
    ({"StringLike": {"aws:RequestedRegion": "eu-*"}}, "fails"),
    ({"Null": {"aws:RequestedRegion": "true"}}, "works"),
    ({"Bool": {"aws:SecureTransport": "false"}}, "works"),
    ({"BoolIfExists": {"aws:SecureTransport": "false"}}, "works"),
    ({"Bool": {"aws:SecureTransport": "true"}}, "fails"),
])
def test_region_and_transport_of_a_call(check_integration, condition, mark):
    assert check_integration(with_scp(condition), "sqs")["mark"] == mark


def test_region_is_that_of_the_resource(check_integration):
    manifest = integrations.golden("lambda-edge")
    deny = {"Sid": "Home", "Effect": "Deny", "Action": "logs:*", "Resource": "*",
             "Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}}
    manifest["roles"][0]["policies"][0]["Statement"].append(deny)
    found = check_integration(manifest, "lambda-edge") # logs of viewers elsewhere are denied
    assert found["mark"] == "fails"
    assert all(action.startswith("logs:") for one in found["findings"] for action in one["actions"])


def test_what_a_caller_says_of_its_region_counts(check_integration):
    manifest = integrations.golden("invoke")
    (trigger,) = manifest["functions"][0]["triggers"]
    trigger["context"] = {"aws:RequestedRegion": "ap-south-1"}
    for allow in integrations.allows(manifest):
        allow["Condition"] = {"StringEquals": {"aws:RequestedRegion": "ap-south-1"}}
    assert check_integration(manifest, "invoke")["mark"] == "works"


def test_a_mend_names_neither(check_integration):
    manifest = integrations.without_any(integrations.golden("sqs"))
    assert [mend["statement"].get("Condition") for mend in check_integration(manifest, "sqs")["mends"]] == [None]


# What cannot be judged -------------------------------------------------------------------------------

KEY = f"arn:aws:kms:eu-west-1:{A}:key/11111111-2222-3333-4444-555555555555"
MINE = f"arn:aws:kms:eu-west-1:{A}:alias/mine"
PIPE = f"arn:aws:pipes:eu-west-1:{A}:pipe/orders"
VPC_CONNECTION = f"arn:aws:kafka:eu-west-1:{A}:vpc-connection/{integrations.FOREIGN}/clicks/1-2"


def trigger_of(manifest):
    return manifest["functions"][0]["triggers"][0]


def codes(integration):
    return [finding["code"] for finding in integration["findings"]]


def with_everything(manifest):
    """Its roles may do everything: what is refused or open then is so for another reason."""
    for role in manifest["roles"]:
        role["policies"] = [{"Version": integrations.VERSION, "Statement": [
            {"Sid": "All", "Effect": "Allow", "Action": "*", "Resource": "*"}]}]
    return manifest


@pytest.mark.parametrize(("group", "code"), [("/aws/lambda/thumbs", "POL1180"), ("/team/images", "POL1129")])
def test_the_default_log_group_is_told_too(check_integration, group, code): # LAMBDA.md 8.3, L29
    manifest = integrations.golden("logs")
    manifest["functions"][0]["attachments"] = [{"kind": "logs", "group": group}]
    (create, write) = manifest["roles"][0]["policies"][0]["Statement"]
    write["Action"].append(create["Action"])
    write["Resource"] = f"arn:aws:logs:eu-west-1:{A}:log-group:/aws/lambda/thumbs:*"
    manifest["roles"][0]["policies"][0]["Statement"] = [write]
    assert set(codes(check_integration(manifest, "logs"))) == {code}


@pytest.mark.parametrize(("regions", "code"), [(["us-east-1"], ["POL1174"]), (["us-east-1", "eu-west-1"], [])])
def test_a_source_of_several_that_never_calls(tmp_path, regions, code): # LAMBDA.md 8.3, L15
    manifest = integrations.golden("api-gateway-rest")
    del manifest["functions"][0]["triggers"]
    (statement,) = manifest["functions"][0]["policy"]["Statement"]
    statement["Condition"] = {"ArnLike": {"AWS:SourceArn": [
        f"arn:aws:execute-api:{region}:{A}:a1b2c3d4e5/prod/GET/items" for region in regions]}}
    (result,) = integrations.Checker(tmp_path).check([manifest])
    assert [danger["code"] for danger in result["dangers"] if danger["code"] == "POL1174"] == code


@pytest.mark.parametrize("operation", ["Encrypt", "Decrypt"])
@pytest.mark.parametrize("key", [KEY, KEY.replace("11111111", "99999999")])
def test_a_grant_counts_for_its_key_and_operations(check_integration, key, operation): # LAMBDA.md 6
    manifest = integrations.golden("logs")
    manifest["functions"][0].update({"kmsKey": KEY, "attachments": [
        {"kind": "grant", "source": key, "operation": [operation]}]})
    mark = "works" if key == KEY and operation == "Decrypt" else "warns"
    assert check_integration(manifest, "environment-key")["mark"] == mark


# A key's policy has to allow or to delegate (LAMBDA.md 6): what is allowed on an alias says nothing.
def test_the_alias_of_a_key_is_no_key(check_integration):
    manifest = with_everything(integrations.golden("sqs"))
    trigger_of(manifest)["kms-key"] = MINE
    found = check_integration(manifest, "sqs")
    assert found["mark"] == "warns" and "POL1181" in codes(found)
    manifest = with_everything(integrations.golden("logs"))
    manifest["functions"][0]["kmsKey"] = MINE
    found = check_integration(manifest, "environment-key")
    assert (found["mark"], codes(found)) == ("warns", ["POL1181"])


@pytest.mark.parametrize("alias", ["alias/aws/sqs", "arn:aws:kms:eu-west-1:{}:alias/aws/sqs"])
def test_the_key_of_a_service_is_not_shared_with_other_accounts(check_integration, alias): # LAMBDA.md 8.3, L33
    manifest = integrations.golden("sqs")
    trigger_of(manifest)["kms-key"] = alias.format(A)
    assert check_integration(manifest, "sqs")["mark"] == "works"
    manifest = integrations.golden("sqs", "works-foreign")
    trigger_of(manifest)["kms-key"] = alias.format(integrations.FOREIGN)
    found = check_integration(manifest, "sqs")
    assert (found["mark"], codes(found)) == ("fails", ["POL1132"])


DEAD_LETTERS = {"scheduler": f"arn:aws:iam::{A}:role/nightly-role", "eventbridge-rule": "events.amazonaws.com"}


def with_dead_letter(kind, account, key):
    """Its dead-letter queue is of that account, and AWS's own or another key known by an alias encrypts it."""
    manifest = with_everything(integrations.golden(kind, "works-dead-letter-key"))
    queue = f"arn:aws:sqs:eu-west-1:{account}:lost-events"
    trigger_of(manifest)["dead-letter"] = queue
    caller = DEAD_LETTERS[kind]
    manifest["resources"] = [{"arn": queue, "kmsKey": f"arn:aws:kms:eu-west-1:{account}:{key}", "policy": {
        "Version": integrations.VERSION, "Statement": [
            {"Sid": "Keep", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": queue,
             "Principal": {"AWS" if caller.startswith("arn:") else "Service": caller}}]}}]
    return manifest


def dumped(manifest):
    """The manifest without the keys of its queues, and what aws sqs get-queue-attributes prints of each."""
    queues = []
    for resource in manifest["resources"]:
        key = resource.pop("kmsKey").split(":")[-1]
        queues.append({"Attributes": {"QueueArn": resource["arn"], "KmsMasterKeyId": key,
                                      "Policy": json.dumps(resource.pop("policy"))}})
    manifest["resources"] = []
    return queues


# LAMBDA.md 8.3, L33: the key is of the queue's account, and neither of the rule's nor of the schedule's.
@pytest.mark.parametrize("kind", ["scheduler", "eventbridge-rule"])
@pytest.mark.parametrize("account", [A, FOREIGN])
@pytest.mark.parametrize("key", ["alias/aws/sqs", "alias/mine"])
def test_the_key_of_a_dead_letter_queue_is_its_accounts(polcheck, tmp_path, kind, account, key):
    manifest = with_dead_letter(kind, account, key)
    for name, dump in zip(("queue.json", "manifest.json"), [*dumped(manifest), manifest]):
        (tmp_path / name).write_text(json.dumps(dump), encoding="utf-8")
    run = polcheck("compile", tmp_path / "manifest.json", tmp_path / "queue.json", "-o", tmp_path / "store")
    assert run.status == 0, run
    run = polcheck("lambda", "check", "-s", tmp_path / "store", "--json")
    (found,) = [each for each in run.lines()[0]["integrations"] if each["kind"] == kind]
    if key == "alias/mine":
        assert (found["mark"], codes(found)) == ("warns", ["POL1181"])
        assert f"arn:aws:sqs:eu-west-1:{account}:lost-events" in found["findings"][0]["message"]
    elif kind == "scheduler" and account == A:
        assert (found["mark"], codes(found)) == ("works", [])
    else:
        assert (found["mark"], codes(found)) == ("fails", ["POL1134"])
        assert f"AWS's own of account {account}" in found["findings"][0]["message"]


def test_the_key_of_a_secret_is_its_accounts(check_integration): # L33
    for account, mark in ((A, "works"), (FOREIGN, "fails")):
        manifest = with_everything(integrations.golden("kafka"))
        secret = f"arn:aws:secretsmanager:eu-west-1:{account}:secret:db-AbCdEf"
        trigger_of(manifest).update({"secret": [secret], "kms-key": "alias/aws/secretsmanager"})
        manifest["resources"] = [{"arn": secret, "policy": {"Version": integrations.VERSION, "Statement": [
            {"Sid": "Read", "Effect": "Allow", "Principal": {"AWS": manifest["functions"][0]["role"]},
             "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}}]
        found = check_integration(manifest, "kafka")
        assert (found["mark"], codes(found)) == (mark, [] if mark == "works" else ["POL1132"])


def test_an_action_is_told_once_for_all_secrets(check_integration):
    manifest = with_everything(integrations.golden("kafka", "works-cmk-of-each-secret"))
    deny = {"Sid": "NoKey", "Effect": "Deny", "Action": "kms:*", "Resource": "*"}
    keys = [one for one in manifest["resources"] if ":kms:" in one["arn"]]
    for secret in manifest["resources"]:
        secret.update({"kmsKey": keys[0]["arn"]} if "kmsKey" in secret else {})
    for role in manifest["roles"]:
        role["policies"][0]["Statement"].append(deny)
    assert len(trigger_of(manifest)["secret"]) > 1
    (finding,) = check_integration(manifest, "kafka")["findings"]
    assert finding["actions"] == ["kms:Decrypt"]


# LAMBDA.md 6: a bucket with an S3 Bucket Key sends its own ARN, another one that of the object, and nobody tells which.
@pytest.mark.parametrize(("kind", "bucket", "action"), [
    ("destination-s3", f"arn:aws:s3:::failed-{A}", "kms:GenerateDataKey"),
    ("s3-batch", f"arn:aws:s3:::jobs-{A}", "kms:Decrypt"),
])
@pytest.mark.parametrize(("effect", "operator", "values", "mark"), [
    ("Allow", "StringLike", ["", "/*"], "works"),
    ("Allow", "StringLike", [""], "warns"),
    ("Allow", "StringLike", ["/*"], "warns"),
    ("Allow", "StringLike", ["-other", "-other/*"], "fails"),
    ("Deny", "StringNotLike", ["", "/*"], "works"),
    ("Deny", "StringNotLike", [""], "warns"),
    ("Deny", "StringNotLike", ["/*"], "warns"),
    ("Deny", "StringLike", ["", "/*"], "fails"),
])
def test_the_encryption_context_of_a_bucket(check_integration, kind, bucket, action, effect, operator, values, mark):
    manifest = integrations.golden(kind, "works-cmk")
    (statement,) = [one for one in integrations.allows(manifest)
                    if integrations.listed(one["Action"])[0] == action and "Principal" not in one]
    condition = {operator: {"kms:EncryptionContext:aws:s3:arn": [bucket + value for value in values]}}
    if effect == "Allow":
        statement["Condition"] = condition
    else:
        del statement["Condition"]
        (holder,) = [role["policies"][0]["Statement"] for role in manifest["roles"]
                     if any(statement in policy["Statement"] for policy in role.get("policies", []))]
        holder.append({"Sid": "Guard", "Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": condition})
    found = check_integration(manifest, kind)
    assert found["mark"] == mark
    if mark == "warns":
        assert set(codes(found)) == {"POL1181"} and found["mends"] == []
        assert "S3 Bucket Key" in found["findings"][0]["hint"]
    for mend in found["mends"]:
        assert "aws:s3:arn" not in json.dumps(mend)


UNTOLD = [
    ("url", {"auth-type": "AWS_IAM"}),
    ("pipes", {"source": PIPE, "role": f"arn:aws:iam::{A}:role/thumbs-role"}),
    ("msk", {"source": f"arn:aws:kafka:eu-west-1:{A}:cluster/clicks/1-2", "iam": True}),
    ("msk", {"source": VPC_CONNECTION, "iam": True, "topic": "clicks"}),
]


@pytest.mark.parametrize(("kind", "facts"), UNTOLD)
def test_what_was_not_asked_is_told(check_integration, kind, facts): # LAMBDA.md 8.2
    manifest = with_everything(integrations.golden("sqs"))
    manifest["functions"][0]["triggers"] = [{"kind": kind, **facts}]
    manifest["roles"][0]["trust"] = {"Version": integrations.VERSION, "Statement": [
        {"Sid": "Trust", "Effect": "Allow", "Action": "sts:AssumeRole",
         "Principal": {"Service": ["lambda.amazonaws.com", "pipes.amazonaws.com"]}}]}
    found = check_integration(manifest, kind)
    assert (found["mark"], codes(found)) == ("warns", ["POL1181"])


def test_who_calls_a_url_behind_cloudfront_is_known(check_integration):
    manifest = integrations.golden("cloudfront")
    manifest["functions"][0]["triggers"].append({"kind": "url", "auth-type": "AWS_IAM"})
    assert check_integration(manifest, "url")["findings"] == []


def test_the_key_of_a_foreign_secret(check_integration): # LAMBDA.md 1.7: kms:Decrypt for a customer's key
    secret = f"arn:aws:secretsmanager:eu-west-1:{integrations.FOREIGN}:secret:db-AbCdEf"
    manifest = with_everything(integrations.golden("sqs"))
    manifest["functions"][0]["attachments"] = [{"kind": "secret", "source": secret}]
    manifest["resources"] = [{"arn": secret, "policy": {"Version": integrations.VERSION, "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{A}:role/thumbs-role"},
         "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]}}]
    found = check_integration(manifest, "secret")
    assert (found["mark"], codes(found)) == ("warns", ["POL1181"])


def test_a_topic_without_its_cluster_is_told(check_integration): # LAMBDA.md 1.5
    manifest = with_everything(integrations.golden("destination-kafka"))
    (target,) = manifest["functions"][0]["destinations"].values()
    del target["cluster"]
    found = check_integration(manifest, "destination-kafka")
    assert (found["mark"], codes(found)) == ("warns", ["POL1181"])


@pytest.mark.parametrize(("state", "found"), [("Enabled", []), ("Disabled", ["POL1189"]), ("Disabling", ["POL1189"])])
def test_a_mapping_that_is_switched_off(check_integration, state, found): # LAMBDA.md 5.4, row 5
    manifest = integrations.golden("sqs")
    trigger_of(manifest)["state"] = state
    checked = check_integration(manifest, "sqs")
    assert (checked["mark"], codes(checked)) == ("works", found)


# LAMBDA.md 4: whether Lambda consults the function's policy for a qualified call is unverified.
@pytest.mark.parametrize("own", [False, True])
def test_a_qualified_call_that_the_function_s_policy_alone_allows(check_integration, own):
    manifest = integrations.golden("s3")
    (function,) = manifest["functions"]
    function["triggers"][0]["qualifier"] = "prod"
    (statement,) = function["policy"]["Statement"]
    statement["Resource"] = function["arn"] + ":*"
    if own:
        manifest["resources"] = [*manifest.get("resources", []), {
            "arn": function["arn"] + ":prod", "policy": {"Version": integrations.VERSION, "Statement": [
                {**statement, "Resource": function["arn"] + ":prod"}]}}]
    found = check_integration(manifest, "s3")
    assert (found["mark"], codes(found)) == (("works", []) if own else ("warns", ["POL1179"]))


# LAMBDA.md 1.0: across accounts both sides have to allow, whoever tells of the owner of a bucket.
@pytest.mark.parametrize("told", [True, False])
def test_the_owner_of_a_bucket_is_who_is_told_to_be(check_integration, told):
    manifest = integrations.golden("destination-s3", "works-foreign")
    (bucket,) = manifest["resources"]
    target = manifest["functions"][0]["destinations"]["onFailure"]
    assert target["account"] == bucket["account"] == integrations.FOREIGN
    if told:
        del bucket["policy"]
    else:
        del manifest["resources"]
    found = check_integration(manifest, "destination-s3")
    assert found["mark"] == "fails" and set(codes(found)) == {"POL1149"}
    assert {action for one in found["findings"] for action in one["actions"]} == {"s3:PutObject", "s3:ListBucket"}
    assert {(mend["type"], mend["holder"]) for mend in found["mends"]} == {("resource", bucket["arn"])}
    assert all("its policy is not known" in one.get("hint", "") for one in found["findings"]) != told


# LAMBDA.md 1.0, path E, and 3.3: what the code itself calls says from which function.
INSIDE = [
    ("secret", "works", "secretsmanager:*"),
    ("parameter", "works", "ssm:*"),
    ("secret-rotation", "works", "secretsmanager:*"),
    ("config-rule", "works", "config:*"),
    ("codepipeline", "works", "codepipeline:*"),
    ("step-functions", "works-task-token", "states:*"),
    ("s3-object-lambda", "works", "s3-object-lambda:*"),
    ("metrics", "works", "cloudwatch:*"),
    ("cognito", "works-sender", "kms:*"),
]
FROM_CODE = {"lambda:SourceFunctionArn": integrations.golden("secret")["functions"][0]["arn"]}


def with_condition(manifest, effect, action, condition):
    """A statement for the execution role; where it allows, in the place of those for the same service."""
    (role,) = [one for one in manifest["roles"] if one["arn"] == manifest["functions"][0]["role"]]
    service = action.split(":")[0] + ":"
    for policy in role["policies"] if effect == "Allow" else []:
        policy["Statement"] = [one for one in policy["Statement"]
                               if not integrations.listed(one["Action"])[0].startswith(service)]
    role["policies"] = [one for one in role["policies"] if one["Statement"]]
    role["policies"].append({"Version": integrations.VERSION, "Statement": [
        {"Sid": "Code", "Effect": effect, "Action": action, "Resource": "*", "Condition": condition}]})
    return manifest


@pytest.mark.parametrize(("kind", "name", "action"), INSIDE)
@pytest.mark.parametrize(("effect", "operator", "mark"), [
    ("Allow", "ArnEquals", "works"),
    ("Allow", "ArnNotEquals", "fails"),
    ("Deny", "ArnNotEquals", "works"),
    ("Deny", "ArnEquals", "fails"),
])
def test_what_the_code_calls_says_its_function(check_integration, kind, name, action, effect, operator, mark):
    manifest = with_condition(integrations.golden(kind, name), effect, action, {operator: FROM_CODE})
    found = check_integration(manifest, kind)
    assert found["mark"] == mark
    assert "POL1145" not in codes(found)


def test_what_lambda_does_for_the_function_says_it_not(check_integration): # path C
    manifest = with_condition(integrations.golden("sqs"), "Deny", "sqs:*", {"ArnNotEquals": FROM_CODE})
    found = check_integration(manifest, "sqs")
    assert (found["mark"], set(codes(found))) == ("fails", {"POL1145"})
    manifest = with_condition(integrations.golden("sqs"), "Allow", "sqs:*", {"ArnEquals": FROM_CODE})
    assert check_integration(manifest, "sqs")["mark"] == "fails"


def behind(kind, vpc, condition):
    """Its role is denied what does not come from a network, and the function is in that VPC ("": in one without id)."""
    service = {"secret": "secretsmanager:*", "sqs": "sqs:*"}[kind]
    manifest = with_condition(integrations.golden(kind), "Deny", service, condition)
    attached = {"kind": "vpc", "subnet": ["subnet-0a1b2c3d4e5f60718"], "vpc-id": vpc}
    manifest["functions"][0].setdefault("attachments", []).extend(
        [] if vpc is None else [{name: value for name, value in attached.items() if value}])
    return manifest


NOT_THE_VPC = {"StringNotEquals": {"aws:SourceVpc": "vpc-0123456789abcdef0"}}
NOT_THE_ADDRESS = {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}


# LAMBDA.md 8.3, L44: the code inside the VPC works, where its calls go through the VPC, which nobody tells.
@pytest.mark.parametrize(("vpc", "condition", "mark", "code"), [
    (None, NOT_THE_VPC, "fails", "POL1144"),
    (None, NOT_THE_ADDRESS, "fails", "POL1144"),
    ("vpc-0fedcba9876543210", NOT_THE_VPC, "fails", "POL1144"),
    ("vpc-0fedcba9876543210", NOT_THE_ADDRESS, "warns", "POL1181"),
    ("vpc-0123456789abcdef0", NOT_THE_VPC, "warns", "POL1181"),
    ("", NOT_THE_VPC, "warns", "POL1181"),
])
def test_a_network_that_the_code_may_call_from(check_integration, vpc, condition, mark, code):
    found = check_integration(behind("secret", vpc, condition), "secret")
    assert (found["mark"], codes(found)) == (mark, [code])
    assert "lambda:SourceFunctionArn" not in found["findings"][0]["hint"] # the code's calls have it


# What a network may spare from says nothing where another Deny hits the call from wherever it comes.
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("condition", [NOT_THE_VPC, NOT_THE_ADDRESS])
def test_a_network_and_a_deny_that_it_does_not_spare_from(check_integration, first, condition):
    manifest = behind("secret", "vpc-0123456789abcdef0", condition)
    statements = manifest["roles"][0]["policies"][-1]["Statement"]
    hard = {"Sid": "Never", "Effect": "Deny", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    statements.insert(0 if first else 1, hard)
    found = check_integration(manifest, "secret")
    assert (found["mark"], codes(found)) == ("fails", ["POL1180"])
    assert "hint" not in found["findings"][0] and '"Never"' in found["findings"][0]["reason"]


def test_an_address_and_another_vpc(check_integration):
    """The Deny of the other VPC is certain to hit, whatever address the code has."""
    manifest = behind("secret", "vpc-0fedcba9876543210", NOT_THE_ADDRESS)
    (deny,) = manifest["roles"][0]["policies"][-1]["Statement"]
    manifest["roles"][0]["policies"][-1]["Statement"].append({**deny, "Sid": "Vpc", "Condition": NOT_THE_VPC})
    found = check_integration(manifest, "secret")
    assert (found["mark"], codes(found)) == ("fails", ["POL1144"])


def test_a_network_that_lambda_itself_never_calls_from(check_integration): # L44: pollers
    found = check_integration(behind("sqs", "vpc-0123456789abcdef0", NOT_THE_VPC), "sqs")
    assert (found["mark"], set(codes(found))) == ("fails", {"POL1144"})
    assert "lambda:SourceFunctionArn" in found["findings"][0]["hint"]


def test_a_mend_for_the_code_does_not_name_its_function(check_integration):
    found = check_integration(integrations.without_any(integrations.golden("secret")), "secret")
    assert [mend["statement"].get("Condition") for mend in found["mends"]] == [None]


# LAMBDA.md 3.3: InvokeFunctionUrl bears the function, or the alias, whose URL it is.
@pytest.mark.parametrize(("kind", "name"), [("url", "works-iam"), ("cloudfront", "works")])
@pytest.mark.parametrize(("operator", "mark"), [("ArnEquals", "works"), ("ArnNotEquals", "fails")])
def test_calls_of_a_url_say_its_function(check_integration, kind, name, operator, mark):
    manifest = integrations.golden(kind, name)
    (statement,) = [one for one in integrations.allows(manifest) if one["Action"] == "lambda:InvokeFunctionUrl"]
    statement["Condition"][operator] = {"lambda:FunctionArn": statement["Resource"]}
    found = check_integration(manifest, kind)
    assert found["mark"] == mark
    assert not any("lambda:FunctionArn" in json.dumps(mend) for mend in found["mends"])


LAYERS = [f"arn:aws:lambda:eu-west-1:{A}:layer:{name}:1" for name in ("base", "tools")]


# LAMBDA.md 3.3: creating and configuring a function bears its layers and its network.
@pytest.mark.parametrize(("condition", "mark"), [
    ({"ForAllValues:StringEquals": {"lambda:Layer": LAYERS}}, "works"),
    ({"ForAllValues:StringEquals": {"lambda:Layer": LAYERS[:1]}}, "fails"),
    ({"ForAnyValue:StringEquals": {"lambda:Layer": LAYERS[1:]}}, "works"),
    ({"ForAllValues:StringEquals": {"lambda:SubnetIds": ["subnet-a", "subnet-b"]}}, "works"),
    ({"ForAllValues:StringEquals": {"lambda:SubnetIds": "subnet-a"}}, "fails"),
    ({"ForAnyValue:StringEquals": {"lambda:SecurityGroupIds": "sg-a"}}, "works"),
    ({"Null": {"lambda:SecurityGroupIds": "true"}}, "fails"),
    ({"StringEquals": {"lambda:VpcIds": "vpc-a"}}, "works"),
    ({"StringNotEquals": {"lambda:VpcIds": "vpc-a"}}, "fails"),
])
def test_who_deploys_says_layers_and_network(check_integration, condition, mark):
    manifest = integrations.golden("deployer")
    manifest["functions"][0]["attachments"] = [
        *({"kind": "layer", "source": layer} for layer in LAYERS),
        {"kind": "vpc", "subnet": ["subnet-a", "subnet-b"], "security-group": "sg-a", "vpc-id": "vpc-a"}]
    for statement in integrations.allows(manifest):
        if "lambda:CreateFunction" in integrations.listed(statement["Action"]):
            statement["Condition"] = condition
    found = check_integration(manifest, "deployer")
    assert found["mark"] == mark
    assert not any("Condition" in mend["statement"] for mend in found["mends"])


def test_who_deploys_what_has_neither_says_neither(check_integration):
    manifest = integrations.golden("deployer")
    for statement in integrations.allows(manifest):
        if "lambda:CreateFunction" in integrations.listed(statement["Action"]):
            statement["Condition"] = {"Null": {"lambda:Layer": "true", "lambda:SubnetIds": "true", "lambda:VpcIds": "true"}}
    assert check_integration(manifest, "deployer")["mark"] == "works"


SIGNING = "lambda:CodeSigningConfigArn"
CONFIG = f"arn:aws:lambda:eu-west-1:{A}:code-signing-config:csc-0a1b2c3d4e5f60718"


def signed_by(manifest, effect, condition):
    """Has the deployer create functions as the condition of its Allow says, or of a Deny beside it."""
    manifest["roles"][1]["policies"][0]["Statement"] = [
        {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"},
        {"Effect": "Allow", "Action": "lambda:UpdateFunctionConfiguration", "Resource": "*"},
        *([{"Effect": "Allow", "Action": "lambda:CreateFunction", "Resource": "*"}] if effect == "Deny" else []),
        {"Effect": effect, "Action": "lambda:CreateFunction", "Resource": "*", "Condition": condition}]


# LAMBDA.md 3.3: CreateFunction bears the config that signs the code, which nothing tells of a function.
@pytest.mark.parametrize(("effect", "condition"), [
    ("Allow", {"StringEquals": {SIGNING: CONFIG}}),
    ("Allow", {"ArnLike": {SIGNING: ["arn:aws:lambda:*:*:code-signing-config:csc-0a*"]}}),
    ("Allow", {"Null": {SIGNING: "false"}}),
    ("Deny", {"Null": {SIGNING: "true"}}),
    ("Deny", {"StringNotEquals": {SIGNING: [CONFIG]}}),
    ("Deny", {"ArnNotLike": {SIGNING: [CONFIG]}}),
])
def test_code_signing_of_who_deploys_is_not_known(check_integration, effect, condition):
    manifest = integrations.golden("deployer")
    signed_by(manifest, effect, condition)
    found = check_integration(manifest, "deployer")
    assert found["mark"] == "warns" and found["mends"] == []
    (finding,) = found["findings"]
    assert (finding["code"], finding["actions"]) == ("POL1181", ["lambda:CreateFunction"])
    assert "code signing" in finding["hint"] and "symptom" not in finding


# Whatever signs it, these do not let it be created.
@pytest.mark.parametrize(("effect", "condition"), [
    ("Allow", {"StringEquals": {SIGNING: CONFIG, "aws:RequestedRegion": "eu-west-2"}}),
    ("Allow", {"StringEquals": {SIGNING: CONFIG}, "Null": {"lambda:VpcIds": "false"}}),
    ("Deny", {"Null": {SIGNING: "true"}, "StringEquals": {"aws:RequestedRegion": "eu-west-2"}}),
    ("Deny", {"StringNotEqualsIfExists": {SIGNING: CONFIG, "aws:RequestedRegion": "eu-west-2"}}),
])
def test_code_signing_is_not_all_that_counts(check_integration, effect, condition):
    manifest = integrations.golden("deployer")
    signed_by(manifest, effect, condition)
    if effect == "Deny":
        del manifest["roles"][1]["policies"][0]["Statement"][2]
    assert check_integration(manifest, "deployer")["mark"] == "fails"


# LAMBDA.md 5.4: who made the dump could not decrypt the variables, which is not that there are none.
@pytest.mark.parametrize("names", [None, ["DB_URL"]])
def test_variables_that_nobody_could_read_are_not_known(check_integration, names):
    manifest = integrations.golden("logs")
    manifest["functions"][0]["attachments"] = [{"kind": "environment", "unread": True}]
    if names:
        manifest["functions"][0]["environment"] = names
    found = check_integration(manifest, "environment")
    assert (found["mark"], codes(found)) == (("works", []) if names else ("warns", ["POL1181"]))


def test_a_cluster_may_be_told_by_its_arn(check_integration): # as dumps of mappings tell it
    manifest = integrations.golden("destination-kafka")
    (target,) = manifest["functions"][0]["destinations"].values()
    target["cluster"] = f"arn:aws:kafka:eu-west-1:{A}:cluster/{target['cluster']}"
    assert check_integration(manifest, "destination-kafka")["mark"] == "works"
    assert check_integration(integrations.without_any(manifest), "destination-kafka")["mark"] == "warns"


# LAMBDA.md 4 and 5.4, row 3: replicas of Lambda@Edge are listed in other regions as REGION.NAME.
@pytest.mark.parametrize("name", ["us-east-1.thumbs", "us-east-1." + 64 * "x", "thumbs_2"])
def test_names_that_dumps_have(tmp_path, name):
    arn = f"arn:aws:lambda:eu-west-1:{A}:function:{name}"
    manifest = integrations.golden("sqs")
    manifest["functions"][0]["arn"] = arn
    (result,) = integrations.Checker(tmp_path).check([manifest])
    assert result["function"] == arn


# R-745 and SEMANTICS.md 9: the ids of organizations are an input; a Deny outside of one is not judged without.
@pytest.mark.parametrize("key", ["aws:PrincipalOrgID", "aws:ResourceOrgID"])
@pytest.mark.parametrize(("given", "mark", "found"), [
    ([], "fails", "POL1181"),
    (["--organization", "o-ours123456"], "works", None),
    (["--organization", "o-other12345"], "fails", "POL1135"),
])
def test_a_deny_outside_of_the_organization(polcheck, key, given, mark, found):
    manifest = integrations.golden("destination-sqs")
    (target,) = [each for each in manifest["functions"][0]["destinations"].values()]
    queue = target if isinstance(target, str) else target["target"]
    manifest["resources"] = [{"arn": queue, "policy": {"Version": integrations.VERSION, "Statement": [
        {"Sid": "OursAlone", "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*",
         "Condition": {"StringNotEquals": {key: "o-ours123456"}}}]}}]
    run = polcheck("compile", "-", "-o", "store", input=json.dumps(manifest))
    assert run.status == 0, run
    run = polcheck("lambda", "check", "-s", "store", "--json", *given)
    (checked,) = [each for each in run.lines()[0]["integrations"] if each["kind"] == "destination-sqs"]
    assert checked["mark"] == mark
    assert {each["code"] for each in checked["findings"]} == ({found} if found else set())


@pytest.mark.parametrize("verb", ["check", "graph"])
def test_an_organization_has_an_id_of_its_form(polcheck, verb):
    run = polcheck("lambda", verb, "-s", "store", "--organization", "ours")
    assert (run.status, run.out) == (2, "") and "is not the id of an organization" in run.err


def test_a_deny_that_has_nothing_to_do_with_the_organization(polcheck):
    """Beside a Deny outside of one there is another, which hits whichever it is."""
    manifest = integrations.golden("destination-sqs")
    (target,) = manifest["functions"][0]["destinations"].values()
    queue = target if isinstance(target, str) else target["target"]
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}
    manifest["resources"] = [{"arn": queue, "policy": {"Version": integrations.VERSION, "Statement": [
        deny, {**deny, "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-ours123456"}}}]}}]
    assert polcheck("compile", "-", "-o", "store", input=json.dumps(manifest)).status == 0
    run = polcheck("lambda", "check", "-s", "store", "--json")
    (checked,) = [each for each in run.lines()[0]["integrations"] if each["kind"] == "destination-sqs"]
    assert (checked["mark"], codes(checked)) == ("fails", ["POL1135"])


# LAMBDA.md 9: nobody says which services send the organization of their source.
@pytest.mark.parametrize(("condition", "mark", "code"), [
    ({"StringEquals": {"aws:SourceOrgID": "o-ours123456"}}, "warns", "POL1181"),
    ({"StringEquals": {"aws:SourceOrgID": "o-ours123456", "aws:SourceAccount": FOREIGN}}, "fails", "POL1180"),
    ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-ours123456/*"}}, "warns", "POL1181"),
    ({"ForAnyValue:StringLike": {"aws:SourceOrgPaths": "o-ours123456/*"},
      "StringEquals": {"aws:SourceOrgID": "o-ours123456"}}, "warns", "POL1181"),
])
def test_the_organization_of_a_source_is_not_known(check_integration, condition, mark, code):
    manifest = integrations.golden("s3")
    (statement,) = manifest["functions"][0]["policy"]["Statement"]
    statement["Condition"] = condition
    found = check_integration(manifest, "s3")
    assert (found["mark"], codes(found)) == (mark, [code])


OUTSIDE = {"StringNotEqualsIfExists": {"aws:SourceOrgID": "o-ours123456"}, "Null": {"aws:SourceAccount": "false"},
           "Bool": {"aws:PrincipalIsAWSService": "true"}}
OUTSIDE_PATHS = {"ForAllValues:StringNotLike": {"aws:SourceOrgPaths": "o-ours123456/r-ab12/*"}}


# The guard that AWS publishes, as the policy of the function, and what is like it.
@pytest.mark.parametrize(("denied", "mark", "code"), [
    ([OUTSIDE], "warns", "POL1181"),
    ([{"StringNotEquals": {"aws:SourceOrgID": "o-ours123456"}}], "warns", "POL1181"),
    ([OUTSIDE_PATHS], "warns", "POL1181"),
    ([OUTSIDE, OUTSIDE_PATHS], "warns", "POL1181"),
    ([OUTSIDE, {"StringNotEquals": {"aws:PrincipalOrgID": "o-ours123456"}}], "fails", "POL1156"),
    ([{**OUTSIDE, "StringEquals": {"aws:SourceAccount": A}}, {"StringEquals": {"aws:SourceAccount": A}}],
     "fails", "POL1156"),
])
def test_a_function_that_denies_who_is_not_of_the_organization(check_integration, denied, mark, code):
    manifest = integrations.golden("s3")
    (function,) = manifest["functions"]
    function["policy"]["Statement"] += [
        {"Sid": f"Guard{i}", "Effect": "Deny", "Principal": "*", "Action": "lambda:*", "Resource": function["arn"],
         "Condition": condition} for i, condition in enumerate(denied)]
    found = check_integration(manifest, "s3")
    assert (found["mark"], codes(found)) == (mark, [code])


# LAMBDA.md 1.0 and 1.2: aws:Source... is of calls that a service makes as itself, and a role's session has none.
@pytest.mark.parametrize(("key", "operator"), [
    ("aws:SourceOrgID", "StringNotEquals"),
    ("aws:SourceOrgPaths", "ForAnyValue:StringLike"),
])
def test_a_role_has_no_organization_of_a_source(check_integration, key, operator):
    effect = "Deny" if operator == "StringNotEquals" else "Allow"
    manifest = with_condition(integrations.golden("sqs"), effect, "sqs:*", {operator: {key: "o-ours123456"}})
    found = check_integration(manifest, "sqs")
    assert (found["mark"], set(codes(found))) == ("fails", {"POL1180", "POL1131"})


# LAMBDA.md 8.1, item 1: whether Lambda sends its source when it assumes the role is not known.
@pytest.mark.parametrize(("condition", "mark", "code"), [
    ({"StringNotEquals": {"aws:SourceAccount": A}}, "warns", "POL1183"),
    ({"ArnNotLike": {"aws:SourceArn": f"arn:aws:lambda:*:{A}:function:*"}}, "warns", "POL1183"),
    ({"StringNotEquals": {"aws:SourceOrgID": "o-ours123456"}}, "warns", "POL1181"),
    ({"StringNotEquals": {"aws:SourceAccount": FOREIGN}}, "fails", "POL1156"),
])
def test_a_trust_policy_that_denies_other_sources(check_integration, condition, mark, code):
    manifest = integrations.golden("role")
    manifest["roles"][0]["trust"]["Statement"].append(
        {"Sid": "Guard", "Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": condition})
    found = check_integration(manifest, "role")
    assert (found["mark"], codes(found)) == (mark, [code])


def test_a_guard_that_asks_for_the_organization_of_a_source(check_integration):
    """The resource control policy that AWS publishes against confused deputies."""
    manifest = integrations.golden("step-functions")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Resource": "*", "Condition": {
        "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-ours123456"}, "Null": {"aws:SourceAccount": "false"},
        "Bool": {"aws:PrincipalIsAWSService": "true"}}}
    manifest["organization"] = {
        "levels": [{"id": "r-root", "rcp": [{"Version": integrations.VERSION, "Statement": [deny]}]}],
        "accounts": [{"id": A, "parent": "r-root"}]}
    found = check_integration(manifest, "step-functions")
    assert (found["mark"], codes(found), found["mends"]) == ("warns", ["POL1181"], [])
    deny["Condition"]["StringNotEqualsIfExists"]["aws:PrincipalArn"] = "arn:aws:iam::*:root"
    del deny["Condition"]["StringNotEqualsIfExists"]["aws:SourceOrgID"]
    found = check_integration(manifest, "step-functions")
    assert (found["mark"], codes(found)) == ("fails", ["POL1146"])


# LAMBDA.md 1.3 lists no conditions of these trust policies: whether they hold is not known, and a statement without
# them would allow more than what is there.
@pytest.mark.parametrize(("kind", "name", "service", "source"), [
    ("eventbridge-rule", "works-role", "events.amazonaws.com", f"arn:aws:events:*:{A}:rule/*"),
    ("codepipeline", "works", "codepipeline.amazonaws.com", f"arn:aws:codepipeline:*:{A}:*"),
    ("cloudformation", "works", "cloudformation.amazonaws.com", f"arn:aws:cloudformation:*:{A}:stack/*"),
    ("api-gateway-rest", "works-credentials", "apigateway.amazonaws.com", f"arn:aws:execute-api:*:{A}:*"),
])
def test_the_source_of_a_service_that_assumes_a_role_is_not_known(check_integration, kind, name, service, source):
    for pin, mark, code in ((source, "warns", "POL1181"), ("arn:aws:sns:*:*:none", "fails", "POL1180")):
        manifest = integrations.golden(kind, name)
        (trusting,) = [statement for role in manifest["roles"] for statement in role.get("trust", {}).get("Statement", [])
                       if statement["Principal"] == {"Service": service}]
        trusting["Condition"] = {"ArnLike": {"aws:SourceArn": pin}, "StringEquals": {"aws:SourceAccount": A}}
        found = check_integration(manifest, kind)
        assert (found["mark"], codes(found), found["mends"] == []) == (mark, [code], mark == "warns")


# LAMBDA.md 8.1, item 9: the last of many values lets strangers in as the first would.
@pytest.mark.parametrize(("principal", "key", "sound", "last", "code"), [
    ("*", "aws:PrincipalArn", f"arn:aws:iam::{A}:role/r%d", "arn:aws:iam::*:role/partner", "POL1185"),
    ({"Service": "sns.amazonaws.com"}, "aws:SourceArn", f"arn:aws:sns:eu-west-1:{A}:t%d", "arn:aws:sns:*:*:t",
     "POL1103"),
])
def test_the_last_of_many_values_counts(polcheck, principal, key, sound, last, code):
    manifest = integrations.golden("sqs")
    (function,) = manifest["functions"]
    function["policy"] = {"Version": integrations.VERSION, "Statement": [
        {"Sid": "many", "Effect": "Allow", "Principal": principal, "Action": "lambda:InvokeFunction",
         "Resource": function["arn"], "Condition": {"ArnLike": {key: [sound % i for i in range(20)]}}}]}
    for values, found in (([], False), ([last], True)):
        condition = function["policy"]["Statement"][0]["Condition"]["ArnLike"]
        condition[key] = condition[key] + values
        assert polcheck("compile", "-", "-o", "store", input=json.dumps(manifest)).status == 0
        dangers = polcheck("lambda", "check", "-s", "store", "--json").lines()[0]["dangers"]
        assert (code in {danger["code"] for danger in dangers}) == found
