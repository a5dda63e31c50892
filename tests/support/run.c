/* Runs commands for tests: output caught, time limited. */
#include "tests/support/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fail.h"

enum { DEFAULT_TIMEOUT_MS = 120000, STOP_TIMEOUT_MS = 10000 };

static const struct run_options no_options;

static void open_pipe(int fds[2])
{
    if (pipe2(fds, O_CLOEXEC) != 0)
        support_die("no pipe: %s", strerror(errno));
}

static void apply_environment(const char *const *env)
{
    for (; env && *env; env++) {
        if (strchr(*env, '='))
            putenv(strdup(*env));
        else
            unsetenv(*env);
    }
}

static _Noreturn void become(const char *const *argv, const struct run_options *options)
{
    apply_environment(options->env);
    if (options->dir && chdir(options->dir) != 0)
        _exit(127);
    signal(SIGPIPE, SIG_DFL);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* Starts a command with these three descriptors; -1 as input is /dev/null. */
static pid_t spawn(const char *const *argv, const struct run_options *options, int in, int out,
                   int err)
{
    pid_t test = getpid(), pid = fork();

    if (pid < 0)
        support_die("no process: %s", strerror(errno));
    if (pid > 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != test)
        _exit(127);
    if (in < 0)
        in = open("/dev/null", O_RDONLY);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    become(argv, options);
}

/* Reads what is there and appends it; false at the end of the stream. */
static bool read_some(int fd, char **text, size_t *len)
{
    char chunk[16384];
    ssize_t got = read(fd, chunk, sizeof chunk);

    if (got <= 0)
        return got < 0 && (errno == EINTR || errno == EAGAIN);
    *text = realloc(*text, *len + (size_t)got + 1);
    if (!*text)
        support_die("out of memory");
    memcpy(*text + *len, chunk, (size_t)got);
    *len += (size_t)got;
    (*text)[*len] = '\0';
    return true;
}

static char *empty_text(void)
{
    char *text = calloc(1, 1);

    if (!text)
        support_die("out of memory");
    return text;
}

static int status_of(int wait_status)
{
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/* The three streams of a command while it runs; a closed one has fd -1, which poll skips. */
struct streams {
    struct pollfd fds[3]; /* input, output, error */
    const char *input;
    size_t input_len;
};

static void close_stream(struct pollfd *stream)
{
    close(stream->fd);
    stream->fd = -1;
}

static void feed(struct streams *streams)
{
    ssize_t put = write(streams->fds[0].fd, streams->input, streams->input_len);

    if (put > 0) {
        streams->input += put;
        streams->input_len -= (size_t)put;
    }
    if (streams->input_len == 0 || (put < 0 && errno != EAGAIN && errno != EINTR))
        close_stream(&streams->fds[0]);
}

/* Moves bytes until both outputs have ended; false when the deadline came first. */
static bool pump(struct streams *streams, struct run_result *result, int64_t deadline_ms)
{
    while (streams->fds[1].fd >= 0 || streams->fds[2].fd >= 0) {
        int64_t left_ms = deadline_ms - support_now_ms();

        if (left_ms <= 0)
            return false;
        if (poll(streams->fds, 3, (int)left_ms) <= 0)
            continue;
        if (streams->fds[0].revents)
            feed(streams);
        if (streams->fds[1].revents &&
            !read_some(streams->fds[1].fd, &result->out, &result->out_len))
            close_stream(&streams->fds[1]);
        if (streams->fds[2].revents &&
            !read_some(streams->fds[2].fd, &result->err, &result->err_len))
            close_stream(&streams->fds[2]);
    }
    return true;
}

struct run_result run_command(const char *const *argv, const struct run_options *options)
{
    struct run_result result = {.out = empty_text(), .err = empty_text()};
    struct streams streams = {.fds = {{.fd = -1, .events = POLLOUT}}};
    int in[2] = {-1, -1}, out[2], err[2], wait_status;
    bool ended;
    pid_t pid;

    options = options ? options : &no_options;
    open_pipe(out);
    open_pipe(err);
    if (options->stdin_text) {
        open_pipe(in);
        fcntl(in[1], F_SETFL, O_NONBLOCK);
        signal(SIGPIPE, SIG_IGN);
        streams.input = options->stdin_text;
        streams.input_len = strlen(streams.input);
    }
    pid = spawn(argv, options, in[0], out[1], err[1]);
    if (in[0] >= 0)
        close(in[0]);
    close(out[1]);
    close(err[1]);
    streams.fds[0].fd = in[1];
    streams.fds[1] = (struct pollfd){.fd = out[0], .events = POLLIN};
    streams.fds[2] = (struct pollfd){.fd = err[0], .events = POLLIN};
    ended =
        pump(&streams, &result,
             support_now_ms() + (options->timeout_ms ? options->timeout_ms : DEFAULT_TIMEOUT_MS));
    for (int i = 0; i < 3; i++)
        if (streams.fds[i].fd >= 0)
            close_stream(&streams.fds[i]);
    if (!ended)
        kill(pid, SIGKILL);
    struct rusage usage = {0};
    wait4(pid, &wait_status, 0, &usage);
    result.peak_kib = usage.ru_maxrss;
    result.status = ended ? status_of(wait_status) : RUN_TIMED_OUT;
    return result;
}

/* The product's path before its arguments; the caller frees the list. */
static const char **with_product(const char *const *args)
{
    size_t count = 0;
    const char **argv;

    while (args[count])
        count++;
    argv = calloc(count + 2, sizeof *argv);
    if (!argv)
        support_die("out of memory");
    argv[0] = run_product();
    memcpy(argv + 1, args, count * sizeof *argv);
    return argv;
}

struct run_result run_checkhook(const char *const *args, const struct run_options *options)
{
    const char **argv = with_product(args);
    struct run_result result = run_command(argv, options);

    free(argv);
    return result;
}

const char *run_product(void)
{
    const char *path = getenv("CHECKHOOK_BIN");

    return path && *path ? path : "build/release/checkhook";
}

void run_release(struct run_result *result)
{
    free(result->out);
    free(result->err);
    *result = (struct run_result){0};
}

struct run_child run_start_command(const char *const *argv, const struct run_options *options)
{
    struct run_child child = {.seen = empty_text()};
    int out[2];

    open_pipe(out);
    child.pid = spawn(argv, options ? options : &no_options, -1, out[1], out[1]);
    child.out_fd = out[0];
    close(out[1]);
    return child;
}

struct run_child run_start(const char *const *args, const struct run_options *options)
{
    const char **argv = with_product(args);
    struct run_child child = run_start_command(argv, options);

    free(argv);
    return child;
}

const char *run_wait_text_at(const char *file, int line, struct run_child *child, const char *text,
                             int timeout_ms)
{
    int64_t deadline_ms = support_now_ms() + timeout_ms;
    const char *found;

    while (!(found = strstr(child->seen, text))) {
        struct pollfd out = {.fd = child->out_fd, .events = POLLIN};
        int64_t left_ms = deadline_ms - support_now_ms();
        bool open = true;

        if (left_ms > 0 && poll(&out, 1, (int)left_ms) > 0)
            open = read_some(child->out_fd, &child->seen, &child->seen_len);
        if (left_ms <= 0 || !open) {
            support_fail_at(file, line, "'%s' was not printed%s; there is:\n%s", text,
                            open ? " in time" : " before the end", child->seen);
            return NULL;
        }
    }
    return found;
}

void run_take_output(struct run_child *child)
{
    struct pollfd out = {.fd = child->out_fd, .events = POLLIN};

    while (poll(&out, 1, 0) > 0 && read_some(child->out_fd, &child->seen, &child->seen_len))
        continue;
}

/* Reads until the end of the output; false when the deadline came first. */
static bool drain(struct run_child *child, int64_t deadline_ms)
{
    struct pollfd out = {.fd = child->out_fd, .events = POLLIN};
    int64_t left_ms;

    while ((left_ms = deadline_ms - support_now_ms()) > 0) {
        if (poll(&out, 1, (int)left_ms) > 0 &&
            !read_some(child->out_fd, &child->seen, &child->seen_len))
            return true;
    }
    return false;
}

int run_stop(struct run_child *child, int signal_number)
{
    int wait_status;
    bool ended;

    if (child->pid <= 0)
        return 0;
    if (signal_number != 0)
        kill(child->pid, signal_number);
    ended = drain(child, support_now_ms() + STOP_TIMEOUT_MS);
    if (!ended)
        kill(child->pid, SIGKILL);
    waitpid(child->pid, &wait_status, 0);
    close(child->out_fd);
    free(child->seen);
    *child = (struct run_child){.out_fd = -1};
    return ended ? status_of(wait_status) : RUN_TIMED_OUT;
}
