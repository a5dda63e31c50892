/* The worker lock and the socket that wakes its holder. */
#include "core/store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"

/* Somebody who only looks holds the lock for an instant: that must not count as a worker. */
enum { LOOKER_WAIT_MS = 30 };

enum { MESSAGE_WAKE = 'w', MESSAGE_ASK = 'a' };

struct role_words {
    const char *role, *who;
};

static const struct role_words roles[] = {
    {"service", "the service"},
    {"console", "an open console"},
    {"command", "another command"},
};

/* The address of a socket, also below a folder whose name is too long for sun_path: then through
 * an open descriptor of the folder, which the caller closes (-1 = none). */
static bool find_address(const char *path, struct sockaddr_un *out, int *folder_fd)
{
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    *folder_fd = -1;
    if (strlen(path) < sizeof out->sun_path) {
        memcpy(out->sun_path, path, strlen(path) + 1);
        return true;
    }
    const char *slash = strrchr(path, '/');
    if (!slash)
        return false;
    char *folder = mem_strndup(path, (size_t)(slash - path));
    *folder_fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    int len =
        snprintf(out->sun_path, sizeof out->sun_path, "/proc/self/fd/%d%s", *folder_fd, slash);
    return *folder_fd >= 0 && len > 0 && (size_t)len < sizeof out->sun_path;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool bind_socket(struct worker_lock *lock, const char *wake_path, struct error *err)
{
    struct sockaddr_un address;
    int folder_fd;
    lock->wake_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    /* The socket file takes its mode from the socket. */
    bool ok = find_address(wake_path, &address, &folder_fd) && lock->wake_fd >= 0 &&
              fchmod(lock->wake_fd, 0600) == 0;
    if (ok) {
        unlink(wake_path); /* left over by a holder that died */
        ok = bind(lock->wake_fd, (const struct sockaddr *)&address, sizeof address) == 0;
    }
    if (!ok)
        error_errno(err, ERR_IO, "the socket %s cannot be made", wake_path);
    close_fd(&folder_fd);
    return ok;
}

static bool write_holder(int fd, const char *role)
{
    char line[WORKER_ROLE_MAX + 24];
    int len = snprintf(line, sizeof line, "%s %ld\n", role, (long)getpid());
    return ftruncate(fd, 0) == 0 && pwrite(fd, line, (size_t)len, 0) == len;
}

static void read_holder(int fd, char role[WORKER_ROLE_MAX], long *pid)
{
    char line[WORKER_ROLE_MAX + 24] = "";
    *pid = 0;
    ssize_t len = pread(fd, line, sizeof line - 1, 0);
    char *blank = len > 0 ? strchr(line, ' ') : NULL;
    if (blank) {
        *blank = '\0';
        *pid = strtol(blank + 1, NULL, 10);
    }
    snprintf(role, WORKER_ROLE_MAX, "%.*s", WORKER_ROLE_MAX - 1, blank ? line : roles[2].role);
}

static bool say_who_holds(const char *lock_path, struct error *err)
{
    char role[WORKER_ROLE_MAX];
    long pid = 0;
    if (!worker_lock_holder(lock_path, role, &pid))
        return error_set(err, ERR_BUSY, "another process was delivering until now: try again");
    const char *who = roles[2].who;
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (strcmp(roles[i].role, role) == 0)
            who = roles[i].who;
    return error_set(err, ERR_BUSY, "%s (process %ld) is delivering already", who, pid);
}

bool worker_lock_take(struct worker_lock *lock, const char *lock_path, const char *wake_path,
                      const char *role, struct error *err)
{
    struct error why = {0};
    *lock = (struct worker_lock){.fd = -1, .wake_fd = -1};
    lock->fd = file_lock(lock_path, LOOKER_WAIT_MS, &why);
    if (lock->fd < 0) {
        if (why.kind == ERR_BUSY)
            return say_who_holds(lock_path, err);
        *err = why;
        return false;
    }
    if (!write_holder(lock->fd, role))
        error_errno(err, ERR_IO, "%s cannot be written", lock_path);
    else if (bind_socket(lock, wake_path, err)) {
        lock->wake_path = mem_strdup(wake_path);
        return true;
    }
    worker_lock_release(lock);
    return false;
}

void worker_lock_release(struct worker_lock *lock)
{
    if (lock->wake_path)
        unlink(lock->wake_path);
    close_fd(&lock->wake_fd);
    close_fd(&lock->fd);
    free(lock->wake_path);
    lock->wake_path = NULL;
}

bool worker_lock_holder(const char *lock_path, char role[WORKER_ROLE_MAX], long *pid)
{
    int fd = open(lock_path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (held)
        read_holder(fd, role, pid);
    close(fd);
    return held;
}

static void send_message(const char *wake_path, char message)
{
    struct sockaddr_un address;
    int folder_fd;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    /* Nobody there, or a full queue that wakes the worker anyway: nothing to tell. */
    if (find_address(wake_path, &address, &folder_fd) && fd >= 0)
        (void)sendto(fd, &message, 1, MSG_DONTWAIT | MSG_NOSIGNAL,
                     (const struct sockaddr *)&address, sizeof address);
    close_fd(&folder_fd);
    close_fd(&fd);
}

void worker_wake(const char *wake_path)
{
    send_message(wake_path, MESSAGE_WAKE);
}

void worker_ask(const char *wake_path)
{
    send_message(wake_path, MESSAGE_ASK);
}

bool worker_wake_drain(const struct worker_lock *lock)
{
    bool asked = false;
    char message;
    while (lock->wake_fd >= 0 && recv(lock->wake_fd, &message, 1, MSG_DONTWAIT) >= 0)
        asked = asked || message == MESSAGE_ASK;
    return asked;
}
