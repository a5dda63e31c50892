/*
 * A growable string with a limit from birth.
 *
 * Invariants: `text` is always terminated and never NULL after strbuf_init; len <= max. A buffer
 * that would pass `max` keeps what fits, refuses all that follows and says so in `overflow`; the
 * caller checks it once, at the end. Text may hold NUL bytes; `len` counts them. What is added
 * must not point into the buffer itself.
 */
#ifndef CHECKHOOK_CORE_BASE_STRBUF_H
#define CHECKHOOK_CORE_BASE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct strbuf {
    char *text;
    size_t len, cap, max;
    bool overflow;
};

void strbuf_init(struct strbuf *sb, size_t max); /* max: bytes that the text may have */
/* Accepts a zeroed struct. Hidden, because libconfig 1.5 exports a function of this name and would
 * call ours in place of its own. */
void strbuf_release(struct strbuf *sb) __attribute__((visibility("hidden")));
void strbuf_clear(struct strbuf *sb);   /* empty, overflow off; keeps memory and max */
char *strbuf_detach(struct strbuf *sb); /* gives the text away, no release needed then */

/* Room for so many bytes in all, so that adding them moves nothing. */
void strbuf_reserve(struct strbuf *sb, size_t len);

void strbuf_add(struct strbuf *sb, const void *bytes, size_t len);
void strbuf_adds(struct strbuf *sb, const char *s);
void strbuf_addc(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_addv(struct strbuf *sb, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

#endif
