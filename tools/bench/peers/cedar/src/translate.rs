// SPDX-License-Identifier: Apache-2.0

//! From IAM's policies to Cedar's. A statement becomes one policy. The actions that it lists become a group,
//! and each action a member of the groups that match it, as a schema of Cedar would have it; so a wildcard in
//! an action costs nothing when a decision is made. Patterns of resources become `like`.

use crate::protocol::Request;
use cedar_policy::{Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};
use std::str::FromStr;

type Failure = Box<dyn std::error::Error>;

/// What the policies of a workload come to.
pub struct Translation {
    pub policies: PolicySet,
    pub actions: Entities,
}

/// The values of an element that is a string or a list of strings.
fn several(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(|item| item.as_str().map(String::from)).collect(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

fn quote(text: &str) -> String {
    Value::from(text).to_string()
}

/// Does the pattern of an action match? Both in lower case.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.first(), text.first()) {
        (None, None) => true,
        (Some(b'*'), _) => glob(&pattern[1..], text) || (!text.is_empty() && glob(pattern, &text[1..])),
        (Some(b'?'), Some(_)) => glob(&pattern[1..], &text[1..]),
        (Some(a), Some(b)) => a == b && glob(&pattern[1..], &text[1..]),
        _ => false,
    }
}

pub fn uid(kind: &str, id: &str) -> EntityUid {
    let name = EntityTypeName::from_str(kind).expect("a name of a type");
    EntityUid::from_type_name_and_id(name, EntityId::new(id))
}

fn like(subject: &str, pattern: &str) -> Result<String, Failure> {
    if pattern.contains('?') {
        return Err(format!("Cedar's like has no '?', as in {pattern}").into());
    }
    let operator = if pattern.contains('*') { "like" } else { "==" };
    Ok(format!("{subject} {operator} {}", quote(pattern)))
}

fn any(tests: Vec<String>) -> String {
    format!("({})", tests.join(" || "))
}

fn operand(operator: &str, key: &str, value: &str) -> Result<String, Failure> {
    let subject = format!("context[{}]", quote(key));
    match operator {
        "StringEquals" | "Bool" => Ok(format!("{subject} == {}", quote(value))),
        "StringLike" | "ArnLike" => like(&subject, value),
        "IpAddress" => Ok(format!("{subject}.isInRange(ip({}))", quote(value))),
        _ => Err(format!("the translation has no operator {operator}").into()),
    }
}

fn conditions(statement: &Value) -> Result<Vec<String>, Failure> {
    let mut tests = Vec::new();
    for (operator, tested) in statement["Condition"].as_object().into_iter().flatten() {
        for (key, values) in tested.as_object().into_iter().flatten() {
            let ways: Result<Vec<_>, _> = several(values).iter().map(|value| operand(operator, key, value)).collect();
            tests.push(format!("context has {} && {}", quote(key), any(ways?)));
        }
    }
    Ok(tests)
}

/// The text of one policy; `group` is that of the actions that the statement lists.
fn policy(statement: &Value, group: &str) -> Result<String, Failure> {
    let effect = if statement["Effect"] == "Deny" { "forbid" } else { "permit" };
    let principals = several(&statement["Principal"]["AWS"]);
    let principal = match principals.len() {
        0 => "principal".to_string(),
        1 => format!("principal == Role::{}", quote(&principals[0])),
        _ => return Err("the translation has one principal a statement".into()),
    };
    let listed = format!("action in Action::{}", quote(group));
    let named = statement["Action"] != Value::Null;
    let scope = if named { listed.as_str() } else { "action" };
    let mut text = format!("{effect}({principal}, {scope}, resource)");
    let resources = several(&statement["Resource"]);
    if !resources.iter().any(|pattern| pattern == "*") {
        let tests: Result<Vec<_>, _> = resources.iter().map(|pattern| like("context.resource", pattern)).collect();
        text += &format!(" when {{ {} }}", any(tests?));
    }
    for test in conditions(statement)? {
        text += &format!(" when {{ {test} }}");
    }
    if !named {
        text += &format!(" unless {{ {listed} }}");
    }
    Ok(text + ";\n")
}

fn statements(workload: &Value) -> Vec<Value> {
    let identity = workload["identity"].as_array().into_iter().flatten().map(|one| &one["policy"]);
    let documents = identity.chain(std::iter::once(&workload["resource"]["policy"]));
    let mut all = Vec::new();
    for document in documents {
        match &document["Statement"] {
            Value::Array(items) => all.extend(items.iter().cloned()),
            Value::Null => {}
            one => all.push(one.clone()),
        }
    }
    all
}

/// Every action that is asked for, with the groups whose patterns match it.
fn action_entities(statements: &[Value], requests: &[Request]) -> Result<Entities, Failure> {
    let names: BTreeSet<String> = requests.iter().map(|request| request.action.to_lowercase()).collect();
    let lists: Vec<Vec<String>> = statements
        .iter()
        .map(|one| several(if one["Action"] == Value::Null { &one["NotAction"] } else { &one["Action"] }))
        .map(|list| list.iter().map(|pattern| pattern.to_lowercase()).collect())
        .collect();
    let member = |name: &String, list: &Vec<String>| list.iter().any(|one| glob(one.as_bytes(), name.as_bytes()));
    let entities = names.iter().map(|name| {
        let groups = lists.iter().enumerate().filter(|(_, list)| member(name, list));
        let parents: HashSet<EntityUid> = groups.map(|(i, _)| uid("Action", &format!("group {i}"))).collect();
        Entity::new_no_attrs(uid("Action", name), parents)
    });
    Ok(Entities::from_entities(entities, None)?)
}

pub fn translate(workload: &Value, requests: &[Request]) -> Result<Translation, Failure> {
    let statements = statements(workload);
    let mut text = String::new();
    for (i, statement) in statements.iter().enumerate() {
        text += &policy(statement, &format!("group {i}"))?;
    }
    Ok(Translation { policies: PolicySet::from_str(&text)?, actions: action_entities(&statements, requests)? })
}
