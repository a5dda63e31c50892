/*
 * Text safety: UTF-8, columns, and the one function that outside text passes before it is shown.
 *
 * Widths, combining marks and case follow the C library's Unicode tables (C.UTF-8) whatever the
 * locale of the process, so that a command under LANG=C decides as the console does.
 */
#ifndef CHECKHOOK_CORE_BASE_TEXT_H
#define CHECKHOOK_CORE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"

/*
 * Decodes one character. Returns its length in bytes (1-4), or 0 where the bytes are not valid
 * UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF) or len is 0.
 */
size_t utf8_decode(const char *bytes, size_t len, uint32_t *code);
/* Returns the length; a surrogate or a number above U+10FFFF is written as U+FFFD. */
size_t utf8_encode(uint32_t code, char out[4]);
bool utf8_valid(const char *bytes, size_t len);
size_t utf8_count(const char *s); /* characters; a bad byte counts as one */

/* True for C0, C1 and DEL characters anywhere in s; CR, LF, TAB are among them, and so are loose
 * bytes 80-9f, which some terminals take for C1. */
bool text_has_control(const char *s);

/* True for characters that are never shown raw (CWE-150): controls, bidirectional and zero-width
 * marks, invisible letters, tags, soft hyphen, private use, noncharacters, unassigned planes. */
bool text_is_unsafe(uint32_t code);

/*
 * Appends s made visible: unsafe characters, those that the C library does not know, and bytes that
 * are not UTF-8 appear as \u{1b} and \x{ff}. So does a combining mark that follows two others or
 * has no character to stand on. When keep_newlines is set, LF stays and TAB becomes a blank.
 */
void text_safe_add(struct strbuf *out, const char *bytes, size_t len, bool keep_newlines);
char *text_safe(const char *s); /* the same for one line; the caller frees */

/* Columns that text_safe(s) takes on a terminal. */
size_t text_width(const char *s);

/*
 * Appends text_safe(s), cut to at most `columns`; where it is cut, it ends in the ellipsis text
 * (for example "…"), which itself is left out where it does not fit. An escape is never cut.
 */
void text_cut_add(struct strbuf *out, const char *s, size_t columns, const char *ellipsis);

/* Equal regardless of case: ASCII and simple Unicode folding (towlower). */
bool text_equal_nocase(const char *a, const char *b);
bool text_contains_nocase(const char *haystack, const char *needle); /* "" is everywhere */

/* Every character in lower case, as the two above compare; as many as before. The caller frees. */
char *text_lower(const char *s);

/* How many bytes have to be put in, taken out or changed to turn a into b (Levenshtein), to find
 * the nearest of known names; for more than 64 bytes the sum of both lengths. */
size_t text_distance(const char *a, const char *b);

/* Blanks and tabs at both ends removed; the caller frees. */
char *text_trim(const char *s);

/* A whole decimal number ('-' allowed, '+' not), nothing around it, within [min, max]. False leaves
 * *out alone. */
bool text_to_int(const char *s, int64_t min, int64_t max, int64_t *out);

#endif
