/* Loads the catalogue files of the product and of the administrator. */
#include "core/checks/catalogue.h"

#include <dirent.h>
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/entry.h"
#include "core/config/conftext.h"

enum { FILE_BYTES_MAX = 1024 * 1024 };

/* Where checks are read into, and from whom. */
struct loader {
    struct catalogue *catalogue;
    bool builtin;
    struct probe *probe; /* of own checks: made when the first one is read */
};

static struct check *add_check(const struct loader *l)
{
    struct catalogue *c = l->catalogue;
    struct check *check = list_add(&c->items, &c->count, sizeof *check);

    check->builtin = l->builtin;
    return check;
}

/* Without it (there is no memory database) the first run says what is wrong. */
static struct probe *probe_of(struct loader *l)
{
    struct error ignored = {0};

    if (!l->builtin && !l->probe)
        l->probe = probe_new(&ignored);
    return l->probe;
}

/* The entry keeps its place but not its id, which belongs to the one that came first. */
static void refuse_taken_id(struct catalogue *c)
{
    struct check *check = &c->items[c->count - 1];
    const struct check *first = catalogue_find(c, check->id);

    if (first == check)
        return;
    struct check refused = {.builtin = check->builtin};
    char *why = mem_printf("%s:%d: the id '%s' is taken by %s:%d; choose another", check->file,
                           check->line, check->id, first->file, first->line);
    entry_make_faulty(&refused, check->file, check->line, why);
    free(why);
    check_release(check);
    *check = refused;
}

static void read_entries(struct loader *l, const config_t *file, const char *path)
{
    const config_setting_t *root = config_root_setting(file);
    const config_setting_t *list = config_lookup(file, "checks");

    for (int i = 0; i < config_setting_length(root); i++) {
        const config_setting_t *other = config_setting_get_elem(root, (unsigned)i);
        if (other == list && config_setting_is_list(list))
            continue;
        char *why = mem_printf("%s:%d: setting '%s': a catalogue holds checks = ( { … }, … )", path,
                               entry_line(other), config_setting_name(other));
        entry_make_faulty(add_check(l), path, entry_line(other), why);
        free(why);
    }
    if (!list || !config_setting_is_list(list))
        return;
    for (int i = 0; i < config_setting_length(list); i++) {
        entry_read(add_check(l), config_setting_get_elem(list, (unsigned)i), path, probe_of(l));
        refuse_taken_id(l->catalogue);
    }
}

static char *read_file(const char *path, struct error *err)
{
    struct strbuf bytes;
    char *text = NULL;

    strbuf_init(&bytes, FILE_BYTES_MAX);
    if (file_read(path, &bytes, err))
        text = conf_text_prepare(bytes.text, bytes.len, path, err);
    strbuf_release(&bytes);
    return text;
}

static void load_file(struct loader *l, const char *path)
{
    struct error err = {0};
    char *text = read_file(path, &err);
    config_t file;

    if (!text) {
        entry_make_faulty(add_check(l), path, 1, err.text);
        return;
    }
    config_init(&file);
    if (config_read_string(&file, text)) {
        read_entries(l, &file, path);
    } else {
        int line = config_error_line(&file);
        char *why = mem_printf("%s:%d: %s", path, line, config_error_text(&file));
        entry_make_faulty(add_check(l), path, line, why);
        free(why);
    }
    config_destroy(&file);
    free(text);
}

static int is_catalogue_file(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return entry->d_name[0] != '.' && len > 5 && strcmp(entry->d_name + len - 5, ".conf") == 0;
}

/* strcmp and not the locale's order, so that the catalogue has the same order for everybody. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void load_folder(struct catalogue *c, const char *dir, bool builtin)
{
    struct loader loader = {.catalogue = c, .builtin = builtin};
    struct dirent **names = NULL;
    int count = scandir(dir, &names, is_catalogue_file, by_name);

    for (int i = 0; i < count; i++) {
        char *path = path_join(dir, names[i]->d_name);
        load_file(&loader, path);
        free(path);
        free(names[i]);
    }
    free(names);
    probe_free(loader.probe);
}

bool catalogue_load(struct catalogue *c, const char *share_dir, const char *checks_dir,
                    struct error *err)
{
    char *dir = path_join(share_dir, "checks");

    *c = (struct catalogue){0};
    load_folder(c, dir, true);
    if (c->count == 0)
        error_set(err, ERR_CONFIG,
                  "there are no checks in %s: install checkhook again, or set CHECKHOOK_SHARE",
                  dir);
    else if (checks_dir)
        load_folder(c, checks_dir, false);
    free(dir);
    return c->count > 0;
}

void catalogue_load_file(struct catalogue *c, const char *path)
{
    struct loader loader = {.catalogue = c};

    *c = (struct catalogue){0};
    load_file(&loader, path);
    if (c->count == 0) {
        char *why =
            mem_printf("%s:1: there is no check in it: it holds checks = ( { … }, … )", path);
        entry_make_faulty(add_check(&loader), path, 1, why);
        free(why);
    }
    probe_free(loader.probe);
}

void catalogue_release(struct catalogue *c)
{
    for (size_t i = 0; i < c->count; i++)
        check_release(&c->items[i]);
    free(c->items);
    *c = (struct catalogue){0};
}

const struct check *catalogue_find(const struct catalogue *c, const char *id)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->items[i].id, id) == 0)
            return &c->items[i];
    return NULL;
}

const char *catalogue_nearest(const struct catalogue *c, const char *id)
{
    const char *nearest = NULL;
    size_t best = strlen(id) / 2 + 1;

    for (size_t i = 0; i < c->count; i++) {
        size_t distance = text_distance(id, c->items[i].id);
        if (distance < best) {
            best = distance;
            nearest = c->items[i].id;
        }
    }
    return nearest;
}

bool check_enabled(const struct check *check, const struct config *config)
{
    const struct check_config *own = config_check(config, check->id);

    return own && own->enabled >= 0 ? own->enabled != 0 : check->enabled;
}

enum severity check_severity(const struct check *check, const struct config *config)
{
    const struct check_config *own = config_check(config, check->id);

    return own && own->severity != SEVERITY_UNSET ? (enum severity)own->severity : check->severity;
}

int64_t check_number(const struct check *check, const struct config *config, size_t index)
{
    const struct check_config *own = config_check(config, check->id);
    const int64_t *value = own ? check_value_find(own, check->numbers[index].name) : NULL;

    return value ? *value : check->numbers[index].value;
}
