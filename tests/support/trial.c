/* Compiles built-in checks, loads crafted users, and asks the one about the other. */
#include "tests/support/trial.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/checks/compile.h"
#include "tests/support/fail.h"

enum { USERS_BYTES = 64 * 1024 };

void trial_load(struct checkbed *bed, const char *source, const char *users)
{
    struct strbuf text;

    strbuf_init(&text, USERS_BYTES);
    strbuf_adds(&text, "user id=x ");
    for (const char *p = users; *p; p++)
        strbuf_addc(&text, *p == '/' ? '\n' : *p);
    checkbed_load(bed, source, text.text);
    strbuf_release(&text);
}

static void set_numbers(struct config *config, const char *id, char *settings)
{
    char *rest = NULL;

    for (char *word = strtok_r(settings, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        char *equals = strchr(word, '=');
        if (!equals) {
            support_die("'%s' is not SETTING=NUMBER", word);
            return;
        }
        *equals = '\0';
        check_value_set(config_check_make(config, id), word, strtoll(equals + 1, NULL, 10));
    }
}

void trial_compile(const struct checkbed *bed, const char *check, size_t number,
                   struct question *out)
{
    char *id = mem_strdup(check), *settings = strchr(id, ' ');
    struct config config = {0};
    struct error err = {0};

    if (settings)
        *settings++ = '\0';
    const struct check *found = catalogue_find(&bed->catalogue, id);
    if (!found)
        support_die("there is no check '%s'", id);
    if (settings)
        set_numbers(&config, id, settings);
    *out = (struct question){0};
    if (!check_compile(found, &config, number, BED_NOW, out, &err))
        support_die("%s", err.text);
    config_release(&config);
    free(id);
}

struct evaluation *trial_evaluate(const struct checkbed *bed, const struct question *questions,
                                  size_t count)
{
    struct error err = {0};
    struct evaluation *e = evaluation_open(bed->store, questions, count, QUESTION_LIMIT_MS, &err);
    bool done = false;

    while (e && !done)
        if (!evaluation_step(e, 1000, &done, &err))
            break;
    if (!done)
        support_die("%s", err.text);
    for (size_t i = 0; i < count; i++)
        if (evaluation_fault(e, i))
            support_die("%s: %s", questions[i].fails.sql, evaluation_fault(e, i));
    return e;
}

const char *trial_word(enum verdict verdict)
{
    static const char *const words[] = {
        [VERDICT_OUTSIDE] = "outside",
        [VERDICT_PASS] = "pass",
        [VERDICT_FAIL] = "fail",
        [VERDICT_UNKNOWN] = "unknown",
    };

    return words[verdict];
}
