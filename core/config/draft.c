/* Drafts of forms as files of their own. */
#include "core/config/draft.h"

#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/strbuf.h"

enum { FILE_MODE = 0600, FOLDER_MODE = 0700, FILE_MAX = 512 * 1024, VERSION = 1 };

static const char suffix[] = ".json";

/* --- the draft itself ------------------------------------------------------------------------ */

void draft_add_value(struct draft *d, const char *setting, const char *was, const char *is)
{
    struct draft_value *v = list_add(&d->values, &d->value_count, sizeof *v);
    *v = (struct draft_value){mem_strdup(setting), mem_strdup(was), mem_strdup(is)};
}

void draft_add_params(struct draft *d, const char *setting, const struct param_list *params)
{
    struct draft_params *l = list_add(&d->lists, &d->list_count, sizeof *l);
    l->setting = mem_strdup(setting);
    for (size_t i = 0; i < params->count; i++) {
        const struct param *p = &params->items[i];
        param_set(&l->params, p->place, p->key, p->secret ? NULL : p->value, p->secret);
    }
}

void draft_release(struct draft *d)
{
    for (size_t i = 0; i < d->value_count; i++) {
        free(d->values[i].setting);
        free(d->values[i].was);
        free(d->values[i].is);
    }
    for (size_t i = 0; i < d->list_count; i++) {
        free(d->lists[i].setting);
        param_list_release(&d->lists[i].params);
    }
    free(d->values);
    free(d->lists);
    free(d->name);
    text_list_release(&d->secrets);
    *d = (struct draft){0};
}

size_t draft_changes(const struct draft *d)
{
    return d->value_count + d->list_count + d->secrets.count;
}

/* --- as JSON --------------------------------------------------------------------------------- */

static void push_object(cJSON *array, cJSON *object)
{
    cJSON_AddItemToArray(array, object);
}

static void add_params(cJSON *array, const struct param_list *params)
{
    for (size_t i = 0; i < params->count; i++) {
        const struct param *p = &params->items[i];
        cJSON *object = mem_check(cJSON_CreateObject());
        json_add_text(object, "place", param_place_text(p->place));
        json_add_text(object, "key", p->key);
        json_add_flag(object, "secret", p->secret);
        if (!p->secret)
            json_add_text(object, "value", p->value ? p->value : "");
        push_object(array, object);
    }
}

static char *to_json(const struct draft *d)
{
    cJSON *root = mem_check(cJSON_CreateObject());
    json_add_int(root, "version", VERSION);
    json_add_text(root, "id", d->id);
    json_add_text(root, "name", d->name ? d->name : "");
    json_add_flag(root, "new", d->is_new);
    json_add_int(root, "saved", d->saved_s);
    cJSON *values = json_add_array(root, "values");
    for (size_t i = 0; i < d->value_count; i++) {
        cJSON *object = mem_check(cJSON_CreateObject());
        json_add_text(object, "setting", d->values[i].setting);
        json_add_text(object, "was", d->values[i].was);
        json_add_text(object, "is", d->values[i].is);
        push_object(values, object);
    }
    cJSON *lists = json_add_array(root, "lists");
    for (size_t i = 0; i < d->list_count; i++) {
        cJSON *object = mem_check(cJSON_CreateObject());
        json_add_text(object, "setting", d->lists[i].setting);
        add_params(json_add_array(object, "params"), &d->lists[i].params);
        push_object(lists, object);
    }
    cJSON *secrets = json_add_array(root, "secrets");
    for (size_t i = 0; i < d->secrets.count; i++)
        json_push_text(secrets, d->secrets.items[i]);
    char *text = json_pretty(root);
    cJSON_Delete(root);
    return text;
}

static void read_values(struct draft *d, const cJSON *values)
{
    for (const cJSON *v = values ? values->child : NULL; v; v = v->next) {
        const char *setting = json_text(v, "setting"), *is = json_text(v, "is");
        const char *was = json_text(v, "was");
        if (setting && is)
            draft_add_value(d, setting, was ? was : "", is);
    }
}

static void read_params(struct draft *d, const cJSON *list)
{
    const char *setting = json_text(list, "setting");
    const cJSON *params = json_member(list, "params");
    struct param_list read = {0};
    for (const cJSON *p = params ? params->child : NULL; p; p = p->next) {
        const char *place_name = json_text(p, "place"), *key = json_text(p, "key");
        enum param_place place;
        bool secret = false;
        json_flag(p, "secret", &secret);
        if (key && place_name && param_place_parse(place_name, &place))
            param_set(&read, place, key, secret ? NULL : json_text(p, "value"), secret);
    }
    if (setting)
        draft_add_params(d, setting, &read);
    param_list_release(&read);
}

/* A file cannot name another one: what is removed or saved later goes by the id. */
static bool from_json(const cJSON *root, const char *own_id, struct draft *d)
{
    const char *id = json_text(root, "id"), *name = json_text(root, "name");
    const cJSON *lists = json_member(root, "lists"), *secrets = json_member(root, "secrets");
    int64_t version = 0;
    if (!json_int(root, "version", &version) || version != VERSION || !id ||
        strcmp(id, own_id) != 0 || !json_int(root, "saved", &d->saved_s))
        return false;
    memcpy(d->id, own_id, sizeof d->id);
    d->name = mem_strdup(name ? name : "");
    json_flag(root, "new", &d->is_new);
    read_values(d, json_member(root, "values"));
    for (const cJSON *l = lists ? lists->child : NULL; l; l = l->next)
        read_params(d, l);
    for (const cJSON *s = secrets ? secrets->child : NULL; s; s = s->next) {
        if (cJSON_IsString(s))
            text_list_add(&d->secrets, s->valuestring);
    }
    return true;
}

/* --- files ----------------------------------------------------------------------------------- */

static char *folder_of(const char *console_file)
{
    char *copy = mem_strdup(console_file);
    char *folder = path_join(dirname(copy), "drafts");
    free(copy);
    return folder;
}

static char *file_of(const char *id)
{
    return mem_printf("%s%s", id, suffix);
}

static int open_folder(const char *console_file, mode_t make_mode, struct error *err)
{
    char *folder = folder_of(console_file);
    const int fd = file_open_own_folder(folder, make_mode, O_NOFOLLOW, err);
    free(folder);
    return fd;
}

static bool check_id(const char *id, struct error *err)
{
    return uuid_valid(id) || error_set(err, ERR_INVALID, "'%.64s' is no id of a draft", id);
}

static bool read_file(int folder_fd, const char *id, struct draft *out, struct error *err)
{
    struct strbuf bytes;
    char *name = file_of(id);
    strbuf_init(&bytes, FILE_MAX);
    bool ok = file_read_own(folder_fd, name, &bytes, err);
    cJSON *root = ok ? json_parse(bytes.text, bytes.len, err) : NULL;
    ok = ok && root;
    if (ok && !from_json(root, id, out)) {
        draft_release(out);
        ok = error_set(err, ERR_INVALID, "%s is no draft of this version", name);
    }
    cJSON_Delete(root);
    strbuf_release(&bytes);
    free(name);
    return ok;
}

bool draft_save(const char *console_file, const struct draft *d, struct error *err)
{
    if (!console_file)
        return true;
    if (!check_id(d->id, err))
        return false;
    const int folder_fd = open_folder(console_file, FOLDER_MODE, err);
    if (folder_fd < 0)
        return false;
    char *name = file_of(d->id), *text = to_json(d);
    const bool ok = file_replace_own(folder_fd, name, text, strlen(text), FILE_MODE, err);
    close(folder_fd);
    free(name);
    free(text);
    return ok;
}

bool draft_load(const char *console_file, const char *id, struct draft *out, struct error *err)
{
    if (!console_file)
        return error_set(err, ERR_NOT_FOUND, "no drafts are kept");
    const int folder_fd = check_id(id, err) ? open_folder(console_file, 0, err) : -1;
    if (folder_fd < 0)
        return false;
    const bool ok = read_file(folder_fd, id, out, err);
    close(folder_fd);
    return ok;
}

static void remove_file(int folder_fd, const char *id)
{
    char *name = file_of(id);
    unlinkat(folder_fd, name, 0);
    free(name);
}

void draft_remove(const char *console_file, const char *id)
{
    struct error ignored = {0};
    if (!console_file || !check_id(id, &ignored))
        return;
    const int folder_fd = open_folder(console_file, 0, &ignored);
    if (folder_fd < 0)
        return;
    remove_file(folder_fd, id);
    close(folder_fd);
}

static int newest_first(const void *a, const void *b)
{
    const struct draft *x = a, *y = b;
    const int order = (x->saved_s < y->saved_s) - (x->saved_s > y->saved_s);
    return order != 0 ? order : strcmp(x->id, y->id);
}

/* A file that is no draft of ours stays where it is; a clock set back makes none the newest. */
static void take_file(struct draft_list *out, int folder_fd, const char *name, int64_t now_s)
{
    struct draft d = {0};
    struct error ignored = {0};
    char id[UUID_LEN + 1] = "";
    if (strlen(name) != UUID_LEN + strlen(suffix) || strcmp(name + UUID_LEN, suffix) != 0)
        return;
    memcpy(id, name, UUID_LEN);
    if (!uuid_valid(id) || !read_file(folder_fd, id, &d, &ignored))
        return;
    if (d.saved_s > now_s)
        d.saved_s = now_s;
    *(struct draft *)list_add(&out->items, &out->count, sizeof d) = d;
}

/* The oldest are last. */
static void drop_old(struct draft_list *list, int folder_fd, int64_t now_s)
{
    while (list->count > 0) {
        struct draft *last = &list->items[list->count - 1];
        if (list->count <= DRAFTS_MAX && last->saved_s >= now_s - DRAFT_KEPT_S)
            return;
        remove_file(folder_fd, last->id);
        draft_release(last);
        list->count--;
    }
}

void drafts_read(const char *console_file, int64_t now_s, struct draft_list *out)
{
    struct error ignored = {0};
    const int folder_fd = console_file ? open_folder(console_file, 0, &ignored) : -1;
    if (folder_fd < 0)
        return;
    struct dirent **names = NULL;
    const int count = scandirat(folder_fd, ".", &names, NULL, NULL);
    for (int i = 0; names && i < count; i++) {
        take_file(out, folder_fd, names[i]->d_name, now_s);
        free(names[i]);
    }
    free(names);
    if (out->count > 1)
        qsort(out->items, out->count, sizeof *out->items, newest_first);
    drop_old(out, folder_fd, now_s);
    close(folder_fd);
}

void draft_list_release(struct draft_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        draft_release(&list->items[i]);
    free(list->items);
    *list = (struct draft_list){0};
}
