// SPDX-License-Identifier: Apache-2.0

// OPA as a worker of the benchmark: the policies as a module of Rego, a prepared query, the input made of
// OPA's own terms, which is the cheapest public way to ask.
package main

import (
	"context"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"polcheck/bench/goworker"
)

func term(text string) *ast.Term {
	return ast.StringTerm(text)
}

func input(request *goworker.Request) ast.Value {
	keys := make([][2]*ast.Term, len(request.Keys))
	for i, key := range request.Keys {
		keys[i] = [2]*ast.Term{term(key.Name), term(key.Value)}
	}
	return ast.NewObject(
		[2]*ast.Term{term("principal"), term(request.Principal)},
		[2]*ast.Term{term("action"), term(strings.ToLower(request.Action))},
		[2]*ast.Term{term("resource"), term(request.Resource)},
		[2]*ast.Term{term("context"), ast.ObjectTerm(keys...)},
	)
}

func load(policies *goworker.Policies) (goworker.Decider, error) {
	statements, err := policies.Statements()
	if err != nil {
		return nil, err
	}
	module, err := translate(statements)
	if err != nil {
		return nil, err
	}
	background := context.Background()
	query, err := rego.New(rego.Query("data.iam.allow"), rego.Module("iam.rego", module)).PrepareForEval(background)
	if err != nil {
		return nil, err
	}
	return func(request *goworker.Request) bool {
		results, err := query.Eval(background, rego.EvalParsedInput(input(request)))
		return err == nil && results.Allowed()
	}, nil
}

func main() {
	goworker.Run("opa", load)
}
