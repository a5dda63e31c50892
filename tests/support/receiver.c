/* The scripted web server of the tests: one thread, one poll loop, any number of connections. */
#include "tests/support/receiver.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/fail.h"
#include "tests/support/receiver_link.h"

enum { MAX_CONNECTIONS = 256, MAX_REQUEST = 64 << 20 };

enum stage {
    STAGE_READING, /* a request is coming in */
    STAGE_WAITING, /* the answer is due at due_ms */
    STAGE_WRITING, /* head, then the body `repeat` times */
    STAGE_HANGING, /* nothing will be sent; waits for the client to leave */
};

struct connection {
    struct link link;
    int number;
    enum stage stage;
    char *in; /* bytes read, NUL after them */
    size_t in_len;
    bool continued; /* `100 Continue` was sent */
    struct receiver_answer answer;
    int64_t due_ms;
    char *head; /* of the answer */
    size_t head_len, at;
    uint64_t bodies_left;
};

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

static void *grown(void *old, size_t size)
{
    void *grown = realloc(old, size);

    if (!grown)
        support_die("out of memory");
    return grown;
}

static char *copied(const char *text, size_t len)
{
    char *copy = grown(NULL, len + 1);

    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

/* --- requests */

/* The value of a header in a request's head, to be freed; NULL when it is not there. */
static char *find_header(const char *head, const char *name)
{
    size_t name_len = strlen(name);
    const char *line = strstr(head, "\r\n");

    while (line && strncmp(line, "\r\n\r\n", 4) != 0) {
        const char *end;

        line += 2;
        end = strstr(line, "\r\n");
        if (end && strncasecmp(line, name, name_len) == 0 && line[name_len] == ':') {
            line += name_len + 1;
            line += strspn(line, " \t");
            return copied(line, (size_t)(end - line));
        }
        line = end;
    }
    return NULL;
}

/* The length of the first whole request in the buffer, or 0 while it is not complete. */
static size_t request_length(const struct connection *connection, size_t *head_len)
{
    const char *end = connection->in ? strstr(connection->in, "\r\n\r\n") : NULL;
    char *length;
    size_t total;

    if (!end)
        return 0;
    *head_len = (size_t)(end - connection->in) + 4;
    length = find_header(connection->in, "Content-Length");
    total = *head_len + (length ? strtoul(length, NULL, 10) : 0);
    free(length);
    return total <= connection->in_len ? total : 0;
}

static void request_free(struct receiver_request *request)
{
    free((char *)(uintptr_t)request->bytes);
    free((char *)(uintptr_t)request->method);
    free((char *)(uintptr_t)request->target);
    free(request);
}

static struct receiver_request *request_new(const struct connection *connection, size_t len,
                                            size_t head_len)
{
    struct receiver_request *request = grown(NULL, sizeof *request);
    const char *line = connection->in;
    size_t method_len = strcspn(line, " \r");
    const char *target = line + method_len + (line[method_len] == ' ');

    *request = (struct receiver_request){
        .bytes = copied(line, len),
        .len = len,
        .method = copied(line, method_len),
        .target = copied(target, strcspn(target, " \r")),
        .body_len = len - head_len,
        .connection = connection->number,
    };
    request->body = request->bytes + head_len;
    return request;
}

/* --- answers */

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

static void build_head(struct connection *connection)
{
    const struct receiver_answer *answer = &connection->answer;
    uint64_t body_len = answer->body_len * connection->bodies_left;
    char length[64] = "";
    int len;

    if (answer->announce >= 0)
        snprintf(length, sizeof length, "Content-Length: %llu\r\n",
                 answer->announce > 0 ? (unsigned long long)answer->announce
                                      : (unsigned long long)body_len);
    len = asprintf(&connection->head, "HTTP/1.1 %d Scripted\r\n%s%s\r\n",
                   answer->status ? answer->status : 200, length,
                   answer->headers ? answer->headers : "");
    if (len < 0)
        support_die("out of memory");
    connection->head_len = (size_t)len;
}

/* Decides what follows a request that was read to its end. */
static void begin_answer(struct connection *connection, bool is_head)
{
    struct receiver_answer *answer = &connection->answer;

    connection->at = 0;
    connection->due_ms = support_now_ms() + answer->delay_ms;
    connection->bodies_left = answer->body ? (answer->repeat ? answer->repeat : 1) : 0;
    free(connection->head);
    connection->head = NULL;
    connection->head_len = 0;
    if (answer->way == RECEIVER_ANSWERS)
        build_head(connection);
    if (is_head)
        connection->bodies_left = 0;
    connection->stage = answer->way == RECEIVER_HANGS ? STAGE_HANGING : STAGE_WAITING;
}

static bool take_request(struct receiver *receiver, struct connection *connection)
{
    struct receiver_request *request;
    size_t head_len = 0;
    size_t len = request_length(connection, &head_len);
    bool is_head;

    if (len == 0)
        return false;
    request = request_new(connection, len, head_len);
    is_head = strcmp(request->method, "HEAD") == 0;
    memmove(connection->in, connection->in + len, connection->in_len - len + 1);
    connection->in_len -= len;
    connection->continued = false;

    pthread_mutex_lock(&receiver->mutex);
    connection->answer = next_answer(receiver, request->target);
    receiver->requests =
        grown(receiver->requests, (receiver->request_count + 1) * sizeof(*receiver->requests));
    receiver->requests[receiver->request_count++] = request;
    pthread_cond_broadcast(&receiver->came);
    pthread_mutex_unlock(&receiver->mutex);

    begin_answer(connection, is_head);
    return true;
}

/* --- connections; the functions return false when the connection is to be closed */

static void allow_body(struct connection *connection)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    char *expect;

    if (connection->continued || !connection->in || !strstr(connection->in, "\r\n\r\n"))
        return;
    expect = find_header(connection->in, "Expect");
    if (expect)
        link_write(&connection->link, go_on, sizeof go_on - 1);
    connection->continued = true;
    free(expect);
}

static bool read_more(struct receiver *receiver, struct connection *connection)
{
    char chunk[16384];
    ssize_t got;

    while ((got = link_read(&connection->link, chunk, sizeof chunk)) > 0) {
        if (connection->stage == STAGE_HANGING)
            continue;
        if (connection->in_len + (size_t)got > MAX_REQUEST)
            return false;
        connection->in = grown(connection->in, connection->in_len + (size_t)got + 1);
        memcpy(connection->in + connection->in_len, chunk, (size_t)got);
        connection->in_len += (size_t)got;
        connection->in[connection->in_len] = '\0';
        if (take_request(receiver, connection))
            return true;
        allow_body(connection);
    }
    return got == LINK_AGAIN;
}

static bool is_last_answer(const struct connection *connection)
{
    const struct receiver_answer *answer = &connection->answer;
    uint64_t body_len = answer->body_len * (answer->repeat ? answer->repeat : 1);

    return answer->way != RECEIVER_ANSWERS || answer->close || answer->announce < 0 ||
           (answer->announce > 0 && (uint64_t)answer->announce > body_len);
}

static void count_sent(struct receiver *receiver, ssize_t sent)
{
    pthread_mutex_lock(&receiver->mutex);
    receiver->bytes_sent += (uint64_t)sent;
    pthread_mutex_unlock(&receiver->mutex);
}

/* The part of the answer to be sent next; the head counts as one part, each body as another. */
static const char *part_of(const struct connection *connection, size_t *len)
{
    *len = connection->head_len > 0 ? connection->head_len : connection->answer.body_len;
    return connection->head_len > 0 ? connection->head : connection->answer.body;
}

static bool write_more(struct receiver *receiver, struct connection *connection)
{
    while (connection->head_len > 0 || connection->bodies_left > 0) {
        size_t len;
        const char *part = part_of(connection, &len);
        ssize_t sent = link_write(&connection->link, part + connection->at, len - connection->at);

        if (sent < 0)
            return sent == LINK_AGAIN;
        count_sent(receiver, sent);
        connection->at += (size_t)sent;
        if (connection->at < len)
            continue;
        connection->at = 0;
        if (connection->head_len > 0)
            connection->head_len = 0;
        else
            connection->bodies_left--;
    }
    connection->stage = STAGE_READING;
    connection->link.events = POLLIN;
    return !is_last_answer(connection) &&
           (take_request(receiver, connection) || read_more(receiver, connection));
}

static bool advance(struct receiver *receiver, struct connection *connection, short happened)
{
    if (connection->stage == STAGE_READING || connection->stage == STAGE_HANGING) {
        if (happened && !read_more(receiver, connection))
            return false;
    } else if (connection->stage == STAGE_WAITING && (happened & (POLLERR | POLLHUP))) {
        return false;
    }
    if (connection->stage == STAGE_WAITING && connection->due_ms <= support_now_ms()) {
        if (connection->answer.way == RECEIVER_CLOSES || connection->answer.way == RECEIVER_RESETS)
            return false;
        connection->stage = STAGE_WRITING;
    }
    return connection->stage != STAGE_WRITING || write_more(receiver, connection);
}

static void close_connection(struct receiver *receiver, size_t i)
{
    struct connection *connection = receiver->connections[i];

    link_close(&connection->link,
               connection->stage == STAGE_WAITING && connection->answer.way == RECEIVER_RESETS);
    free(connection->in);
    free(connection->head);
    free(connection);
    receiver->connections[i] = receiver->connections[--receiver->open];
}

static void accept_connections(struct receiver *receiver)
{
    struct link link;

    while (receiver->open < MAX_CONNECTIONS &&
           link_accept(&link, receiver->listen_fd, receiver->tls)) {
        struct connection *connection = grown(NULL, sizeof *connection);

        *connection = (struct connection){.link = link};
        pthread_mutex_lock(&receiver->mutex);
        connection->number = (int)receiver->accepted++;
        pthread_mutex_unlock(&receiver->mutex);
        receiver->connections[receiver->open++] = connection;
    }
}

/* --- the loop */

/* Fills the poll set; returns how long to wait. */
static int prepare_poll(struct receiver *receiver, struct pollfd *fds)
{
    int64_t now_ms = support_now_ms();
    int64_t wait_ms = -1;

    fds[0] = (struct pollfd){.fd = receiver->wake[0], .events = POLLIN};
    fds[1] = (struct pollfd){.fd = receiver->listen_fd, .events = POLLIN};
    for (size_t i = 0; i < receiver->open; i++) {
        const struct connection *connection = receiver->connections[i];
        int64_t left_ms = connection->due_ms > now_ms ? connection->due_ms - now_ms : 0;

        fds[i + 2] = (struct pollfd){.fd = connection->link.fd};
        if (connection->stage != STAGE_WAITING)
            fds[i + 2].events = connection->link.events;
        else if (wait_ms < 0 || left_ms < wait_ms)
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
            if (!advance(receiver, receiver->connections[i], fds[i + 2].revents))
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
    struct receiver *receiver = grown(NULL, sizeof *receiver);
    pthread_condattr_t attributes;

    *receiver = (struct receiver){.tls = tls, .mutex = PTHREAD_MUTEX_INITIALIZER};
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&receiver->came, &attributes);
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
    receiver->urls = grown(receiver->urls, (receiver->url_count + 1) * sizeof *receiver->urls);
    receiver->urls[receiver->url_count++] = url;
    return url;
}

void receiver_script(struct receiver *receiver, const char *path,
                     const struct receiver_answer *answers, size_t count)
{
    struct script script = {.path = path ? copied(path, strlen(path)) : NULL, .count = count};

    script.answers = grown(NULL, count * sizeof *script.answers);
    for (size_t i = 0; i < count; i++) {
        struct receiver_answer *answer = &script.answers[i];

        *answer = answers[i];
        if (answer->body && answer->body_len == 0)
            answer->body_len = strlen(answer->body);
        if (answer->body_len == 0)
            answer->body = NULL;
        else
            answer->body = copied(answer->body, answer->body_len);
        if (answer->headers)
            answer->headers = copied(answer->headers, strlen(answer->headers));
    }
    pthread_mutex_lock(&receiver->mutex);
    receiver->scripts =
        grown(receiver->scripts, (receiver->script_count + 1) * sizeof *receiver->scripts);
    receiver->scripts[receiver->script_count++] = script;
    pthread_mutex_unlock(&receiver->mutex);
}

void receiver_answer(struct receiver *receiver, const char *path, struct receiver_answer answer)
{
    receiver_script(receiver, path, &answer, 1);
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

char *receiver_header(const struct receiver_request *request, const char *name)
{
    return find_header(request->bytes, name);
}

void receiver_forget(struct receiver *receiver)
{
    pthread_mutex_lock(&receiver->mutex);
    for (size_t i = 0; i < receiver->request_count; i++)
        request_free(receiver->requests[i]);
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
