#ifndef CHECKHOOK_TESTS_SUPPORT_RECEIVER_LINK_H
#define CHECKHOOK_TESTS_SUPPORT_RECEIVER_LINK_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* One accepted connection as a stream of bytes that never blocks, with or without TLS. */
struct link {
    int fd;
    SSL *ssl;     /* NULL without TLS; owned */
    short events; /* what poll should wait for before the next call */
};

enum { LINK_AGAIN = -1, LINK_CLOSED = -2 };

/* Listens on a free port of 127.0.0.1. PORT may be NULL. */
int link_listen(int *port);

/* Server side TLS with these PEM files; freed with SSL_CTX_free. */
SSL_CTX *link_tls(const char *cert_file, const char *key_file);

/* Accepts a connection; TLS may be NULL. False when there is none. */
bool link_accept(struct link *link, int listen_fd, SSL_CTX *tls);

/* A byte count above 0, LINK_AGAIN (poll for `events`), or LINK_CLOSED for an end or fault. */
ssize_t link_read(struct link *link, void *bytes, size_t len);
ssize_t link_write(struct link *link, const void *bytes, size_t len);

enum link_end {
    LINK_CLOSES,
    LINK_RESETS, /* RST instead of FIN */
    LINK_CUTS,   /* FIN, but over TLS no closing alert */
};

void link_close(struct link *link, enum link_end end);

#endif
