/* A program in the foreground while the console steps aside. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tui/terminal.h"
#include "tui/terminal_private.h"

enum { NOT_STARTED = 127, STEP_MS = 1000, HEED_MS = 2000, HEED_STEP_MS = 20 };

/* A file in memory rather than a pipe: nobody has to feed it. -1 with err on failure. */
static int input_file(const struct terminal_child *child, struct error *err)
{
    int fd = memfd_create("checkhook", MFD_CLOEXEC);
    size_t written = 0;
    while (fd >= 0 && written < child->input_len) {
        ssize_t n = write(fd, child->input + written, child->input_len - written);
        if (n <= 0)
            break;
        written += (size_t)n;
    }
    if (fd >= 0 && written == child->input_len && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    error_errno(err, ERR_IO, "The text cannot be handed over");
    if (fd >= 0)
        close(fd);
    return -1;
}

/* In the child: a process group of its own in the foreground, signals as a shell gives them. */
static void become(const struct terminal_child *child, int input)
{
    static const int ours[] = {SIGHUP,  SIGTERM, SIGINT,  SIGTSTP, SIGCONT, SIGPIPE,
                               SIGCHLD, SIGSEGV, SIGABRT, SIGBUS,  SIGFPE,  SIGWINCH};
    setpgid(0, 0);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(STDIN_FILENO, getpid());
    signal(SIGTTOU, SIG_DFL);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        signal(ours[i], SIG_DFL);
    dup2(input, STDIN_FILENO);
    execvp(child->argv[0], (char *const *)child->argv);
    _exit(NOT_STARTED);
}

/* The child had it; a process that is not in the foreground may only take it so. */
static void to_foreground(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, ours;
    sigaction(SIGTTOU, &ignore, &ours);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    sigaction(SIGTTOU, &ours, NULL);
}

static void wait_a_little(const struct terminal_child *child)
{
    struct pollfd fd = {.fd = terminal_signal_fd(), .events = POLLIN};
    if (child->idle)
        child->idle(child->ctx);
    else
        poll(&fd, 1, STEP_MS);
}

/* The child and all that it started. What does not heed the signal would keep us, or the terminal
 * from whoever comes after us. */
static void end_child(pid_t pid, int signal, int *status)
{
    bool reaped = false;
    kill(-pid, signal);
    kill(-pid, SIGCONT);
    for (int waited_ms = 0; waited_ms < HEED_MS; waited_ms += HEED_STEP_MS) {
        reaped = reaped || waitpid(pid, status, WNOHANG) != 0;
        if (reaped && kill(-pid, 0) < 0)
            return;
        poll(NULL, 0, HEED_STEP_MS);
    }
    kill(-pid, SIGKILL);
    if (!reaped)
        waitpid(pid, status, 0);
}

/* True when we are to leave: the child is told so first, and then the loop. */
static bool told_to_leave(pid_t pid, int *status)
{
    const struct terminal_signals seen = terminal_take_signals();
    if (!seen.quit && !seen.hang_up)
        return false;
    end_child(pid, seen.hang_up ? SIGHUP : SIGTERM, status);
    kill(getpid(), seen.hang_up ? SIGHUP : SIGTERM);
    return true;
}

/* Its status. One that was stopped goes on: there is nobody who could wake it. */
static int wait_for(pid_t pid, const struct terminal_child *child)
{
    int status = 0;
    while (waitpid(pid, &status, WNOHANG | WUNTRACED) == 0 || WIFSTOPPED(status)) {
        if (WIFSTOPPED(status))
            kill(-pid, SIGCONT);
        status = 0;
        wait_a_little(child);
        if (told_to_leave(pid, &status))
            break;
    }
    return status;
}

bool terminal_run(const struct terminal_child *child, struct error *err)
{
    int input = input_file(child, err);
    if (input < 0)
        return false;
    terminal_leave();
    pid_t pid = fork();
    if (pid == 0)
        become(child, input);
    close(input);
    int status = NOT_STARTED << 8;
    if (pid > 0) {
        setpgid(pid, pid);
        status = wait_for(pid, child);
    }
    to_foreground();
    terminal_resume();
    if (pid < 0)
        return error_errno(err, ERR_IO, "'%s' cannot be started", child->argv[0]);
    return !WIFEXITED(status) || WEXITSTATUS(status) != NOT_STARTED ||
           error_set(err, ERR_IO, "'%s' cannot be started: set PAGER to a program that is here.",
                     child->argv[0]);
}
