/* Finds the files of an import in folders, and looks at their first bytes. */
#include "core/dataset/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/dataset/recognise.h"

/* A console that looks has to answer meanwhile. */
enum { FILES_MAX = 200000, FILES_MAX_BRIEF = 20000, DEPTH_MAX = 16, PIPE_WAIT_MS = 10000 };

/* --- first bytes -------------------------------------------------------------------------------
 */

static bool wait_for_pipe(const char *path, int fd, struct error *err)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    int ready;
    do
        ready = poll(&one, 1, PIPE_WAIT_MS);
    while (ready < 0 && errno == EINTR);
    return ready > 0 ||
           error_set(err, ERR_INVALID, "%s is a pipe that gave nothing for ten seconds", path);
}

/* Reads until `size` bytes or the end. */
static bool read_first(const char *path, int fd, char *bytes, size_t size, size_t *len,
                       struct error *err)
{
    *len = 0;
    while (*len < size) {
        const ssize_t got = read(fd, bytes + *len, size - *len);
        if (got == 0)
            return true;
        if (got > 0)
            *len += (size_t)got;
        else if (errno == EAGAIN && !wait_for_pipe(path, fd, err))
            return false;
        else if (errno != EAGAIN && errno != EINTR)
            return error_errno(err, ERR_INVALID, "%s cannot be read", path);
    }
    return true;
}

static void drop_mark(char *bytes, size_t *len)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t mark_len = sizeof mark - 1;
    if (*len < mark_len || memcmp(bytes, mark, mark_len) != 0)
        return;
    *len -= mark_len;
    memmove(bytes, bytes + mark_len, *len);
}

static bool read_head(const struct import_file *file, char *head, size_t *len, struct error *err)
{
    const int fd = open(file->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_INVALID,
                           "%s cannot be opened", file->path);
    const bool ok = read_first(file->path, fd, head, FORMAT_HEAD, len, err);
    close(fd);
    return ok;
}

bool import_file_head(const struct import_file *file, char **head, size_t *len, struct error *err)
{
    char *bytes = mem_alloc(FORMAT_HEAD);
    bool ok = true;
    if (file->head) {
        memcpy(bytes, file->head, file->head_len);
        *len = file->head_len;
    } else {
        ok = read_head(file, bytes, len, err);
    }
    if (ok)
        drop_mark(bytes, len);
    else
        free(bytes);
    *head = ok ? bytes : NULL;
    return ok;
}

/* --- finding -----------------------------------------------------------------------------------
 */

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static bool open_pipe(struct import_file *file, struct error *err)
{
    file->pipe_fd = open(file->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file->pipe_fd < 0)
        return error_errno(err, ERR_INVALID, "%s cannot be opened", file->path);
    file->head = mem_alloc(FORMAT_HEAD);
    return wait_for_pipe(file->path, file->pipe_fd, err) &&
           read_first(file->path, file->pipe_fd, file->head, FORMAT_HEAD, &file->head_len, err);
}

/* `below` is where the part below the folder begins in the path. */
static bool add_file(struct import_files *files, const char *path, size_t below,
                     const struct stat *info, bool named, struct error *err)
{
    struct import_file *file = list_add(&files->items, &files->count, sizeof *file);
    char *copy = mem_strdup(path);
    *file = (struct import_file){.path = copy,
                                 .name = files->how & FILES_BRIEF ? copy + below : copy,
                                 .below = copy + below,
                                 .named = named,
                                 .size = S_ISREG(info->st_mode) ? info->st_size : 0,
                                 .pipe_fd = -1};
    if (S_ISFIFO(info->st_mode) && !open_pipe(file, err))
        return false;
    char *head;
    size_t len;
    if (!import_file_head(file, &head, &len, err))
        return false;
    file->formats = import_formats_of(head, len);
    free(head);
    return true;
}

static void leave_out(struct import_files *files, const char *path, size_t below, const char *why)
{
    char *text =
        mem_printf("%s is left out: %s", files->how & FILES_BRIEF ? path + below : path, why);
    notes_add(&files->left_out, text);
    free(text);
}

static bool add_folder(struct import_files *files, const char *folder, size_t below, int depth,
                       struct error *err);

/* A link to a folder may lead anywhere, also round in a circle. */
static bool add_found(struct import_files *files, const char *path, size_t below, int depth,
                      struct error *err)
{
    struct stat link, info;
    if (lstat(path, &link) != 0 || stat(path, &info) != 0)
        leave_out(files, path, below, "it leads nowhere");
    else if (S_ISREG(info.st_mode))
        return add_file(files, path, below, &info, false, err);
    else if (S_ISDIR(link.st_mode))
        return add_folder(files, path, below, depth + 1, err);
    else
        leave_out(files, path, below,
                  S_ISDIR(info.st_mode) ? "it is a link to a folder" : "it is no file");
    return true;
}

static bool count_entry(struct import_files *files, const char *folder, struct error *err)
{
    const size_t max = files->how & FILES_BRIEF ? FILES_MAX_BRIEF : FILES_MAX;
    return ++files->seen <= max || error_set(err, ERR_INVALID,
                                             "there are more than %zu files up to %s; is that the "
                                             "folder that is meant?",
                                             max, folder);
}

static bool add_entry(struct import_files *files, const char *folder, const char *name,
                      size_t below, int depth, struct error *err)
{
    bool ok = true;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return true;
    if (!count_entry(files, folder, err))
        return false;
    char *path = path_join(folder, name);
    if (name[0] == '.')
        leave_out(files, path, below, "its name begins with a dot");
    else
        ok = add_found(files, path, below, depth, err);
    free(path);
    return ok;
}

/* In the order of names, numbers in them by value: page-2 before page-10. */
static bool add_folder(struct import_files *files, const char *folder, size_t below, int depth,
                       struct error *err)
{
    struct dirent **entries;
    bool ok = true;
    if (depth > DEPTH_MAX)
        return error_set(err, ERR_INVALID, "%s: the folders are nested too deeply", folder);
    const int count = scandir(folder, &entries, NULL, versionsort);
    if (count < 0)
        return error_errno(err, ERR_INVALID, "the folder %s cannot be read", folder);
    for (int i = 0; i < count; i++) {
        ok = ok && add_entry(files, folder, entries[i]->d_name, below, depth, err);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool add_named(struct import_files *files, const char *path, struct error *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return error_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_INVALID,
                           "%s cannot be opened", path);
    if (S_ISDIR(info.st_mode)) {
        const size_t len = strlen(path);
        return add_folder(files, path, len + (path[len - 1] != '/'), 0, err);
    }
    if (S_ISREG(info.st_mode) || (files->how & FILES_PIPES && S_ISFIFO(info.st_mode)))
        return add_file(files, path, (size_t)(last_part(path) - path), &info, true, err);
    return error_set(err, ERR_INVALID, "%s is neither a file nor a folder", path);
}

bool import_files_find(struct import_files *out, const char *const *paths, size_t count,
                       unsigned how, struct error *err)
{
    struct import_files files = {.how = how};
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_named(&files, paths[i], err);
    *out = files;
    if (!ok)
        import_files_release(out);
    return ok;
}

void import_file_release(struct import_file *file)
{
    if (file->pipe_fd >= 0)
        close(file->pipe_fd);
    free(file->path);
    free(file->head);
}

void import_files_release(struct import_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        import_file_release(&files->items[i]);
    free(files->items);
    notes_release(&files->left_out);
    *files = (struct import_files){0};
}

bool import_files_add_beside(struct import_files *files, const char *path, struct error *err)
{
    struct stat info;
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i].path, path) == 0)
            return true;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return true;
    const size_t below = (size_t)(last_part(path) - path);
    if (access(path, R_OK) == 0)
        return add_file(files, path, below, &info, false, err);
    leave_out(files, path, below, strerror(errno));
    return true;
}
