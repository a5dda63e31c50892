/* Real servers for tests: oidc-provider and scimmy under node, and nginx. */
#include "tests/support/peer.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/fail.h"
#include "tests/support/receiver.h"
#include "tests/support/run.h"
#include "tests/support/tmpdir.h"

enum { START_MS = 30000, WAIT_MS = 10000, PAUSE_US = 5000, TRIES = 5, PORTS = 3, URL_MAX = 64 };

static const char npm_dir[] = "build/peers";

struct peer {
    struct run_child child;
    struct tmpdir dir; /* nginx's; else empty */
    char *log;         /* of nginx: its file as it was read last */
    int ttl_s;
    char urls[2][URL_MAX];
    int ports[PORTS];
};

/* --- what is not there ----------------------------------------------------------------------- */

void peer_skip(const char *reason)
{
    const char *required = getenv("CHECKHOOK_PEERS");

    if (required && strcmp(required, "required") == 0)
        fail_msg("%s", reason);
    printf("# skipped: %s\n", reason);
    fflush(stdout);
    skip();
}

bool peer_on_path(const char *name)
{
    struct run_result found =
        run_command((const char *const[]){"sh", "-c", "command -v \"$0\"", name, NULL}, NULL);
    bool ok = found.status == 0;

    run_release(&found);
    return ok;
}

static void need_npm(void)
{
    if (!peer_on_path("node"))
        peer_skip("node is missing, so servers from npm cannot run: `make deps`");
    if (access("build/peers/fetched", R_OK) != 0)
        peer_skip("servers were not fetched from npm: `make deps`");
}

/* --- all peers ------------------------------------------------------------------------------- */

void peer_stop(struct peer *peer)
{
    if (!peer)
        return;
    run_stop(&peer->child, SIGTERM);
    tmpdir_release(&peer->dir);
    free(peer->log);
    free(peer);
}

const char *peer_log(struct peer *peer)
{
    if (!*peer->dir.path) {
        run_take_output(&peer->child);
        return peer->child.seen;
    }
    free(peer->log);
    peer->log = tmpdir_read(&peer->dir, "access.log", NULL);
    return peer->log;
}

/* The next whole line with the text in it at or after AT; NULL at the end. */
static const char *find_line(const char *at, const char *text, size_t *len)
{
    const char *end;

    for (; (end = strchr(at, '\n')); at = end + 1) {
        *len = (size_t)(end - at);
        if (memmem(at, *len, text, strlen(text)))
            return at;
    }
    return NULL;
}

size_t peer_count(struct peer *peer, const char *text)
{
    const char *at = peer_log(peer);
    size_t count = 0, len;

    while ((at = find_line(at, text, &len))) {
        at += len + 1;
        count++;
    }
    return count;
}

void peer_wait_at(const char *file, int line, struct peer *peer, size_t count, const char *text)
{
    int64_t give_up_ms = support_now_ms() + WAIT_MS;

    while (peer_count(peer, text) < count) {
        if (support_now_ms() > give_up_ms)
            support_fail_at(file, line, "no %zu lines with '%s' in the log:\n%s", count, text,
                            peer_log(peer));
        usleep(PAUSE_US);
    }
}

/* --- oidc-provider --------------------------------------------------------------------------- */

static int port_of(const char *url)
{
    return atoi(strrchr(url, ':') + 1);
}

static void read_urls(struct peer *peer, const char *ready)
{
    int read = sscanf(ready, "ready %63s %63s", peer->urls[PEER_TOKEN], peer->urls[PEER_SINK]);

    if (read != 2)
        support_die("not understood: %s", ready);
    peer->ports[PEER_TOKEN] = port_of(peer->urls[PEER_TOKEN]);
    peer->ports[PEER_SINK] = port_of(peer->urls[PEER_SINK]);
}

void peer_oidc_begin(struct peer *peer)
{
    char ttl[32], token_port[32], sink_port[32];
    const char *const argv[] = {"node", "op.mjs", NULL};
    const char *const env[] = {ttl, token_port, sink_port, "NODE_OPTIONS", NULL};

    snprintf(ttl, sizeof ttl, "TTL=%d", peer->ttl_s);
    snprintf(token_port, sizeof token_port, "TOKEN_PORT=%d", peer->ports[PEER_TOKEN]);
    snprintf(sink_port, sizeof sink_port, "SINK_PORT=%d", peer->ports[PEER_SINK]);
    peer->child = run_start_command(argv, &(struct run_options){.env = env, .dir = npm_dir});
    read_urls(peer, run_wait_text(&peer->child, "ready ", START_MS));
}

void peer_oidc_end(struct peer *peer)
{
    run_stop(&peer->child, SIGTERM);
}

struct peer *peer_start_oidc(int ttl_s)
{
    need_npm();
    struct peer *peer = mem_zalloc(sizeof *peer);
    peer->ttl_s = ttl_s;
    peer_oidc_begin(peer);
    return peer;
}

const char *peer_oidc_url(const struct peer *peer, enum peer_oidc_url which)
{
    return peer->urls[which];
}

/* --- scimmy ---------------------------------------------------------------------------------- */

void peer_scim_pages(const char *folder)
{
    need_npm();
    struct run_result made =
        run_command((const char *const[]){"node", "scim.mjs", folder, NULL},
                    &(struct run_options){.env = (const char *const[]){"NODE_OPTIONS", NULL},
                                          .dir = npm_dir,
                                          .timeout_ms = START_MS});
    if (made.status != 0)
        support_die("scimmy: %s", made.err);
    run_release(&made);
}

/* --- nginx ----------------------------------------------------------------------------------- */

/* Paths are relative to its prefix, the peer's folder. */
static const char nginx_format[] =
    "daemon off;\nmaster_process off;\npid pid;\nevents {}\n"
    "http {\n"
    "  log_format line 'connection=$connection request=$connection_requests $server_protocol "
    "$request_method $status $http_x_checkhook_event_id';\n"
    "  access_log access.log line;\n"
    "  client_body_temp_path body;\n  proxy_temp_path proxy;\n  fastcgi_temp_path fastcgi;\n"
    "  uwsgi_temp_path uwsgi;\n  scgi_temp_path scgi;\n"
    "  ssl_certificate %s;\n  ssl_certificate_key %s;\n"
    "  %s\n"
    "  server { listen 127.0.0.1:%d; return 204; }\n"
    "  server { listen 127.0.0.1:%d ssl; return 204; }\n"
    "  server { listen 127.0.0.1:%d ssl http2; return 204; }\n"
    "}\n";

static const char nginx_ready[] = "event method"; /* said after it has bound its ports */

/* True once it listens; false when it ended, because somebody else has taken a port. */
static bool wait_for_nginx(struct peer *peer)
{
    int64_t give_up_ms = support_now_ms() + WAIT_MS;

    while (!strstr(peer->child.seen, nginx_ready)) {
        if (strstr(peer->child.seen, "[emerg]")) {
            if (!strstr(peer->child.seen, "Address already in use"))
                support_die("nginx: %s", peer->child.seen);
            return false;
        }
        if (support_now_ms() > give_up_ms)
            support_die("nginx does not start: %s", peer->child.seen);
        usleep(PAUSE_US);
        run_take_output(&peer->child);
    }
    return true;
}

static bool try_nginx(struct peer *peer, const char *program, const char *cert_file,
                      const char *key_file, const char *directives)
{
    for (int i = 0; i < PORTS; i++)
        peer->ports[i] = receiver_dead_port();
    char *text =
        mem_printf(nginx_format, cert_file, key_file, directives ? directives : "",
                   peer->ports[PEER_HTTP], peer->ports[PEER_HTTPS], peer->ports[PEER_HTTP2]);
    char *path = tmpdir_write(&peer->dir, "nginx.conf", text);
    const char *const argv[] = {
        program, "-p", peer->dir.path, "-c", path, "-e", "stderr", "-g", "error_log stderr notice;",
        NULL};
    peer->child = run_start_command(argv, NULL);
    free(path);
    free(text);
    if (wait_for_nginx(peer))
        return true;
    run_stop(&peer->child, SIGKILL);
    return false;
}

struct peer *peer_start_nginx(const char *cert_file, const char *key_file, const char *directives)
{
    const char *program = peer_on_path("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
    int tries = 0;

    if (!peer_on_path(program))
        peer_skip("nginx is missing: `make deps`");
    struct peer *peer = mem_zalloc(sizeof *peer);
    tmpdir_init(&peer->dir);
    while (!try_nginx(peer, program, cert_file, key_file, directives))
        if (++tries == TRIES)
            support_die("nginx found no free port");
    return peer;
}

char *peer_nginx_url(const struct peer *peer, enum peer_nginx_port port, const char *path)
{
    return mem_printf("http%s://127.0.0.1:%d%s", port == PEER_HTTP ? "" : "s", peer->ports[port],
                      path);
}

static bool is_new(const int *seen, size_t count, int number)
{
    for (size_t i = 0; i < count; i++)
        if (seen[i] == number)
            return false;
    return true;
}

size_t peer_nginx_connections(struct peer *peer, const char *text)
{
    enum { MOST = 1024 };
    int seen[MOST];
    const char *at = peer_log(peer);
    size_t count = 0, len;

    while ((at = find_line(at, text, &len))) {
        int number = atoi(at + strlen("connection="));

        if (count < MOST && is_new(seen, count, number))
            seen[count++] = number;
        at += len + 1;
    }
    return count;
}
