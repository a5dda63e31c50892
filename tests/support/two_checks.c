/* The bed of two checks. */
#include "tests/support/two_checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/mem.h"

#define NO_MFA                                                                                     \
    CHECKBED_CHECK("no-mfa", "critical",                                                           \
                   "applies = \"u.enabled = 1\"; fails = \"u.mfa_enrolled = 0\";"                  \
                   "explain = { type = \"u.user_type\"; created = \"u.created_at\"; };")
#define BYPASS CHECKBED_CHECK("bypass", "low", "fails = \"u.mfa_bypass = 1\";")

const char two_checks[] = "checks = (\n" NO_MFA ",\n" BYPASS "\n);";

struct checkbed *two_checks_begin(const char *users)
{
    struct checkbed *bed = mem_zalloc(sizeof *bed);

    checkbed_init(bed, two_checks, NULL);
    if (users)
        checkbed_load(bed, "okta", users);
    return bed;
}

void two_checks_end(struct checkbed *bed)
{
    checkbed_release(bed);
    free(bed);
}

void two_checks_expect(struct checkbed *bed, const char *fresh, int failing, int resolved, int kept)
{
    struct job *job = checkbed_run(bed);
    const struct run_line *line = checkbed_line(job, "no-mfa");

    assert_string_equal(line->error, "");
    assert_string_equal(checkbed_fresh(job, "no-mfa"), fresh);
    assert_int_equal(line->failing, failing);
    assert_int_equal(line->resolved, resolved);
    assert_int_equal(line->kept, kept);
    assert_int_equal(line->state, failing > 0 ? RUN_FAIL : kept > 0 ? RUN_STALE : RUN_PASS);
    job_free(job);
}
