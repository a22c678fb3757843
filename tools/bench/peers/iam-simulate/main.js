// SPDX-License-Identifier: Apache-2.0
//
// iam-simulate as a worker of the benchmark: its usual entry, or with --cheapest the public one that leaves
// out the checks of its input.
'use strict';
const { runSimulation, runUnsafeSimulation } = require('@cloud-copilot/iam-simulate');
const { run } = require('../nodeworker/worker.js');

const ACCOUNT = '123456789012';
const cheapest = process.argv.includes('--cheapest');

function simulation(policies, request) {
  return {
    request: {
      principal: request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: ACCOUNT },
      contextVariables: Object.fromEntries(request.keys),
    },
    identityPolicies: policies.identity,
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    resourcePolicy: policies.resource ? policies.resource.policy : undefined,
  };
}

run(cheapest ? 'iam-simulate-cheapest' : 'iam-simulate', async policies => {
  if (cheapest) return request => runUnsafeSimulation(simulation(policies, request), {}) === 'Allowed';
  return async request => (await runSimulation(simulation(policies, request), {})).overallResult === 'Allowed';
});
