/* Tests of who cannot be told by a check, and why. */
#include "tests/support/two_checks.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/base/strbuf.h"

static bool add_unknown(void *ctx, int64_t uid, const char *source, const char *id,
                        const char *login, struct error *err)
{
    assert_true(uid > 0);
    (void)err;
    strbuf_addf(ctx, "%s/%s/%s ", source, id, login);
    return true;
}

static void run_each_unknown__lists_who_cannot_be_told(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=1 login=ann enabled=1 mfa_enrolled=0\n"
                                            "user id=2 login=bob enabled=1\n"
                                            "user id=3 login=cat\n"
                                            "user id=4 login=dan enabled=0\n");
    struct run_options options = checkbed_options(bed);
    struct error err = {0};
    struct strbuf out;

    strbuf_init(&out, 1000);
    assert_true(run_each_unknown(&options, "no-mfa", add_unknown, &out, &err));
    assert_string_equal(out.text, "okta/2/bob okta/3/cat ");
    assert_false(run_each_unknown(&options, "zzz", add_unknown, &out, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    strbuf_release(&out);
    two_checks_end(bed);
}

static bool add_reason(void *ctx, const struct check *check, const char *reason, struct error *err)
{
    (void)err;
    strbuf_addf(ctx, "%s: %s; ", check->id, reason);
    return true;
}

static void run_each_unknown_of__says_why(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=1 login=ann enabled=1 mfa_enrolled=0\n"
                                            "user id=2 login=bob enabled=1\n");
    struct run_options options = checkbed_options(bed);
    const char *const ids[] = {"no-mfa"};
    struct error err = {0};
    struct strbuf out;

    strbuf_init(&out, 1000);
    options.ids = ids;
    options.id_count = 1;
    assert_true(run_each_unknown_of(&options, 1, add_reason, &out, &err));
    assert_string_equal(out.text, "");
    assert_true(run_each_unknown_of(&options, 2, add_reason, &out, &err));
    assert_string_equal(
        out.text,
        "no-mfa: not all that is asked is known, of this user or of others in the data set; ");
    strbuf_clear(&out);
    assert_true(run_each_unknown_of(&options, 99, add_reason, &out, &err));
    assert_string_equal(out.text, "");
    strbuf_release(&out);
    two_checks_end(bed);
}

/* Keys are asked of disabled users, too. */
static void run_each_unknown_of__says_what_is_lacking_of_a_disabled_user(void **state)
{
    (void)state;
    static const char keys[] =
        "checks = (" CHECKBED_CHECK("keys", "low",
                                    "needs = ( \"credentials\" ); fails = \"CASE WHEN "
                                    "u.credentials_known = 1 THEN 0 END\";") ");";
    struct checkbed bed;
    struct error err = {0};
    struct strbuf out;

    checkbed_init(&bed, keys, NULL);
    checkbed_load(&bed, "ad", "user id=1 login=ann enabled=0\n");
    struct run_options options = checkbed_options(&bed);
    strbuf_init(&out, 1000);
    assert_true(run_each_unknown_of(&options, 1, add_reason, &out, &err));
    assert_string_equal(out.text, "keys: source lacks keys and tokens; ");
    strbuf_release(&out);
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_each_unknown__lists_who_cannot_be_told),
        cmocka_unit_test(run_each_unknown_of__says_why),
        cmocka_unit_test(run_each_unknown_of__says_what_is_lacking_of_a_disabled_user),
    };
    return cmocka_run_group_tests_name("unknown", tests, NULL, NULL);
}
