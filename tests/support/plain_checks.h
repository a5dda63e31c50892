#ifndef CHECKHOOK_TESTS_SUPPORT_PLAIN_CHECKS_H
#define CHECKHOOK_TESTS_SUPPORT_PLAIN_CHECKS_H

#include "core/store/question.h"
#include "tests/support/crowd.h"

/* The built-in checks in plain C, to compare with what the engine makes of their SQL. */
enum { PLAIN_CHECKS = 45, PLAIN_NUMBERS_MAX = 2 };

struct plain_question {
    const struct crowd *crowd;
    const struct crowd_user *u; /* one of the crowd */
    const int64_t *n;           /* the settings of the check, in the order of the catalogue */
};

struct plain_check {
    const char *id;
    enum verdict (*judge)(const struct plain_question *q);
};

/* In the order of the catalogue. */
extern const struct plain_check plain_checks[PLAIN_CHECKS];

#endif
