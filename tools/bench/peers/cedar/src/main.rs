// SPDX-License-Identifier: Apache-2.0

//! Cedar as a worker of the benchmark: the policies are parsed before; each decision makes its request from
//! plain strings and asks the authorizer.

mod protocol;
mod translate;

use cedar_policy::{Authorizer, Context, Decision, EntityId, EntityTypeName, EntityUid, RestrictedExpression};
use protocol::Request;
use std::str::FromStr;
use translate::Translation;

/// The types of entities, parsed once.
struct Types {
    role: EntityTypeName,
    action: EntityTypeName,
    resource: EntityTypeName,
}

fn value(key: &str, text: &str) -> RestrictedExpression {
    if key == "aws:SourceIp" {
        RestrictedExpression::new_ip(text)
    } else {
        RestrictedExpression::new_string(text.to_string())
    }
}

fn request(types: &Types, asked: &Request) -> Option<cedar_policy::Request> {
    let uid = |kind: &EntityTypeName, id: &str| EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id));
    let resource = ("resource".to_string(), RestrictedExpression::new_string(asked.resource.clone()));
    let keys = asked.keys.iter().map(|(key, text)| (key.clone(), value(key, text)));
    let context = Context::from_pairs(keys.chain(std::iter::once(resource))).ok()?;
    let action = uid(&types.action, &asked.action.to_lowercase());
    let principal = uid(&types.role, &asked.principal);
    cedar_policy::Request::new(principal, action, uid(&types.resource, &asked.resource), context, None).ok()
}

fn load(folder: &str, requests: &[Request]) -> Result<Translation, Box<dyn std::error::Error>> {
    let workload = serde_json::from_str(&std::fs::read_to_string(format!("{folder}/policies.json"))?)?;
    translate::translate(&workload, requests)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: cedar-worker WLDIR")?;
    let requests = protocol::read_requests(&folder)?;
    let translation = match load(&folder, &requests) {
        Ok(translation) => translation,
        Err(error) => {
            println!("CANNOT {}", error.to_string().replace('\n', " "));
            std::process::exit(3);
        }
    };
    let kind = |name| EntityTypeName::from_str(name);
    let types = Types { role: kind("Role")?, action: kind("Action")?, resource: kind("Resource")? };
    let authorizer = Authorizer::new();
    protocol::serve("cedar", &requests, &|asked| match request(&types, asked) {
        Some(request) => {
            let answer = authorizer.is_authorized(&request, &translation.policies, &translation.actions);
            answer.decision() == Decision::Allow
        }
        None => false,
    });
    Ok(())
}
