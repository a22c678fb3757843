# SPDX-License-Identifier: Apache-2.0
"""Stands in for the AWS CLI: answers with the dumps of policies/shop ($SHOP), as if the shop were there.

Commands of $DENIED, separated by commas, are refused."""

import json
import os
import pathlib
import re
import sys

ACCOUNT, REGION = "111122223333", "eu-west-1"


def option(words, name):
    return words[words.index(name) + 1] if name in words else None


def resources(shop, member):
    """What the shop's manifest attaches: ARN and file."""
    manifest = json.loads((shop / "manifest.json").read_text(encoding="utf-8"))
    return {one["arn"]: shop / one[member] for one in manifest["resources"]
            if isinstance(one.get(member), str) and f":{REGION}:" in one["arn"] + f":{REGION}:"}


def functions(shop):
    return json.loads((shop / "lambda/list-functions.json").read_text(encoding="utf-8"))["Functions"]


def named(shop, pattern, field):
    """A field's last part in dumps of that name."""
    for path in sorted(shop.glob(pattern)):
        yield json.loads(path.read_text(encoding="utf-8"))["Attributes"][field]


def listed(words, shop):
    """What a list with --query and --output text prints, or None."""
    service, verb = words[:2]
    if (service, verb) == ("lambda", "list-functions"):
        if "Image" in option(words, "--query"):
            return [one["FunctionName"] for one in functions(shop) if one["PackageType"] == "Image"]
        if "Layers" in option(words, "--query"):
            return [layer["Arn"] for one in functions(shop) for layer in one.get("Layers", [])]
        return [one["FunctionName"] for one in functions(shop)]
    if verb == "list-aliases":
        path = shop / f"lambda/list-aliases-{option(words, '--function-name')}.json"
        return [one["Name"] for one in json.loads(path.read_text(encoding="utf-8"))["Aliases"]] if path.exists() else []
    if verb == "list-rules":
        bus = option(words, "--event-bus-name")
        return [arn for arn in resources(shop, "targets") if len(arn.split("/")) == (2 if bus == "default" else 3)]
    if verb == "get-bucket-location":
        return ["None" if option(words, "--bucket") == "elsewhere" else REGION]
    return {
        "get-caller-identity": [ACCOUNT],
        "list-queues": [f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{arn.split(':')[-1]}"
                        for arn in named(shop, "sqs/*.json", "QueueArn")],
        "list-topics": list(named(shop, "sns/*.json", "TopicArn")),
        "list-buckets": ["elsewhere", "shop-failed-records", "shop-uploads"],
        "list-event-buses": ["default", "shop"],
        "list-keys": [arn for arn in resources(shop, "policy") if ":kms:" in arn],
        "describe-repositories": ["photo-import"],
    }[verb]


def dump(words, shop):
    """The file that a command prints, which need not be there."""
    service, verb = words[:2]
    name = next((option(words, one) for one in ("--function-name", "--bucket", "--rule", "--repository-name", "--key-id")
                 if one in words), None)
    if verb == "get-account-authorization-details":
        return shop / "iam/account-authorization-details.json"
    if verb == "get-key-policy":
        return resources(shop, "policy")[f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{name}"]
    if verb in ("get-queue-attributes", "get-topic-attributes"):
        target = option(words, "--queue-url") or option(words, "--topic-arn")
        return shop / service / f"{verb}-{re.split('[/:]', target)[-1]}.json"
    if verb == "get-layer-version-policy":
        return shop / f"partner/{verb}-{option(words, '--layer-name').split(':')[-1]}-{option(words, '--version-number')}.json"
    folder = {"s3api": "s3"}.get(service, service)
    parts = [verb, name, option(words, "--qualifier")]
    return shop / folder / ("-".join(part for part in parts if part) + ".json")


def answer(words, shop):
    if words[:2] == ["configure", "get"]:
        print(REGION)
        return 0
    if words[1] in os.environ.get("DENIED", "").split(","):
        print(f"An error occurred (AccessDenied) when calling {words[1]}", file=sys.stderr)
        return 254
    if option(words, "--output") == "text":
        print("\t".join(listed(words, shop)))
        return 0
    assert option(words, "--output") == "json"
    path = dump(words, shop)
    if path.exists():
        print(path.read_text(encoding="utf-8"), end="")
    elif words[1].startswith("list-"):
        print(json.dumps({"list-aliases": {"Aliases": []}, "list-grants": {"Grants": []},
                          "list-function-url-configs": {"FunctionUrlConfigs": []},
                          "list-function-event-invoke-configs": {"FunctionEventInvokeConfigs": []}}[words[1]]))
    elif words[1] != "get-bucket-notification-configuration": # of a bucket without any it prints nothing
        print(f"An error occurred (ResourceNotFoundException) when calling {words[1]}", file=sys.stderr)
        return 254
    return 0


if __name__ == "__main__":
    sys.exit(answer(sys.argv[1:], pathlib.Path(os.environ["SHOP"])))
