/* The counting sink itself, asked by the curl command. */
#include "tests/support/sink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/fail.h"
#include "tests/support/run.h"

static const char id_one[] = "11111111-1111-4111-8111-111111111111";
static const char id_two[] = "22222222-2222-4222-8222-222222222222";

static int open_sink(void **state)
{
    *state = sink_start();
    return 0;
}

static int close_sink(void **state)
{
    sink_stop(*state);
    return 0;
}

/* Posts an event and returns what curl printed: the status, and Retry-After where there is one. */
static char *post(struct sink *sink, const char *path, const char *event_id)
{
    char *url = sink_url(sink, path), *header = mem_printf("X-Checkhook-Event-Id: %s", event_id);
    const char *const argv[] = {"curl",
                                "-q",
                                "-sS",
                                "--noproxy",
                                "*",
                                "-H",
                                header,
                                "-d",
                                "{}",
                                "-o",
                                "/dev/null",
                                "-w",
                                "%{http_code}%header{retry-after}",
                                url,
                                NULL};
    struct run_result result = run_command(argv, NULL);
    char *out = mem_strdup(result.out);

    assert_int_equal(result.status, 0);
    run_release(&result);
    free(header);
    free(url);
    return out;
}

static void expect(struct sink *sink, const char *path, const char *event_id, const char *answer)
{
    char *out = post(sink, path, event_id);

    assert_int_equal(strncmp(out, answer, strlen(answer)), 0);
    free(out);
}

static void note_id(void *ctx, const char *event_id)
{
    char **all = ctx;
    char *longer = mem_printf("%s%s;", *all ? *all : "", event_id);

    free(*all);
    *all = longer;
}

static void sink_counts__knows_each_id_once(void **state)
{
    struct sink *sink = *state;
    char *ids = NULL;

    expect(sink, "/a", id_one, "204");
    expect(sink, "/a", id_one, "204");
    expect(sink, "/b?q=1", id_two, "204");
    expect(sink, "/b", "not an id", "204");
    struct sink_counts a = sink_counts(sink, "/a"), all = sink_counts(sink, NULL);
    assert_int_equal(a.requests, 2);
    assert_int_equal(a.accepted, 2);
    assert_int_equal(a.unique, 1);
    assert_int_equal(a.repeats, 1);
    assert_int_equal(all.requests, 4);
    assert_int_equal(all.unique, 2);
    assert_int_equal(all.strange, 1);
    assert_true(sink_has(sink, "/a", id_one));
    assert_false(sink_has(sink, "/a", id_two));
    assert_false(sink_has(sink, "/c", id_two));
    sink_each(sink, "/b", note_id, &ids);
    assert_string_equal(ids, "22222222-2222-4222-8222-222222222222;");
    free(ids);
}

static void sink_script__goes_round(void **state)
{
    struct sink *sink = *state;
    const struct sink_answer half[] = {{.status = 503}, {.status = 200}};

    sink_script(sink, "/half", half, ARRAY_LEN(half));
    sink_answer(sink, NULL, (struct sink_answer){.status = 429, .retry_after_s = 7});
    expect(sink, "/half", id_one, "503");
    assert_false(sink_has(sink, "/half", id_one));
    expect(sink, "/half", id_one, "200");
    expect(sink, "/half", id_two, "503");
    expect(sink, "/other", id_two, "429");
    assert_int_equal(sink_counts(sink, "/half").unique, 1);
    assert_int_equal(sink_counts(sink, NULL).accepted, 1);
    sink_answer(sink, "/half", (struct sink_answer){.status = 410});
    expect(sink, "/half", id_two, "410");
}

static void sink_answer__waits_as_told(void **state)
{
    struct sink *sink = *state;
    int64_t began = support_now_ms();

    sink_answer(sink, "/slow", (struct sink_answer){.delay_ms = 300});
    expect(sink, "/slow", id_one, "204");
    assert_true(support_now_ms() - began >= 300);
    assert_true(sink_wait(sink, "/slow", 1, 0));
    assert_false(sink_wait(sink, "/slow", 2, 10));
}

static void sink_each__holds_many_ids(void **state)
{
    struct sink *sink = *state;
    char *ids = NULL, id[40], *config = mem_strdup(""), *base = sink_url(sink, "/many");

    for (unsigned i = 1; i <= 200; i++) {
        snprintf(id, sizeof id, "%08x-0000-4000-8000-0000%08x", i, i * 2654435761U);
        char *more = mem_printf("%snext\nurl = %s\noutput = /dev/null\ndata = x\n"
                                "header = \"X-Checkhook-Event-Id: %s\"\n",
                                config, base, id);
        free(config);
        config = more;
    }
    struct run_result result =
        run_command((const char *const[]){"curl", "-q", "-sS", "--noproxy", "*", "-K", "-", NULL},
                    &(struct run_options){.stdin_text = config});
    assert_int_equal(result.status, 0);
    run_release(&result);
    assert_int_equal(sink_counts(sink, "/many").unique, 200);
    assert_int_equal(sink_connections(sink), 1);
    for (unsigned i = 1; i <= 200; i++) {
        snprintf(id, sizeof id, "%08x-0000-4000-8000-0000%08x", i, i * 2654435761U);
        assert_true(sink_has(sink, "/many", id));
    }
    sink_each(sink, "/many", note_id, &ids);
    assert_int_equal(strlen(ids), 200 * 37);
    free(ids);
    free(config);
    free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sink_counts__knows_each_id_once, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(sink_script__goes_round, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(sink_answer__waits_as_told, open_sink, close_sink),
        cmocka_unit_test_setup_teardown(sink_each__holds_many_ids, open_sink, close_sink),
    };

    return cmocka_run_group_tests_name("sink", tests, NULL, NULL);
}
