#ifndef CHECKHOOK_TESTS_SUPPORT_FAULTFS_H
#define CHECKHOOK_TESTS_SUPPORT_FAULTFS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A disk that fails as told, for SQLite: a VFS around the usual one. Only what changes files is
 * counted: writes, truncations, growth of the shared memory, syncs, removals. In one thread.
 */

/* Makes it the default for every database opened from here on. */
void faultfs_install(void);

enum faultfs_kind {
    FAULTFS_FULL,  /* a write ends half way: SQLITE_FULL. Counts writes */
    FAULTFS_WRITE, /* a write does nothing: SQLITE_IOERR_WRITE. Counts writes */
    FAULTFS_SYNC,  /* a sync says SQLITE_IOERR_FSYNC: what was written may stay or not. Counts syncs
                    */
    FAULTFS_KILL,  /* the process is killed, a write half done. Counts everything */
};

/*
 * The operation number `at` from here (1 = the next, 0 = none) fails; `lasting`: also all after
 * it, until faultfs_mend.
 */
void faultfs_plan(enum faultfs_kind kind, size_t at, bool lasting);
void faultfs_mend(void);

/* Operations of the planned kind since then, and how many of them failed. */
size_t faultfs_counted(void);
size_t faultfs_failed(void);

#endif
