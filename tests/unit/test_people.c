/* The list of users: walked in slices, searched, sorted; and one user with all that is known. */
#include "core/store/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/outbox.h"
#include "core/store/person.h"
#include "core/store/runs.h"
#include "tests/support/checkbed.h"

enum { SLICE = 7, NAMES_MAX = 4096 };

static const char users[] =
    "user id=1 login=zoe display_name=Anna email=a@example.com enabled=1 last_login_at=5d\n"
    "user id=2 login=yves display_name=Ümit department=Zürich enabled=1 last_login_at=2d\n"
    "user id=3 login=xenia display_name=bert is_admin=1 mfa_enrolled=0 enabled=1 last_login_at=9d\n"
    "factor kind=totp strength=2 status=active\n"
    "factor kind=sms strength=1 status=pending\n"
    "role role=Owner tier=2 assignment=eligible\n"
    "user id=4 login=50%_off enabled=1\n";

static int setup(void **state)
{
    struct checkbed *bed = calloc(1, sizeof *bed);
    checkbed_init(bed, NULL, NULL);
    checkbed_load(bed, "people", users);
    *state = bed;
    return 0;
}

static int teardown(void **state)
{
    checkbed_release(*state);
    free(*state);
    return 0;
}

/* "zoe yves" in a text that lives until the next call. */
static const char *logins(struct store *s, const struct people *p)
{
    static char text[NAMES_MAX];
    text[0] = '\0';
    for (size_t i = 0; i < p->count; i++) {
        struct error err = {0};
        struct person person = {0};
        assert_true(person_read(s, p->uids[i], &person, &err));
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? " " : "",
                 person.login);
        person_release(&person);
    }
    return text;
}

static const char *find(struct checkbed *bed, const struct people_filter *filter,
                        enum people_order order, bool reverse)
{
    struct error err = {0};
    struct people p = {0};
    assert_true(people_begin(&p, bed->store, filter, order, reverse, &err));
    while (!p.done)
        assert_true(people_step(&p, bed->store, SLICE, &err));
    const char *found = logins(bed->store, &p);
    people_release(&p);
    return found;
}

static const char *find_text(struct checkbed *bed, const char *text)
{
    return find(bed, &(struct people_filter){.text = text}, PEOPLE_BY_NAME, false);
}

static void people_step__sorts_as_asked(void **state)
{
    const struct people_filter all = {0};
    assert_string_equal(find(*state, &all, PEOPLE_BY_NAME, false), "50%_off zoe xenia yves");
    assert_string_equal(find(*state, &all, PEOPLE_BY_LOGIN, false), "50%_off xenia yves zoe");
    assert_string_equal(find(*state, &all, PEOPLE_BY_LOGIN, true), "zoe yves xenia 50%_off");
    assert_string_equal(find(*state, &all, PEOPLE_BY_LAST_LOGIN, false), "yves zoe xenia 50%_off");
}

static void people_step__searches_every_column(void **state)
{
    assert_string_equal(find_text(*state, "ANN"), "zoe");
    assert_string_equal(find_text(*state, "example.com"), "zoe");
    assert_string_equal(find_text(*state, "zürich"), "yves");
    assert_string_equal(find_text(*state, "ZÜRICH"), "yves");
    assert_string_equal(find_text(*state, "nobody"), "");
    assert_string_equal(find_text(*state, "50%_"), "50%_off");
    assert_string_equal(find_text(*state, "%"), "50%_off");
    assert_string_equal(find_text(*state, "_"), "50%_off");
}

static void people_step__keeps_to_one_source(void **state)
{
    checkbed_load(*state, "other", "user id=9 login=otto enabled=1\n");
    assert_string_equal(
        find(*state, &(struct people_filter){.source = "other"}, PEOPLE_BY_NAME, false), "otto");
}

static void people_step__shows_the_first_before_the_last_is_looked_at(void **state)
{
    struct checkbed *bed = *state;
    struct error err = {0};
    struct people p = {0};
    struct strbuf lines;
    strbuf_init(&lines, 1 << 20);
    for (int i = 0; i < 500; i++)
        strbuf_addf(&lines, "user id=m%d login=many%03d enabled=1\n", i, i);
    checkbed_load(bed, "many", lines.text);
    strbuf_release(&lines);
    assert_true(people_begin(&p, bed->store, &(struct people_filter){.text = "many"},
                             PEOPLE_BY_NAME, false, &err));
    assert_true(people_step(&p, bed->store, 100, &err));
    assert_false(p.done);
    assert_true(p.count > 0 && p.count <= 100);
    while (!p.done)
        assert_true(people_step(&p, bed->store, 100, &err));
    assert_int_equal(p.count, 500);
    assert_true(p.sorted);
    people_release(&p);
}

static void people_begin__of_nobody_is_done(void **state)
{
    struct checkbed *bed = *state;
    struct error err = {0};
    struct people p = {0};
    checkbed_remove(bed, "people");
    assert_true(
        people_begin(&p, bed->store, &(struct people_filter){0}, PEOPLE_BY_NAME, false, &err));
    assert_true(people_step(&p, bed->store, SLICE, &err));
    assert_true(p.done);
    assert_int_equal(p.count, 0);
    people_release(&p);
}

/* --- one of them ------------------------------------------------------------------------------ */

static bool add_line(void *ctx, const char *text, struct error *err)
{
    (void)err;
    strcat(ctx, text);
    strcat(ctx, ";");
    return true;
}

static struct person read_login(struct store *s, const char *login)
{
    struct error err = {0};
    struct person p = {0};
    int64_t uid;
    size_t count;
    assert_true(person_find(s, login, &uid, 1, &count, &err));
    assert_int_equal(count, 1);
    assert_true(person_read(s, uid, &p, &err));
    return p;
}

static void person_read__tells_unknown_from_no(void **state)
{
    struct checkbed *bed = *state;
    struct error err = {0};
    char lines[200] = "";
    struct person p = read_login(bed->store, "XENIA");
    assert_string_equal(p.name, "bert");
    assert_int_equal(p.is_admin, 1);
    assert_int_equal(p.mfa_enrolled, 0);
    assert_int_equal(p.password_enabled, -1);
    assert_null(p.email);
    assert_true(person_factors(bed->store, p.uid, add_line, lines, &err));
    assert_true(person_roles(bed->store, p.uid, add_line, lines, &err));
    assert_string_equal(lines, "totp;sms, pending;Owner, tier 2, eligible;");
    person_release(&p);
    p = read_login(bed->store, "people/4");
    assert_string_equal(p.login, "50%_off");
    assert_int_equal(p.mfa_enrolled, -1);
    person_release(&p);
}

static void person_read__of_one_who_is_gone_says_so(void **state)
{
    struct checkbed *bed = *state;
    struct error err = {0};
    struct person p = {0};
    assert_false(person_read(bed->store, 99999, &p, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_int_equal(p.uid, 0);
}

struct seen {
    char text[200];
    struct checkbed *bed;
};

static bool add_delivery(void *ctx, const struct delivery *d, struct error *err)
{
    (void)err;
    strcat(((struct seen *)ctx)->text, d->integration_name);
    return true;
}

static bool add_finding(void *ctx, const struct finding *f, struct error *err)
{
    struct seen *seen = ctx;
    strcat(seen->text, f->check_id);
    strcat(seen->text, ":");
    bool ok = person_deliveries(seen->bed->store, f, 5, add_delivery, seen, err);
    strcat(seen->text, ";");
    return ok;
}

static void person_findings__lead_to_what_was_sent(void **state)
{
    struct checkbed *bed = *state;
    struct error err = {0};
    struct seen seen = {.bed = bed};
    struct people failing = {0};
    checkbed_tick(bed, "admin-no-mfa", "Hook");
    job_free(checkbed_run(bed));
    struct person p = read_login(bed->store, "xenia");
    assert_true(p.findings >= 2);
    assert_true(findings_of_user(bed->store, p.source, p.id, add_finding, &seen, &err));
    assert_non_null(strstr(seen.text, "admin-no-mfa:Hook;"));
    assert_non_null(strstr(seen.text, "no-mfa:;"));
    person_release(&p);
    assert_true(people_begin(&failing, bed->store, &(struct people_filter){.failing = true},
                             PEOPLE_BY_NAME, false, &err));
    while (!failing.done)
        assert_true(people_step(&failing, bed->store, SLICE, &err));
    assert_string_equal(logins(bed->store, &failing), "xenia");
    people_release(&failing);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(people_step__sorts_as_asked),
        TEST(people_step__searches_every_column),
        TEST(people_step__keeps_to_one_source),
        TEST(people_step__shows_the_first_before_the_last_is_looked_at),
        TEST(people_begin__of_nobody_is_done),
        TEST(person_read__tells_unknown_from_no),
        TEST(person_read__of_one_who_is_gone_says_so),
        TEST(person_findings__lead_to_what_was_sent),
    };
    return cmocka_run_group_tests_name("people", tests, NULL, NULL);
}
