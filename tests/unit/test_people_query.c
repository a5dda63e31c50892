/* What is typed to find users. */
#include "core/store/people_query.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

struct sample {
    const char *typed, *text, *source, *check, *role; /* NULL = not asked for */
};

static void assert_same(const char *got, const char *wanted, const char *typed)
{
    if ((got == NULL) != (wanted == NULL) || (got && strcmp(got, wanted) != 0))
        fail_msg("'%s' gives '%s', not '%s'", typed, got ? got : "-", wanted ? wanted : "-");
}

static void people_query__takes_terms_out_of_the_text(void **state)
{
    static const struct sample samples[] = {
        {"", NULL, NULL, NULL, NULL},
        {"   ", NULL, NULL, NULL, NULL},
        {"dara kim", "dara kim", NULL, NULL, NULL},
        {" dara ", "dara", NULL, NULL, NULL},
        {"source:hr", NULL, "hr", NULL, NULL},
        {"source:", NULL, NULL, NULL, NULL},
        {"source: dara", "dara", NULL, NULL, NULL},
        {"dara source:hr kim", "dara  kim", "hr", NULL, NULL},
        {"source:\"old people\" ann", "ann", "old people", NULL, NULL},
        {"source:\"open", NULL, "open", NULL, NULL},
        {"failing:no-mfa role:admin", NULL, NULL, "no-mfa", "admin"},
        {"source:a source:b", NULL, "b", NULL, NULL},
        {"datasource:hr", "datasource:hr", NULL, NULL, NULL},
        {"urn:x source:hr", "urn:x", "hr", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        const struct sample *sample = &samples[i];
        struct people_query q = {0};
        people_query_parse(&q, sample->typed);
        const struct people_filter f = people_query_filter(&q);
        assert_same(f.text, sample->text, sample->typed);
        assert_same(f.source, sample->source, sample->typed);
        assert_same(f.check, sample->check, sample->typed);
        assert_same(f.role, sample->role, sample->typed);
        assert_false(f.failing);
        people_query_release(&q);
    }
}

static void people_query__can_be_parsed_anew(void **state)
{
    struct people_query q = {0};
    (void)state;
    people_query_parse(&q, "ann source:hr");
    people_query_parse(&q, "role:guest");
    assert_null(q.text);
    assert_null(q.source);
    assert_string_equal(q.role, "guest");
    people_query_release(&q);
    people_query_release(&q);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_query__takes_terms_out_of_the_text),
        cmocka_unit_test(people_query__can_be_parsed_anew),
    };
    return cmocka_run_group_tests_name("people_query", tests, NULL, NULL);
}
