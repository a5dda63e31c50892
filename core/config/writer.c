/* Writes the configuration as libconfig text: readable, and the same for the same content. */
#include "core/config/writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/conftext.h"
#include "core/config/schema.h"

enum { STEP = 2 };

static const char header[] =
    "# Written by checkhook, which keeps the settings but not the comments of this file.\n"
    "# It holds no secret in clear. What is not named here has its default; see checkhook(1).\n";

struct writer {
    struct strbuf *out;
    int indent;
    const char *group; /* the group that is open, in its row's name; NULL */
    size_t group_len;
};

static void begin_line(struct writer *w)
{
    strbuf_addf(w->out, "%*s", w->indent, "");
}

static void open_group(struct writer *w, const char *name, size_t len)
{
    begin_line(w);
    strbuf_addf(w->out, "%.*s : {\n", (int)len, name);
    w->indent += STEP;
}

static void close_group(struct writer *w)
{
    w->indent -= STEP;
    begin_line(w);
    strbuf_adds(w->out, "};\n");
}

/* Closes and opens groups, so that a setting of row's group can follow. Gives the row's leaf. */
static const char *enter_group_of(struct writer *w, const char *name)
{
    const char *dot = strchr(name, '.');
    size_t len = dot ? (size_t)(dot - name) : 0;

    if (w->group && (len != w->group_len || strncmp(w->group, name, len) != 0)) {
        close_group(w);
        w->group = NULL;
    }
    if (dot && !w->group) {
        open_group(w, name, len);
        w->group = name;
        w->group_len = len;
    }
    return dot ? dot + 1 : name;
}

static void leave_group(struct writer *w)
{
    if (w->group)
        close_group(w);
    w->group = NULL;
}

static void add_text(struct writer *w, const char *name, const char *text)
{
    begin_line(w);
    strbuf_addf(w->out, "%s = ", name);
    conf_text_quote(w->out, text);
    strbuf_adds(w->out, ";\n");
}

static void add_bare(struct writer *w, const char *name, const char *text)
{
    begin_line(w);
    strbuf_addf(w->out, "%s = %s;\n", name, text);
}

static void add_texts(struct writer *w, const char *name, const struct text_list *list)
{
    if (list->count == 0)
        return;
    begin_line(w);
    strbuf_addf(w->out, "%s = [", name);
    for (size_t i = 0; i < list->count; i++) {
        strbuf_adds(w->out, i > 0 ? ", " : " ");
        conf_text_quote(w->out, list->items[i]);
    }
    strbuf_adds(w->out, " ];\n");
}

static void add_param(struct writer *w, const struct param *p, const char *end)
{
    begin_line(w);
    strbuf_addf(w->out, "{ place = \"%s\"; key = ", param_place_text(p->place));
    conf_text_quote(w->out, p->key);
    if (p->value) {
        strbuf_adds(w->out, "; value = ");
        conf_text_quote(w->out, p->value);
    }
    strbuf_addf(w->out, "; %s}%s\n", p->secret ? "secret = true; " : "", end);
}

static void add_params(struct writer *w, const char *name, const struct param_list *list)
{
    begin_line(w);
    strbuf_addf(w->out, "%s = (\n", name);
    w->indent += STEP;
    for (size_t i = 0; i < list->count; i++)
        add_param(w, &list->items[i], i + 1 < list->count ? "," : "");
    w->indent -= STEP;
    begin_line(w);
    strbuf_adds(w->out, ");\n");
}

static void add_setting(struct writer *w, const struct setting *row, const void *base)
{
    const char *leaf = enter_group_of(w, row->name);
    char *text = setting_get(row, base);

    if (row->kind == KIND_PARAMS)
        add_params(w, leaf, setting_params_of(row, base));
    else if (row->kind == KIND_BOOL || row->kind == KIND_INT)
        add_bare(w, leaf, text);
    else
        add_text(w, leaf, text);
    free(text);
}

static void add_general(struct writer *w, const struct general *general)
{
    for (size_t i = 0; i < general_setting_count; i++) {
        if (!setting_is_default(&general_settings[i], general))
            add_setting(w, &general_settings[i], general);
    }
    leave_group(w);
}

static void add_integration(struct writer *w, const struct integration *in, const char *end)
{
    begin_line(w);
    strbuf_adds(w->out, "{\n");
    w->indent += STEP;
    add_text(w, "id", in->id);
    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];

        if (setting_applies(row, in) && !setting_is_default(row, in))
            add_setting(w, row, in);
    }
    leave_group(w);
    w->indent -= STEP;
    begin_line(w);
    strbuf_addf(w->out, "}%s\n", end);
}

static void add_integrations(struct writer *w, const struct integration_list *list)
{
    if (list->count == 0)
        return;
    strbuf_adds(w->out, "\nintegrations = (\n");
    w->indent += STEP;
    for (size_t i = 0; i < list->count; i++)
        add_integration(w, &list->items[i], i + 1 < list->count ? "," : "");
    w->indent -= STEP;
    strbuf_adds(w->out, ");\n");
}

static void add_values(struct writer *w, const struct check_config *check)
{
    if (check->value_count == 0)
        return;
    open_group(w, "settings", strlen("settings"));
    for (size_t i = 0; i < check->value_count; i++) {
        begin_line(w);
        strbuf_addf(w->out, "%s = %" PRId64 ";\n", check->values[i].name, check->values[i].value);
    }
    close_group(w);
}

static void add_check(struct writer *w, const struct check_config *check)
{
    open_group(w, check->id, strlen(check->id));
    if (check->enabled >= 0)
        add_bare(w, "enabled", check->enabled ? "true" : "false");
    if (check->severity != SEVERITY_UNSET)
        add_text(w, "severity", severity_text((enum severity)check->severity));
    add_texts(w, "integrations", &check->integrations);
    add_texts(w, "ignore", &check->ignore);
    add_values(w, check);
    close_group(w);
}

static int by_id(const void *a, const void *b)
{
    const struct check_config *const *left = a, *const *right = b;

    return strcmp((*left)->id, (*right)->id);
}

static void add_checks(struct writer *w, const struct check_config_list *list)
{
    const struct check_config **sorted = mem_alloc((list->count + 1) * sizeof *sorted);
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (!check_config_is_empty(&list->items[i]))
            sorted[count++] = &list->items[i];
    }
    qsort(sorted, count, sizeof *sorted, by_id);
    if (count > 0) {
        strbuf_addc(w->out, '\n');
        open_group(w, "checks", strlen("checks"));
        for (size_t i = 0; i < count; i++)
            add_check(w, sorted[i]);
        close_group(w);
    }
    free(sorted);
}

void writer_add(struct strbuf *out, const struct config *config)
{
    struct writer w = {.out = out};

    strbuf_adds(out, header);
    add_general(&w, &config->general);
    add_integrations(&w, &config->integrations);
    add_checks(&w, &config->checks);
}
