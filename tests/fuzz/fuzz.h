#ifndef CHECKHOOK_TESTS_FUZZ_FUZZ_H
#define CHECKHOOK_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

/*
 * Fuzzing: a target takes any bytes to a parser and asserts what holds whatever they are. libFuzzer
 * drives the targets (main.c), and the unit tests give each of them its seeds.
 *
 * A target is a file of its own with a row in fuzz.c. Every format of import_formats is one by
 * itself, "import-NAME". Its seeds are the files in seeds/TARGET, one input each.
 */
typedef void fuzz_run(const uint8_t *bytes, size_t len);

fuzz_run fuzz_catalogue, fuzz_expression, fuzz_incoming, fuzz_items, fuzz_json, fuzz_text, fuzz_url;

/* True when there is a target of that name, which fuzz_one then runs. */
bool fuzz_choose(const char *target);
void fuzz_one(const uint8_t *bytes, size_t len);

/* The names of all targets, ends with NULL; lives as long as the program. */
const char *const *fuzz_targets(void);

/* Of the import targets: the format to read. */
void fuzz_import(const char *format, const uint8_t *bytes, size_t len);

/* --- for the targets -------------------------------------------------------------------------- */

/* Ends the program, saying where and what, unless the condition holds. */
#define FUZZ_ASSERT(condition)                                                                     \
    ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, NULL))
/* The same with a text that shows more. */
#define FUZZ_ASSERT_OF(condition, text)                                                            \
    ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition, text))
_Noreturn void fuzz_fail(const char *file, int line, const char *condition, const char *text);

/* The bytes with a NUL after them; what follows a NUL among them is out of sight then. The caller
 * frees. */
char *fuzz_text_of(const uint8_t *bytes, size_t len);

/* Asserts that the text can be shown as it is: UTF-8, and nothing that could trick a terminal. */
void fuzz_assert_shown(const char *text);

/* Asserts that a text is UTF-8 and not empty; one that may hold what others wrote is made visible
 * where it is shown. */
void fuzz_assert_text(const char *text);

/* Asserts that the error says something. */
void fuzz_assert_error(const struct error *err);

/* A sum that differs where bytes differ, to compare what is too long to keep; begins with 0. */
uint64_t fuzz_sum(uint64_t sum, const void *bytes, size_t len);

#endif
