/*
 * Encodings that the wire needs: base64, percent and form encoding.
 */
#ifndef CHECKHOOK_CORE_BASE_ENCODE_H
#define CHECKHOOK_CORE_BASE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"

/* Standard alphabet with padding (RFC 4648, section 4). */
void base64_add(struct strbuf *out, const void *bytes, size_t len);
/* Decodes into out (at most cap bytes); false for any other text. *len is set. */
bool base64_decode(const char *text, uint8_t *out, size_t cap, size_t *len);

/* Percent-encodes all but unreserved characters (RFC 3986, section 2.3). */
void percent_add(struct strbuf *out, const char *s);
/* application/x-www-form-urlencoded: like percent_add, but a blank becomes '+'
 * (RFC 6749, appendix B). */
void form_add(struct strbuf *out, const char *s);

#endif
