// SPDX-License-Identifier: Apache-2.0

// MinIO's policy package as a worker of the benchmark. Its JSON reader takes MinIO's own actions and
// resources alone, so the policies are made by its constructors, which take any; a bucket policy is read
// as it stands.
package main

import (
	"bytes"
	"fmt"
	"net"
	"strings"

	"github.com/minio/pkg/v3/policy"
	"github.com/minio/pkg/v3/policy/condition"
	"polcheck/bench/goworker"
)

// MinIO names a resource by bucket and object, without the prefix of S3; what is of another service is
// taken for a bucket as a whole.
func split(resource string) (bucket, object string) {
	path, found := strings.CutPrefix(resource, policy.ResourceARNPrefix)
	if !found {
		return resource, ""
	}
	bucket, object, _ = strings.Cut(path, "/")
	return bucket, object
}

// Condition values are named without the service "aws".
func values(request *goworker.Request) map[string][]string {
	made := make(map[string][]string, len(request.Keys))
	for _, key := range request.Keys {
		made[strings.TrimPrefix(key.Name, "aws:")] = []string{key.Value}
	}
	return made
}

func one(operator, name string, texts []string) (condition.Function, error) {
	key := condition.NewKey(condition.KeyName(name), "")
	switch operator {
	case "StringEquals":
		return condition.NewStringEqualsFunc("", key, texts...)
	case "StringLike", "ArnLike":
		return condition.NewStringLikeFunc("", key, texts...)
	case "Bool":
		return condition.NewBoolFunc(key, texts[0] == "true")
	case "IpAddress":
		var blocks []*net.IPNet
		for _, text := range texts {
			_, block, err := net.ParseCIDR(text)
			if err != nil {
				return nil, err
			}
			blocks = append(blocks, block)
		}
		return condition.NewIPAddressFunc(key, blocks...)
	}
	return nil, fmt.Errorf("the translation has no operator %s", operator)
}

func conditions(statement *goworker.Statement) (condition.Functions, error) {
	var made []condition.Function
	for operator, tested := range statement.Condition {
		for name, texts := range tested {
			function, err := one(operator, name, texts)
			if err != nil {
				return nil, err
			}
			made = append(made, function)
		}
	}
	return condition.NewFunctions(made...), nil
}

func actions(texts []string) policy.ActionSet {
	made := make([]policy.Action, len(texts))
	for i, text := range texts {
		made[i] = policy.Action(text)
	}
	return policy.NewActionSet(made...)
}

func translate(statement *goworker.Statement) (made policy.Statement, err error) {
	tests, err := conditions(statement)
	if err != nil {
		return made, err
	}
	resources := policy.NewResourceSet()
	for _, text := range statement.Resource {
		resources[policy.NewResource(strings.TrimPrefix(text, policy.ResourceARNPrefix))] = struct{}{}
	}
	effect := policy.Effect(statement.Effect)
	if statement.NotAction != nil {
		return policy.NewStatementWithNotAction("", effect, actions(statement.NotAction), resources, tests), nil
	}
	return policy.NewStatement("", effect, actions(statement.Action), resources, tests), nil
}

func loadBucket(policies *goworker.Policies) (goworker.Decider, error) {
	bucket, _ := split(policies.Resource.Arn)
	read, err := policy.ParseBucketPolicyConfig(bytes.NewReader(policies.Resource.Policy), bucket)
	if err != nil {
		return nil, err
	}
	return func(request *goworker.Request) bool {
		args := policy.BucketPolicyArgs{AccountName: request.Principal, Action: policy.Action(request.Action),
			ConditionValues: values(request)}
		args.BucketName, args.ObjectName = split(request.Resource)
		return read.IsAllowed(args)
	}, nil
}

func load(policies *goworker.Policies) (goworker.Decider, error) {
	if policies.Resource != nil {
		return loadBucket(policies)
	}
	statements, err := policies.Statements()
	if err != nil {
		return nil, err
	}
	made := policy.Policy{Version: policy.DefaultVersion}
	for i := range statements {
		statement, err := translate(&statements[i])
		if err != nil {
			return nil, err
		}
		made.Statements = append(made.Statements, statement)
	}
	return func(request *goworker.Request) bool {
		args := policy.Args{AccountName: request.Principal, Action: policy.Action(request.Action),
			ConditionValues: values(request)}
		args.BucketName, args.ObjectName = split(request.Resource)
		return made.IsAllowed(args)
	}, nil
}

func main() {
	goworker.Run("minio", load)
}
