/* The configuration file: loaded whole, changed under a lock, written atomically. */
#include "core/config/config.h"

#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/config/conftext.h"
#include "core/config/reader.h"
#include "core/config/schema.h"
#include "core/config/secret.h"
#include "core/config/writer.h"

enum { FILE_MODE = 0640, FOLDER_MODE = 0700, LOCK_WAIT_MS = 5000 };

static void release_content(struct config *config)
{
    general_release(&config->general);
    for (size_t i = 0; i < config->integrations.count; i++)
        integration_release(&config->integrations.items[i]);
    free(config->integrations.items);
    config->integrations = (struct integration_list){0};
    for (size_t i = 0; i < config->checks.count; i++)
        check_config_release(&config->checks.items[i]);
    free(config->checks.items);
    config->checks = (struct check_config_list){0};
}

static struct file_stamp stamp_of(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return (struct file_stamp){0};
    return (struct file_stamp){
        .inode = st.st_ino,
        .size = st.st_size,
        .mtime_s = st.st_mtim.tv_sec,
        .mtime_ns = st.st_mtim.tv_nsec,
    };
}

static bool same_stamp(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->inode == b->inode && a->size == b->size && a->mtime_s == b->mtime_s &&
           a->mtime_ns == b->mtime_ns;
}

/* The bytes on disk; *text is NULL where there is no file. The caller frees. */
static bool read_disk(const char *path, char **text, size_t *len, struct error *err)
{
    struct strbuf bytes;
    struct error why = {0};
    bool ok;

    strbuf_init(&bytes, CONF_TEXT_MAX);
    ok = file_read(path, &bytes, &why);
    *len = bytes.len;
    *text = ok ? strbuf_detach(&bytes) : NULL;
    strbuf_release(&bytes);
    return ok || why.kind == ERR_NOT_FOUND || error_set(err, why.kind, "%s", why.text);
}

static bool same_bytes(const struct config *config, const char *text, size_t len)
{
    if (!text || !config->loaded)
        return !text && !config->loaded;
    return len == config->loaded_len && memcmp(text, config->loaded, len) == 0;
}

/* Makes what the bytes say the content. Nothing changes on failure. */
static bool adopt(struct config *config, const char *text, size_t len, struct error *err)
{
    struct config fresh = {0};

    if (!reader_parse(&fresh, config->path, text ? text : "", text ? len : 0, err)) {
        release_content(&fresh);
        return false;
    }
    release_content(config);
    config->general = fresh.general;
    config->integrations = fresh.integrations;
    config->checks = fresh.checks;
    return true;
}

static void remember(struct config *config, char *text, size_t len, const struct file_stamp *stamp)
{
    free(config->loaded);
    config->loaded = text;
    config->loaded_len = len;
    config->stamp = *stamp;
}

static bool load_disk(struct config *config, struct error *err)
{
    struct file_stamp stamp = stamp_of(config->path);
    char *text;
    size_t len;

    if (!read_disk(config->path, &text, &len, err))
        return false;
    if (!adopt(config, text, len, err)) {
        free(text);
        return false;
    }
    remember(config, text, len, &stamp);
    return true;
}

static bool reload_if_changed(struct config *config, struct error *err)
{
    char *text;
    size_t len;
    bool same;

    if (!read_disk(config->path, &text, &len, err))
        return false;
    same = same_bytes(config, text, len);
    free(text);
    return same || load_disk(config, err);
}

static bool make_folder(const char *path, struct error *err)
{
    char *copy = mem_strdup(path);
    const char *folder = dirname(copy);
    bool ok = file_exists(folder) || file_make_dir(folder, FOLDER_MODE, err);

    free(copy);
    return ok;
}

static bool lock(struct config *config, struct error *err)
{
    char *path = mem_printf("%s.lock", config->path);
    struct error why = {0};

    config->lock_fd = file_lock(path, LOCK_WAIT_MS, &why);
    config->locked = config->lock_fd >= 0;
    free(path);
    if (config->locked)
        return true;
    if (why.kind == ERR_BUSY)
        return error_set(err, ERR_BUSY, "%s is being changed by somebody else; try again",
                         config->path);
    return error_set(err, why.kind, "%s cannot be changed: %s", config->path, why.text);
}

static void unlock(struct config *config)
{
    if (config->locked)
        close(config->lock_fd);
    config->locked = false;
    config->lock_fd = -1;
}

static bool check_writable(const char *path, struct error *err)
{
    return access(path, W_OK) == 0 || errno == ENOENT ||
           error_errno(err, ERR_IO, "%s cannot be changed", path);
}

/* What does not apply is not kept: a later change of the type starts from the defaults. */
static void forget_inapplicable(struct integration *in)
{
    for (size_t i = 0; i < integration_setting_count; i++) {
        if (!setting_applies(&integration_settings[i], in))
            setting_reset(&integration_settings[i], in);
    }
}

static void prepare(struct config *config)
{
    if (!config->general.tenant_id) {
        config->general.tenant_id = mem_zalloc(UUID_LEN + 1);
        uuid_make(config->general.tenant_id);
    }
    for (size_t i = 0; i < config->integrations.count; i++)
        forget_inapplicable(&config->integrations.items[i]);
}

/* What is written must load: a fault is found before the old file is gone. */
static bool check_text(const struct config *config, const struct strbuf *text, struct error *err)
{
    struct config trial = {0};
    bool ok = !text->overflow ||
              error_set(err, ERR_CONFIG, "the configuration is larger than %zu bytes", text->max);

    ok = ok && reader_parse(&trial, config->path, text->text, text->len, err);
    release_content(&trial);
    return ok;
}

/* Read again rather than kept, since few commits need it and it is as large as the content. */
static void tell_committed(const struct config *config, const char *text, size_t len)
{
    struct config before = {0};
    struct error ignored = {0};

    if (reader_parse(&before, config->path, text ? text : "", text ? len : 0, &ignored))
        config->committed(config->committed_ctx, &before, config);
    release_content(&before);
}

static bool write_content(struct config *config, struct error *err)
{
    struct strbuf text;
    struct file_stamp stamp;
    bool ok;

    strbuf_init(&text, CONF_TEXT_MAX);
    prepare(config);
    writer_add(&text, config);
    ok = check_text(config, &text, err) &&
         (same_bytes(config, text.text, text.len) ||
          file_replace(config->path, text.text, text.len, FILE_MODE, err));
    if (ok) {
        size_t len = text.len;

        stamp = stamp_of(config->path);
        if (config->committed && !same_bytes(config, text.text, len))
            tell_committed(config, config->loaded, config->loaded_len);
        remember(config, strbuf_detach(&text), len, &stamp);
    }
    strbuf_release(&text);
    return ok;
}

static size_t index_of_id(const struct config *config, const char *id)
{
    size_t i = 0;

    while (i < config->integrations.count && strcmp(config->integrations.items[i].id, id) != 0)
        i++;
    return i;
}

static bool has_sealed_param(const struct param_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].secret && secret_form(list->items[i].value) == SECRET_SEALED)
            return true;
    }
    return false;
}

static bool has_sealed(const struct integration *in)
{
    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];

        if (row->kind == KIND_SECRET && secret_form(setting_secret(row, in)) == SECRET_SEALED)
            return true;
        if (row->kind == KIND_PARAMS && has_sealed_param(setting_params_of(row, in)))
            return true;
    }
    return false;
}

bool config_load(struct config *config, const char *path, struct error *err)
{
    *config = (struct config){.path = mem_strdup(path), .lock_fd = -1};
    if (load_disk(config, err))
        return true;
    config_release(config);
    return false;
}

void config_release(struct config *config)
{
    unlock(config);
    release_content(config);
    free(config->loaded);
    free(config->path);
    *config = (struct config){.lock_fd = -1};
}

bool config_changed(const struct config *config)
{
    struct file_stamp now = stamp_of(config->path);
    struct error ignored = {0};
    char *text;
    size_t len;
    bool changed;

    if (same_stamp(&now, &config->stamp))
        return false;
    if (!read_disk(config->path, &text, &len, &ignored))
        return true;
    changed = !same_bytes(config, text, len);
    free(text);
    return changed;
}

/* An editor that replaces the file takes it away, or empties it, for a moment. Whoever took that
 * for a configuration without integrations would end their deliveries. */
static bool check_not_gone(const struct config *config, const char *text, size_t len,
                           struct error *err)
{
    if (config->loaded_len == 0 || (text && len > 0))
        return true;
    return error_set(err, ERR_CONFIG,
                     "%s is %s; what was read before stays in force until it is back", config->path,
                     text ? "empty" : "gone");
}

bool config_refresh(struct config *config, bool *changed, struct error *err)
{
    char *text;
    size_t len;

    *changed = false;
    if (!config->path || config->locked)
        return true;
    struct file_stamp now = stamp_of(config->path);
    if (same_stamp(&now, &config->stamp))
        return true;
    if (!read_disk(config->path, &text, &len, err))
        return false;
    bool same = same_bytes(config, text, len);
    bool ok = same || (check_not_gone(config, text, len, err) && adopt(config, text, len, err));
    if (ok)
        remember(config, text, len, &now);
    else
        free(text);
    *changed = ok && !same;
    return ok;
}

bool config_begin(struct config *config, struct error *err)
{
    if (!make_folder(config->path, err) || !check_writable(config->path, err) || !lock(config, err))
        return false;
    if (reload_if_changed(config, err))
        return true;
    unlock(config);
    return false;
}

bool config_begun(const struct config *config, struct config *out, struct error *err)
{
    *out = (struct config){.lock_fd = -1};
    return reader_parse(out, config->path, config->loaded ? config->loaded : "", config->loaded_len,
                        err);
}

bool config_commit(struct config *config, struct error *err)
{
    struct error ignored = {0};
    bool ok = write_content(config, err);

    if (!ok)
        adopt(config, config->loaded, config->loaded_len, &ignored);
    unlock(config);
    return ok;
}

void config_abort(struct config *config)
{
    struct error ignored = {0};

    unlock(config);
    if (!load_disk(config, &ignored))
        adopt(config, config->loaded, config->loaded_len, &ignored);
}

struct integration *config_find(const struct config *config, const char *name_or_id)
{
    for (size_t i = 0; i < config->integrations.count; i++) {
        struct integration *in = &config->integrations.items[i];

        if (strcmp(in->id, name_or_id) == 0 || text_equal_nocase(in->name, name_or_id))
            return in;
    }
    return NULL;
}

void config_put(struct config *config, const struct integration *in)
{
    size_t i = index_of_id(config, in->id);
    struct integration copy;

    /* Copied first: `in` may be the one in the list. */
    integration_copy(&copy, in);
    if (i < config->integrations.count)
        integration_release(&config->integrations.items[i]);
    else
        list_add(&config->integrations.items, &config->integrations.count, sizeof copy);
    config->integrations.items[i] = copy;
}

bool config_remove(struct config *config, const char *id)
{
    size_t i = index_of_id(config, id);
    char gone[UUID_LEN + 1];

    if (i == config->integrations.count)
        return false;
    memcpy(gone, config->integrations.items[i].id, sizeof gone);
    integration_release(&config->integrations.items[i]);
    list_remove(config->integrations.items, &config->integrations.count,
                sizeof *config->integrations.items, i);
    for (size_t j = 0; j < config->checks.count; j++)
        text_list_remove(&config->checks.items[j].integrations, gone);
    return true;
}

const struct check_config *config_check(const struct config *config, const char *check_id)
{
    for (size_t i = 0; i < config->checks.count; i++) {
        if (strcmp(config->checks.items[i].id, check_id) == 0)
            return &config->checks.items[i];
    }
    return NULL;
}

struct check_config *config_check_make(struct config *config, const char *check_id)
{
    struct check_config *added;

    for (size_t i = 0; i < config->checks.count; i++) {
        if (strcmp(config->checks.items[i].id, check_id) == 0)
            return &config->checks.items[i];
    }
    added = list_add(&config->checks.items, &config->checks.count, sizeof *added);
    check_config_init(added, check_id);
    return added;
}

bool config_is_ticked(const struct config *config, const char *check_id, const char *integration_id)
{
    const struct check_config *check = config_check(config, check_id);

    return check && text_list_has(&check->integrations, integration_id);
}

size_t config_tick_count(const struct config *config, const char *integration_id)
{
    size_t count = 0;

    for (size_t i = 0; i < config->checks.count; i++)
        count += text_list_has(&config->checks.items[i].integrations, integration_id);
    return count;
}

bool config_has_sealed(const struct config *config)
{
    for (size_t i = 0; i < config->integrations.count; i++) {
        if (has_sealed(&config->integrations.items[i]))
            return true;
    }
    return false;
}
