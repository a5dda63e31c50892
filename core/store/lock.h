/*
 * Who works: the worker lock (an flock on `lock`, freed by the kernel at death) and the wake
 * socket (a datagram socket `wake`, poked after each commit that made work).
 */
#ifndef CHECKHOOK_CORE_STORE_LOCK_H
#define CHECKHOOK_CORE_STORE_LOCK_H

#include <stdbool.h>

#include "core/base/error.h"

struct worker_lock {
    int fd;      /* -1 = not held */
    int wake_fd; /* bound socket of the holder, readable when poked; -1 */
    char *wake_path;
};

/* role: "service", "console" or "command", written into the lock file with the process id for
 * whoever asks. ERR_BUSY: "the service (process 123) is delivering already". */
bool worker_lock_take(struct worker_lock *lock, const char *lock_path, const char *wake_path,
                      const char *role, struct error *err);
void worker_lock_release(struct worker_lock *lock); /* accepts { -1, -1, NULL } */

/* Who holds it: false when nobody does. role has room for 32 bytes. */
bool worker_lock_holder(const char *lock_path, char *role, long *pid);

/* Wakes the worker, whoever it is; nothing happens when there is none. */
void worker_wake(const char *wake_path);
void worker_wake_drain(const struct worker_lock *lock);

#endif
