/* Runs the things that are measured as processes of their own. */
#include "tests/bench/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void give_up(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("bench: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static struct usage wait_for(pid_t pid, int64_t started_us, const char *what)
{
    struct rusage used;
    int status;
    while (wait4(pid, &status, 0, &used) < 0)
        if (errno != EINTR)
            give_up("%s cannot be waited for", what);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        give_up("%s ended with status %d", what, status);
    return (struct usage){.wall_s = (double)(monotonic_us() - started_us) / 1e6,
                          .cpu_s = seconds(used.ru_utime) + seconds(used.ru_stime),
                          .peak_mb = (double)used.ru_maxrss / 1024};
}

struct usage measure_function(void (*work)(void *ctx), void *ctx)
{
    fflush(NULL);
    int64_t started_us = monotonic_us();
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        work(ctx);
        _exit(0);
    }
    return wait_for(pid, started_us, "the bare loop");
}

static void become(const char *const *args, const char *output_file)
{
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (output_file) {
        int fd = open(output_file, O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
            _exit(126);
    }
    execvp(args[0], (char *const *)(const void *)args);
    _exit(127);
}

struct running start_command(const char *const *args, const char *output_file)
{
    fflush(NULL);
    struct running r = {.started_us = monotonic_us()};
    r.pid = fork();
    if (r.pid == 0)
        become(args, output_file);
    return r;
}

struct usage end_command(struct running *r, int signal)
{
    if (signal != 0)
        kill(r->pid, signal);
    struct usage used = wait_for(r->pid, r->started_us, "a command");
    *r = (struct running){0};
    return used;
}

struct usage measure_command(const char *const *args, const char *output_file)
{
    struct running r = start_command(args, output_file);
    return end_command(&r, 0);
}
