/* Runs a program in a terminal emulator, presses keys and reads the screen. */
#include "tests/support/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/support/fail.h"
#include "tests/support/run.h"
#include "tests/support/term_private.h"

enum { DEFAULT_ROWS = 30, DEFAULT_COLS = 100, STOP_MS = 2000, HANG_UP_LOOK_US = 1000 };

static const struct {
    const char *name;
    VTermKey key;
} key_names[] = {
    {"Enter", VTERM_KEY_ENTER},   {"Esc", VTERM_KEY_ESCAPE},
    {"Tab", VTERM_KEY_TAB},       {"Backspace", VTERM_KEY_BACKSPACE},
    {"Insert", VTERM_KEY_INS},    {"Delete", VTERM_KEY_DEL},
    {"Up", VTERM_KEY_UP},         {"Down", VTERM_KEY_DOWN},
    {"Left", VTERM_KEY_LEFT},     {"Right", VTERM_KEY_RIGHT},
    {"Home", VTERM_KEY_HOME},     {"End", VTERM_KEY_END},
    {"PageUp", VTERM_KEY_PAGEUP}, {"PageDown", VTERM_KEY_PAGEDOWN},
};

static const char *const not_passed_on[] = {"LINES", "COLUMNS", "NO_COLOR", "COLORTERM", "TMUX"};

/* --- bytes to and from the program */

/* Reads what the program has written; false when it has closed the terminal. */
static bool read_output(struct term *term)
{
    char chunk[16384];
    ssize_t got = read(term->fd, chunk, sizeof chunk);

    if (got > 0) {
        term_bytes_add(&term->output, chunk, (size_t)got);
        term_emulator_feed(term, chunk, (size_t)got);
        return true;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    /* Linux says EIO when the last process of the terminal is gone. */
    tcgetattr(term->fd, &term->last_modes);
    close(term->fd);
    term->fd = -1;
    return false;
}

static void write_pending(struct term *term)
{
    ssize_t put = write(term->fd, term->pending.data, term->pending.len);

    if (put <= 0)
        return;
    term->pending.len -= (size_t)put;
    memmove(term->pending.data, term->pending.data + put, term->pending.len);
}

/* Moves bytes both ways until something happened or the time is over; false at the deadline. */
static bool pump(struct term *term, int64_t deadline_ms)
{
    int64_t left_ms = deadline_ms - support_now_ms();
    struct pollfd fd = {.fd = term->fd, .events = POLLIN};

    if (term->fd < 0 || left_ms <= 0)
        return false;
    if (term->pending.len > 0)
        fd.events |= POLLOUT;
    if (poll(&fd, 1, (int)left_ms) <= 0)
        return true;
    if (fd.revents & POLLOUT)
        write_pending(term);
    if (fd.revents & (POLLIN | POLLHUP | POLLERR))
        read_output(term);
    return true;
}

/* Hands all keys over to the program; reading meanwhile, so that neither side blocks the other. */
static void flush_keys(struct term *term)
{
    int64_t deadline_ms = support_now_ms() + TERM_WAIT_MS;

    while (term->pending.len > 0 && pump(term, deadline_ms))
        ;
}

/* --- start and stop */

static _Noreturn void become(const struct term_options *options)
{
    const char *const product[] = {run_product(), NULL};
    const char *const *argv = options->argv ? options->argv : product;

    for (size_t i = 0; i < sizeof not_passed_on / sizeof *not_passed_on; i++)
        unsetenv(not_passed_on[i]);
    setenv("TERM", options->term ? options->term : "xterm-256color", 1);
    setenv("LC_ALL", options->no_utf8 ? "C" : "C.UTF-8", 1);
    for (const char *const *env = options->env; env && *env; env++) {
        if (strchr(*env, '='))
            putenv(strdup(*env));
        else
            unsetenv(*env);
    }
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

struct term *term_start(const struct term_options *options)
{
    static const struct term_options usual;
    struct term *term = calloc(1, sizeof *term);
    struct winsize size;

    if (!term)
        support_die("out of memory");
    options = options ? options : &usual;
    term->rows = options->rows ? options->rows : DEFAULT_ROWS;
    term->cols = options->cols ? options->cols : DEFAULT_COLS;
    term->cursor_visible = true;
    term_bytes_add(&term->output, "", 0);
    size = (struct winsize){.ws_row = (unsigned short)term->rows,
                            .ws_col = (unsigned short)term->cols};
    term->pid = forkpty(&term->fd, NULL, NULL, &size);
    if (term->pid < 0)
        support_die("no pseudo terminal: %s", strerror(errno));
    if (term->pid == 0)
        become(options);
    fcntl(term->fd, F_SETFL, O_NONBLOCK);
    fcntl(term->fd, F_SETFD, FD_CLOEXEC);
    term_emulator_start(term, !options->no_utf8);
    return term;
}

/* Reaps the program if it has ended. */
static bool has_ended(struct term *term)
{
    if (!term->reaped)
        term->reaped = waitpid(term->pid, &term->wait_status, WNOHANG) == term->pid;
    return term->reaped;
}

void term_stop(struct term *term)
{
    int64_t deadline_ms = support_now_ms() + STOP_MS;

    if (!term)
        return;
    if (!has_ended(term)) {
        kill(term->pid, SIGHUP);
        while (pump(term, deadline_ms))
            ;
        if (!has_ended(term)) {
            kill(term->pid, SIGKILL);
            waitpid(term->pid, &term->wait_status, 0);
        }
    }
    if (term->fd >= 0)
        close(term->fd);
    vterm_free(term->vt);
    free(term->output.data);
    free(term->pending.data);
    free(term);
}

void term_hang_up(struct term *term)
{
    const int64_t deadline_ms = support_now_ms() + STOP_MS;

    close(term->fd);
    term->fd = -1;
    while (!has_ended(term)) {
        if (support_now_ms() > deadline_ms)
            support_die("the program goes on although its terminal is gone");
        usleep(HANG_UP_LOOK_US);
    }
}

void term_terminate(struct term *term)
{
    kill(term->pid, SIGTERM);
}

/* --- input */

/* Takes C-, M- and S- off the front of a key name. */
static const char *take_modifiers(const char *key, VTermModifier *modifier)
{
    *modifier = VTERM_MOD_NONE;
    while (key[0] != '\0' && key[1] == '-' && key[2] != '\0') {
        switch (key[0]) {
        case 'C':
            *modifier |= VTERM_MOD_CTRL;
            break;
        case 'M':
            *modifier |= VTERM_MOD_ALT;
            break;
        case 'S':
            *modifier |= VTERM_MOD_SHIFT;
            break;
        default:
            return key;
        }
        key += 2;
    }
    return key;
}

static VTermKey named_key(const char *name)
{
    int number = 0;
    char end;

    for (size_t i = 0; i < sizeof key_names / sizeof *key_names; i++)
        if (strcmp(key_names[i].name, name) == 0)
            return key_names[i].key;
    if (sscanf(name, "F%d%c", &number, &end) == 1 && number >= 1 && number <= 12)
        return (VTermKey)VTERM_KEY_FUNCTION(number);
    return VTERM_KEY_NONE;
}

void term_key(struct term *term, const char *key)
{
    VTermModifier modifier;
    const char *name = take_modifiers(key, &modifier);
    VTermKey code = named_key(name);

    if (strcmp(name, "BackTab") == 0) {
        vterm_keyboard_key(term->vt, VTERM_KEY_TAB, VTERM_MOD_SHIFT);
    } else if (code != VTERM_KEY_NONE) {
        vterm_keyboard_key(term->vt, code, modifier);
    } else if (strcmp(name, "Space") == 0 || strlen(name) == 1) {
        char byte = name[1] ? ' ' : name[0];

        if (modifier & VTERM_MOD_ALT)
            term_bytes_add(&term->pending, "\033", 1);
        if (modifier & VTERM_MOD_CTRL)
            byte &= 0x1f;
        term_bytes_add(&term->pending, &byte, 1);
    } else {
        support_fail_at(__FILE__, __LINE__, "'%s' is not a key that term_key knows", key);
    }
    flush_keys(term);
}

void term_send(struct term *term, const char *bytes, size_t len)
{
    term_bytes_add(&term->pending, bytes, len);
    flush_keys(term);
}

void term_signal(struct term *term, int number)
{
    if (!term->reaped)
        kill(term->pid, number);
}

bool term_is_cooked(const struct term *term)
{
    struct termios modes;

    if (term->fd < 0 || tcgetattr(term->fd, &modes) != 0)
        modes = term->last_modes;
    return (modes.c_lflag & ICANON) && (modes.c_lflag & ECHO) && (modes.c_lflag & ISIG) &&
           (modes.c_iflag & ICRNL);
}

void term_type(struct term *term, const char *text)
{
    term_send(term, text, strlen(text));
}

void term_paste(struct term *term, const char *text)
{
    vterm_keyboard_start_paste(term->vt);
    term_bytes_add(&term->pending, text, strlen(text));
    vterm_keyboard_end_paste(term->vt);
    flush_keys(term);
}

void term_resize(struct term *term, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

    term->rows = rows;
    term->cols = cols;
    term_emulator_resize(term);
    if (term->fd >= 0 && ioctl(term->fd, TIOCSWINSZ, &size) != 0)
        support_die("cannot resize the terminal: %s", strerror(errno));
}

/* --- waiting */

/* What a wait waits for. */
struct condition {
    const char *text;
    int row; /* -1: any */
    bool (*holds)(const struct term *, const struct condition *);
    const char *complaint;
};

static bool row_holds(const struct term *term, int row, const char *text)
{
    char *line = term_row_text(term, row);
    bool holds = strstr(line, text) != NULL;

    free(line);
    return holds;
}

static bool text_is_there(const struct term *term, const struct condition *condition)
{
    return term_find(term, condition->text, NULL, NULL);
}

static bool text_is_gone(const struct term *term, const struct condition *condition)
{
    return !text_is_there(term, condition);
}

static bool text_is_in_row(const struct term *term, const struct condition *condition)
{
    return row_holds(term, condition->row, condition->text);
}

static bool cursor_is_on_text(const struct term *term, const struct condition *condition)
{
    int row;

    return term_cursor(term, &row, NULL) && row_holds(term, row, condition->text);
}

static void wait_for(const char *file, int line, struct term *term,
                     const struct condition *condition, int timeout_ms)
{
    int64_t deadline_ms = support_now_ms() + (timeout_ms ? timeout_ms : TERM_WAIT_MS);

    while (!condition->holds(term, condition)) {
        if (pump(term, deadline_ms))
            continue;
        if (condition->holds(term, condition))
            return;
        term_dump(term);
        support_fail_at(file, line, "'%s' %s%s", condition->text, condition->complaint,
                        term->fd < 0 ? ", and the program has ended" : " in time");
        return;
    }
}

void term_wait_text_at(const char *file, int line, struct term *term, const char *text,
                       int timeout_ms)
{
    wait_for(file, line, term,
             &(struct condition){.text = text,
                                 .holds = text_is_there,
                                 .complaint = "did not appear on the screen above"},
             timeout_ms);
}

void term_wait_gone_at(const char *file, int line, struct term *term, const char *text,
                       int timeout_ms)
{
    wait_for(file, line, term,
             &(struct condition){.text = text,
                                 .holds = text_is_gone,
                                 .complaint = "did not leave the screen above"},
             timeout_ms);
}

void term_wait_row_at(const char *file, int line, struct term *term, int row, const char *text,
                      int timeout_ms)
{
    wait_for(file, line, term,
             &(struct condition){.text = text,
                                 .row = row,
                                 .holds = text_is_in_row,
                                 .complaint = "did not appear in its row of the screen above"},
             timeout_ms);
}

void term_wait_cursor_on_at(const char *file, int line, struct term *term, const char *text,
                            int timeout_ms)
{
    wait_for(file, line, term,
             &(struct condition){.text = text,
                                 .holds = cursor_is_on_text,
                                 .complaint = "did not get the cursor on the screen above"},
             timeout_ms);
}

/* On a loaded machine a program can be silent for long because it waits for the processor. */
static bool is_at_work(pid_t pid)
{
    char path[64], line[512];
    char state = 'S';

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    const char *name_end = fgets(line, sizeof line, f) ? strrchr(line, ')') : NULL;
    if (name_end)
        sscanf(name_end + 1, " %c", &state);
    fclose(f);
    return state == 'R' || state == 'D';
}

void term_wait_quiet(struct term *term, int quiet_ms)
{
    size_t seen;

    do {
        int64_t deadline_ms = support_now_ms() + quiet_ms;

        seen = term->output.len;
        while (term->output.len == seen && pump(term, deadline_ms))
            ;
    } while (term->output.len != seen || (term->fd >= 0 && is_at_work(term->pid)));
}

bool term_run_on(struct term *term, int time_ms)
{
    const int64_t deadline_ms = support_now_ms() + time_ms;

    while (pump(term, deadline_ms))
        ;
    return term->fd >= 0;
}

int term_wait_exit_at(const char *file, int line, struct term *term, int timeout_ms)
{
    int64_t deadline_ms = support_now_ms() + (timeout_ms ? timeout_ms : TERM_WAIT_MS);

    while (pump(term, deadline_ms))
        ;
    if (term->fd >= 0) {
        term_dump(term);
        support_fail_at(file, line, "the program did not end in time; its screen is above");
        return -1;
    }
    if (!term->reaped)
        waitpid(term->pid, &term->wait_status, 0);
    term->reaped = true;
    return WIFSIGNALED(term->wait_status) ? 128 + WTERMSIG(term->wait_status)
                                          : WEXITSTATUS(term->wait_status);
}
