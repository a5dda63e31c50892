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
void worker_lock_release(struct worker_lock *lock); /* accepts { -1, -1, NULL }; leaves that */

/* Who holds it: false when nobody does. */
enum { WORKER_ROLE_MAX = 32 };
bool worker_lock_holder(const char *lock_path, char role[WORKER_ROLE_MAX], long *pid);

/* Wakes the worker, whoever it is; nothing happens when there is none. */
void worker_wake(const char *wake_path);

/* The same, and asks a console or command that holds the lock to give it up: a starting service
 * does so until it gets the lock. */
void worker_ask(const char *wake_path);

/* Takes away what made wake_fd readable. True when somebody asked for the lock meanwhile. */
bool worker_wake_drain(const struct worker_lock *lock);

#endif
