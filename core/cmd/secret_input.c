/* Reads secrets from files, standard input and the terminal. */
#include "core/cmd/secret_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/strbuf.h"

/* Reads at most cap bytes; the caller's buffer is wiped by its owner. */
static bool read_all(int fd, char *buffer, size_t cap, size_t *len, struct error *err)
{
    ssize_t n = 0;
    *len = 0;
    while (*len < cap && (n = read(fd, buffer + *len, cap - *len)) > 0)
        *len += (size_t)n;
    return n >= 0 || error_errno(err, ERR_INVALID, "the secret cannot be read");
}

static bool take(char *bytes, size_t len, const char *from, struct secret *out, struct error *err)
{
    if (len > SECRET_MAX)
        return error_set(err, ERR_INVALID, "%s: a secret has at most %d bytes", from, SECRET_MAX);
    if (len > 0 && bytes[len - 1] == '\n')
        len--;
    if (len == 0)
        return error_set(err, ERR_INVALID, "%s is empty: a secret has at least one character",
                         from);
    if (memchr(bytes, '\0', len))
        return error_set(err, ERR_INVALID, "%s holds a NUL byte: a secret is text", from);
    return secret_set(out, bytes, len, err);
}

static bool read_from(int fd, const char *from, struct secret *out, struct error *err)
{
    char bytes[SECRET_MAX + 2];
    size_t len = 0;
    bool ok = read_all(fd, bytes, sizeof bytes, &len, err) && take(bytes, len, from, out, err);
    explicit_bzero(bytes, sizeof bytes);
    return ok;
}

bool secret_input_read(const char *value, const char *what, struct secret *out, struct error *err)
{
    if (value[0] != '@' || value[1] == '\0')
        return error_set(err, ERR_INVALID,
                         "a secret is not taken in clear from the command line: write %s, or @- "
                         "to read it from standard input",
                         what);
    if (strcmp(value, "@-") == 0)
        return read_from(STDIN_FILENO, "standard input", out, err);
    int fd = open(value + 1, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_errno(err, ERR_INVALID, "the file %s cannot be read", value + 1);
    bool ok = read_from(fd, value + 1, out, err);
    close(fd);
    return ok;
}

bool secret_input_can_ask(void)
{
    return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1;
}

static void on_interrupt(int signal_number)
{
    (void)signal_number;
}

/* Echo goes off before the question is seen, so that nothing typed after it is shown or lost. */
static ssize_t ask_silently(const char *prompt, const struct termios *saved, const sigset_t *mask,
                            char *line, size_t size)
{
    struct pollfd terminal = {.fd = STDIN_FILENO, .events = POLLIN};
    struct termios quiet = *saved;
    ssize_t n = -1;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    fprintf(stderr, "%s: ", prompt);
    if (ppoll(&terminal, 1, NULL, mask) == 1)
        n = read(STDIN_FILENO, line, size);
    tcsetattr(STDIN_FILENO, TCSADRAIN, saved);
    fputc('\n', stderr);
    return n;
}

/* One line, or -1 on Ctrl-C, which is held back until the wait so that it never leaves the terminal
 * without its echo. */
static ssize_t read_answer(const char *prompt, const struct termios *saved, char *line, size_t size)
{
    struct sigaction action = {.sa_handler = on_interrupt}, old;
    sigset_t interrupt, before;
    sigemptyset(&action.sa_mask);
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &before);
    sigaction(SIGINT, &action, &old);
    ssize_t n = ask_silently(prompt, saved, &before, line, size);
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGINT, &old, NULL);
    return n;
}

bool secret_input_ask(const char *prompt, struct secret *out, struct error *err)
{
    struct termios saved;
    char line[SECRET_MAX + 2] = "";
    if (tcgetattr(STDIN_FILENO, &saved) != 0)
        return error_errno(err, ERR_INVALID, "the terminal cannot be asked");
    ssize_t n = read_answer(prompt, &saved, line, sizeof line);
    bool ok = n > 1 ? take(line, (size_t)n, "the answer", out, err)
                    : error_set(err, ERR_CANCELLED, "nothing was entered, nothing was changed");
    explicit_bzero(line, sizeof line);
    return ok;
}
