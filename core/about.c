/* What this installation is made of. */
#include "core/about.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/config/libraries.h"
#include "core/config/rights.h"
#include "core/deliver/transport.h"
#include "core/store/lock.h"
#include "core/store/store.h"

enum { NOTE_MAX = 160, SIZE_MAX_TEXT = 32, KIB = 1024 };

void fact_list_release(struct fact_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].value);
        free(list->items[i].note);
    }
    free(list->items);
    *list = (struct fact_list){0};
}

const char *fact_group_title(enum fact_group group)
{
    static const char *const titles[] = {
        [FACTS_DELIVERY] = "Delivery",
        [FACTS_VERSIONS] = "Versions",
        [FACTS_FILES] = "Files",
    };
    return titles[group];
}

void fact_add(struct fact_list *list, enum fact_group group, const char *name, const char *value,
              const char *note)
{
    list_add(&list->items, &list->count, sizeof *list->items);
    size_t at = list->count - 1;
    for (; at > 0 && list->items[at - 1].group > group; at--)
        list->items[at] = list->items[at - 1];
    list->items[at] = (struct fact){group, name, mem_strdup(value), mem_strdup(note)};
}

/* --- delivery ------------------------------------------------------------------------------- */

static void add_worker(const struct app *app, struct fact_list *out)
{
    char role[WORKER_ROLE_MAX] = "", text[NOTE_MAX];
    long pid = 0;
    if (!worker_lock_holder(app->paths.lock_file, role, &pid))
        snprintf(text, sizeof text, "nobody now");
    else if (pid == (long)getpid())
        snprintf(text, sizeof text, "this %s", role);
    else
        snprintf(text, sizeof text, "the %s (%ld)", role, pid);
    fact_add(out, FACTS_DELIVERY, "Sent by", text, NULL);
}

static void add_daily(const struct app *app, struct fact_list *out)
{
    char role[WORKER_ROLE_MAX] = "";
    long pid = 0;
    const bool service =
        worker_lock_holder(app->paths.lock_file, role, &pid) && strcmp(role, "service") == 0;
    fact_add(out, FACTS_DELIVERY, "Daily run", service ? "by the service" : "by nobody: no service",
             NULL);
}

/* --- versions ------------------------------------------------------------------------------- */

static void add_versions(struct fact_list *out)
{
    const struct {
        const char *name, *version;
    } rows[] = {
        {"checkhook", CHECKHOOK_VERSION},   {"libcurl", transport_library()},
        {"SQLite", store_library()},        {"libsodium", sodium_library()},
        {"libconfig", libconfig_library()}, {"cJSON", cJSON_Version()},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        fact_add(out, FACTS_VERSIONS, rows[i].name, rows[i].version, NULL);
}

/* --- files ---------------------------------------------------------------------------------- */

static void size_text(int64_t bytes, char out[SIZE_MAX_TEXT])
{
    if (bytes < KIB)
        snprintf(out, SIZE_MAX_TEXT, "%lld bytes", (long long)bytes);
    else if (bytes < KIB * KIB)
        snprintf(out, SIZE_MAX_TEXT, "%lld KiB", (long long)(bytes / KIB));
    else
        snprintf(out, SIZE_MAX_TEXT, "%lld MiB", (long long)(bytes / KIB / KIB));
}

/* One row of the files: what stands beside it where it is not there, and where its path is from. */
struct place {
    const char *name, *path, *missing, *source;
};

static void describe(const struct place *place, struct strbuf *note)
{
    char access[NOTE_MAX], size[SIZE_MAX_TEXT];
    struct stat st;
    if (place->source)
        strbuf_addf(note, "%s · ", place->source);
    if (stat(place->path, &st) != 0) {
        strbuf_adds(note, place->missing);
        return;
    }
    file_access_text(place->path, access, sizeof access);
    strbuf_adds(note, access);
    if (S_ISREG(st.st_mode)) {
        size_text(st.st_size, size);
        strbuf_addf(note, " · %s", size);
    }
}

/* Where the key is from, when it does not lie beside the database. */
static const char *key_source(const char *path)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY"), *own = getenv("CHECKHOOK_KEY_FILE");
    if (credentials && *credentials && strncmp(path, credentials, strlen(credentials)) == 0)
        return "credential";
    return own && strcmp(path, own) == 0 ? "CHECKHOOK_KEY_FILE" : NULL;
}

static void add_files(const struct app *app, struct fact_list *out)
{
    const struct paths *p = &app->paths;
    const struct place places[] = {
        {"Configuration", p->config_file, "made at the first change", NULL},
        {"Own checks", p->checks_dir, "there are none", NULL},
        {"Secret key", p->key_file, "made for the first secret", key_source(p->key_file)},
        {"Database", p->db_file, "not there", NULL},
        {"Preferences", p->console_file, "made at the first change", NULL},
        {"Built-in checks", p->share_dir, "not there", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct strbuf note;
        if (!places[i].path)
            continue;
        strbuf_init(&note, NOTE_MAX);
        describe(&places[i], &note);
        fact_add(out, FACTS_FILES, places[i].name, places[i].path, note.text);
        strbuf_release(&note);
    }
}

void about_facts(const struct app *app, struct fact_list *out)
{
    add_worker(app, out);
    add_daily(app, out);
    add_versions(out);
    add_files(app, out);
}
