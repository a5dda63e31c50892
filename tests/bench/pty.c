/* Runs a program in a pseudo terminal and times what it writes. */
#include "tests/bench/pty.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench/process.h"

enum { ROWS = 30, COLS = 100, FIRST_BYTE_MS = 3000, UNSEEN_MS = 100 };

static _Noreturn void become(const char *const *args)
{
    static const char *const not_passed_on[] = {"LINES", "COLUMNS", "NO_COLOR", "COLORTERM",
                                                "TMUX"};
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    for (size_t i = 0; i < sizeof not_passed_on / sizeof *not_passed_on; i++)
        unsetenv(not_passed_on[i]);
    setenv("TERM", "xterm-256color", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    execvp(args[0], (char *const *)(const void *)args);
    _exit(127);
}

struct pty pty_start(const char *const *args)
{
    const struct winsize size = {.ws_row = ROWS, .ws_col = COLS};
    struct pty pty = {.fd = -1};
    fflush(NULL);
    pty.started_us = monotonic_us();
    pty.pid = forkpty(&pty.fd, NULL, NULL, &size);
    if (pty.pid < 0)
        give_up("there is no pseudo terminal");
    if (pty.pid == 0)
        become(args);
    return pty;
}

void pty_stop(struct pty *pty)
{
    kill(pty->pid, SIGTERM);
    while (pty_read(pty, monotonic_us(), FIRST_BYTE_MS).bytes > 0)
        ;
    close(pty->fd);
    while (waitpid(pty->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    *pty = (struct pty){.fd = -1};
}

static double since_ms(int64_t since_us)
{
    return (double)(monotonic_us() - since_us) / 1000;
}

static struct answer read_answer(struct pty *pty, int64_t since_us, int first_ms, int quiet_ms)
{
    struct answer a = {0};
    struct pollfd fd = {.fd = pty->fd, .events = POLLIN};
    char bytes[16384];
    while (poll(&fd, 1, a.bytes > 0 ? quiet_ms : first_ms) > 0) {
        const ssize_t got = read(pty->fd, bytes, sizeof bytes);
        if (got <= 0) {
            a.ended = true;
            break;
        }
        a.last_ms = since_ms(since_us);
        if (a.bytes == 0)
            a.first_ms = a.last_ms;
        a.bytes += (size_t)got;
    }
    return a;
}

struct answer pty_read(struct pty *pty, int64_t since_us, int quiet_ms)
{
    return read_answer(pty, since_us, quiet_ms, quiet_ms);
}

static int64_t send_key(struct pty *pty, const char *key)
{
    const int64_t now_us = monotonic_us();
    if (write(pty->fd, key, strlen(key)) < 0)
        give_up("a key cannot be pressed: the program has ended");
    return now_us;
}

struct answer pty_press(struct pty *pty, const char *key, int quiet_ms)
{
    return read_answer(pty, send_key(pty, key), FIRST_BYTE_MS, quiet_ms);
}

void pty_press_unseen(struct pty *pty, const char *key)
{
    read_answer(pty, send_key(pty, key), UNSEEN_MS, UNSEEN_MS);
}

long pty_status(const struct pty *pty, const char *name)
{
    char path[64], line[256];
    long value = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pty->pid);
    FILE *in = fopen(path, "r");
    while (in && value < 0 && fgets(line, sizeof line, in))
        if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
            value = strtol(line + strlen(name) + 1, NULL, 10);
    if (in)
        fclose(in);
    return value;
}

double pty_cpu_ms(const struct pty *pty)
{
    char path[64];
    long long ns = 0;
    snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pty->pid);
    FILE *in = fopen(path, "r");
    if (in && fscanf(in, "%lld", &ns) != 1)
        ns = 0;
    if (in)
        fclose(in);
    return (double)ns / 1e6;
}
