/* nginx as the receiver. */
#include "tests/bench/webserver.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { START_WAIT_US = 10 * 1000000, LOOK_AGAIN_US = 10 * 1000 };

static const char configuration[] =
    "worker_processes 1;\n"
    "daemon off;\n"
    "pid nginx.pid;\n"
    "error_log error.log;\n"
    "events { worker_connections 1024; }\n"
    "http {\n"
    "    access_log off;\n"
    "    client_body_temp_path body; proxy_temp_path proxy;\n"
    "    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n"
    "    keepalive_requests 100000000;\n"
    "    server {\n"
    "        listen 127.0.0.1:%d;\n"
    "        location / { return 204; }\n"
    "        location /token {\n"
    "            access_log tokens.log;\n"
    "            default_type application/json;\n"
    "            return 200 "
    "'{\"access_token\":\"bench-token\",\"token_type\":\"Bearer\",\"expires_in\":3600}';\n"
    "        }\n"
    "    }\n"
    "}\n";

static int make_socket(struct sockaddr_in *address, int port)
{
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int free_port(void)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    int fd = make_socket(&address, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        give_up("no port of 127.0.0.1 is free");
    close(fd);
    return ntohs(address.sin_port);
}

static bool answers(int port)
{
    struct sockaddr_in address;
    int fd = make_socket(&address, port);
    bool ok = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return ok;
}

static void wait_until_it_answers(int port)
{
    int64_t end_us = monotonic_us() + START_WAIT_US;
    while (!answers(port)) {
        if (monotonic_us() > end_us)
            give_up("nginx does not answer on port %d", port);
        usleep(LOOK_AGAIN_US);
    }
}

void webserver_start(struct webserver *w, const char *folder)
{
    char path[512], log[512];
    int port = free_port();
    *w = (struct webserver){.folder = folder};
    snprintf(path, sizeof path, "%s/nginx.conf", folder);
    snprintf(log, sizeof log, "%s/nginx.out", folder);
    FILE *file = fopen(path, "w");
    if (!file || fprintf(file, configuration, port) < 0 || fclose(file) != 0)
        give_up("%s cannot be written", path);
    const char *const args[] = {"nginx", "-c", path, "-p", folder, NULL};
    w->process = start_command(args, log);
    wait_until_it_answers(port);
    snprintf(w->url, sizeof w->url, "http://127.0.0.1:%d/hook", port);
    snprintf(w->token_url, sizeof w->token_url, "http://127.0.0.1:%d/token", port);
}

void webserver_stop(struct webserver *w)
{
    end_command(&w->process, SIGTERM);
}

size_t webserver_tokens(const struct webserver *w)
{
    char path[512];
    size_t lines = 0;
    int c;
    snprintf(path, sizeof path, "%s/tokens.log", w->folder);
    FILE *file = fopen(path, "r");
    while (file && (c = getc(file)) != EOF)
        lines += c == '\n';
    if (file)
        fclose(file);
    return lines;
}
