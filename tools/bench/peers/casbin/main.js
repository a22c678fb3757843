// SPDX-License-Identifier: Apache-2.0
//
// casbin as a worker of the benchmark: a row of its policy for each principal, action and resource of a
// statement, and functions of ours, as casbin has them, for IAM's wildcards and conditions.
'use strict';
const { newEnforcer, newModel } = require('casbin');
const { run } = require('../nodeworker/worker.js');

const MODEL = `
[request_definition]
r = sub, act, obj, ctx
[policy_definition]
p = sub, act, obj, cond, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.sub == "*" || p.sub == r.sub) && isAction(r.act, p.act) && isResource(r.obj, p.obj) && holds(r.ctx, p.cond)
`;

const several = value => (Array.isArray(value) ? value : [value]);

// What is made of a text of the policy is kept: there are few texts, and they do not change.
function kept(make) {
  const made = new Map();
  return text => {
    if (!made.has(text)) made.set(text, make(text));
    return made.get(text);
  };
}

// Is there a match of the pattern? A plain name and a prefix need no regular expression.
function matcher(pattern) {
  const stem = pattern.replace(/\*+$/, '');
  if (stem.includes('*') || stem.includes('?')) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[^]*').replace(/\?/g, '[^]');
    const expression = new RegExp(`^${escaped}$`);
    return text => expression.test(text);
  }
  return stem === pattern ? text => text === stem : text => text.startsWith(stem);
}

const resourceMatcher = kept(matcher);

// "!a|b" stands for what a NotAction lists.
const actionMatcher = kept(text => {
  const tests = text.replace(/^!/, '').split('|').map(matcher);
  const not = text.startsWith('!');
  return action => tests.some(test => test(action)) !== not;
});

const number = address => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

function inBlock(block) {
  const [network, bits] = block.split('/');
  return address => number(address) >>> (32 - bits) === number(network) >>> (32 - bits);
}

const OPERATORS = {
  StringEquals: wanted => value => value === wanted,
  Bool: wanted => value => value === wanted,
  StringLike: matcher,
  ArnLike: matcher,
  IpAddress: inBlock,
};

// A condition is kept in its row as JSON.
const conditionTest = kept(text => {
  const tests = [];
  for (const [operator, tested] of Object.entries(JSON.parse(text))) {
    for (const [key, values] of Object.entries(tested)) {
      const any = several(values).map(OPERATORS[operator]);
      tests.push(context => context[key] !== undefined && any.some(test => test(context[key])));
    }
  }
  return context => tests.every(test => test(context));
});

function* rows(statement) {
  const principal = statement.Principal;
  const subjects = principal === undefined || principal === '*' ? ['*'] : several(principal.AWS);
  const lower = texts => several(texts).map(text => text.toLowerCase());
  const actions = statement.NotAction ? ['!' + lower(statement.NotAction).join('|')] : lower(statement.Action);
  const condition = statement.Condition ? JSON.stringify(statement.Condition) : '';
  for (const subject of subjects)
    for (const action of actions)
      for (const resource of several(statement.Resource))
        yield [subject, action, resource, condition, statement.Effect.toLowerCase()];
}

async function load(policies) {
  const documents = policies.identity.map(one => one.policy);
  if (policies.resource) documents.push(policies.resource.policy);
  const enforcer = await newEnforcer(newModel(MODEL));
  await enforcer.addFunction('isAction', (action, pattern) => actionMatcher(pattern)(action));
  await enforcer.addFunction('isResource', (resource, pattern) => pattern === '*' || resourceMatcher(pattern)(resource));
  await enforcer.addFunction('holds', (context, text) => text === '' || conditionTest(text)(context));
  const all = new Map(); // casbin refuses a row that is there already
  for (const document of documents)
    for (const statement of several(document.Statement)) for (const row of rows(statement)) all.set(row.join('\t'), row);
  await enforcer.addPolicies([...all.values()]);
  return request =>
    enforcer.enforceSync(request.principal, request.action.toLowerCase(), request.resource, Object.fromEntries(request.keys));
}

run('casbin', load);
