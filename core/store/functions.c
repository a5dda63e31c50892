/* SQL functions that the engine lacks. */
#include <stdlib.h>

#include "core/base/text.h"
#include "core/store/engine.h"

/* Most texts are small letters of ASCII, and stay what they are. */
static bool is_folded(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80 || (*text >= 'A' && *text <= 'Z'))
            return false;
    return true;
}

/* folded(TEXT): as text_lower has it, where SQL's lower() knows the letters of ASCII alone. */
static void folded(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    if (!text)
        return;
    if (is_folded(text))
        sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
    else
        sqlite3_result_text(context, text_lower(text), -1, free);
}

void engine_add_functions(sqlite3 *handle)
{
    sqlite3_create_function(handle, "folded", 1,
                            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, folded,
                            NULL, NULL);
}
