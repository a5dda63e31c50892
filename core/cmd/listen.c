/* checkhook listen: a receiver for trying things out; prints every request it gets. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/listen_access.h"
#include "core/cmd/listen_print.h"
#include "core/cmd/output.h"
#include "core/cmd/secret_input.h"

enum { BODY_MAX = 8 * 1024 * 1024, WAIT_MS = 200, DEFAULT_PORT = 8970 };

struct listener {
    struct listen_access access;
    struct listen_style style;
    unsigned status;
    int64_t retry_after_s; /* -1 = none */
    int64_t delay_ms;
    struct exchange *delayed; /* waiting for their time to be answered */
};

/* One request while it comes in. */
struct exchange {
    struct MHD_Connection *connection;
    struct strbuf body;
    int64_t answer_at_ms; /* 0 = not delayed yet */
    struct exchange *next;
};

static volatile sig_atomic_t stopped;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

/* --- answering ------------------------------------------------------------------------------ */

static const char *request_header(void *ctx, const char *name)
{
    return MHD_lookup_connection_value(ctx, MHD_HEADER_KIND, name);
}

static enum MHD_Result collect_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                      const char *value)
{
    (void)kind;
    listen_request_add_header(ctx, name, value);
    return MHD_YES;
}

static enum MHD_Result collect_query(void *ctx, enum MHD_ValueKind kind, const char *name,
                                     const char *value)
{
    (void)kind;
    listen_request_add_query(ctx, name, value);
    return MHD_YES;
}

/* What is sent back. */
struct answer {
    unsigned status;
    struct strbuf body;
    const char *challenge;
};

static void decide(struct listener *l, const struct listen_request *r, struct MHD_Connection *c,
                   struct answer *answer)
{
    int64_t now = clock_now_s();
    answer->challenge = "";
    if (l->access.client_id && strcmp(r->path, "/token") == 0) {
        const char *form = strcmp(r->method, "GET") == 0 ? r->query.text : r->body;
        answer->status = (unsigned)listen_access_token(
            &l->access, request_header(c, "Authorization"), form, now, &answer->body);
    } else if (!listen_access_allows(&l->access, request_header, c, now, &answer->challenge)) {
        answer->status = 401;
        strbuf_adds(&answer->body, "{\"error\":\"the credentials are wrong or missing\"}");
    } else {
        answer->challenge = "";
        answer->status = l->status;
        strbuf_adds(&answer->body, l->status < 300 ? "{\"ok\":true}" : "{\"ok\":false}");
    }
}

static enum MHD_Result send_answer(const struct listener *l, struct MHD_Connection *c,
                                   const struct answer *answer)
{
    bool empty = answer->status == 204 || answer->status == 304;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        empty ? 0 : answer->body.len, answer->body.text, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, "Content-Type", "application/json");
    if (answer->challenge[0])
        MHD_add_response_header(response, "WWW-Authenticate", answer->challenge);
    if (l->retry_after_s >= 0 && answer->status == l->status) {
        char seconds[24];
        snprintf(seconds, sizeof seconds, "%lld", (long long)l->retry_after_s);
        MHD_add_response_header(response, "Retry-After", seconds);
    }
    enum MHD_Result result = MHD_queue_response(c, answer->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_request(struct listener *l, struct exchange *x, const char *method,
                                      const char *url, const char *version)
{
    struct listen_request r;
    struct answer answer = {0};
    listen_request_init(&r, method, url, version);
    MHD_get_connection_values(x->connection, MHD_HEADER_KIND, collect_header, &r);
    MHD_get_connection_values(x->connection, MHD_GET_ARGUMENT_KIND, collect_query, &r);
    r.body = x->body.text;
    r.body_len = x->body.len;
    r.body_cut = x->body.overflow;
    strbuf_init(&answer.body, 4096);
    decide(l, &r, x->connection, &answer);
    listen_print(&l->style, &r, answer.status, clock_now_ms());
    enum MHD_Result result = send_answer(l, x->connection, &answer);
    strbuf_release(&answer.body);
    listen_request_release(&r);
    return result;
}

static void delay(struct listener *l, struct exchange *x)
{
    x->answer_at_ms = clock_monotonic_ms() + l->delay_ms;
    x->next = l->delayed;
    l->delayed = x;
    MHD_suspend_connection(x->connection);
}

static void resume_due(struct listener *l, bool all)
{
    int64_t now = clock_monotonic_ms();
    for (struct exchange **slot = &l->delayed; *slot;) {
        struct exchange *x = *slot;
        if (!all && x->answer_at_ms > now) {
            slot = &x->next;
            continue;
        }
        *slot = x->next;
        MHD_resume_connection(x->connection);
    }
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_len, void **state)
{
    struct listener *l = ctx;
    struct exchange *x = *state;
    if (!x) {
        x = mem_zalloc(sizeof *x);
        x->connection = connection;
        strbuf_init(&x->body, BODY_MAX);
        *state = x;
        return MHD_YES;
    }
    if (*upload_len > 0) {
        strbuf_add(&x->body, upload, *upload_len);
        *upload_len = 0;
        return MHD_YES;
    }
    if (l->delay_ms > 0 && x->answer_at_ms == 0) {
        delay(l, x);
        return MHD_YES;
    }
    return answer_request(l, x, method, url, version);
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct exchange *x = *state;
    (void)ctx;
    (void)connection;
    (void)code;
    if (x)
        strbuf_release(&x->body);
    free(x);
    *state = NULL;
}

/* --- starting ------------------------------------------------------------------------------- */

/* "NAME=@FILE" of --basic, --api-key and --client. */
static bool read_credential(const struct cmd *cmd, const char *option, char **name,
                            struct secret *secret, struct error *err)
{
    char form[64];
    const char *value = cmd_option(cmd, option);
    if (!value)
        return true;
    const char *equals = strchr(value, '=');
    snprintf(form, sizeof form, "--%s NAME=@FILE", option);
    if (!equals || equals == value)
        return error_set(err, ERR_INVALID, "--%s: write %s", option, form);
    if (!secret_input_read(equals + 1, form, secret, err))
        return false;
    *name = mem_strndup(value, (size_t)(equals - value));
    if (strcmp(option, "basic") == 0 && strchr(*name, ':'))
        return error_set(err, ERR_INVALID, "--basic: a user name of Basic holds no colon");
    return true;
}

static bool read_access(const struct cmd *cmd, struct listen_access *a, struct error *err)
{
    if (cmd_has(cmd, "basic") + cmd_has(cmd, "api-key") + cmd_has(cmd, "client") > 1)
        return error_set(err, ERR_INVALID, "write one of --basic, --api-key and --client");
    return read_credential(cmd, "basic", &a->basic_user, &a->password, err) &&
           read_credential(cmd, "api-key", &a->key_name, &a->key, err) &&
           read_credential(cmd, "client", &a->client_id, &a->client_secret, err) &&
           cmd_option_int(cmd, "token-ttl", 1, 86400, 3600, &a->token_ttl_s, err);
}

static bool read_options(const struct cmd *cmd, struct listener *l, int64_t *port,
                         struct error *err)
{
    int64_t status = 200;
    l->style = (struct listen_style){.json = cmd->json,
                                     .show_credentials = cmd_has(cmd, "show-credentials")};
    bool ok = read_access(cmd, &l->access, err) &&
              cmd_option_int(cmd, "port", 0, 65535, DEFAULT_PORT, port, err) &&
              cmd_option_int(cmd, "status", 200, 599, 200, &status, err) &&
              cmd_option_int(cmd, "retry-after", 0, INT32_MAX, -1, &l->retry_after_s, err) &&
              cmd_option_int(cmd, "delay-ms", 0, 600000, 0, &l->delay_ms, err);
    l->status = (unsigned)status;
    l->style.key_name = l->access.key_name;
    return ok;
}

static bool read_address(const struct cmd *cmd, int64_t port, struct sockaddr_storage *address,
                         struct error *err)
{
    const char *text = cmd_option(cmd, "address");
    char service[16];
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    snprintf(service, sizeof service, "%lld", (long long)port);
    if (getaddrinfo(text ? text : "127.0.0.1", service, &hints, &found) != 0)
        return error_set(err, ERR_INVALID,
                         "--address: '%s' is no IP address; 0.0.0.0 listens everywhere", text);
    memcpy(address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

static struct MHD_Daemon *start(struct listener *l, const struct sockaddr_storage *address,
                                struct error *err)
{
    unsigned flags = MHD_ALLOW_SUSPEND_RESUME;
    if (address->ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    struct MHD_Daemon *daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, on_request, l, MHD_OPTION_SOCK_ADDR, address,
                         MHD_OPTION_NOTIFY_COMPLETED, on_completed, l,
                         MHD_OPTION_CONNECTION_TIMEOUT, 120u, MHD_OPTION_END);
    if (!daemon)
        error_errno(err, ERR_INVALID, "cannot listen there (choose another --port or --address)");
    return daemon;
}

static void announce(struct MHD_Daemon *daemon, const struct sockaddr_storage *address)
{
    char host[INET6_ADDRSTRLEN + 1] = "";
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    bool six = address->ss_family == AF_INET6;
    getnameinfo((const struct sockaddr *)address, sizeof *address, host, sizeof host, NULL, 0,
                NI_NUMERICHOST);
    fprintf(stderr, "checkhook: listening on http://%s%s%s:%u, Ctrl-C ends\n", six ? "[" : "", host,
            six ? "]" : "", info ? (unsigned)info->port : 0u);
}

static void stop_on_signals(void)
{
    struct sigaction action = {.sa_handler = on_stop};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void serve(struct listener *l, struct MHD_Daemon *daemon)
{
    while (!stopped) {
        MHD_run_wait(daemon, l->delayed ? 5 : WAIT_MS);
        resume_due(l, false);
    }
    resume_due(l, true);
}

static int listen_run(struct cmd *cmd)
{
    struct error err = {0};
    struct listener l = {0};
    struct sockaddr_storage address = {0};
    struct MHD_Daemon *daemon = NULL;
    int64_t port = 0;
    if (read_options(cmd, &l, &port, &err) && read_address(cmd, port, &address, &err))
        daemon = start(&l, &address, &err);
    if (daemon) {
        stop_on_signals(); /* first, because it may be told to end as soon as it is announced */
        announce(daemon, &address);
        serve(&l, daemon);
        MHD_stop_daemon(daemon);
    }
    listen_access_release(&l.access);
    return daemon ? EXIT_DONE : cmd_fail(&err);
}

static const struct option listen_options[] = {
    {"port", "N", "port (default 8970; 0 = any free one, which is printed)"},
    {"address", "ADDRESS", "IP address (default 127.0.0.1, which only this machine reaches)"},
    {"status", "N", "answer with this status (default 200)"},
    {"retry-after", "SECONDS", "add a Retry-After header"},
    {"delay-ms", "N", "wait so long before answering"},
    {"basic", "USER=@FILE", "demand Basic with this user and the password in FILE"},
    {"api-key", "HEADER=@FILE", "demand this header with the value in FILE"},
    {"client", "ID=@FILE", "demand a bearer token that /token issues for this client and secret"},
    {"token-ttl", "SECONDS", "how long a token is valid (default 3600)"},
    {"show-credentials", NULL, "print credentials instead of hiding them"},
    {NULL, NULL, NULL},
};

const struct command cmd_listen = {
    .group = "listen",
    .summary = "Print every request received, for trying things out",
    .details =
        "Listens on this machine only unless --address says otherwise, answers 200, and ends\n"
        "on Ctrl-C. With --json each request is one line of JSON.",
    .options = listen_options,
    .no_app = true,
    .run = listen_run,
};
