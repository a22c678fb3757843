// SPDX-License-Identifier: Apache-2.0
//
// Text in XML 1.0.
#ifndef PC_BASE_XML_H
#define PC_BASE_XML_H

#include "base/buf.h"

// Appends the text such that it can stand between tags and in a quoted attribute, where ends of
// lines and tabs stay what they are. What is no character of XML, or no UTF-8, becomes U+FFFD.
void pc_buf_xml(struct pc_buf *out, struct pc_str text);

#endif
