/* Fuzzes integrations from elsewhere: what can be saved is the same after saving and loading. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/reader.h"
#include "core/config/validate.h"
#include "core/config/writer.h"
#include "core/incoming.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_MAX = 1 << 24 };

static bool is_valid(const struct integration *in)
{
    const struct integration_list nobody = {0};
    struct problem_list problems = {0};
    bool ok = integration_validate(in, &nobody, VALIDATE_STORED, &problems);
    for (size_t i = 0; i < problems.count; i++)
        fuzz_assert_text(problems.items[i].text);
    problem_list_release(&problems);
    return ok;
}

/* What does not apply is forgotten by the first round; the second one may change nothing. */
static char *saved_text(const struct integration *in)
{
    struct config config = {.lock_fd = -1};
    struct strbuf out;
    general_init(&config.general);
    config_put(&config, in);
    strbuf_init(&out, TEXT_MAX);
    writer_add(&out, &config);
    config_release(&config);
    return strbuf_detach(&out);
}

static void check_saving(const struct integration *in)
{
    struct config config = {.lock_fd = -1};
    struct error err = {0};
    char *text = saved_text(in);
    FUZZ_ASSERT_OF(reader_parse(&config, "saved.conf", text, strlen(text), &err), err.text);
    FUZZ_ASSERT(config.integrations.count == 1);
    char *again = saved_text(&config.integrations.items[0]);
    FUZZ_ASSERT_OF(strcmp(text, again) == 0, text);
    free(again);
    free(text);
    config_release(&config);
}

void fuzz_incoming(const uint8_t *bytes, size_t len)
{
    struct incoming_list list = {0};
    struct error err = {0};
    char *text = mem_alloc(len + 1); /* with a NUL after it, as files are read */
    memcpy(text, bytes, len);
    text[len] = '\0';
    bool ok = incoming_parse(&list, "file", text, len, &err);
    if (ok)
        FUZZ_ASSERT(list.count > 0 && err.kind == ERR_NONE);
    else
        fuzz_assert_error(&err);
    for (size_t i = 0; i < list.count; i++) {
        const struct incoming *one = &list.items[i];
        if (one->fate == INCOMING_BAD)
            fuzz_assert_text(one->why);
        else if (is_valid(&one->in))
            check_saving(&one->in);
    }
    incoming_list_release(&list);
    free(text);
}
