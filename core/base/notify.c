/* The datagrams of sd_notify(3). */
#include "core/base/notify.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/base/text.h"

enum { MESSAGE_MAX = 512, STATUS_MAX = 200, ALIVE_EVERY_MS = 1000 };

/* A name that begins with '@' is in the abstract namespace: a NUL stands in its place, and the
 * length tells where it ends. */
static bool find_address(const char *name, struct sockaddr_un *address, socklen_t *len)
{
    size_t name_len = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || name_len < 2 || name_len >= sizeof address->sun_path)
        return false;
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(address->sun_path, name, name_len);
    *len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + name_len);
    if (name[0] == '@')
        address->sun_path[0] = '\0';
    else
        (*len)++;
    return true;
}

static int connect_to(const char *name)
{
    struct sockaddr_un address;
    socklen_t len;
    if (!name || !find_address(name, &address, &len))
        return -1;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, len) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static int64_t read_keepalive_ms(void)
{
    const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
    int64_t value = 0, whose = getpid();
    if (!usec || !text_to_int(usec, 1, INT64_MAX, &value))
        return 0;
    if (pid && (!text_to_int(pid, 1, INT64_MAX, &whose) || whose != getpid()))
        return 0;
    int64_t half_ms = value / 2000;
    return half_ms > 0 ? half_ms : 1;
}

void notify_open(struct notify *n)
{
    *n = (struct notify){.fd = connect_to(getenv("NOTIFY_SOCKET"))};
    if (n->fd >= 0)
        n->keepalive_ms = read_keepalive_ms();
}

void notify_close(struct notify *n)
{
    if (n->fd >= 0)
        close(n->fd);
    *n = (struct notify){.fd = -1};
}

static void send_text(const struct notify *n, const char *text)
{
    if (n->fd >= 0)
        (void)send(n->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* A newline would begin another assignment. */
static void send_status(const struct notify *n, const char *before, const char *status)
{
    char message[MESSAGE_MAX];
    struct strbuf safe;
    strbuf_init(&safe, STATUS_MAX);
    text_safe_add(&safe, status, strlen(status), false);
    snprintf(message, sizeof message, "%sSTATUS=%s\n", before, safe.text);
    send_text(n, message);
    strbuf_release(&safe);
}

void notify_ready(const struct notify *n, const char *status)
{
    send_status(n, "READY=1\n", status);
}

void notify_status(const struct notify *n, const char *status)
{
    send_status(n, "", status);
}

void notify_reloading(const struct notify *n)
{
    char message[MESSAGE_MAX];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\n",
             (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    send_text(n, message);
}

void notify_stopping(const struct notify *n)
{
    send_status(n, "STOPPING=1\n", "Stopping: what is being sent is given a moment to finish");
}

void notify_alive(struct notify *n, int64_t monotonic_ms)
{
    bool fresh = monotonic_ms < n->alive_at_ms - n->keepalive_ms + ALIVE_EVERY_MS;
    if (n->keepalive_ms == 0 || (fresh && monotonic_ms < n->alive_at_ms))
        return;
    send_text(n, "WATCHDOG=1\n");
    n->alive_at_ms = monotonic_ms + n->keepalive_ms;
}

int notify_timeout_ms(const struct notify *n, int64_t monotonic_ms)
{
    if (n->keepalive_ms == 0)
        return -1;
    int64_t wait_ms = n->alive_at_ms - monotonic_ms;
    return wait_ms < 0 ? 0 : wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}
