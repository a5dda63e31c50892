#ifndef CHECKHOOK_TESTS_SUPPORT_PEER_H
#define CHECKHOOK_TESTS_SUPPORT_PEER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Servers that others wrote, started by a test as child processes on free ports of 127.0.0.1: the
 * token endpoint oidc-provider, the SCIM server scimmy (npm) and nginx (Debian).
 *
 * Where one is not installed the running test is skipped and says why; with
 * CHECKHOOK_PEERS=required in the environment it fails instead. So ask for a peer before the test
 * owns anything that only its own end would free.
 */
struct peer;

/* For peers with a file of their own: whether the program is there, and the way out where not. */
bool peer_on_path(const char *program);
void peer_skip(const char *reason);

void peer_stop(struct peer *peer); /* accepts NULL */

/* How many lines with `text` somewhere in them the peer has written to its log so far. */
size_t peer_count(struct peer *peer, const char *text);

/* Waits until there are that many; fails the test after 10 s and shows the log. */
#define peer_wait(peer, count, text) peer_wait_at(__FILE__, __LINE__, peer, count, text)
void peer_wait_at(const char *file, int line, struct peer *peer, size_t count, const char *text);

/* The whole log so far; lent until the next call. */
const char *peer_log(struct peer *peer);

/* --- oidc-provider (tests/peers/op.mjs says what it logs) --------------------------------------
 */

enum peer_oidc_url {
    PEER_TOKEN, /* the token endpoint: POST; its clients stand in op.mjs */
    PEER_SINK,  /* answers 204 to a good bearer, else 401 or 403 */
};

/* TTL_S: how long a token lives. */
struct peer *peer_start_oidc(int ttl_s);
const char *peer_oidc_url(const struct peer *peer, enum peer_oidc_url which);

/* Ends it, so that nobody listens there; and starts it again on the same ports. It has forgotten
 * every token that it issued, and its log begins anew. */
void peer_oidc_end(struct peer *peer);
void peer_oidc_begin(struct peer *peer);

/* --- scimmy ------------------------------------------------------------------------------------
 *
 * Saves what this SCIM server answers into the folder, which must be there, as a client asks for
 * 250 users by pages of 100, past the end too: users-1.json, users-101.json … users-301.json.
 */
void peer_scim_pages(const char *folder);

/* --- nginx -------------------------------------------------------------------------------------
 *
 * Answers 204 to everything, on three ports. Its log has a line for each request:
 *
 *     connection=3 request=1 HTTP/2.0 POST 204 <X-Checkhook-Event-Id>
 */
enum peer_nginx_port {
    PEER_HTTP,  /* HTTP/1.1, no TLS */
    PEER_HTTPS, /* HTTP/1.1 over TLS */
    PEER_HTTP2, /* HTTP/2 or 1.1 over TLS, as ALPN chooses */
};

/* With these PEM files (see certs.h). DIRECTIVES: more of its configuration for http, or NULL. */
struct peer *peer_start_nginx(const char *cert_file, const char *key_file, const char *directives);

/* "https://127.0.0.1:PORT" followed by PATH; the caller frees. */
char *peer_nginx_url(const struct peer *peer, enum peer_nginx_port port, const char *path);

/* How many different connections carried requests whose log lines hold `text`. */
size_t peer_nginx_connections(struct peer *peer, const char *text);

#endif
