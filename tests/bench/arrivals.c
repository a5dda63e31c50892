/* A receiver that notes when the first byte of each request came. */
#include "tests/bench/arrivals.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/process.h"

enum { CLIENTS = 64, REQUEST_MAX = 8192, ID_LEN = 36, LOOK_MS = 50 };

struct client {
    int fd; /* -1 = free */
    int64_t first_us;
    size_t len;
    char bytes[REQUEST_MAX + 1];
};

struct arrival {
    char id[ID_LEN + 1];
    int64_t at_us;
};

struct arrivals {
    pthread_t thread;
    pthread_mutex_t lock;
    bool stop;
    int listener;
    char url[64];
    struct client clients[CLIENTS];
    struct arrival *list;
    size_t count, room;
};

static void keep(struct arrivals *a, const struct client *c)
{
    static const char name[] = "X-Checkhook-Event-Id: ";
    const char *id = strstr(c->bytes, name);
    pthread_mutex_lock(&a->lock);
    if (id && a->count < a->room) {
        struct arrival *arrival = &a->list[a->count++];
        memcpy(arrival->id, id + strlen(name), ID_LEN);
        arrival->at_us = c->first_us;
    }
    pthread_mutex_unlock(&a->lock);
}

/* The length of the whole request; 0 = that is not known yet. */
static size_t request_length(const struct client *c)
{
    const char *end = strstr(c->bytes, "\r\n\r\n"), *length = strstr(c->bytes, "Content-Length: ");
    if (!end)
        return 0;
    return (size_t)(end - c->bytes) + 4 + (length ? strtoul(length + 16, NULL, 10) : 0);
}

static void drop(struct client *c)
{
    close(c->fd);
    *c = (struct client){.fd = -1};
}

static void advance(struct arrivals *a, struct client *c)
{
    static const char answer[] = "HTTP/1.1 204 No Content\r\n\r\n";
    int64_t now_us = monotonic_us();
    ssize_t got = read(c->fd, c->bytes + c->len, REQUEST_MAX - c->len);
    if (got <= 0) {
        drop(c);
        return;
    }
    if (c->len == 0)
        c->first_us = now_us;
    c->len += (size_t)got;
    c->bytes[c->len] = '\0';
    size_t whole = request_length(c);
    if (whole == 0 || c->len < whole)
        return;
    keep(a, c);
    c->len = 0;
    if (write(c->fd, answer, sizeof answer - 1) != sizeof answer - 1)
        drop(c);
}

static void take_client(struct arrivals *a)
{
    int fd = accept(a->listener, NULL, NULL);
    for (size_t i = 0; fd >= 0 && i < CLIENTS; i++)
        if (a->clients[i].fd < 0) {
            a->clients[i] = (struct client){.fd = fd};
            return;
        }
    if (fd >= 0)
        close(fd);
}

static void *serve(void *ctx)
{
    struct arrivals *a = ctx;
    while (!a->stop) {
        struct pollfd fds[CLIENTS + 1] = {{.fd = a->listener, .events = POLLIN}};
        for (size_t i = 0; i < CLIENTS; i++)
            fds[i + 1] = (struct pollfd){.fd = a->clients[i].fd, .events = POLLIN};
        poll(fds, CLIENTS + 1, LOOK_MS);
        for (size_t i = 0; i < CLIENTS; i++)
            if (fds[i + 1].revents)
                advance(a, &a->clients[i]);
        if (fds[0].revents)
            take_client(a);
    }
    return NULL;
}

struct arrivals *arrivals_start(size_t room)
{
    struct arrivals *a = calloc(1, sizeof *a);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!a || !(a->list = calloc(room, sizeof *a->list)))
        give_up("out of memory");
    a->room = room;
    for (size_t i = 0; i < CLIENTS; i++)
        a->clients[i].fd = -1;
    pthread_mutex_init(&a->lock, NULL);
    a->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(a->listener, (struct sockaddr *)&address, len) != 0 ||
        listen(a->listener, CLIENTS) != 0 ||
        getsockname(a->listener, (struct sockaddr *)&address, &len) != 0 ||
        pthread_create(&a->thread, NULL, serve, a) != 0)
        give_up("the receiver of arrivals does not start");
    snprintf(a->url, sizeof a->url, "http://127.0.0.1:%d/", ntohs(address.sin_port));
    return a;
}

void arrivals_stop(struct arrivals *a)
{
    a->stop = true;
    pthread_join(a->thread, NULL);
    for (size_t i = 0; i < CLIENTS; i++)
        if (a->clients[i].fd >= 0)
            close(a->clients[i].fd);
    close(a->listener);
    free(a->list);
    free(a);
}

const char *arrivals_url(const struct arrivals *a)
{
    return a->url;
}

int64_t arrivals_of(struct arrivals *a, const char *event_id)
{
    int64_t at_us = 0;
    pthread_mutex_lock(&a->lock);
    for (size_t i = 0; i < a->count && at_us == 0; i++)
        if (strcmp(a->list[i].id, event_id) == 0)
            at_us = a->list[i].at_us;
    pthread_mutex_unlock(&a->lock);
    return at_us;
}
