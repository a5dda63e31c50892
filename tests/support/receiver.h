#ifndef CHECKHOOK_TESTS_SUPPORT_RECEIVER_H
#define CHECKHOOK_TESTS_SUPPORT_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A web server for tests, on a free port of 127.0.0.1, in a thread of its own. It keeps the exact
 * bytes of every request and answers as told, also wrongly: late, cut off, with garbage, without
 * end, or not at all. With and without TLS, by the same code, so every answer exists in both.
 *
 * Connections stay open between requests as HTTP/1.1 wants. A request body needs a Content-Length;
 * `Expect: 100-continue` is answered.
 */
struct receiver;

/* What happens after a request was read. */
enum receiver_way {
    RECEIVER_ANSWERS, /* an HTTP answer made of the fields below */
    RECEIVER_RAW,     /* `body` is sent as it is, without a status line; then it closes */
    RECEIVER_CLOSES,  /* closes without a byte */
    RECEIVER_RESETS,  /* the connection is reset (RST) */
    RECEIVER_HANGS,   /* never answers */
};

/* How the connection ends after the last byte of an answer. */
enum receiver_end {
    RECEIVER_ENDS,   /* as the fields below say */
    RECEIVER_BREAKS, /* reset (RST) */
    RECEIVER_CUTS,   /* closed; over TLS without the closing alert */
    RECEIVER_STALLS, /* it stays, and nothing comes any more */
};

/* One answer. Zeroed it is `200 OK` without a body. */
struct receiver_answer {
    enum receiver_way way;
    int status;          /* 0: 200 */
    const char *headers; /* NULL or whole lines, each with CR LF at its end */
    const char *body;    /* NULL: empty */
    size_t body_len;     /* 0: strlen(body) */
    uint64_t repeat;     /* the body is sent so many times in a row; 0: once */
    int64_t announce;    /* Content-Length; 0: the true one; -1: none, and it closes at the end.
                            More than the true one: the body is cut off, and it closes */
    int delay_ms;        /* waits before the first byte; other connections go on */
    int drip_ms;         /* 0, or the time between any two bytes */
    bool close;          /* closes afterwards (say it in `headers` too if that matters) */
    enum receiver_end end;
};

/* One request; lent until receiver_stop or receiver_forget. */
struct receiver_request {
    const char *bytes; /* all of it as it came, NUL after it */
    size_t len;
    const char *method;
    const char *target; /* path and query as sent */
    const char *body;   /* points into bytes */
    size_t body_len;
    int connection; /* 0 for the first connection accepted, and so on */
};

/* Starts listening; aborts when that is impossible. */
struct receiver *receiver_start(void);

/* The same over TLS 1.2 and 1.3, with these PEM files (see certs.h). */
struct receiver *receiver_start_tls(const char *cert_file, const char *key_file);

/* Ends the thread and frees everything; accepts NULL. */
void receiver_stop(struct receiver *receiver);

int receiver_port(const struct receiver *receiver);

/* "http://127.0.0.1:PORT" (https with TLS) followed by PATH; lent until receiver_stop. */
const char *receiver_url(struct receiver *receiver, const char *path);

/*
 * Tells what to answer to requests for PATH (without the query), in turn; the last answer stays.
 * Begins anew when called again. PATH NULL: every path without answers of its own. Everything is
 * copied.
 */
void receiver_script(struct receiver *receiver, const char *path,
                     const struct receiver_answer *answers, size_t count);

/* The usual case: one answer for ever. */
void receiver_answer(struct receiver *receiver, const char *path, struct receiver_answer answer);

/* Resets each connection that has sent LEN bytes of a request and not its end; 0: none. */
void receiver_drop_after(struct receiver *receiver, size_t len);

/* How many requests were read to their end so far. */
size_t receiver_count(struct receiver *receiver);

/* How many connections were accepted, also those that never sent a request. */
size_t receiver_connections(struct receiver *receiver);

/* How many bytes of answers the clients took (before encryption). */
uint64_t receiver_bytes_sent(struct receiver *receiver);

/*
 * Waits for request number N (from 0) and returns it. After TIMEOUT_MS the test fails and says what
 * has come instead. Code under test that runs in this very thread has to finish first.
 */
#define receiver_wait(receiver, n, timeout_ms)                                                     \
    receiver_wait_at(__FILE__, __LINE__, receiver, n, timeout_ms)
const struct receiver_request *
receiver_wait_at(const char *file, int line, struct receiver *receiver, size_t n, int timeout_ms);

/* The value of the first header of that name, in any case, or NULL; the caller frees it. */
char *receiver_header(const struct receiver_request *request, const char *name);

/* Forgets all requests; the next one is number 0. Answers stay, and go on where they were. */
void receiver_forget(struct receiver *receiver);

/* A port of 127.0.0.1 on which nobody listens. */
int receiver_dead_port(void);

#endif
