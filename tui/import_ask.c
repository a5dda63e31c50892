/* The boxes of an import: replace, cancel, name, format. */
#include "tui/import_ask.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/dialog.h"
#include "tui/menu.h"
#include "tui/prompt.h"

enum { SOURCE_MAX = 64, FORMATS_MAX = 32 };

struct popup *import_ask_replace(int tag, const char *source, const char *doubt)
{
    static const struct dialog_button buttons[] = {{"Keep the old", KEY_NONE, 0},
                                                   {"Replace", 'R', 1}};
    char *text = mem_printf("%s will be replaced, but %s.\nWhoever is not in the file is gone, and "
                            "what they fail counts as fixed.",
                            source, doubt);
    const struct dialog_spec spec = {.tag = tag,
                                     .title = "Replace the data set",
                                     .text = text,
                                     .buttons = buttons,
                                     .button_count = ARRAY_LEN(buttons)};
    struct popup *asked = dialog_new(&spec);
    free(text);
    return asked;
}

struct popup *import_ask_cancel(int tag)
{
    static const struct dialog_button buttons[] = {{"Go on", KEY_NONE, 0},
                                                   {"Cancel import", 'C', 1}};
    const struct dialog_spec spec = {.tag = tag,
                                     .title = "Cancel the import",
                                     .text = "The old data stays as it is.",
                                     .buttons = buttons,
                                     .button_count = ARRAY_LEN(buttons)};
    return dialog_new(&spec);
}

struct popup *import_ask_source(int tag, const char *source, bool merge)
{
    const struct prompt_spec spec = {.tag = tag,
                                     .title = "Source name",
                                     .label = "Name",
                                     .text = source,
                                     .max = SOURCE_MAX,
                                     .explain = merge ? "The data set that is added to."
                                                      : "A data set of the same name is replaced."};
    return prompt_new(&spec);
}

struct popup *import_ask_format(int tag, const struct import_format *now)
{
    struct menu_entry entries[FORMATS_MAX];
    size_t count = 0, here = 0;
    for (const struct import_format *f = import_formats; f->name && count < FORMATS_MAX; f++) {
        if (f == now)
            here = count;
        entries[count] = (struct menu_entry){.label = f->label, .value = (int)count};
        count++;
    }
    return menu_new(tag, "Read it as", entries, count, here);
}
