// SPDX-License-Identifier: Apache-2.0

//! Speaks the worker protocol of the benchmark (tools/bench/README.md).

use std::io::BufRead;
use std::time::Instant;

/// A request as plain strings.
pub struct Request {
    pub allow: bool,
    pub principal: String,
    pub action: String,
    pub resource: String,
    pub keys: Vec<(String, String)>,
}

fn pair(text: &str) -> (String, String) {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    (key.to_string(), value.to_string())
}

/// Reads requests.tsv of the folder.
pub fn read_requests(folder: &str) -> std::io::Result<Vec<Request>> {
    let text = std::fs::read_to_string(format!("{folder}/requests.tsv"))?;
    let read = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        Request {
            allow: fields[0] == "allow",
            principal: fields[1].to_string(),
            action: fields[2].to_string(),
            resource: fields[3].to_string(),
            keys: fields[4].split(';').map(pair).collect(),
        }
    };
    Ok(text.lines().map(read).collect())
}

/// Decides for at least so many milliseconds; the number of the next request comes back.
fn batch(decide: &dyn Fn(&Request) -> bool, requests: &[Request], from: usize, least: f64) -> usize {
    let (begin, mut next, mut count, mut allowed, mut took) = (Instant::now(), from, 0u64, 0u64, 0f64);
    while took < least * 1e6 {
        for _ in 0..10 {
            allowed += u64::from(decide(&requests[next]));
            next = (next + 1) % requests.len();
            count += 1;
        }
        took = begin.elapsed().as_nanos() as f64;
    }
    println!("{count} {took:.0} {allowed}");
    next
}

/// Checks every answer, then answers standard input.
pub fn serve(label: &str, requests: &[Request], decide: &dyn Fn(&Request) -> bool) {
    let wrong = requests.iter().filter(|request| decide(request) != request.allow).count();
    println!("READY {label} checked={} mismatches={wrong}", requests.len());
    let mut next = 0;
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        match line.strip_prefix("batch ").and_then(|text| text.parse().ok()) {
            Some(least) => next = batch(decide, requests, next, least),
            None => return,
        }
    }
}
