/* Rows of data sets from short lines of text. */
#include "tests/support/rows.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/fail.h"

enum { DAY_S = 86400 };

/* "90d", "90d+1", "1700000000" */
static int64_t read_time(int64_t now, const char *text)
{
    char *rest;
    int64_t number = strtoll(text, &rest, 10);
    if (*rest == '\0')
        return number;
    if (*rest++ != 'd')
        support_die("'%s' is not a time: write 90d, 90d+1 or Unix seconds", text);
    return now - number * DAY_S - strtoll(rest, NULL, 10);
}

static struct value read_value(const struct column *column, int64_t now, const char *text)
{
    if (column->kind == COLUMN_TEXT || column->kind == COLUMN_CHOICE)
        return (struct value){.kind = VALUE_TEXT, .text = text};
    return (struct value){.kind = VALUE_INT,
                          .number = column->kind == COLUMN_TIME ? read_time(now, text)
                                                                : strtoll(text, NULL, 10)};
}

static void set(const struct column *table, struct value *values, int64_t now, const char *name,
                const char *text)
{
    for (size_t i = 0; table[i].name; i++)
        if (strcmp(table[i].name, name) == 0) {
            values[i] = read_value(&table[i], now, text);
            return;
        }
    support_die("there is no column '%s'", name);
}

static void set_defaults(const struct column *table, struct value *values)
{
    static const char *const flags[] = {"last_login_known", "factors_known", "roles_known",
                                        "sign_ins_known", "credentials_known"};
    if (table == credential_columns)
        set(table, values, 0, "last_used_known", "0");
    if (table != user_columns)
        return;
    set(table, values, 0, "status", "unknown");
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        set(table, values, 0, flags[i], "0");
}

void rows_read(const struct column *table, enum rows_kind kind, int64_t now, char *text,
               struct value values[static ROWS_COLUMNS_MAX])
{
    memset(values, 0, ROWS_COLUMNS_MAX * sizeof *values);
    if (kind == ROWS_WHOLE)
        set_defaults(table, values);
    for (char *word; (word = strsep(&text, " "));) {
        char *equals = strchr(word, '=');
        if (!equals) {
            if (*word)
                support_die("'%s' is not COLUMN=VALUE", word);
            continue;
        }
        *equals = '\0';
        set(table, values, now, word, equals + 1);
        if (kind == ROWS_WHOLE && table == user_columns && strcmp(word, "id") == 0)
            set(table, values, now, "login", equals + 1);
    }
}
