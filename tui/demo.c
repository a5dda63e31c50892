/* Starts and ends `checkhook listen` as a child of the console. */
#include "tui/demo.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"

enum { START_MS = 3000, LINE_MAX_BYTES = 256, NOT_STARTED = 127 };

struct demo {
    pid_t pid; /* 0 = it has ended */
    int port;
};

static const char own_program[] = "/proc/self/exe";

/* What it says when it is ready: "listening on http://127.0.0.1:8970, …". 0 = something else. */
static int port_in(const char *line)
{
    static const char before[] = "http://127.0.0.1:";
    const char *at = strstr(line, before);
    return at ? (int)strtol(at + strlen(before), NULL, 10) : 0;
}

/* In the child. Its messages go to `out`, all else nowhere; it ends with its parent. */
static void become(int out, pid_t parent, const char *port)
{
    const int nothing = open("/dev/null", O_RDWR);
    setpgid(0, 0); /* the keys of the terminal are not for it */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent || nothing < 0)
        _exit(NOT_STARTED);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    execl(own_program, "checkhook", "listen", "--port", port, (char *)NULL);
    _exit(NOT_STARTED);
}

static bool read_more(int fd, char *line, size_t *len, int64_t until_ms)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    const int64_t left = until_ms - clock_monotonic_ms();
    if (left <= 0 || poll(&ready, 1, (int)left) <= 0)
        return false;
    const ssize_t got = read(fd, line + *len, LINE_MAX_BYTES - 1 - *len);
    if (got <= 0)
        return false;
    *len += (size_t)got;
    line[*len] = '\0';
    return *len < LINE_MAX_BYTES - 1;
}

/* The port that it has; 0 when it ended or said nothing in time. */
static int wait_ready(int fd)
{
    char line[LINE_MAX_BYTES] = "";
    size_t len = 0;
    const int64_t until = clock_monotonic_ms() + START_MS;
    while (!strchr(line, '\n') && read_more(fd, line, &len, until))
        continue;
    return port_in(line);
}

static void end(struct demo *d)
{
    if (d->pid > 0) {
        kill(d->pid, SIGTERM);
        waitpid(d->pid, NULL, 0);
    }
    d->pid = 0;
}

static bool try_start(struct demo *d, const char *port)
{
    int pipe_ends[2];
    const pid_t parent = getpid();
    if (pipe2(pipe_ends, O_CLOEXEC) != 0)
        return false;
    d->pid = fork();
    if (d->pid == 0)
        become(pipe_ends[1], parent, port);
    close(pipe_ends[1]);
    d->port = d->pid > 0 ? wait_ready(pipe_ends[0]) : 0;
    close(pipe_ends[0]);
    if (d->port > 0)
        return true;
    end(d);
    return false;
}

struct demo *demo_start(struct error *err)
{
    char usual[16];
    struct demo *d = mem_zalloc(sizeof *d);
    snprintf(usual, sizeof usual, "%d", DEMO_PORT);
    if (try_start(d, usual) || try_start(d, "0"))
        return d;
    free(d);
    error_set(err, ERR_IO, "The demo endpoint did not start. checkhook listen says why.");
    return NULL;
}

int demo_port(const struct demo *d)
{
    return d->port;
}

bool demo_runs(struct demo *d)
{
    if (d && d->pid > 0 && waitpid(d->pid, NULL, WNOHANG) == d->pid)
        d->pid = 0;
    return d && d->pid > 0;
}

void demo_stop(struct demo *d)
{
    if (!d)
        return;
    end(d);
    free(d);
}
