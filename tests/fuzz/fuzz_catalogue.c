/* Fuzzes catalogue files: an entry is a check that can be compiled, or has a fault that says why.
 */
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#include "core/checks/compile.h"
#include "core/checks/entry.h"
#include "core/config/conftext.h"
#include "tests/fuzz/fuzz.h"

static struct probe *kept_probe;

static void drop_probe(void)
{
    probe_free(kept_probe);
}

/* Lives as long as the program. */
static struct probe *probe(void)
{
    struct error err = {0};
    if (kept_probe)
        return kept_probe;
    kept_probe = probe_new(&err);
    FUZZ_ASSERT_OF(kept_probe, err.text);
    atexit(drop_probe);
    return kept_probe;
}

static void check_entry(const config_setting_t *entry)
{
    struct config config = {.lock_fd = -1};
    struct question question = {0};
    struct check check = {0};
    struct error err = {0};
    entry_read(&check, entry, "own.conf", probe());
    FUZZ_ASSERT(check.id && check.title && check.severity != SEVERITY_UNSET);
    bool compiled = check_compile(&check, &config, 7, 1700000000, &question, &err);
    if (check.fault) {
        FUZZ_ASSERT(!compiled);
        FUZZ_ASSERT_OF(strncmp(check.fault, "own.conf:", 9) == 0, check.fault);
        fuzz_assert_text(check.fault);
    } else {
        FUZZ_ASSERT_OF(compiled, err.text);
        FUZZ_ASSERT(check_id_valid(check.id) && check.fails && question.fails.sql);
        FUZZ_ASSERT(question.explain_count == check.explain_count);
    }
    question_release(&question);
    check_release(&check);
}

static void check_file(const char *text)
{
    config_t file;
    config_init(&file);
    const config_setting_t *list =
        config_read_string(&file, text) ? config_lookup(&file, "checks") : NULL;
    for (int i = 0; list && config_setting_is_list(list) && i < config_setting_length(list); i++)
        check_entry(config_setting_get_elem(list, (unsigned)i));
    config_destroy(&file);
}

void fuzz_catalogue(const uint8_t *bytes, size_t len)
{
    struct error err = {0};
    char *text = conf_text_prepare((const char *)bytes, len, "own.conf", &err);
    if (text)
        check_file(text);
    else
        fuzz_assert_error(&err);
    free(text);
}
