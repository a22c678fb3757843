// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"polcheck/bench/goworker"
)

// module is one of Rego that is being written: one rule a statement, `granted` or `denied`, and helper rules for
// what holds in several ways. Actions are compared in lower case.
type module struct {
	text  strings.Builder
	rules int
}

const head = `package iam

default allow := false

allow if {
	granted
	not denied
}
`

func quote(text string) string {
	bytes, _ := json.Marshal(text)
	return string(bytes)
}

func quoteAll(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = quote(text)
	}
	return strings.Join(quoted, ", ")
}

// matches says that `subject` matches one of the patterns, in as few and as cheap tests as there are: names
// in a set, prefixes in one call, a glob each for the rest.
func matches(subject string, patterns []string) []string {
	var exact, prefixes, tests []string
	for _, pattern := range patterns {
		stem, ends := strings.CutSuffix(pattern, "*")
		switch {
		case !strings.ContainsAny(pattern, "*?"):
			exact = append(exact, pattern)
		case ends && !strings.ContainsAny(stem, "*?"):
			prefixes = append(prefixes, stem)
		default:
			tests = append(tests, fmt.Sprintf("glob.match(%s, null, %s)", quote(pattern), subject))
		}
	}
	if len(prefixes) == 1 {
		tests = append([]string{fmt.Sprintf("startswith(%s, %s)", subject, quote(prefixes[0]))}, tests...)
	} else if len(prefixes) > 1 {
		tests = append([]string{fmt.Sprintf("strings.any_prefix_match(%s, [%s])", subject, quoteAll(prefixes))}, tests...)
	}
	if len(exact) == 1 {
		tests = append([]string{fmt.Sprintf("%s == %s", subject, quote(exact[0]))}, tests...)
	} else if len(exact) > 1 {
		tests = append([]string{fmt.Sprintf("%s in {%s}", subject, quoteAll(exact))}, tests...)
	}
	return tests
}

// either gives an expression that holds if one of the tests does.
func (r *module) either(tests []string) string {
	if len(tests) == 1 {
		return tests[0]
	}
	r.rules++
	name := fmt.Sprintf("either_%d", r.rules)
	for _, test := range tests {
		fmt.Fprintf(&r.text, "\n%s if {\n\t%s\n}\n", name, test)
	}
	return name
}

func lower(texts []string) []string {
	made := make([]string, len(texts))
	for i, text := range texts {
		made[i] = strings.ToLower(text)
	}
	return made
}

func (r *module) condition(operator, key string, texts []string) (string, error) {
	subject := "input.context[" + quote(key) + "]"
	switch operator {
	case "StringEquals", "Bool":
		if len(texts) == 1 {
			return fmt.Sprintf("%s == %s", subject, quote(texts[0])), nil
		}
		return fmt.Sprintf("%s in {%s}", subject, quoteAll(texts)), nil
	case "StringLike", "ArnLike":
		return r.either(matches(subject, texts)), nil
	case "IpAddress":
		var tests []string
		for _, text := range texts {
			tests = append(tests, fmt.Sprintf("net.cidr_contains(%s, %s)", quote(text), subject))
		}
		return r.either(tests), nil
	}
	return "", fmt.Errorf("the translation has no operator %s", operator)
}

// principal gives the test of a statement's Principal, "" for everyone and for identity policies.
func principal(raw json.RawMessage) string {
	var named struct{ AWS goworker.Texts }
	if raw == nil || json.Unmarshal(raw, &named) != nil {
		return ""
	}
	if len(named.AWS) == 1 {
		return "input.principal == " + quote(named.AWS[0])
	}
	return fmt.Sprintf("input.principal in {%s}", quoteAll(named.AWS))
}

func (r *module) add(statement *goworker.Statement) error {
	var tests []string
	if test := principal(statement.Principal); test != "" {
		tests = append(tests, test)
	}
	if statement.NotAction != nil {
		tests = append(tests, "not "+r.either(matches("input.action", lower(statement.NotAction))))
	} else {
		tests = append(tests, r.either(matches("input.action", lower(statement.Action))))
	}
	if len(statement.Resource) != 1 || statement.Resource[0] != "*" {
		tests = append(tests, r.either(matches("input.resource", statement.Resource)))
	}
	for operator, tested := range statement.Condition {
		for key, texts := range tested {
			test, err := r.condition(operator, key, texts)
			if err != nil {
				return err
			}
			tests = append(tests, test)
		}
	}
	rule := map[string]string{"Allow": "granted", "Deny": "denied"}[statement.Effect]
	fmt.Fprintf(&r.text, "\n%s if {\n\t%s\n}\n", rule, strings.Join(tests, "\n\t"))
	return nil
}

func translate(statements goworker.Statements) (string, error) {
	made := &module{}
	made.text.WriteString(head)
	denies := false
	for i := range statements {
		denies = denies || statements[i].Effect == "Deny"
		if err := made.add(&statements[i]); err != nil {
			return "", err
		}
	}
	if !denies {
		made.text.WriteString("\ndefault denied := false\n")
	}
	return made.text.String(), nil
}
