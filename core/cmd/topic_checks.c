/* Prints the built-in checks from the catalogue. */
#include "core/cmd/topic_checks.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/checks/catalogue.h"
#include "core/config/paths.h"
#include "core/store/needs.h"

enum { ENTRY_MAX = 4096 };

static const char *file_name(const struct check *check)
{
    const char *slash = strrchr(check->file, '/');
    return slash ? slash + 1 : check->file;
}

/* "No MFA. An enabled person … (critical; needs MFA enrolment, enabled state; settings.days=90)" */
static void print_check(const struct page_style *style, const struct check *check)
{
    struct strbuf text;
    strbuf_init(&text, ENTRY_MAX);
    strbuf_addf(&text, "%s. %s (%s", check->title, check->description.items[0],
                severity_text(check->severity));
    for (size_t i = 0; i < check->needs.count; i++)
        strbuf_addf(&text, "%s%s", i == 0 ? "; needs " : ", ",
                    need_find(check->needs.items[i])->label);
    for (size_t i = 0; i < check->number_count; i++)
        strbuf_addf(&text, "%ssettings.%s=%" PRId64, i == 0 ? "; " : ", ", check->numbers[i].name,
                    check->numbers[i].value);
    strbuf_adds(&text, check->enabled ? ")" : "; off until it is switched on)");
    style->entry(check->id, text.text);
    strbuf_release(&text);
}

void topic_print_checks(const struct page_style *style, const struct console *console)
{
    struct paths paths = {0};
    struct catalogue catalogue = {0};
    struct error err = {0};
    (void)console;
    if (!paths_resolve(&paths, NULL, &err) ||
        !catalogue_load(&catalogue, paths.share_dir, NULL, &err))
        style->heading(err.text);
    for (size_t i = 0; i < catalogue.count; i++) {
        const struct check *check = &catalogue.items[i];
        if (check->fault)
            continue;
        if (i == 0 || strcmp(file_name(check), file_name(check - 1)) != 0)
            style->heading(file_name(check));
        print_check(style, check);
    }
    catalogue_release(&catalogue);
    paths_release(&paths);
}
