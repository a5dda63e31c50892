#ifndef CHECKHOOK_TESTS_SUPPORT_TRIAL_H
#define CHECKHOOK_TESTS_SUPPORT_TRIAL_H

#include "core/store/evaluate.h"
#include "tests/support/checkbed.h"

/*
 * Questions about crafted users, answered without a run: built-in checks over a store.
 * Whatever goes wrong here fails the running test.
 */

/* checkbed_load of lines that '/' separates; the first one goes on behind "user id=x ". */
void trial_load(struct checkbed *bed, const char *source, const char *users);

/*
 * A check at BED_NOW, perhaps with settings: "inactive-90 days=30". `number` sets it apart from the
 * other questions of one evaluation. The caller releases it.
 */
void trial_compile(const struct checkbed *bed, const char *check, size_t number,
                   struct question *out);

/* Answers them all; the caller closes it, and then releases the questions. */
struct evaluation *trial_evaluate(const struct checkbed *bed, const struct question *questions,
                                  size_t count);

/* "fail", "pass", "outside", "unknown" */
const char *trial_word(enum verdict verdict);

#endif
