/* A VFS of SQLite whose writes and syncs fail as planned. */
#include "tests/support/faultfs.h"

#include <signal.h>
#include <string.h>

#include <sqlite3.h>

#include "tests/support/fail.h"

struct file {
    sqlite3_file base;
    sqlite3_file *real; /* follows in the same memory */
};

static struct {
    enum faultfs_kind kind;
    size_t at, counted, failed;
    bool lasting;
} plan;

static sqlite3_vfs *real_vfs;

void faultfs_plan(enum faultfs_kind kind, size_t at, bool lasting)
{
    plan.kind = kind;
    plan.at = at;
    plan.lasting = lasting;
    plan.counted = plan.failed = 0;
}

void faultfs_mend(void)
{
    plan.at = 0;
}

size_t faultfs_counted(void)
{
    return plan.counted;
}

size_t faultfs_failed(void)
{
    return plan.failed;
}

static bool fails(bool counts)
{
    if (!counts)
        return false;
    plan.counted++;
    if (plan.at == 0 || plan.counted < plan.at || (plan.counted > plan.at && !plan.lasting))
        return false;
    plan.failed++;
    return true;
}

static bool write_fails(void)
{
    return fails(plan.kind != FAULTFS_SYNC);
}

static int write_code(void)
{
    if (plan.kind == FAULTFS_KILL)
        raise(SIGKILL);
    return plan.kind == FAULTFS_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

/* --- files ----------------------------------------------------------------------------------- */

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct file *)file)->real;
}

#define METHODS(file) (real_of(file)->pMethods)

static int file_close(sqlite3_file *file)
{
    return METHODS(file)->xClose(real_of(file));
}

static int file_read(sqlite3_file *file, void *bytes, int len, sqlite3_int64 at)
{
    return METHODS(file)->xRead(real_of(file), bytes, len, at);
}

static int file_write(sqlite3_file *file, const void *bytes, int len, sqlite3_int64 at)
{
    if (!write_fails())
        return METHODS(file)->xWrite(real_of(file), bytes, len, at);
    if (plan.kind != FAULTFS_WRITE)
        METHODS(file)->xWrite(real_of(file), bytes, len / 2, at);
    return write_code();
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    return write_fails() ? write_code() : METHODS(file)->xTruncate(real_of(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
    if (!fails(plan.kind == FAULTFS_SYNC || plan.kind == FAULTFS_KILL))
        return METHODS(file)->xSync(real_of(file), flags);
    if (plan.kind == FAULTFS_KILL)
        raise(SIGKILL);
    return SQLITE_IOERR_FSYNC;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return METHODS(file)->xFileSize(real_of(file), size);
}

static int file_lock(sqlite3_file *file, int lock)
{
    return METHODS(file)->xLock(real_of(file), lock);
}

static int file_unlock(sqlite3_file *file, int lock)
{
    return METHODS(file)->xUnlock(real_of(file), lock);
}

static int file_check_lock(sqlite3_file *file, int *result)
{
    return METHODS(file)->xCheckReservedLock(real_of(file), result);
}

static int file_control(sqlite3_file *file, int op, void *argument)
{
    return METHODS(file)->xFileControl(real_of(file), op, argument);
}

static int file_sector_size(sqlite3_file *file)
{
    return METHODS(file)->xSectorSize(real_of(file));
}

static int file_characteristics(sqlite3_file *file)
{
    return METHODS(file)->xDeviceCharacteristics(real_of(file));
}

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
    if (extend && write_fails()) {
        write_code();
        return SQLITE_IOERR_SHMSIZE;
    }
    return METHODS(file)->xShmMap(real_of(file), page, size, extend, out);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
    return METHODS(file)->xShmLock(real_of(file), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
    METHODS(file)->xShmBarrier(real_of(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
    return METHODS(file)->xShmUnmap(real_of(file), remove);
}

static int file_fetch(sqlite3_file *file, sqlite3_int64 at, int len, void **out)
{
    return METHODS(file)->xFetch(real_of(file), at, len, out);
}

static int file_unfetch(sqlite3_file *file, sqlite3_int64 at, void *bytes)
{
    return METHODS(file)->xUnfetch(real_of(file), at, bytes);
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
    .xFetch = file_fetch,
    .xUnfetch = file_unfetch,
};

/* --- the file system ------------------------------------------------------------------------- */

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags,
                    int *out_flags)
{
    struct file *f = (struct file *)file;
    (void)vfs;
    f->base.pMethods = NULL;
    f->real = (sqlite3_file *)(f + 1);
    int code = real_vfs->xOpen(real_vfs, name, f->real, flags, out_flags);
    if (f->real->pMethods)
        f->base.pMethods = &methods;
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
    (void)vfs;
    if (fails(plan.kind == FAULTFS_KILL))
        raise(SIGKILL);
    return real_vfs->xDelete(real_vfs, name, sync_folder);
}

void faultfs_install(void)
{
    static sqlite3_vfs vfs;
    if (real_vfs)
        return;
    sqlite3_initialize();
    real_vfs = sqlite3_vfs_find(NULL);
    vfs = *real_vfs;
    vfs.zName = "faultfs";
    vfs.szOsFile += (int)sizeof(struct file);
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    vfs.pNext = NULL;
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        support_die("SQLite does not take another VFS");
}
