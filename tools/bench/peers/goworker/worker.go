// SPDX-License-Identifier: Apache-2.0

// Package goworker speaks the worker protocol of the benchmark (tools/bench/README.md) for peers in Go.
package goworker

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Key is one key of a request's context.
type Key struct{ Name, Value string }

// Request is a request as plain strings.
type Request struct {
	Allow                       bool
	Principal, Action, Resource string
	Keys                        []Key
}

// Texts is a JSON string or an array of them.
type Texts []string

// UnmarshalJSON reads either form.
func (t *Texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = Texts{one}
		return nil
	}
	var many []string
	err := json.Unmarshal(data, &many)
	*t = many
	return err
}

// Statement of a policy, as it is written.
type Statement struct {
	Sid, Effect       string
	Principal         json.RawMessage
	Action, NotAction Texts
	Resource          Texts
	NotResource       Texts
	Condition         map[string]map[string]Texts
}

// Document is a policy; a single statement counts as a list of one.
type Document struct{ Statement Statements }

// Statements of a document.
type Statements []Statement

// UnmarshalJSON reads an array, or one statement alone.
func (s *Statements) UnmarshalJSON(data []byte) error {
	var many []Statement
	if len(data) > 0 && data[0] == '[' {
		err := json.Unmarshal(data, &many)
		*s = many
		return err
	}
	var one Statement
	err := json.Unmarshal(data, &one)
	*s = Statements{one}
	return err
}

// Policies of a workload.
type Policies struct {
	Principal string
	Identity  []struct {
		Name   string
		Policy json.RawMessage
	}
	Resource *struct {
		Arn    string
		Policy json.RawMessage
	}
}

// Statements returns those of all identity policies and of the resource policy.
func (p *Policies) Statements() (Statements, error) {
	var all Statements
	raws := []json.RawMessage{}
	for _, one := range p.Identity {
		raws = append(raws, one.Policy)
	}
	if p.Resource != nil {
		raws = append(raws, p.Resource.Policy)
	}
	for _, raw := range raws {
		var document Document
		if err := json.Unmarshal(raw, &document); err != nil {
			return nil, err
		}
		all = append(all, document.Statement...)
	}
	return all, nil
}

func readPolicies(folder string) (*Policies, error) {
	bytes, err := os.ReadFile(filepath.Join(folder, "policies.json"))
	if err != nil {
		return nil, err
	}
	policies := &Policies{}
	return policies, json.Unmarshal(bytes, policies)
}

func readRequests(folder string) ([]Request, error) {
	bytes, err := os.ReadFile(filepath.Join(folder, "requests.tsv"))
	if err != nil {
		return nil, err
	}
	var requests []Request
	for _, line := range strings.Split(strings.TrimSuffix(string(bytes), "\n"), "\n") {
		fields := strings.Split(line, "\t")
		request := Request{Allow: fields[0] == "allow", Principal: fields[1], Action: fields[2], Resource: fields[3]}
		for _, pair := range strings.Split(fields[4], ";") {
			name, value, _ := strings.Cut(pair, "=")
			request.Keys = append(request.Keys, Key{name, value})
		}
		requests = append(requests, request)
	}
	return requests, nil
}

// Decider tells whether a request is allowed.
type Decider func(request *Request) bool

func batch(decide Decider, requests []Request, next int, least time.Duration) int {
	begin, count, allowed := time.Now(), 0, 0
	var took time.Duration
	for took < least {
		// Cheap deciders are asked several times between two looks at the clock.
		for round := 0; round == 0 || (round < 100 && took < time.Duration(count)*10*time.Microsecond); round++ {
			if decide(&requests[next]) {
				allowed++
			}
			if next++; next == len(requests) {
				next = 0
			}
			count++
		}
		took = time.Since(begin)
	}
	fmt.Printf("%d %d %d\n", count, took.Nanoseconds(), allowed)
	return next
}

func fail(word string, err error) {
	fmt.Printf("%s %s\n", word, strings.ReplaceAll(err.Error(), "\n", " "))
	os.Exit(3)
}

// Run loads the workload of the folder that the first argument names and answers standard input. load
// fails where the peer cannot say what the policies say.
func Run(label string, load func(policies *Policies) (Decider, error)) {
	policies, err := readPolicies(os.Args[1])
	if err != nil {
		fail("FAILED", err)
	}
	requests, err := readRequests(os.Args[1])
	if err != nil {
		fail("FAILED", err)
	}
	decide, err := load(policies)
	if err != nil {
		fail("CANNOT", err)
	}
	wrong := 0
	for i := range requests {
		if decide(&requests[i]) != requests[i].Allow {
			wrong++
		}
	}
	fmt.Printf("READY %s checked=%d mismatches=%d\n", label, len(requests), wrong)
	next := 0
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		text, found := strings.CutPrefix(lines.Text(), "batch ")
		if !found {
			return
		}
		least, _ := strconv.ParseFloat(text, 64)
		next = batch(decide, requests, next, time.Duration(least*1e6))
	}
}
