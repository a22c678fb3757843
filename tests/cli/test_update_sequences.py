# SPDX-License-Identifier: Apache-2.0
"""Sequences of updates against a compile of the same picture from nothing: the same answers, the same policy sets."""

import concurrent.futures
import json
import os
import random
import subprocess

import pytest

ACCOUNTS = ["111122223333", "444455556666"]
ACTIONS = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"]
BUCKETS = ["arn:aws:s3:::b0", "arn:aws:s3:::b1", "arn:aws:s3:::b10"]
STEPS = 14


EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def iam(account, text):
    return f"arn:aws:iam::{account}:{text}"


class World:
    """A picture, by what each thing is called, and changes that leave what is shared as it is."""

    def __init__(self, seed, folder):
        self.random = random.Random(seed)
        self.folder = folder
        self.written = 0
        self.policies = {iam(a, f"policy/m{n}"): self.document() for a in ACCOUNTS for n in range(2)}
        self.groups = {iam(a, f"group/g{n}"): [self.document(), iam(a, f"policy/m{n}")] for a in ACCOUNTS for n in range(2)}
        self.levels = [{"id": "r-1", "scp": [self.everything()]},
                       {"id": "ou-1", "parent": "r-1", "scp": [self.everything(), self.document("Deny")]}]
        self.roles, self.users, self.resources, self.accounts = {}, {}, {}, {}
        for account in ACCOUNTS:
            self.accounts[account] = self.account(account)
            for number in range(5):
                self.put_role(account, number)
                self.put_user(account, number)
        for bucket in BUCKETS:
            self.put_resource(bucket)

    def file(self, document):
        """Each document has a file of its own, so that it has the same place in every compile."""
        self.written += 1
        path = self.folder / f"d{self.written}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path.name

    def everything(self):
        return self.file(EVERYTHING)

    def document(self, effect="Allow", principal=None):
        statement = {"Effect": effect, "Action": self.random.choice([*ACTIONS, "s3:*", "*"]),
                     "Resource": self.random.choice(["*", "arn:aws:s3:::b1*", *[b + "/*" for b in BUCKETS]])}
        if principal is not None:
            statement["Principal"] = principal
        return self.file({"Version": "2012-10-17", "Statement": [statement]})

    def account(self, account):
        own = [self.everything()] + [self.document("Deny")] * self.random.randrange(2)
        return {"id": account, "parent": self.random.choice(["r-1", "ou-1"]), "scp": own}

    def holdings(self, account):
        some = [self.document(), iam(account, f"policy/m{self.random.randrange(2)}"), self.document("Deny")]
        return self.random.sample(some, self.random.randrange(3))

    def put_role(self, account, number):
        arn = iam(account, f"role/r{number}")
        self.roles[arn] = {"arn": arn, "policies": self.holdings(account)}
        if self.random.random() < 0.3:
            self.roles[arn]["boundary"] = iam(account, "policy/m0")
        return {"roles": [self.roles[arn]]}

    def put_user(self, account, number):
        arn = iam(account, f"user/u{number}")
        groups = self.random.sample(["g0", "g1"], self.random.randrange(3))
        self.users[arn] = {"arn": arn, "policies": self.holdings(account), "groups": groups}
        return {"users": [self.users[arn]]}

    def put_resource(self, arn):
        self.resources[arn] = {"arn": arn, "account": self.random.choice(ACCOUNTS)}
        if self.random.random() < 0.6:
            who = {"AWS": [*self.random.sample(sorted(self.roles), 2), self.random.choice(ACCOUNTS)]}
            effect = self.random.choice(["Allow", "Allow", "Deny"])
            self.resources[arn]["policy"] = self.document(effect, who)
        return {"resources": [self.resources[arn]]}

    def put_account(self, account):
        self.accounts[account] = self.account(account)
        return {"organization": {"levels": self.levels, "accounts": [self.accounts[account]]}}

    def shared(self):
        return {"policies": [{"arn": arn, "policy": text} for arn, text in self.policies.items()],
                "groups": [{"arn": arn, "policies": held} for arn, held in self.groups.items()]}

    def picture(self):
        return {"polcheck": 1, **self.shared(), "roles": list(self.roles.values()), "users": list(self.users.values()),
                "resources": list(self.resources.values()),
                "organization": {"levels": self.levels, "accounts": list(self.accounts.values())}}

    def change(self):
        """Members of an update, and ARNs to remove."""
        account = self.random.choice(ACCOUNTS)
        number = self.random.randrange(40)
        what = self.random.randrange(7)
        if what < 2:
            return self.put_role(account, number), []
        if what == 2:
            return self.put_user(account, number), []
        if what == 3:
            return self.put_resource(self.random.choice(BUCKETS)), []
        if what == 4:
            return self.put_account(account), []
        table = self.random.choice([self.roles, self.users])
        arn = self.random.choice(sorted(table))
        del table[arn]
        return {}, [arn]

    def questions(self):
        """Of everybody who is there now."""
        callers = [*self.roles, *self.users]
        return [{"id": n, "principal": caller, "action": action, "resource": resource}
                for n, (caller, action, resource) in enumerate(
                    (c, a, "arn:aws:sqs:us-east-1:111122223333:q" if a.startswith("sqs") else b + "/k")
                    for c in callers for a in ACTIONS for b in BUCKETS)]


def write(path, members):
    path.write_text(json.dumps({"polcheck": 1, **members}), encoding="utf-8")
    return path


def compiled(polcheck, path, store):
    run = polcheck("compile", path, "-o", store, "--json")
    assert run.status == 0, run
    return json.loads(run.out)


def answers(polcheck, store, questions):
    lines = "\n".join(json.dumps(question) for question in questions)
    run = polcheck("eval", "--store", store, "--batch", "--jobs", "1", input=lines)
    assert run.status == 0, run
    return [(answer["decision"], answer["matchedStatements"], answer["blockedBy"]) for answer in run.lines()]


@pytest.mark.parametrize("seed", range(3))
def test_updates_come_to_what_a_compile_does(polcheck, tmp_path, seed):
    world = World(seed, tmp_path)
    updated = tmp_path / "updated"
    compiled(polcheck, write(tmp_path / "all.json", world.picture()), updated)
    for step in range(STEPS):
        members, removed = world.change()
        arguments = [word for arn in removed for word in ("--remove", arn)]
        if members:
            arguments.append(write(tmp_path / "change.json", {**world.shared(), **members}))
        run = polcheck("compile", "--update", *arguments, "-o", updated)
        assert run.status == 0, run
        fresh = tmp_path / f"fresh{step}"
        path = write(tmp_path / "all.json", world.picture())
        compiled(polcheck, path, fresh)
        questions = world.questions()
        expected = answers(polcheck, fresh, questions)
        assert answers(polcheck, updated, questions) == expected
        assert len({answer[0] for answer in expected}) > 1
    again = compiled(polcheck, path, updated)
    assert (again["compiled"], again["dropped"]) == (0, 0), again


ROLE, BUCKET = iam(ACCOUNTS[0], "role/torn"), "arn:aws:s3:::torn"
QUESTION = {"principal": ROLE, "action": "s3:GetObject", "resource": BUCKET + "/k"}


def torn_state(allowing):
    """Each of two states denies; the role of the first with the bucket of the second would be allowed."""
    deny = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": BUCKET + "/*"}]}
    bucket = {"arn": BUCKET, "account": ACCOUNTS[0], **({"policy": deny} if allowing else {})}
    return {"roles": [{"arn": ROLE, "policies": [EVERYTHING] if allowing else []}], "resources": [bucket]}


def test_a_reader_sees_one_state_or_the_other(polcheck, tmp_path):
    store = tmp_path / "store"
    paths = [write(tmp_path / f"state{n}.json", torn_state(n == 0)) for n in range(2)]
    compiled(polcheck, paths[0], store)
    lines = "\n".join([json.dumps(QUESTION)] * 20000)
    with concurrent.futures.ThreadPoolExecutor(2) as readers:
        asked = [readers.submit(polcheck, "eval", "-s", store, "--batch", "-j", "2", input=lines) for _ in range(2)]
        updates = 0
        while not all(one.done() for one in asked) or updates < 10:
            updates += 1
            assert polcheck("compile", "--update", paths[updates % 2], "-o", store).status == 0
    for one in asked:
        run = one.result()
        assert run.status == 0, run.err
        assert {answer["decision"] for answer in run.lines()} <= {"explicitDeny", "implicitDeny"}


def test_a_batch_keeps_its_state(polcheck, tmp_path):
    """What begins behind an update sees it; a batch that began before does not, whatever page is written over."""
    store = tmp_path / "store"
    paths = [write(tmp_path / f"state{n}.json", torn_state(n == 0)) for n in range(2)]
    compiled(polcheck, paths[0], store)
    decisions = ["explicitDeny", "implicitDeny"]
    command = [os.environ["POLCHECK"], "eval", "-s", store, "--batch", "-j", "1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as reader:
        for number in range(1, 20):
            reader.stdin.write(json.dumps(QUESTION) + "\n")
            reader.stdin.flush()
            assert json.loads(reader.stdout.readline())["decision"] == decisions[0], number
            assert polcheck("compile", "--update", paths[number % 2], "-o", store).status == 0
            assert answers(polcheck, store, [QUESTION])[0][0] == decisions[number % 2]
        reader.stdin.close()
        assert reader.wait(10) == 0


def test_compiles_at_once_follow_one_another(polcheck, tmp_path):
    """Each adds a role of its own to the same store, so that none may be lost."""
    store = tmp_path / "store"
    compiled(polcheck, write(tmp_path / "first.json", torn_state(True)), store)
    arns = [iam(ACCOUNTS[0], f"role/c{n}") for n in range(16)]
    paths = [write(tmp_path / f"c{n}.json", {"roles": [{"arn": arn, "policies": [EVERYTHING]}]})
             for n, arn in enumerate(arns)]
    with concurrent.futures.ThreadPoolExecutor(4) as writers:
        runs = list(writers.map(lambda path: polcheck("compile", "--update", path, "-o", store), paths))
    assert [run.status for run in runs] == [0] * len(runs), runs
    questions = [{"principal": arn, "action": "sqs:SendMessage", "resource": "arn:aws:sqs:us-east-1:111122223333:q"}
                 for arn in arns]
    assert {answer[0] for answer in answers(polcheck, store, questions)} == {"allowed"}
