// SPDX-License-Identifier: Apache-2.0
//
// From the policies of a workload to a store, by the way that a user's policies take: a manifest,
// imported and published.
#ifndef PC_BENCH_STAGING_H
#define PC_BENCH_STAGING_H

#include "base/diag.h"
#include "requests.h"

// The account that owns every principal and resource of the workloads.
#define PC_BENCH_ACCOUNT PC_STR("123456789012")

// Makes a store at `store` from WLDIR/policies.json: {principal, identity: [{name, policy}],
// resource: null | {arn, policy}}. Every principal of the requests is a role; the one that the
// policies name holds them, the others hold none. The manifest is written to `manifest`. Errors of
// the policies are reported; others as pc_publish.
struct pc_bench_site {
    const char *folder; // WLDIR
    const char *manifest;
    const char *store;
};
PC_MUST_CHECK enum pc_status pc_bench_stage(struct pc_arena *arena,
                                            const struct pc_bench_site *site,
                                            const struct pc_bench_requests *requests,
                                            struct pc_diags *diags);

#endif
