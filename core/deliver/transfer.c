/* One exchange: sets libcurl up, keeps what comes within limits, reads out what was learnt. */
#include "core/deliver/transfer.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/deliver/transport_private.h"

enum { HEADER_READ_BYTES = 64 * 1024 };

struct transfer {
    struct transport *transport;
    struct transfer *previous, *next;
    CURL *easy;
    struct curl_slist *headers;
    struct transfer_spec spec;
    struct strbuf body;
    size_t body_read, headers_read;
    bool answered;                    /* status line and headers of the final answer are complete */
    bool cut;                         /* we stopped reading */
    int64_t started_us, connected_us; /* monotonic; 0 = not yet, or not asked for */
    char tried[80];                   /* address of a probe, before it answered */
    char error[CURL_ERROR_SIZE];
    struct answer answer;
};

/* --- callbacks of libcurl: a count that differs from what was given ends the exchange ------ */

static size_t on_body(char *bytes, size_t size, size_t count, void *ctx)
{
    struct transfer *x = ctx;
    size_t len = size * count;
    x->body_read += len;
    strbuf_add(&x->body, bytes, len);
    x->cut = x->cut || x->body_read > ANSWER_READ_BYTES;
    return x->cut ? 0 : len;
}

static void keep_header(struct transfer *x, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    if (!colon)
        return;
    const char *value = colon + 1, *end = line + len;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && strchr(" \t\r\n", end[-1]))
        end--;
    http_headers_take(&x->answer.headers, mem_strndup(line, (size_t)(colon - line)),
                      mem_strndup(value, (size_t)(end - value)));
}

static size_t on_header(char *line, size_t size, size_t count, void *ctx)
{
    struct transfer *x = ctx;
    size_t len = size * count;
    long status = 0;
    x->headers_read += len;
    if (x->headers_read > HEADER_READ_BYTES)
        return 0;
    if (len > 5 && strncmp(line, "HTTP/", 5) == 0) { /* 1xx answers come before the final one */
        http_headers_release(&x->answer.headers);
        return len;
    }
    if (line[0] == '\r' || line[0] == '\n') {
        curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
        x->answered = x->answered || status >= 200;
        return len;
    }
    keep_header(x, line, len);
    return len;
}

/* Compressed nothing can go on for ever without a byte of body: the wire has the same limit. */
static int on_count(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
                    curl_off_t up_now)
{
    struct transfer *x = ctx;
    (void)total, (void)up_total, (void)up_now;
    if (now <= ANSWER_READ_BYTES)
        return 0;
    x->cut = true;
    return 1;
}

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool starts_with(const char *text, size_t len, const char *prefix)
{
    return len > strlen(prefix) && strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Two things that libcurl only tells in its log: the version of TLS, and, where the handshake
 * fails, when the connection stood. */
static int on_log(CURL *easy, curl_infotype kind, char *text, size_t len, void *ctx)
{
    static const char connected[] = "Connected to ", using[] = "SSL connection using ";
    struct transfer *x = ctx;
    (void)easy;
    if (kind != CURLINFO_TEXT)
        return 0;
    if (starts_with(text, len, connected))
        x->connected_us = monotonic_us();
    if (!starts_with(text, len, using))
        return 0;
    const char *version = text + strlen(using);
    size_t room = len - strlen(using), n = 0;
    while (n < room && n < sizeof x->answer.tls.version - 1 && version[n] > ' ')
        n++;
    memcpy(x->answer.tls.version, version, n);
    x->answer.tls.version[n] = '\0';
    return 0;
}

/* The name is resolved now; libcurl itself names the address only once it has answered. */
static void keep_tried(struct transfer *x, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)address;
        inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
        snprintf(x->tried, sizeof x->tried, "[%s]:%u", text, (unsigned)ntohs(six->sin6_port));
    } else if (address->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)address;
        inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
        snprintf(x->tried, sizeof x->tried, "%s:%u", text, (unsigned)ntohs(four->sin_port));
    }
}

static curl_socket_t on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *x = ctx;
    (void)purpose;
    x->answer.addresses++;
    keep_tried(x, &address->addr);
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* --- setting up ------------------------------------------------------------------------------ */

static void add_header_line(struct transfer *x, const char *line)
{
    struct curl_slist *longer = curl_slist_append(x->headers, line);
    if (!longer)
        abort();
    x->headers = longer;
}

static void set_headers(struct transfer *x)
{
    const struct http_headers *list = &x->spec.request->headers;
    for (size_t i = 0; i < list->count; i++) {
        const struct http_header *h = &list->items[i];
        char *line = *h->value ? mem_printf("%s: %s", h->name, h->value)
                               : mem_printf("%s;", h->name); /* libcurl's form of "empty" */
        add_header_line(x, line);
        explicit_bzero(line, strlen(line));
        free(line);
    }
    add_header_line(x, "Expect:");
    if (!http_headers_find(list, "Content-Type"))
        add_header_line(x, "Content-Type:");
    curl_easy_setopt(x->easy, CURLOPT_HTTPHEADER, x->headers);
}

static void set_method(struct transfer *x)
{
    const struct http_request *r = x->spec.request;
    if (r->body) {
        curl_easy_setopt(x->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
        curl_easy_setopt(x->easy, CURLOPT_POSTFIELDS, r->body);
    }
    if (r->method == METHOD_HEAD)
        curl_easy_setopt(x->easy, CURLOPT_NOBODY, 1L);
    else if (r->method != METHOD_GET && !(r->method == METHOD_POST && r->body))
        curl_easy_setopt(x->easy, CURLOPT_CUSTOMREQUEST, http_method_text(r->method));
}

static void set_limits(struct transfer *x)
{
    curl_easy_setopt(x->easy, CURLOPT_TIMEOUT_MS, (long)x->spec.timeout_ms);
    curl_easy_setopt(x->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)x->spec.timeout_ms);
    curl_easy_setopt(x->easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(x->easy, CURLOPT_WRITEDATA, x);
    curl_easy_setopt(x->easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(x->easy, CURLOPT_HEADERDATA, x);
    curl_easy_setopt(x->easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(x->easy, CURLOPT_XFERINFOFUNCTION, on_count);
    curl_easy_setopt(x->easy, CURLOPT_XFERINFODATA, x);
}

static void set_route(struct transfer *x)
{
    curl_easy_setopt(x->easy, CURLOPT_URL, x->spec.request->url);
    curl_easy_setopt(x->easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(x->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(x->easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(x->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(x->easy, CURLOPT_PROXY, x->spec.proxy ? x->spec.proxy : "");
    curl_easy_setopt(x->easy, CURLOPT_NOPROXY, "");
    curl_easy_setopt(x->easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(x->easy, CURLOPT_ACCEPT_ENCODING, "gzip,deflate");
    curl_easy_setopt(x->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(x->easy, CURLOPT_SSL_VERIFYPEER, x->spec.tls_verify ? 1L : 0L);
    curl_easy_setopt(x->easy, CURLOPT_SSL_VERIFYHOST, x->spec.tls_verify ? 2L : 0L);
    if (x->spec.ca_file)
        curl_easy_setopt(x->easy, CURLOPT_CAINFO, x->spec.ca_file);
    /* Over HTTP/2 all share one connection: wait until a first one has said whether it speaks it.
     * Without TLS it never does, and the others would wait for nothing. */
    if (strncasecmp(x->spec.request->url, "https:", 6) == 0)
        curl_easy_setopt(x->easy, CURLOPT_PIPEWAIT, 1L);
}

static void set_probe(struct transfer *x)
{
    curl_easy_setopt(x->easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(x->easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(x->easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    curl_easy_setopt(x->easy, CURLOPT_CERTINFO, 1L);
    curl_easy_setopt(x->easy, CURLOPT_VERBOSE, 1L);
    curl_easy_setopt(x->easy, CURLOPT_DEBUGFUNCTION, on_log);
    curl_easy_setopt(x->easy, CURLOPT_DEBUGDATA, x);
    curl_easy_setopt(x->easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(x->easy, CURLOPT_OPENSOCKETDATA, x);
}

/* --- reading out ----------------------------------------------------------------------------- */

static int64_t phase_of(CURL *easy, CURLINFO info)
{
    curl_off_t us = 0;
    curl_easy_getinfo(easy, info, &us);
    return us > 0 ? us : -1;
}

static void read_phases(const struct transfer *x, struct phases *out)
{
    CURL *easy = x->easy;
    out->resolve_us = phase_of(easy, CURLINFO_NAMELOOKUP_TIME_T);
    out->connect_us = phase_of(easy, CURLINFO_CONNECT_TIME_T);
    out->tls_us = phase_of(easy, CURLINFO_APPCONNECT_TIME_T);
    out->first_byte_us = phase_of(easy, CURLINFO_STARTTRANSFER_TIME_T);
    out->total_us = phase_of(easy, CURLINFO_TOTAL_TIME_T);
    if (out->connect_us < 0 && x->connected_us > 0)
        out->connect_us = x->connected_us - x->started_us;
}

static void read_peer(const struct transfer *x, char *out, size_t size)
{
    CURL *easy = x->easy;
    char *address = NULL;
    long port = 0;
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);
    if (!address || !*address)
        snprintf(out, size, "%s", x->tried);
    else
        snprintf(out, size, strchr(address, ':') ? "[%s]:%ld" : "%s:%ld", address, port);
}

/* The common name out of "C = CH, O = Example, CN = hooks.example.com". */
static void read_subject(const char *subject, char *out, size_t size)
{
    const char *cn = strstr(subject, "CN = ");
    size_t skip = 5;
    if (!cn) {
        cn = strstr(subject, "CN=");
        skip = 3;
    }
    if (cn)
        snprintf(out, size, "%.*s", (int)strcspn(cn + skip, ","), cn + skip);
}

static void read_certificate(CURL *easy, struct tls_facts *out)
{
    struct curl_certinfo *info = NULL;
    curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info);
    if (!info || info->num_of_certs < 1)
        return;
    for (const struct curl_slist *line = info->certinfo[0]; line; line = line->next) {
        if (strncmp(line->data, "Subject:", 8) == 0)
            read_subject(line->data + 8, out->subject, sizeof out->subject);
        else if (strncmp(line->data, "Expire date:", 12) == 0)
            out->expires_at = (int64_t)curl_getdate(line->data + 12, NULL);
    }
}

/* The system's own word for a failed connection, else the library's. */
static void describe_fault(struct transfer *x, CURLcode code, char *out, size_t size)
{
    long number = 0;
    if (code == CURLE_COULDNT_CONNECT)
        curl_easy_getinfo(x->easy, CURLINFO_OS_ERRNO, &number);
    if (number > 0)
        snprintf(out, size, "%s", strerror((int)number));
    else
        snprintf(out, size, "%s", *x->error ? x->error : curl_easy_strerror(code));
}

/* An answer whose headers are complete counts, however its body ended. One that ends within them
 * is an end like any other to libcurl, but no answer. */
static void read_result(struct transfer *x, CURLcode code)
{
    struct answer *a = &x->answer;
    long status = 0, connect_status = 0;
    if (code == CURLE_OK && !x->answered && !x->spec.connect_only)
        code = CURLE_GOT_NOTHING;
    read_phases(x, &a->phases);
    a->begun = phase_of(x->easy, CURLINFO_PRETRANSFER_TIME_T) > 0;
    read_peer(x, a->peer, sizeof a->peer);
    if (x->spec.connect_only)
        read_certificate(x->easy, &a->tls);
    curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(x->easy, CURLINFO_HTTP_CONNECTCODE, &connect_status);
    a->fault = x->answered ? FAULT_NONE : fault_of(code, x->easy, x->spec.proxy != NULL);
    a->cut = x->cut || x->body.overflow || (x->answered && code != CURLE_OK);
    a->body_len = x->body.len;
    a->body = strbuf_detach(&x->body);
    if (a->fault == FAULT_NONE)
        a->status = (int)status;
    else if (a->fault == FAULT_PROXY)
        a->status = (int)connect_status;
    if (a->fault != FAULT_NONE)
        describe_fault(x, code, a->detail, sizeof a->detail);
}

/* --- life --------------------------------------------------------------------------------------
 */

static void unlink_and_free(struct transfer *x)
{
    struct transport *t = x->transport;
    curl_multi_remove_handle(t->multi, x->easy);
    transport_put_handle(t, x->easy);
    for (struct curl_slist *line = x->headers; line; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl_slist_free_all(x->headers);
    if (x->previous)
        x->previous->next = x->next;
    else
        t->first = x->next;
    if (x->next)
        x->next->previous = x->previous;
    t->active--;
    strbuf_release(&x->body);
    answer_release(&x->answer);
    free(x);
}

struct transfer *transfer_start(struct transport *t, const struct transfer_spec *spec)
{
    struct transfer *x = mem_zalloc(sizeof *x);
    x->transport = t;
    x->spec = *spec;
    x->started_us = monotonic_us();
    x->easy = transport_take_handle(t);
    strbuf_init(&x->body, spec->keep);
    set_headers(x);
    set_method(x);
    set_limits(x);
    set_route(x);
    if (spec->connect_only)
        set_probe(x);
    curl_easy_setopt(x->easy, CURLOPT_PRIVATE, (char *)x);
    curl_easy_setopt(x->easy, CURLOPT_ERRORBUFFER, x->error);

    x->next = t->first;
    if (t->first)
        t->first->previous = x;
    t->first = x;
    t->active++;
    if (curl_multi_add_handle(t->multi, x->easy) != CURLM_OK)
        abort(); /* out of memory, or a bug */
    return x;
}

void transfer_cancel(struct transfer *x)
{
    if (x)
        unlink_and_free(x);
}

void transfer_finish(struct transfer *x, CURLcode code)
{
    read_result(x, code);
    struct answer answer = x->answer;
    x->answer = (struct answer){0};
    void (*done)(void *, struct answer *) = x->spec.done;
    void *ctx = x->spec.ctx;
    unlink_and_free(x);
    done(ctx, &answer);
    answer_release(&answer);
}

void transfer_report_progress(struct transfer *x)
{
    char peer[80];
    struct phases so_far;
    if (!x->spec.progress)
        return;
    read_phases(x, &so_far);
    read_peer(x, peer, sizeof peer);
    x->spec.progress(x->spec.ctx, &so_far, peer);
}

struct transfer *transfer_next(const struct transfer *x)
{
    return x->next;
}
