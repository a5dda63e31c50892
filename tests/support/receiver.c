/* The scripted web server of the tests: one thread, one poll loop, any number of connections. */
#include "tests/support/receiver.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/fail.h"
#include "tests/support/receiver_connection.h"

enum { MAX_CONNECTIONS = 256 };

/* The answers for one path; with a NULL path, for all others. */
struct script {
    char *path;
    struct receiver_answer *answers;
    size_t count, next;
};

struct receiver {
    int port, listen_fd, wake[2];
    SSL_CTX *tls;
    pthread_t thread;
    char **urls;
    size_t url_count;

    struct connection_hooks hooks;
    struct connection *connections[MAX_CONNECTIONS]; /* of the thread alone */
    size_t open;

    pthread_mutex_t mutex; /* guards everything below */
    pthread_cond_t came;
    struct script *scripts; /* only ever added to, since answers in flight point into them */
    size_t script_count;
    struct receiver_request **requests;
    size_t request_count, accepted;
    uint64_t bytes_sent;
};

/* --- what connections ask */

/* Takes the next answer for a target out of the scripts. */
static struct receiver_answer next_answer(struct receiver *receiver, const char *target)
{
    size_t path_len = strcspn(target, "?");
    struct script *exact = NULL, *any = NULL, *found;

    for (size_t i = 0; i < receiver->script_count; i++) {
        struct script *script = &receiver->scripts[i];

        if (!script->path)
            any = script;
        else if (strlen(script->path) == path_len && strncmp(script->path, target, path_len) == 0)
            exact = script;
    }
    found = exact ? exact : any;
    if (!found)
        return (struct receiver_answer){0};
    if (found->next + 1 < found->count)
        return found->answers[found->next++];
    return found->answers[found->count - 1];
}

static struct receiver_answer keep_request(void *ctx, struct receiver_request *request)
{
    struct receiver *receiver = ctx;
    struct receiver_answer answer;

    pthread_mutex_lock(&receiver->mutex);
    answer = next_answer(receiver, request->target);
    receiver->requests = receiver_grown(receiver->requests,
                                        (receiver->request_count + 1) * sizeof *receiver->requests);
    receiver->requests[receiver->request_count++] = request;
    pthread_cond_broadcast(&receiver->came);
    pthread_mutex_unlock(&receiver->mutex);
    return answer;
}

static void count_sent(void *ctx, size_t len)
{
    struct receiver *receiver = ctx;

    pthread_mutex_lock(&receiver->mutex);
    receiver->bytes_sent += len;
    pthread_mutex_unlock(&receiver->mutex);
}

/* --- the loop */

static void close_connection(struct receiver *receiver, size_t i)
{
    connection_free(receiver->connections[i]);
    receiver->connections[i] = receiver->connections[--receiver->open];
}

static void accept_connections(struct receiver *receiver)
{
    struct link link;

    while (receiver->open < MAX_CONNECTIONS &&
           link_accept(&link, receiver->listen_fd, receiver->tls)) {
        int number;

        pthread_mutex_lock(&receiver->mutex);
        number = (int)receiver->accepted++;
        pthread_mutex_unlock(&receiver->mutex);
        receiver->connections[receiver->open++] = connection_new(link, number, &receiver->hooks);
    }
}

/* Fills the poll set; returns how long to wait. */
static int prepare_poll(struct receiver *receiver, struct pollfd *fds)
{
    int64_t now_ms = support_now_ms();
    int64_t wait_ms = -1;

    fds[0] = (struct pollfd){.fd = receiver->wake[0], .events = POLLIN};
    fds[1] = (struct pollfd){.fd = receiver->listen_fd, .events = POLLIN};
    for (size_t i = 0; i < receiver->open; i++) {
        const struct connection *connection = receiver->connections[i];
        int64_t due_ms = now_ms, left_ms;

        fds[i + 2] = (struct pollfd){.fd = connection_fd(connection),
                                     .events = connection_events(connection, &due_ms)};
        left_ms = due_ms > now_ms ? due_ms - now_ms : 0;
        if (fds[i + 2].events == 0 && (wait_ms < 0 || left_ms < wait_ms))
            wait_ms = left_ms;
    }
    return (int)wait_ms;
}

static void *serve(void *argument)
{
    struct receiver *receiver = argument;
    struct pollfd fds[MAX_CONNECTIONS + 2];

    for (;;) {
        size_t open = receiver->open;

        if (poll(fds, open + 2, prepare_poll(receiver, fds)) < 0 && errno != EINTR)
            support_die("poll: %s", strerror(errno));
        if (fds[0].revents)
            break;
        /* From the last one down: closing moves the last connection into the gap. */
        for (size_t i = open; i-- > 0;)
            if (!connection_advance(receiver->connections[i], fds[i + 2].revents))
                close_connection(receiver, i);
        accept_connections(receiver);
    }
    while (receiver->open > 0)
        close_connection(receiver, receiver->open - 1);
    return NULL;
}

static void start_thread(struct receiver *receiver)
{
    sigset_t all, before;

    /* Signals belong to the test, and SIGPIPE from TLS to nobody. */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    if (pthread_create(&receiver->thread, NULL, serve, receiver) != 0)
        support_die("no thread for the receiver");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static struct receiver *start(SSL_CTX *tls)
{
    struct receiver *receiver = receiver_grown(NULL, sizeof *receiver);
    pthread_condattr_t attributes;

    *receiver = (struct receiver){.tls = tls, .mutex = PTHREAD_MUTEX_INITIALIZER};
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&receiver->came, &attributes);
    receiver->hooks =
        (struct connection_hooks){.ctx = receiver, .take = keep_request, .sent = count_sent};
    receiver->listen_fd = link_listen(&receiver->port);
    if (pipe2(receiver->wake, O_CLOEXEC) != 0)
        support_die("no pipe: %s", strerror(errno));
    start_thread(receiver);
    return receiver;
}

static void script_release(struct script *script)
{
    for (size_t i = 0; i < script->count; i++) {
        free((char *)(uintptr_t)script->answers[i].headers);
        free((char *)(uintptr_t)script->answers[i].body);
    }
    free(script->answers);
    free(script->path);
}

struct receiver *receiver_start(void)
{
    return start(NULL);
}

struct receiver *receiver_start_tls(const char *cert_file, const char *key_file)
{
    return start(link_tls(cert_file, key_file));
}

void receiver_stop(struct receiver *receiver)
{
    if (!receiver)
        return;
    close(receiver->wake[1]);
    pthread_join(receiver->thread, NULL);
    close(receiver->wake[0]);
    close(receiver->listen_fd);
    SSL_CTX_free(receiver->tls);
    receiver_forget(receiver);
    for (size_t i = 0; i < receiver->script_count; i++)
        script_release(&receiver->scripts[i]);
    for (size_t i = 0; i < receiver->url_count; i++)
        free(receiver->urls[i]);
    free(receiver->urls);
    free(receiver->scripts);
    pthread_cond_destroy(&receiver->came);
    free(receiver);
}

int receiver_port(const struct receiver *receiver)
{
    return receiver->port;
}

const char *receiver_url(struct receiver *receiver, const char *path)
{
    char *url;

    if (asprintf(&url, "%s://127.0.0.1:%d%s", receiver->tls ? "https" : "http", receiver->port,
                 path) < 0)
        support_die("out of memory");
    receiver->urls =
        receiver_grown(receiver->urls, (receiver->url_count + 1) * sizeof *receiver->urls);
    receiver->urls[receiver->url_count++] = url;
    return url;
}

void receiver_script(struct receiver *receiver, const char *path,
                     const struct receiver_answer *answers, size_t count)
{
    struct script script = {.path = path ? receiver_copied(path, strlen(path)) : NULL,
                            .count = count};

    script.answers = receiver_grown(NULL, count * sizeof *script.answers);
    for (size_t i = 0; i < count; i++) {
        struct receiver_answer *answer = &script.answers[i];

        *answer = answers[i];
        if (answer->body && answer->body_len == 0)
            answer->body_len = strlen(answer->body);
        if (answer->body_len == 0)
            answer->body = NULL;
        else
            answer->body = receiver_copied(answer->body, answer->body_len);
        if (answer->headers)
            answer->headers = receiver_copied(answer->headers, strlen(answer->headers));
    }
    pthread_mutex_lock(&receiver->mutex);
    receiver->scripts =
        receiver_grown(receiver->scripts, (receiver->script_count + 1) * sizeof *receiver->scripts);
    receiver->scripts[receiver->script_count++] = script;
    pthread_mutex_unlock(&receiver->mutex);
}

void receiver_answer(struct receiver *receiver, const char *path, struct receiver_answer answer)
{
    receiver_script(receiver, path, &answer, 1);
}

void receiver_drop_after(struct receiver *receiver, size_t len)
{
    atomic_store(&receiver->hooks.drop_after, len);
}

size_t receiver_count(struct receiver *receiver)
{
    size_t count;

    pthread_mutex_lock(&receiver->mutex);
    count = receiver->request_count;
    pthread_mutex_unlock(&receiver->mutex);
    return count;
}

size_t receiver_connections(struct receiver *receiver)
{
    size_t count;

    pthread_mutex_lock(&receiver->mutex);
    count = receiver->accepted;
    pthread_mutex_unlock(&receiver->mutex);
    return count;
}

uint64_t receiver_bytes_sent(struct receiver *receiver)
{
    uint64_t sent;

    pthread_mutex_lock(&receiver->mutex);
    sent = receiver->bytes_sent;
    pthread_mutex_unlock(&receiver->mutex);
    return sent;
}

const struct receiver_request *receiver_wait_at(const char *file, int line,
                                                struct receiver *receiver, size_t n, int timeout_ms)
{
    const struct receiver_request *request = NULL;
    int64_t deadline_ms = support_now_ms() + timeout_ms;
    struct timespec deadline = {.tv_sec = deadline_ms / 1000,
                                .tv_nsec = deadline_ms % 1000 * 1000000};
    size_t count;
    int waited = 0;

    pthread_mutex_lock(&receiver->mutex);
    while (receiver->request_count <= n && waited == 0)
        waited = pthread_cond_timedwait(&receiver->came, &receiver->mutex, &deadline);
    count = receiver->request_count;
    if (count > n)
        request = receiver->requests[n];
    pthread_mutex_unlock(&receiver->mutex);
    if (!request)
        support_fail_at(file, line, "request %zu did not come within %d ms; %zu came", n,
                        timeout_ms, count);
    return request;
}

void receiver_forget(struct receiver *receiver)
{
    pthread_mutex_lock(&receiver->mutex);
    for (size_t i = 0; i < receiver->request_count; i++)
        receiver_request_free(receiver->requests[i]);
    free(receiver->requests);
    receiver->requests = NULL;
    receiver->request_count = 0;
    pthread_mutex_unlock(&receiver->mutex);
}

int receiver_dead_port(void)
{
    int port;
    int fd = link_listen(&port);

    close(fd);
    return port;
}
