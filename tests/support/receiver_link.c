/* The connections of the test receiver: sockets that do not block, and TLS on them. */
#include "tests/support/receiver_link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/fail.h"

int link_listen(int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 128) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        support_die("cannot listen on 127.0.0.1: %s", strerror(errno));
    if (port)
        *port = ntohs(address.sin_port);
    return fd;
}

SSL_CTX *link_tls(const char *cert_file, const char *key_file)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

    if (!tls || SSL_CTX_use_certificate_chain_file(tls, cert_file) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls, key_file, SSL_FILETYPE_PEM) != 1)
        support_die("cannot use the certificate %s with the key %s", cert_file, key_file);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return tls;
}

bool link_accept(struct link *link, int listen_fd, SSL_CTX *tls)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0)
        return false;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    *link = (struct link){.fd = fd, .events = POLLIN};
    if (tls) {
        link->ssl = SSL_new(tls);
        SSL_set_fd(link->ssl, fd);
        SSL_set_accept_state(link->ssl);
    }
    return true;
}

static ssize_t tls_result(struct link *link, int result)
{
    switch (SSL_get_error(link->ssl, result)) {
    case SSL_ERROR_NONE:
        return result;
    case SSL_ERROR_WANT_READ:
        link->events = POLLIN;
        return LINK_AGAIN;
    case SSL_ERROR_WANT_WRITE:
        link->events = POLLOUT;
        return LINK_AGAIN;
    default:
        return LINK_CLOSED;
    }
}

static ssize_t plain_result(struct link *link, ssize_t result, short events)
{
    if (result > 0)
        return result;
    link->events = events;
    return result < 0 && (errno == EAGAIN || errno == EINTR) ? LINK_AGAIN : LINK_CLOSED;
}

ssize_t link_read(struct link *link, void *bytes, size_t len)
{
    if (link->ssl)
        return tls_result(link, SSL_read(link->ssl, bytes, (int)len));
    return plain_result(link, recv(link->fd, bytes, len, 0), POLLIN);
}

ssize_t link_write(struct link *link, const void *bytes, size_t len)
{
    if (link->ssl)
        return tls_result(link, SSL_write(link->ssl, bytes, (int)len));
    return plain_result(link, send(link->fd, bytes, len, MSG_NOSIGNAL), POLLOUT);
}

void link_close(struct link *link, enum link_end end)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    if (end == LINK_RESETS)
        setsockopt(link->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    else if (link->ssl && end == LINK_CLOSES)
        SSL_shutdown(link->ssl);
    SSL_free(link->ssl);
    close(link->fd);
}
