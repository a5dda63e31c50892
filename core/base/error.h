/*
 * Errors: one struct on the caller's stack, a kind and a sentence.
 *
 * A function that can fail returns bool or a pointer and takes `struct error *err` last: never
 * NULL, untouched on success. The text is a sentence fit for the message line; it says what to do
 * and never holds a secret. It is made once, where the fault is known, and shown as it is.
 */
#ifndef CHECKHOOK_CORE_BASE_ERROR_H
#define CHECKHOOK_CORE_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

/* Kinds exist only where a caller acts differently. The command line maps them to exit codes. */
enum error_kind {
    ERR_NONE = 0,
    ERR_INVALID,   /* what the user gave is wrong: exit 2 */
    ERR_NOT_FOUND, /* the named thing does not exist: exit 2 */
    ERR_BUSY,      /* held by somebody else, or by other work here: exit 4 */
    ERR_CONFLICT,  /* changed by somebody else since it was read: exit 4 */
    ERR_CONFIG,    /* the configuration cannot be used: exit 3 */
    ERR_IO,        /* a file or the database cannot be used: exit 3 */
    ERR_CRYPTO,    /* key missing or a sealed value does not open: exit 3 */
    ERR_CANCELLED, /* the user stopped it */
};

struct error {
    enum error_kind kind;
    char text[512]; /* always terminated; cut at a UTF-8 boundary */
};

/* Sets kind and text; returns false, so that `return error_set(err, …);` is one line. */
bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the text that is there. Returns false. */
bool error_wrap(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The last system error as a sentence: "FORMATTED: No such file or directory", and what to do where
 * the user can (no right, no space, a read-only file system). Returns false. */
bool error_errno(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
