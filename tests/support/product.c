/* Runs the product's commands in a home of their own. */
#include "tests/support/product.h"

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

enum { ARGS_MAX = 30, LISTEN_TIMEOUT_MS = 30000 };

int product_setup(void **state)
{
    struct product *p = mem_zalloc(sizeof *p);
    tmpdir_init(&p->dir);
    snprintf(p->variable, sizeof p->variable, "CHECKHOOK_HOME=%s/home", p->dir.path);
    p->env[0] = p->variable;
    *state = p;
    return 0;
}

int product_teardown(void **state)
{
    struct product *p = *state;
    tmpdir_release(&p->dir);
    free(p);
    return 0;
}

struct run_result product_run(const struct product *p, const char *const *args,
                              const char *stdin_text)
{
    return run_checkhook(args, &(struct run_options){.env = p->env, .stdin_text = stdin_text});
}

void product_expect_at(const char *file, int line, const struct product *p, int status,
                       const char *text, const char *const *args)
{
    struct run_result r = product_run(p, args, NULL);
    bool found = !text || strstr(r.out, text) || strstr(r.err, text);
    if (r.status != status || !found)
        support_fail_at(file, line, "status %d, wanted %d and '%s':\n%s%s", r.status, status,
                        text ? text : "", r.out, r.err);
    run_release(&r);
}

cJSON *product_json_at(const char *file, int line, const struct product *p, const char *const *args)
{
    struct run_result r = product_run(p, args, NULL);
    cJSON *json = r.status == 0 ? cJSON_Parse(r.out) : NULL;
    if (!json)
        support_fail_at(file, line, "%s %s: status %d, or no JSON:\n%s%s", args[0], args[1],
                        r.status, r.out, r.err);
    run_release(&r);
    return json;
}

const char *product_text(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    assert_non_null(text);
    return text;
}

struct run_child product_listen(const struct product *p, const char *const *args, char **url)
{
    const char *all[ARGS_MAX] = {"listen", "--port", "0"};
    for (size_t i = 0; args && args[i] && i + 4 < ARGS_MAX; i++)
        all[i + 3] = args[i];
    struct run_child child = run_start(all, &(struct run_options){.env = p->env});
    run_wait_text(&child, "http://", LISTEN_TIMEOUT_MS);
    run_wait_text(&child, "Ctrl-C", LISTEN_TIMEOUT_MS);
    const char *at = strstr(child.seen, "http://");
    *url = strndup(at, strcspn(at, ", \n"));
    return child;
}
