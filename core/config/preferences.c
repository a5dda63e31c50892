/* The user's own settings of the console, in a file of their own. */
#include "core/config/preferences.h"

#include <libconfig.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/config/conftext.h"

enum { FILE_MODE = 0600, FOLDER_MODE = 0700, FILE_MAX = 256 * 1024 };

#define PREFER(member) offsetof(struct preferences, member)

static const char header[] = "# Written by checkhook: how its console looks for you.\n";

static const struct choice themes[] = {
    {"auto", "Automatic", PREFER_AUTO},
    {"dark", "Dark", PREFER_DARK},
    {"light", "Light", PREFER_LIGHT},
    {"mono", "Without colour", PREFER_MONO},
    {"contrast", "High contrast", PREFER_CONTRAST},
    {0},
};

const struct setting preference_settings[] = {
    {
        .name = "theme",
        .label = "Theme",
        .help = "Colours for a dark or light terminal; NO_COLOR always wins over automatic.",
        .kind = KIND_CHOICE,
        .offset = PREFER(theme),
        .fallback = "auto",
        .choices = themes,
    },
    {
        .name = "mouse",
        .label = "Mouse",
        .help = "Whether wheel and click are ours; off leaves them to select and copy text.",
        .kind = KIND_BOOL,
        .offset = PREFER(mouse),
        .fallback = "true",
    },
    {
        .name = "escape_delay_ms",
        .label = "Esc delay",
        .help = "How long a key may take to arrive whole after its Esc; more over slow lines.",
        .kind = KIND_INT,
        .offset = PREFER(escape_delay_ms),
        .fallback = "50",
        .max = 10000,
        .unit = "ms",
    },
    {
        .name = "ascii",
        .label = "ASCII only",
        .help = "Whether lines and signs are drawn with plain letters.",
        .kind = KIND_BOOL,
        .offset = PREFER(ascii),
        .fallback = "false",
    },
    {
        .name = "accessible",
        .label = "Accessible",
        .help = "For screen readers: one pane, no spinner, ASCII, progress as text.",
        .kind = KIND_BOOL,
        .offset = PREFER(accessible),
        .fallback = "false",
    },
};

const size_t preference_setting_count = ARRAY_LEN(preference_settings);

/* --- reading ------------------------------------------------------------------------------- */

struct source {
    const char *file;
    struct error *err;
};

static bool fail(const struct source *from, const config_setting_t *s, const char *why)
{
    const char *name = config_setting_name(s);
    return error_set(from->err, ERR_CONFIG, "%s:%u: setting '%s': %s", from->file,
                     config_setting_source_line(s), name ? name : "lists", why);
}

/* The value as the text that setting_set takes; NULL for a kind that no row has. The caller frees.
 */
static char *text_of(const config_setting_t *s)
{
    switch (config_setting_type(s)) {
    case CONFIG_TYPE_STRING:
        return mem_strdup(config_setting_get_string(s));
    case CONFIG_TYPE_BOOL:
        return mem_strdup(config_setting_get_bool(s) == CONFIG_TRUE ? "true" : "false");
    case CONFIG_TYPE_INT:
    case CONFIG_TYPE_INT64:
        return mem_printf("%lld", config_setting_get_int64(s));
    default:
        return NULL;
    }
}

static bool read_setting(const struct source *from, const config_setting_t *s,
                         struct preferences *p)
{
    const struct setting *row =
        setting_find(preference_settings, preference_setting_count, config_setting_name(s));
    struct error why = {0};
    if (!row)
        return fail(from, s, "there is no such setting");
    char *text = text_of(s);
    const bool ok = text && setting_set(row, p, text, &why);
    free(text);
    return ok || fail(from, s, text ? why.text : "this is no single value");
}

static bool read_hidden(const struct source *from, const config_setting_t *s,
                        struct list_preference *list)
{
    for (int i = 0; i < config_setting_length(s); i++) {
        const char *column = config_setting_get_string_elem(s, i);
        if (!column)
            return fail(from, s, "write texts in quotes");
        if (!text_list_has(&list->hidden, column))
            text_list_add(&list->hidden, column);
    }
    return true;
}

static bool read_list(const struct source *from, const config_setting_t *s, struct preferences *p)
{
    const char *name = NULL, *sort = NULL;
    int reverse = 0;
    if (!config_setting_is_group(s) || !config_setting_lookup_string(s, "list", &name))
        return fail(from, s, "write a group with the name of a list: { list = \"…\"; }");
    struct list_preference *list = preferences_list_make(p, name);
    if (config_setting_lookup_string(s, "sort", &sort))
        mem_replace(&list->sort, sort);
    if (config_setting_lookup_bool(s, "reverse", &reverse))
        list->reverse = reverse != 0;
    const config_setting_t *hidden = config_setting_get_member(s, "hidden");
    return !hidden || read_hidden(from, hidden, list);
}

static bool read_lists(const struct source *from, const config_setting_t *s, struct preferences *p)
{
    bool ok = config_setting_is_list(s) || fail(from, s, "write a list of groups: ( { … } )");
    for (int i = 0; ok && i < config_setting_length(s); i++)
        ok = read_list(from, config_setting_get_elem(s, (unsigned)i), p);
    return ok;
}

static bool read_all(const struct source *from, const config_setting_t *root, struct preferences *p)
{
    bool ok = true;
    for (int i = 0; ok && i < config_setting_length(root); i++) {
        const config_setting_t *s = config_setting_get_elem(root, (unsigned)i);
        ok = strcmp(config_setting_name(s), "lists") == 0 ? read_lists(from, s, p)
                                                          : read_setting(from, s, p);
    }
    return ok;
}

static bool parse(struct preferences *p, const struct strbuf *bytes, struct error *err)
{
    const struct source from = {p->path, err};
    char *prepared = conf_text_prepare(bytes->text, bytes->len, p->path, err);
    if (!prepared)
        return false;
    config_t parsed;
    config_init(&parsed);
    bool ok = config_read_string(&parsed, prepared) == CONFIG_TRUE;
    if (ok)
        ok = read_all(&from, config_root_setting(&parsed), p);
    else
        error_set(err, ERR_CONFIG, "%s:%d: %s", p->path, config_error_line(&parsed),
                  config_error_text(&parsed));
    config_destroy(&parsed);
    free(prepared);
    return ok;
}

/* Not there is empty. */
static bool read_file(const char *path, struct strbuf *bytes, struct error *err)
{
    struct error why = {0};
    strbuf_init(bytes, FILE_MAX);
    return file_read(path, bytes, &why) || why.kind == ERR_NOT_FOUND ||
           error_set(err, why.kind, "%s", why.text);
}

/* --- writing ------------------------------------------------------------------------------- */

static void add_setting(struct strbuf *out, const struct setting *row, const struct preferences *p)
{
    char *text = setting_get(row, p);
    strbuf_addf(out, "%s = ", row->name);
    if (row->kind == KIND_CHOICE)
        conf_text_quote(out, text);
    else
        strbuf_adds(out, text);
    strbuf_adds(out, ";\n");
    free(text);
}

static bool list_is_default(const struct list_preference *list)
{
    return !list->sort && !list->reverse && list->hidden.count == 0;
}

static void add_list(struct strbuf *out, const struct list_preference *list)
{
    strbuf_adds(out, "  { list = ");
    conf_text_quote(out, list->list);
    if (list->sort) {
        strbuf_adds(out, "; sort = ");
        conf_text_quote(out, list->sort);
    }
    if (list->reverse)
        strbuf_adds(out, "; reverse = true");
    for (size_t i = 0; i < list->hidden.count; i++) {
        strbuf_adds(out, i == 0 ? "; hidden = [ " : ", ");
        conf_text_quote(out, list->hidden.items[i]);
    }
    strbuf_adds(out, list->hidden.count > 0 ? " ]; }" : "; }");
}

static void add_lists(struct strbuf *out, const struct preferences *p)
{
    size_t written = 0;
    for (size_t i = 0; i < p->list_count; i++) {
        if (list_is_default(&p->lists[i]))
            continue;
        strbuf_adds(out, written++ == 0 ? "lists = (\n" : ",\n");
        add_list(out, &p->lists[i]);
    }
    if (written > 0)
        strbuf_adds(out, "\n);\n");
}

static void add_all(struct strbuf *out, const struct preferences *p)
{
    strbuf_adds(out, header);
    for (size_t i = 0; i < preference_setting_count; i++) {
        if (!setting_is_default(&preference_settings[i], p))
            add_setting(out, &preference_settings[i], p);
    }
    add_lists(out, p);
}

static bool is_on_disk(const char *path, const struct strbuf *text)
{
    struct strbuf bytes;
    struct error ignored = {0};
    const bool same = read_file(path, &bytes, &ignored) && bytes.len == text->len &&
                      memcmp(bytes.text, text->text, text->len) == 0;
    strbuf_release(&bytes);
    return same;
}

static bool write_file(const char *path, const struct strbuf *text, struct error *err)
{
    const char *slash = strrchr(path, '/');
    char *copy = mem_strdup(path);
    const int folder_fd = file_open_own_folder(dirname(copy), FOLDER_MODE, 0, err);
    const bool ok = folder_fd >= 0 && file_replace_own(folder_fd, slash ? slash + 1 : path,
                                                       text->text, text->len, FILE_MODE, err);
    if (folder_fd >= 0)
        close(folder_fd);
    free(copy);
    return ok;
}

/* What `why` says after "FILE:" is the line. */
static char *unreadable_text(const char *path, const char *why)
{
    const size_t len = strlen(path);
    const bool has_line = strncmp(why, path, len) == 0 && why[len] == ':';
    return mem_printf("%s cannot be read (%s%s), so it is left alone; mend it and start again",
                      path, has_line ? "line " : "", has_line ? why + len + 1 : why);
}

/* --- public -------------------------------------------------------------------------------- */

static void release_lists(struct preferences *p)
{
    for (size_t i = 0; i < p->list_count; i++) {
        free(p->lists[i].list);
        free(p->lists[i].sort);
        text_list_release(&p->lists[i].hidden);
    }
    free(p->lists);
    p->lists = NULL;
    p->list_count = 0;
}

static void set_defaults(struct preferences *p)
{
    release_lists(p);
    for (size_t i = 0; i < preference_setting_count; i++)
        setting_reset(&preference_settings[i], p);
}

void preferences_init(struct preferences *p, const char *path)
{
    *p = (struct preferences){.path = mem_strdup(path)};
    set_defaults(p);
}

void preferences_release(struct preferences *p)
{
    if (!p)
        return;
    release_lists(p);
    free(p->path);
    free(p->unreadable);
    *p = (struct preferences){0};
}

bool preferences_load(struct preferences *p, const char *path, struct error *err)
{
    struct strbuf bytes;
    preferences_init(p, path);
    if (!path)
        return true;
    const bool ok = read_file(path, &bytes, err) && parse(p, &bytes, err);
    strbuf_release(&bytes);
    if (!ok) {
        set_defaults(p);
        p->unreadable = unreadable_text(path, err->text);
    }
    return ok;
}

bool preferences_save(const struct preferences *p, struct error *err)
{
    if (!p || !p->path)
        return true;
    if (p->unreadable)
        return error_set(err, ERR_CONFIG, "%s", p->unreadable);
    struct strbuf text;
    strbuf_init(&text, FILE_MAX);
    add_all(&text, p);
    bool ok = !text.overflow ||
              error_set(err, ERR_CONFIG, "%s would become larger than %d bytes", p->path, FILE_MAX);
    ok = ok && (is_on_disk(p->path, &text) || write_file(p->path, &text, err));
    strbuf_release(&text);
    return ok;
}

const struct list_preference *preferences_list(const struct preferences *p, const char *list)
{
    for (size_t i = 0; p && i < p->list_count; i++) {
        if (strcmp(p->lists[i].list, list) == 0)
            return &p->lists[i];
    }
    return NULL;
}

struct list_preference *preferences_list_make(struct preferences *p, const char *list)
{
    for (size_t i = 0; p && i < p->list_count; i++) {
        if (strcmp(p->lists[i].list, list) == 0)
            return &p->lists[i];
    }
    if (!p)
        return NULL;
    struct list_preference *added = list_add(&p->lists, &p->list_count, sizeof *added);
    added->list = mem_strdup(list);
    return added;
}

bool preferred_theme_parse(const char *text, int *theme)
{
    for (const struct choice *c = themes; c->value; c++) {
        if (strcmp(c->value, text) != 0)
            continue;
        *theme = c->number;
        return true;
    }
    return false;
}

const char *preferred_theme_text(int theme)
{
    const struct choice *c = themes;
    while (c->value && c->number != theme)
        c++;
    return c->value ? c->value : themes[0].value;
}
