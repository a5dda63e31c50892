/* Reads folders, and finds among their entries. */
#include "tui/picker.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/text.h"

static void free_entries(struct picker *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->entries[i].name);
    free(p->entries);
    free(p->shown);
}

void picker_release(struct picker *p)
{
    free_entries(p);
    free(p->folder);
    *p = (struct picker){0};
}

/* --- reading ------------------------------------------------------------------------------- */

static void add_entry(struct picker *p, int folder_fd, const char *name)
{
    struct stat info;
    const bool there = fstatat(folder_fd, name, &info, 0) == 0;
    if (!there || (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode)))
        return;
    *(struct picker_entry *)list_add(&p->entries, &p->count, sizeof *p->entries) =
        (struct picker_entry){
            .name = mem_strdup(name),
            .folder = S_ISDIR(info.st_mode),
            .size = info.st_size,
            .changed_at = info.st_mtime,
        };
}

static bool is_parent(const char *name)
{
    return strcmp(name, "..") == 0;
}

/* The parent, folders, files; each by name. */
static int compare_entries(const void *left, const void *right)
{
    const struct picker_entry *a = left, *b = right;
    if (is_parent(a->name) != is_parent(b->name))
        return is_parent(a->name) ? -1 : 1;
    if (a->folder != b->folder)
        return a->folder ? -1 : 1;
    return strcmp(a->name, b->name);
}

static void read_entries(struct picker *p, DIR *folder)
{
    const bool root = strcmp(p->folder, "/") == 0;
    const struct dirent *entry;
    while ((entry = readdir(folder))) {
        if (strcmp(entry->d_name, ".") == 0 || (root && is_parent(entry->d_name)))
            continue;
        if (p->count == PICKER_ENTRIES_MAX) {
            p->cut = true;
            break;
        }
        add_entry(p, dirfd(folder), entry->d_name);
    }
    if (p->count > 0)
        qsort(p->entries, p->count, sizeof *p->entries, compare_entries);
}

bool picker_read(struct picker *p, const char *folder, struct error *err)
{
    DIR *dir = opendir(folder);
    char *real = dir ? realpath(folder, NULL) : NULL;
    if (!dir || !real) {
        const int why = errno;
        if (dir)
            closedir(dir);
        errno = why;
        return error_errno(err, why == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                           "the folder %s cannot be opened", folder);
    }
    struct picker fresh = {.folder = real, .hidden = p->hidden};
    read_entries(&fresh, dir);
    closedir(dir);
    picker_narrow(&fresh, "");
    picker_release(p);
    *p = fresh;
    return true;
}

/* --- finding ------------------------------------------------------------------------------- */

static bool fits(const struct picker *p, const struct picker_entry *entry, const char *text)
{
    if (is_parent(entry->name))
        return *text == '\0';
    if (entry->name[0] == '.' && !p->hidden && text[0] != '.')
        return false;
    return text_contains_nocase(entry->name, text);
}

void picker_narrow(struct picker *p, const char *text)
{
    free(p->shown);
    p->shown = p->count > 0 ? mem_alloc(p->count * sizeof *p->shown) : NULL;
    p->shown_count = 0;
    for (size_t i = 0; i < p->count; i++) {
        if (fits(p, &p->entries[i], text))
            p->shown[p->shown_count++] = i;
    }
}

const struct picker_entry *picker_entry(const struct picker *p, size_t row)
{
    return row < p->shown_count ? &p->entries[p->shown[row]] : NULL;
}

char *picker_entry_path(const struct picker *p, size_t row)
{
    const struct picker_entry *entry = picker_entry(p, row);
    return entry ? path_join(p->folder, entry->name) : NULL;
}

bool picker_is_path(const char *text)
{
    return text[0] == '~' || strchr(text, '/') != NULL;
}

char *picker_resolve(const struct picker *p, const char *text, const char *home)
{
    if (text[0] == '/')
        return mem_strdup(text);
    if (home && text[0] == '~' && (text[1] == '\0' || text[1] == '/'))
        return mem_printf("%s%s", home, text + 1);
    return path_join(p->folder ? p->folder : "/", text);
}

bool picker_is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

void picker_size_text(int64_t bytes, char *out, size_t size)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double value = (double)bytes / 1000;
    size_t unit = 0;
    if (bytes < 1000) {
        snprintf(out, size, "%lld B", (long long)bytes);
        return;
    }
    for (; value >= 999.5 && unit + 1 < ARRAY_LEN(units); unit++)
        value /= 1000;
    snprintf(out, size, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}
