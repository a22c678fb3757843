// SPDX-License-Identifier: Apache-2.0
//
// Policy documents inside dumps: as an object, as JSON inside a string, or percent-encoded; and
// their reading as the policy types that they are used as.
#ifndef PC_ACCOUNT_DOCUMENTS_H
#define PC_ACCOUNT_DOCUMENTS_H

#include "picture.h"
#include "policy/reader.h"

// Makes a document of the value. A string holds JSON, or JSON that is percent-encoded (RFC 3986);
// the latter has all its places at the start of the string. *out is NULL when the text cannot be
// read, which is reported.
PC_MUST_CHECK enum pc_status pc_document_new(struct pc_import *import, const struct pc_file *file,
                                             const struct pc_json *value, struct pc_str name,
                                             struct pc_document **out);

// Reads the document as a policy of the type, once: document->read[type]. Errors are reported and
// leave NULL there; what was reported for another type is not repeated.
PC_MUST_CHECK enum pc_status pc_document_use(struct pc_import *import, struct pc_document *document,
                                             enum pc_policy_type type);

// What the reader of policies takes, but for the type.
struct pc_policy_input pc_document_input(const struct pc_document *document);

// A document as it reads as one type, with what is to be said of it.
struct pc_document_reading {
    const struct pc_document *document;
    enum pc_policy_type type;
    struct pc_str service; // as in struct pc_document

    const struct pc_policy *policy; // NULL unless status is PC_OK
    struct pc_diags diags;
    enum pc_status status;
    struct pc_document_reading *other; // of the same document
    struct pc_document_reading *next;
};

// Does the reading: fills in policy, diagnostics and status, in the arena. Any thread, with an
// arena of its own.
void pc_document_read(struct pc_document_reading *reading, struct pc_arena *arena);

// The reading of the document that was done, or is to be done, ahead; or NULL.
struct pc_document_reading *pc_document_reading(const struct pc_document *document,
                                                enum pc_policy_type type, struct pc_str service);

// What AWS counts: characters of the document.
size_t pc_document_size(const struct pc_document *document, bool without_white_space);

// Copies diagnostics that are not in `seen` yet, and notes them there.
PC_MUST_CHECK enum pc_status pc_diags_copy_new(struct pc_map *seen, const struct pc_diags *from,
                                               struct pc_diags *to);

#endif
