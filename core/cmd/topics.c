/* Prints reference pages from the tables that the program itself obeys. */
#include "core/cmd/topics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/cmd/cmd.h"
#include "core/cmd/command.h"
#include "core/cmd/output.h"
#include "core/cmd/parse.h"
#include "core/cmd/topic_checks.h"
#include "core/cmd/wrap.h"
#include "core/config/assign.h"
#include "core/config/preferences.h"
#include "core/config/schema.h"
#include "core/dataset/import.h"
#include "core/store/datasets.h"

enum { PAGE_MAX = 8192, TEXT_INDENT = 29 };

/* --- styles ------------------------------------------------------------------------------- */

static void text_heading(const char *text)
{
    printf("\n%s\n", text);
}

static void text_entry(const char *term, const char *text)
{
    wrap_entry(term, text, TEXT_INDENT);
}

/* Backslashes, hyphens, carets and a leading dot or quote mean something to roff. */
static void roff_put(const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", stdout);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '^')
            fputs("\\(ha", stdout);
        else
            putchar(*text);
    }
}

static void roff_heading(const char *text)
{
    fputs(".SS ", stdout);
    roff_put(text);
    putchar('\n');
}

static void roff_entry(const char *term, const char *text)
{
    fputs(".TP\n.B ", stdout);
    roff_put(term);
    putchar('\n');
    roff_put(text);
    putchar('\n');
}

const struct page_style page_text = {text_heading, text_entry};
const struct page_style page_roff = {roff_heading, roff_entry};

/* --- settings ----------------------------------------------------------------------------- */

static void add_choices(struct strbuf *out, const struct setting *row)
{
    for (const struct choice *c = row->choices; c && c->value; c++)
        strbuf_addf(out, "%s%s", c == row->choices ? "" : ", ", c->value);
}

/* What may be written: "1 to 300 s", "post, basic, …", "up to 512 characters". */
static void add_values(struct strbuf *out, const struct setting *row)
{
    switch (row->kind) {
    case KIND_BOOL:
        strbuf_adds(out, "true or false");
        break;
    case KIND_INT:
        strbuf_addf(out, "%lld to %lld%s%s", (long long)row->min, (long long)row->max,
                    row->unit ? " " : "", row->unit ? row->unit : "");
        break;
    case KIND_CHOICE:
        add_choices(out, row);
        break;
    case KIND_SECRET:
        strbuf_adds(out, "secret: @FILE, @-, env:NAME or file:PATH");
        break;
    case KIND_PARAMS:
        strbuf_adds(out, "list of place, key, value, secret");
        break;
    case KIND_URL:
        strbuf_adds(out, "URL");
        break;
    case KIND_TEXT:
        if (row->max > 0)
            strbuf_addf(out, "up to %lld characters", (long long)row->max);
        else
            strbuf_adds(out, "text");
        break;
    }
}

static void print_setting(const struct page_style *style, const struct setting *row)
{
    struct strbuf text;
    strbuf_init(&text, PAGE_MAX);
    strbuf_addf(&text, "%s (", row->help);
    add_values(&text, row);
    if (row->fallback && row->fallback[0])
        strbuf_addf(&text, "; default %s", row->fallback);
    else if (row->required)
        strbuf_adds(&text, "; required");
    strbuf_adds(&text, ")");
    style->entry(row->name, text.text);
    strbuf_release(&text);
}

static void print_settings(const struct page_style *style, const struct console *console)
{
    (void)console;
    for (int section = 0; section < SECTION_COUNT; section++) {
        style->heading(setting_section_title((enum setting_section)section));
        for (size_t i = 0; i < integration_setting_count; i++)
            if ((int)integration_settings[i].section == section)
                print_setting(style, &integration_settings[i]);
    }
    style->heading("Top level of checkhook.conf");
    for (size_t i = 0; i < general_setting_count; i++)
        print_setting(style, &general_settings[i]);
    style->heading("Your console: console.conf, and config set console.NAME");
    for (size_t i = 0; i < preference_setting_count; i++)
        print_setting(style, &preference_settings[i]);
    style->heading("Per check");
    for (const struct check_setting *row = check_settings; row->name; row++)
        style->entry(row->name, row->help);
}

/* --- commands ----------------------------------------------------------------------------- */

static void print_options(const struct page_style *style, const struct option *options)
{
    for (; options && options->name; options++) {
        char *term = mem_printf("--%s%s%s", options->name, options->argument ? " " : "",
                                options->argument ? options->argument : "");
        style->entry(term, options->help);
        free(term);
    }
}

static void print_commands(const struct page_style *style, const struct console *console)
{
    (void)console;
    for (size_t i = 0; commands[i]; i++) {
        const struct command *c = commands[i];
        char *usage =
            mem_printf("checkhook %s%s%s%s%s", c->group, c->verb ? " " : "", c->verb ? c->verb : "",
                       c->arguments ? " " : "", c->arguments ? c->arguments : "");
        char *text =
            mem_printf("%s.%s%s", c->summary, c->details ? " " : "", c->details ? c->details : "");
        style->heading(usage);
        style->entry(c->verb ? c->verb : c->group, text);
        print_options(style, c->options);
        free(usage);
        free(text);
    }
    style->heading("Options of every command");
    print_options(style, common_options);
    style->heading("Options of the console");
    print_options(style, console_options_table);
}

/* --- import files ------------------------------------------------------------------------- */

static const char *const kind_words[] = {
    [COLUMN_TEXT] = "text",
    [COLUMN_TIME] = "time: Unix seconds or RFC 3339; 0 = not known",
    [COLUMN_FLAG] = "true or false, yes or no, 1 or 0",
    [COLUMN_INT] = "whole number",
};

static void print_column(const struct page_style *style, const struct column *column)
{
    struct strbuf text;
    strbuf_init(&text, PAGE_MAX);
    if (column->kind == COLUMN_CHOICE)
        for (size_t i = 0; column->choices[i]; i++)
            strbuf_addf(&text, "%s%s", i ? ", " : "", column->choices[i]);
    else
        strbuf_adds(&text, kind_words[column->kind]);
    if (column->required)
        strbuf_adds(&text, "; required");
    style->entry(column->name, text.text);
    strbuf_release(&text);
}

static void print_columns(const struct page_style *style, const struct console *console)
{
    (void)console;
    static const struct {
        const char *title;
        const struct column *columns;
    } tables[] = {
        {"Users: columns of a CSV file, members of a JSON Lines object", user_columns},
        {"factors", factor_columns},
        {"roles", role_columns},
        {"sign_ins (JSON Lines only)", sign_in_columns},
        {"credentials (JSON Lines only)", credential_columns},
    };
    style->heading("Formats");
    for (const struct import_format *f = import_formats; f->name; f++)
        style->entry(f->name, f->help);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        style->heading(tables[i].title);
        for (const struct column *c = tables[i].columns; c->name; c++)
            print_column(style, c);
    }
}

/* --- topics ------------------------------------------------------------------------------- */

static void print_key(void *ctx, const char *label, const char *help)
{
    const struct page_style *style = ctx;
    if (label)
        style->entry(label, help);
    else
        style->heading(help);
}

static void print_keys(const struct page_style *style, const struct console *console)
{
    struct page_style copy = *style;
    console->each_key(print_key, &copy);
}

static const struct topic {
    const char *name, *summary;
    void (*print)(const struct page_style *style, const struct console *console);
} topics[] = {
    {"settings", "every setting of checkhook.conf, integrations and checks", print_settings},
    {"keys", "every key of the console", print_keys},
    {"import", "formats of import files and their columns", print_columns},
    {"checks", "every built-in check, what it needs and what can be tuned", topic_print_checks},
    {"commands", "every command with its options", print_commands},
};

bool topic_print(const char *name, const struct page_style *style, const struct console *console)
{
    for (size_t i = 0; i < ARRAY_LEN(topics); i++) {
        if (strcmp(topics[i].name, name) == 0) {
            topics[i].print(style, console);
            return true;
        }
    }
    return false;
}

void topics_list(size_t indent)
{
    for (size_t i = 0; i < ARRAY_LEN(topics); i++) {
        char *term = mem_printf("checkhook help %s", topics[i].name);
        wrap_entry(term, topics[i].summary, indent);
        free(term);
    }
}

static void manual_line(const char *line, const struct console *console)
{
    static const char mark[] = ".\\\" @";
    char name[32];
    const char *end =
        strncmp(line, mark, strlen(mark)) == 0 ? strchr(line + strlen(mark), '@') : NULL;
    if (!end) {
        fputs(line, stdout);
        return;
    }
    snprintf(name, sizeof name, "%.*s", (int)(end - line - (long)strlen(mark)),
             line + strlen(mark));
    if (!topic_print(name, &page_roff, console))
        fputs(line, stdout);
}

int manual_print(const char *template_path, const struct console *console)
{
    struct error err = {0};
    char *line = NULL;
    size_t size = 0;
    FILE *file = fopen(template_path, "r");
    if (!file) {
        error_errno(&err, ERR_INVALID, "%s", template_path);
        return cmd_fail(&err);
    }
    while (getline(&line, &size, file) >= 0)
        manual_line(line, console);
    free(line);
    fclose(file);
    return EXIT_DONE;
}
