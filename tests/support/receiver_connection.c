/* Reads requests and writes scripted answers on one connection of the test receiver. */
#include "tests/support/receiver_connection.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/support/fail.h"

enum { MAX_REQUEST = 64 << 20 };

enum stage {
    STAGE_READING, /* a request is coming in */
    STAGE_WAITING, /* the answer is due at due_ms */
    STAGE_WRITING, /* head, then the body `repeat` times */
    STAGE_HANGING, /* nothing will be sent; waits for the client to leave */
};

struct connection {
    const struct connection_hooks *hooks;
    struct link link;
    int number;
    enum stage stage;
    char *in; /* bytes read, NUL after them */
    size_t in_len;
    bool continued; /* `100 Continue` was sent */
    bool dropped;   /* reset in the middle of a request */
    struct receiver_answer answer;
    int64_t due_ms;
    char *head; /* of the answer */
    size_t head_len, at;
    uint64_t bodies_left;
};

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
            return receiver_copied(line, (size_t)(end - line));
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

static struct receiver_request *request_new(const struct connection *connection, size_t len,
                                            size_t head_len)
{
    struct receiver_request *request = receiver_grown(NULL, sizeof *request);
    const char *line = connection->in;
    size_t method_len = strcspn(line, " \r");
    const char *target = line + method_len + (line[method_len] == ' ');

    *request = (struct receiver_request){
        .bytes = receiver_copied(line, len),
        .len = len,
        .method = receiver_copied(line, method_len),
        .target = receiver_copied(target, strcspn(target, " \r")),
        .body_len = len - head_len,
        .connection = connection->number,
    };
    request->body = request->bytes + head_len;
    return request;
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

static bool take_request(struct connection *connection)
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
    connection->answer = connection->hooks->take(connection->hooks->ctx, request);
    begin_answer(connection, is_head);
    return true;
}

/* --- the stages; these functions return false when the connection is to be closed */

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

static bool is_to_be_dropped(struct connection *connection)
{
    size_t limit = atomic_load(&connection->hooks->drop_after);

    connection->dropped = limit > 0 && connection->in_len >= limit;
    return connection->dropped;
}

static bool read_more(struct connection *connection)
{
    char chunk[16384];
    ssize_t got;

    while ((got = link_read(&connection->link, chunk, sizeof chunk)) > 0) {
        if (connection->stage == STAGE_HANGING)
            continue;
        if (connection->in_len + (size_t)got > MAX_REQUEST)
            return false;
        connection->in = receiver_grown(connection->in, connection->in_len + (size_t)got + 1);
        memcpy(connection->in + connection->in_len, chunk, (size_t)got);
        connection->in_len += (size_t)got;
        connection->in[connection->in_len] = '\0';
        if (take_request(connection))
            return true;
        if (is_to_be_dropped(connection))
            return false;
        allow_body(connection);
    }
    return got == LINK_AGAIN;
}

static bool is_last_answer(const struct connection *connection)
{
    const struct receiver_answer *answer = &connection->answer;
    uint64_t body_len = answer->body_len * (answer->repeat ? answer->repeat : 1);

    return answer->way != RECEIVER_ANSWERS || answer->close || answer->end != RECEIVER_ENDS ||
           answer->announce < 0 || (answer->announce > 0 && (uint64_t)answer->announce > body_len);
}

/* The part of the answer to be sent next; the head counts as one part, each body as another. */
static const char *part_of(const struct connection *connection, size_t *len)
{
    *len = connection->head_len > 0 ? connection->head_len : connection->answer.body_len;
    return connection->head_len > 0 ? connection->head : connection->answer.body;
}

/* SENT more bytes of the part of LEN bytes are gone. */
static void go_past(struct connection *connection, size_t sent, size_t len)
{
    connection->at += sent;
    if (connection->at < len)
        return;
    connection->at = 0;
    if (connection->head_len > 0)
        connection->head_len = 0;
    else
        connection->bodies_left--;
}

static bool end_answer(struct connection *connection)
{
    connection->link.events = POLLIN;
    connection->stage = connection->answer.end == RECEIVER_STALLS ? STAGE_HANGING : STAGE_READING;
    if (connection->stage == STAGE_HANGING)
        return true;
    return !is_last_answer(connection) && (take_request(connection) || read_more(connection));
}

static bool write_more(struct connection *connection)
{
    while (connection->head_len > 0 || connection->bodies_left > 0) {
        size_t len;
        const char *part = part_of(connection, &len);
        size_t most = connection->answer.drip_ms > 0 ? 1 : len - connection->at;
        ssize_t sent = link_write(&connection->link, part + connection->at, most);

        if (sent < 0)
            return sent == LINK_AGAIN;
        connection->hooks->sent(connection->hooks->ctx, (size_t)sent);
        go_past(connection, (size_t)sent, len);
        if (connection->answer.drip_ms > 0) {
            connection->stage = STAGE_WAITING;
            connection->due_ms = support_now_ms() + connection->answer.drip_ms;
            return true;
        }
    }
    return end_answer(connection);
}

/* --- what the receiver calls */

struct connection *connection_new(struct link link, int number,
                                  const struct connection_hooks *hooks)
{
    struct connection *connection = receiver_grown(NULL, sizeof *connection);

    *connection = (struct connection){.hooks = hooks, .link = link, .number = number};
    return connection;
}

static enum link_end end_of(const struct connection *connection)
{
    const struct receiver_answer *answer = &connection->answer;

    if (connection->dropped || answer->end == RECEIVER_BREAKS ||
        (connection->stage == STAGE_WAITING && answer->way == RECEIVER_RESETS))
        return LINK_RESETS;
    return answer->end == RECEIVER_CUTS ? LINK_CUTS : LINK_CLOSES;
}

void connection_free(struct connection *connection)
{
    link_close(&connection->link, end_of(connection));
    free(connection->in);
    free(connection->head);
    free(connection);
}

int connection_fd(const struct connection *connection)
{
    return connection->link.fd;
}

short connection_events(const struct connection *connection, int64_t *due_ms)
{
    if (connection->stage != STAGE_WAITING)
        return connection->link.events;
    *due_ms = connection->due_ms;
    return 0;
}

bool connection_advance(struct connection *connection, short happened)
{
    if (connection->stage == STAGE_READING || connection->stage == STAGE_HANGING) {
        if (happened && !read_more(connection))
            return false;
    } else if (connection->stage == STAGE_WAITING && (happened & (POLLERR | POLLHUP))) {
        return false;
    }
    if (connection->stage == STAGE_WAITING && connection->due_ms <= support_now_ms()) {
        if (connection->answer.way == RECEIVER_CLOSES || connection->answer.way == RECEIVER_RESETS)
            return false;
        connection->stage = STAGE_WRITING;
    }
    return connection->stage != STAGE_WRITING || write_more(connection);
}

void *receiver_grown(void *old, size_t size)
{
    void *grown = realloc(old, size);

    if (!grown)
        support_die("out of memory");
    return grown;
}

char *receiver_copied(const char *text, size_t len)
{
    char *copy = receiver_grown(NULL, len + 1);

    if (len > 0)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

void receiver_request_free(struct receiver_request *request)
{
    free((char *)(uintptr_t)request->bytes);
    free((char *)(uintptr_t)request->method);
    free((char *)(uintptr_t)request->target);
    free(request);
}

char *receiver_header(const struct receiver_request *request, const char *name)
{
    return find_header(request->bytes, name);
}
