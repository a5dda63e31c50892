/* Keeps rows in blocks: the last one in memory, the others in a file without a name. */
#include "core/base/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"

enum { BLOCK = 8192 };

/* --- the file --------------------------------------------------------------------------------- */

void spool_file_init(struct spool_file *file, const char *folder)
{
    *file = (struct spool_file){.folder = folder, .fd = -1};
}

void spool_file_release(struct spool_file *file)
{
    if (file->folder && file->fd >= 0)
        close(file->fd);
    *file = (struct spool_file){.fd = -1};
}

void spool_file_clear(struct spool_file *file)
{
    file->end = 0;
    /* What cannot be given back is written over. */
    if (file->fd >= 0 && ftruncate(file->fd, 0) < 0)
        return;
}

/* Only this user may read it, and it can be given no name later. Some file systems know no files
 * without a name: there it loses its name at once. */
static int make_file(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    char *path = mem_printf("%s/spool.XXXXXX", folder);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    free(path);
    return fd;
}

/* Who only looks at a folder of others, where nothing may be written, works elsewhere. */
static bool open_file(struct spool_file *file, struct error *err)
{
    struct error why = {0};
    const char *named = getenv("TMPDIR");
    file->fd = make_file(file->folder);
    if (file->fd >= 0)
        return true;
    const bool refused = errno == EACCES || errno == EPERM || errno == EROFS;
    error_errno(&why, ERR_IO, "a working file in %s cannot be made", file->folder);
    if (refused)
        file->fd = make_file(named && named[0] == '/' ? named : "/tmp");
    if (file->fd < 0)
        *err = why;
    return file->fd >= 0;
}

static bool write_block(struct spool_file *file, const char *block, struct error *err)
{
    size_t done = 0;
    if (file->fd < 0 && !open_file(file, err))
        return false;
    while (done < BLOCK) {
        const ssize_t put =
            pwrite(file->fd, block + done, BLOCK - done, (off_t)(file->end + (int64_t)done));
        if (put < 0 && errno != EINTR)
            return error_errno(err, ERR_IO, "a working file in %s cannot be written", file->folder);
        done += put > 0 ? (size_t)put : 0;
    }
    file->end += BLOCK;
    return true;
}

static bool read_block(const struct spool_file *file, int64_t place, char *block, struct error *err)
{
    size_t done = 0;
    while (done < BLOCK) {
        const ssize_t got =
            pread(file->fd, block + done, BLOCK - done, (off_t)(place + (int64_t)done));
        if (got == 0 || (got < 0 && errno != EINTR))
            return error_errno(err, ERR_IO, "a working file in %s cannot be read", file->folder);
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* --- writing ---------------------------------------------------------------------------------- */

void spool_init(struct spool *s, struct spool_file *file)
{
    *s = (struct spool){.file = file};
}

void spool_release(struct spool *s)
{
    free(s->block);
    free(s->places);
    *s = (struct spool){.file = s->file};
}

static bool flush(struct spool *s, struct error *err)
{
    const int64_t place = s->file->end;
    if (!write_block(s->file, s->block, err))
        return false;
    *(int64_t *)list_add(&s->places, &s->count, sizeof *s->places) = place;
    s->len = 0;
    return true;
}

bool spool_add(struct spool *s, const void *bytes, size_t len, struct error *err)
{
    const char *from = bytes;
    if (!s->block)
        s->block = mem_alloc(BLOCK);
    while (len > 0) {
        if (s->len == BLOCK && !flush(s, err))
            return false;
        const size_t part = len < BLOCK - s->len ? len : BLOCK - s->len;
        memcpy(s->block + s->len, from, part);
        s->len += part;
        from += part;
        len -= part;
    }
    return true;
}

bool spool_add_text(struct spool *s, const char *text, struct error *err)
{
    const size_t len = strlen(text);
    return spool_add(s, &len, sizeof len, err) && spool_add(s, text, len, err);
}

/* --- reading ---------------------------------------------------------------------------------- */

void spool_read_from_start(struct spool_reader *r, const struct spool *s)
{
    char *block = r->block;
    *r = (struct spool_reader){.spool = s, .block = block};
}

void spool_reader_release(struct spool_reader *r)
{
    free(r->block);
    *r = (struct spool_reader){0};
}

bool spool_at_end(const struct spool_reader *r)
{
    const struct spool *s = r->spool;
    return r->at == r->len && (r->at_block > s->count || (r->at_block == s->count && s->len == 0));
}

/* The next block; the one that is still in memory comes last. */
static bool next_block(struct spool_reader *r, struct error *err)
{
    const struct spool *s = r->spool;
    if (spool_at_end(r))
        return error_set(err, ERR_IO, "a working file ends too early");
    if (!r->block)
        r->block = mem_alloc(BLOCK);
    r->at = 0;
    r->len = r->at_block < s->count ? BLOCK : s->len;
    if (r->at_block < s->count && !read_block(s->file, s->places[r->at_block], r->block, err))
        return false;
    if (r->at_block == s->count)
        memcpy(r->block, s->block, s->len);
    r->at_block++;
    return true;
}

bool spool_read(struct spool_reader *r, void *bytes, size_t len, struct error *err)
{
    char *to = bytes;
    while (len > 0) {
        if (r->at == r->len && !next_block(r, err))
            return false;
        const size_t part = len < r->len - r->at ? len : r->len - r->at;
        memcpy(to, r->block + r->at, part);
        r->at += part;
        to += part;
        len -= part;
    }
    return true;
}

bool spool_read_text(struct spool_reader *r, struct strbuf *out, struct error *err)
{
    size_t len;
    if (!spool_read(r, &len, sizeof len, err))
        return false;
    while (len > 0) {
        if (r->at == r->len && !next_block(r, err))
            return false;
        const size_t part = len < r->len - r->at ? len : r->len - r->at;
        strbuf_add(out, r->block + r->at, part);
        r->at += part;
        len -= part;
    }
    strbuf_addc(out, '\0');
    return true;
}
