// SPDX-License-Identifier: Apache-2.0
//
// Speaks the worker protocol of the benchmark (tools/bench/README.md) for peers in JavaScript.
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');

// A request as plain strings: {allow, principal, action, resource, keys: [[name, value]]}.
function readRequests(folder) {
  const text = fs.readFileSync(path.join(folder, 'requests.tsv'), 'utf8');
  return text.trimEnd().split('\n').map(line => {
    const [expect, principal, action, resource, context] = line.split('\t');
    const keys = context.split(';').map(pair => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
    return { allow: expect === 'allow', principal, action, resource, keys };
  });
}

const nanoseconds = () => Number(process.hrtime.bigint());

// Decides for at least so many milliseconds, from the request with the number `next` on.
async function batch(decide, requests, next, milliseconds) {
  const begin = nanoseconds();
  let took = 0;
  let count = 0;
  let allowed = 0;
  while (took < milliseconds * 1e6) {
    const answer = decide(requests[next]);
    allowed += (typeof answer === 'boolean' ? answer : await answer) ? 1 : 0;
    next = next + 1 === requests.length ? 0 : next + 1;
    count++;
    took = nanoseconds() - begin;
  }
  process.stdout.write(`${count} ${Math.round(took)} ${allowed}\n`);
  return next;
}

// Loads and asks every request once; a peer that fails in doing so cannot do the workload.
async function check(load, policies, requests) {
  try {
    const decide = await load(policies);
    let wrong = 0;
    for (const request of requests) wrong += (await decide(request)) !== request.allow ? 1 : 0;
    return { decide, wrong };
  } catch (error) {
    process.stdout.write(`CANNOT ${String(error).split('\n')[0]}\n`);
    process.exit(3);
  }
}

// Loads the workload of the folder that the first argument names and answers standard input. `load` gets
// policies.json and gives a function from a request to a boolean, or a promise of one.
async function run(label, load) {
  const folder = process.argv[2];
  const requests = readRequests(folder);
  const policies = JSON.parse(fs.readFileSync(path.join(folder, 'policies.json'), 'utf8'));
  const { decide, wrong } = await check(load, policies, requests);
  process.stdout.write(`READY ${label} checked=${requests.length} mismatches=${wrong}\n`);
  let next = 0;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (!line.startsWith('batch ')) break;
    next = await batch(decide, requests, next, Number(line.slice(6)));
  }
  process.exit(0);
}

module.exports = { run };
