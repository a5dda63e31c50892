#ifndef CHECKHOOK_TESTS_SUPPORT_FAIL_H
#define CHECKHOOK_TESTS_SUPPORT_FAIL_H

#include <stdint.h>

/* Prints the sentence on standard error and aborts: for faults of the test's own machinery. */
_Noreturn void support_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Prints the sentence and fails the running cmocka test, at FILE:LINE of the test. Only from the
 * thread and process of the test.
 */
void support_fail_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Milliseconds of a clock that only goes forward. */
int64_t support_now_ms(void);

#endif
