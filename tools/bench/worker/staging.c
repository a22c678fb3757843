// SPDX-License-Identifier: Apache-2.0
#include "staging.h"

#include "account/publish.h"
#include "base/map.h"
#include "json/reader.h"
#include "json/writer.h"

#include <stdio.h>

// A manifest being written from the policies of a workload.
struct manifest {
    struct pc_arena *arena;
    struct pc_json_writer writer;
    struct pc_str source; // text of policies.json
    const struct pc_json *policies;
};

static void write_source(struct manifest *manifest, const char *key, const struct pc_json *json)
{
    pc_json_key(&manifest->writer, key);
    pc_json_raw(&manifest->writer, pc_str_slice(manifest->source, json->start, json->end));
}

static enum pc_status write_identity(struct manifest *manifest)
{
    const struct pc_json *identity = pc_json_get(manifest->policies, PC_STR("identity"));
    pc_json_key(&manifest->writer, "policies");
    pc_json_begin_array(&manifest->writer);
    for (size_t i = 0; identity != NULL && i < identity->count; i++) {
        const struct pc_json *name = pc_json_get(&identity->items[i], PC_STR("name"));
        const struct pc_json *policy = pc_json_get(&identity->items[i], PC_STR("policy"));
        if (name == NULL || policy == NULL) {
            return PC_ERR_INVALID;
        }
        pc_json_begin_object(&manifest->writer);
        write_source(manifest, "name", name);
        write_source(manifest, "document", policy);
        pc_json_end_object(&manifest->writer);
    }
    pc_json_end_array(&manifest->writer);
    return PC_OK;
}

static enum pc_status write_role(struct manifest *manifest, struct pc_str arn)
{
    const struct pc_json *holder = pc_json_get(manifest->policies, PC_STR("principal"));
    pc_json_begin_object(&manifest->writer);
    pc_json_key(&manifest->writer, "arn");
    pc_json_string(&manifest->writer, arn);
    if (holder != NULL && pc_str_eq(holder->text, arn)) {
        PC_TRY(write_identity(manifest));
    }
    pc_json_end_object(&manifest->writer);
    return PC_OK;
}

static enum pc_status write_roles(struct manifest *manifest,
                                  const struct pc_bench_requests *requests)
{
    struct pc_map seen;
    pc_map_init(&seen, manifest->arena);
    pc_json_key(&manifest->writer, "roles");
    pc_json_begin_array(&manifest->writer);
    for (size_t i = 0; i < requests->count; i++) {
        struct pc_str arn = requests->items[i].principal;
        if (pc_map_get(&seen, arn) == NULL) {
            PC_TRY(pc_map_put(&seen, arn, &requests->items[i]));
            PC_TRY(write_role(manifest, arn));
        }
    }
    pc_json_end_array(&manifest->writer);
    return PC_OK;
}

static enum pc_status write_resource(struct manifest *manifest)
{
    const struct pc_json *resource = pc_json_get(manifest->policies, PC_STR("resource"));
    const struct pc_json *arn = pc_json_get(resource, PC_STR("arn"));
    const struct pc_json *policy = pc_json_get(resource, PC_STR("policy"));
    if (arn == NULL || policy == NULL) {
        return resource == NULL || resource->type == PC_JSON_NULL ? PC_OK : PC_ERR_INVALID;
    }
    pc_json_key(&manifest->writer, "resources");
    pc_json_begin_array(&manifest->writer);
    pc_json_begin_object(&manifest->writer);
    write_source(manifest, "arn", arn);
    pc_json_key(&manifest->writer, "account");
    pc_json_string(&manifest->writer, PC_BENCH_ACCOUNT);
    write_source(manifest, "policy", policy);
    pc_json_end_object(&manifest->writer);
    pc_json_end_array(&manifest->writer);
    return PC_OK;
}

static enum pc_status write_manifest(struct manifest *manifest,
                                     const struct pc_bench_requests *requests)
{
    pc_json_begin_object(&manifest->writer);
    pc_json_key(&manifest->writer, "polcheck");
    pc_json_number(&manifest->writer, 1);
    PC_TRY(write_roles(manifest, requests));
    PC_TRY(write_resource(manifest));
    pc_json_end_object(&manifest->writer);
    return pc_buf_status(manifest->writer.out);
}

static enum pc_status save(const char *path, struct pc_str text)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return PC_ERR_IO;
    }
    bool whole = fwrite(text.ptr, 1, text.len, file) == text.len;
    return fclose(file) == 0 && whole ? PC_OK : PC_ERR_IO;
}

static enum pc_status make_manifest(struct pc_arena *arena, const struct pc_bench_site *site,
                                    const struct pc_bench_requests *requests,
                                    struct pc_diags *diags)
{
    PC_CLEANUP(pc_buf_release) struct pc_buf text = {0};
    struct manifest manifest = {.arena = arena};
    PC_TRY(pc_bench_file_read(arena, site->folder, "policies.json", &manifest.source));
    const struct pc_json_source source = {.file = PC_STR("policies.json"), .text = manifest.source};
    PC_TRY(pc_json_parse(arena, &source, diags, &manifest.policies));
    pc_json_writer_init(&manifest.writer, &text, false);
    PC_TRY(write_manifest(&manifest, requests));
    return save(site->manifest, pc_buf_view(&text));
}

enum pc_status pc_bench_stage(struct pc_arena *arena, const struct pc_bench_site *site,
                              const struct pc_bench_requests *requests, struct pc_diags *diags)
{
    struct pc_str path = pc_str_from(site->manifest);
    const struct pc_import_input input = {.paths = &path, .count = 1, .jobs = 1};
    const struct pc_publish_options options = {.path = site->store};
    const struct pc_import *import = NULL;
    struct pc_published published;
    PC_TRY(make_manifest(arena, site, requests, diags));
    PC_TRY(pc_import_paths(arena, &input, diags, &import));
    return pc_publish(arena, import, &options, diags, &published);
}
