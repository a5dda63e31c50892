/* The targets by name, and what they share. */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/import.h"

static const char import_prefix[] = "import-";

static const struct {
    const char *name;
    fuzz_run *run;
} own[] = {
    {"catalogue", fuzz_catalogue},
    {"expression", fuzz_expression},
    {"incoming", fuzz_incoming},
    {"items", fuzz_items},
    {"json", fuzz_json},
    {"text", fuzz_text},
    {"url", fuzz_url},
};

static fuzz_run *chosen;          /* NULL: an import */
static const char *chosen_format; /* of the import */

bool fuzz_choose(const char *target)
{
    const size_t prefix = sizeof import_prefix - 1;
    chosen = NULL;
    chosen_format = NULL;
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (strcmp(own[i].name, target) == 0)
            chosen = own[i].run;
    if (strncmp(target, import_prefix, prefix) == 0)
        for (const struct import_format *f = import_formats; f->name; f++)
            if (strcmp(f->name, target + prefix) == 0)
                chosen_format = f->name;
    return chosen || chosen_format;
}

void fuzz_one(const uint8_t *bytes, size_t len)
{
    if (chosen)
        chosen(bytes, len);
    else
        fuzz_import(chosen_format, bytes, len);
}

const char *const *fuzz_targets(void)
{
    enum { NAMES_MAX = 64 };
    static const char *names[NAMES_MAX];
    size_t count = 0;
    if (names[0])
        return names;
    for (const struct import_format *f = import_formats; f->name; f++) {
        FUZZ_ASSERT(count < NAMES_MAX - ARRAY_LEN(own) - 1);
        names[count++] = mem_printf("%s%s", import_prefix, f->name);
    }
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        names[count++] = own[i].name;
    return names;
}

_Noreturn void fuzz_fail(const char *file, int line, const char *condition, const char *text)
{
    fprintf(stderr, "%s:%d: this does not hold: %s\n", file, line, condition);
    if (text)
        fprintf(stderr, "%s\n", text);
    fflush(stderr);
    abort();
}

char *fuzz_text_of(const uint8_t *bytes, size_t len)
{
    return mem_strndup((const char *)bytes, strnlen((const char *)bytes, len));
}

void fuzz_assert_text(const char *text)
{
    FUZZ_ASSERT_OF(*text && utf8_valid(text, strlen(text)), text);
}

void fuzz_assert_shown(const char *text)
{
    size_t len = strlen(text);
    uint32_t code = 0;
    FUZZ_ASSERT_OF(utf8_valid(text, len), text);
    for (size_t at = 0; at < len;) {
        at += utf8_decode(text + at, len - at, &code);
        FUZZ_ASSERT_OF(!text_is_unsafe(code), text);
    }
}

void fuzz_assert_error(const struct error *err)
{
    FUZZ_ASSERT(err->kind != ERR_NONE);
    fuzz_assert_text(err->text);
}

/* FNV-1a. */
uint64_t fuzz_sum(uint64_t sum, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    sum ^= UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ at[i]) * UINT64_C(0x100000001b3);
    return sum;
}
