/* The terminal: modes, keys, pastes, signals, and giving it back. */
#include "tui/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "tui/keytable.h"
#include "tui/terminal_private.h"
#include "tui/theme.h"

#include <term.h>

enum {
    DEFAULT_ESCDELAY_MS = 50,
    CRASH_STACK = 64 * 1024,
    CRASH_TEXT_MAX = 256,
    SEND_WAIT_MS = 1000,
};

static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";
/* Presses and the wheel, in the form without limits; a terminal that only knows the first sends
 * the old form. */
static const char mouse_on[] = "\033[?1000h\033[?1006h";
static const char mouse_off[] = "\033[?1006l\033[?1000l";

static struct {
    bool started;
    bool paste_mode, clipboard, can_mouse; /* what this kind of terminal knows */
    bool mouse;                            /* it is ours now */
    char crash_text[CRASH_TEXT_MAX];       /* the last thing that a crash writes */
    bool ascii;                            /* this kind of terminal shows nothing else */
    struct sigaction curses_resize;        /* the handler of curses */
    int signal_pipe[2];
    struct termios saved;
} term = {.signal_pipe = {-1, -1}};

/* What a signal is called in the pipe. */
static const struct {
    int number;
    char letter;
} letters[] = {
    {SIGHUP, 'h'}, {SIGTERM, 'q'}, {SIGINT, 'q'}, {SIGTSTP, 'z'}, {SIGCONT, 'r'}, {SIGCHLD, 'c'},
};

static void on_signal(int number)
{
    int saved = errno;
    for (size_t i = 0; i < ARRAY_LEN(letters); i++) {
        if (letters[i].number == number) {
            ssize_t ignored = write(term.signal_pipe[1], &letters[i].letter, 1);
            (void)ignored;
        }
    }
    errno = saved;
}

/* Curses only sees whether the size is another than it was. A terminal that shrank and grew again
 * in between has lost what stood there all the same. */
static void on_resize(int number)
{
    int saved = errno;
    const char letter = 'w';
    ssize_t ignored = write(term.signal_pipe[1], &letter, 1);
    (void)ignored;
    if (term.curses_resize.sa_handler != SIG_DFL && term.curses_resize.sa_handler != SIG_IGN)
        term.curses_resize.sa_handler(number);
    errno = saved;
}

static void on_crash(int number)
{
    ssize_t ignored = write(STDOUT_FILENO, term.crash_text, strlen(term.crash_text));
    (void)ignored;
    tcsetattr(STDIN_FILENO, TCSANOW, &term.saved);
    signal(number, SIG_DFL);
    raise(number);
}

static void catch_signals(void)
{
    static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};
    static char stack[CRASH_STACK];
    const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternative, NULL);
    struct sigaction act = {.sa_handler = on_signal};
    for (size_t i = 0; i < ARRAY_LEN(letters); i++)
        sigaction(letters[i].number, &act, NULL);
    struct sigaction crash = {.sa_handler = on_crash, .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND)};
    for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
        sigaction(crashes[i], &crash, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void catch_resizes(void)
{
    const struct sigaction act = {.sa_handler = on_resize};
    sigaction(SIGWINCH, &act, &term.curses_resize);
}

static bool open_signal_pipe(struct error *err)
{
    if (term.signal_pipe[0] >= 0)
        return true;
    if (pipe2(term.signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        return error_errno(err, ERR_IO, "The console cannot make a pipe");
    return true;
}

/* LANG=C is common over SSH; letters beyond ASCII would be drawn as blanks. */
static void choose_locale(void)
{
    setlocale(LC_CTYPE, "");
    const char *all = getenv("LC_ALL");
    if (strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0 && (!all || !*all))
        setlocale(LC_CTYPE, "C.UTF-8");
}

static bool ascii_terminal(const char *name)
{
    static const char *const exact[] = {"dumb", "ansi", "linux"};
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0 || strncmp(name, "vt", 2) == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(exact); i++) {
        if (strcmp(name, exact[i]) == 0)
            return true;
    }
    return false;
}

/* The terminal description to use: TERM, or xterm-256color where TERM is not known here. */
static const char *choose_terminal(const char *name, char *notice, size_t size)
{
    int known = 0;
    if (setupterm(name, STDOUT_FILENO, &known) == OK) {
        del_curterm(cur_term);
        return name;
    }
    snprintf(notice, size, "The terminal type '%s' is not known here; xterm-256color is used.",
             name);
    return "xterm-256color";
}

static void set_paste(bool on)
{
    const char *text = on ? paste_on : paste_off;
    if (term.paste_mode)
        terminal_send(text, strlen(text));
}

static void send_mouse(bool on)
{
    const char *text = on ? mouse_on : mouse_off;
    if (term.mouse)
        terminal_send(text, strlen(text));
}

/* Adds a capability without its padding ($<2>). */
static size_t add_capability(char *out, size_t size, const char *name)
{
    const char *text = tigetstr(name);
    size_t len = 0;
    if (!text || text == (const char *)-1)
        return 0;
    for (; *text && len + 1 < size; text++) {
        if (text[0] == '$' && text[1] == '<')
            text = strchr(text, '>') ? strchr(text, '>') : text + 1;
        else
            out[len++] = *text;
    }
    out[len] = '\0';
    return len;
}

/* Prepared, since a signal handler may not ask terminfo: all modes off, keypad and cursor as they
 * are wanted by a shell, plain, the alternate screen left. */
static void prepare_crash_text(void)
{
    static const char *const names[] = {"rmkx", "cnorm", "sgr0", "rmcup"};
    char *out = term.crash_text;
    const size_t size = sizeof term.crash_text;
    size_t len = 0;
    if (term.paste_mode)
        len = (size_t)snprintf(out, size, "%s%s", mouse_off, paste_off);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        len += add_capability(out + len, size - len, names[i]);
    snprintf(out + len, size - len, "\r\n");
}

static void set_modes(void)
{
    raw();
    noecho();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    meta(stdscr, TRUE);
    set_paste(true);
    send_mouse(true);
}

static void set_escape_delay(int wanted_ms)
{
    const char *text = getenv("ESCDELAY");
    int64_t value = DEFAULT_ESCDELAY_MS;
    if (wanted_ms >= 0)
        value = wanted_ms;
    else if (text && !text_to_int(text, 0, 10000, &value))
        value = DEFAULT_ESCDELAY_MS;
    set_escdelay((int)value);
}

bool terminal_check(struct error *err)
{
    const char *name = getenv("TERM");
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(err, ERR_INVALID,
                         "The console needs a terminal; use the commands instead, see 'checkhook "
                         "--help'.");
    if (!name || !*name || strcmp(name, "dumb") == 0 || strcmp(name, "unknown") == 0)
        return error_set(err, ERR_INVALID,
                         "The console needs a terminal that can move its cursor; set TERM, for "
                         "example TERM=xterm-256color.");
    return true;
}

static void take_look(const struct terminal_options *options)
{
    const struct theme_choice look = {
        .name = theme_choose(options->theme, getenv("NO_COLOR"), getenv("COLORFGBG")),
        .ascii = options->ascii || term.ascii,
    };
    theme_start(&look);
}

void terminal_look(const struct terminal_options *options)
{
    set_escape_delay(options->escdelay_ms);
    take_look(options);
    clearok(curscr, TRUE);
}

static void stop_at_exit(void)
{
    terminal_stop();
}

bool terminal_start(const struct terminal_options *options, char *notice, size_t size,
                    struct error *err)
{
    if (!terminal_check(err) || !open_signal_pipe(err))
        return false;
    const char *name = getenv("TERM");
    name = name ? name : "";
    notice[0] = '\0';
    unsetenv("LINES");
    unsetenv("COLUMNS");
    choose_locale();
    term.ascii = ascii_terminal(name);
    name = choose_terminal(name, notice, size);
    tcgetattr(STDIN_FILENO, &term.saved);
    catch_signals(); /* before curses, which then leaves them alone */
    set_escape_delay(options->escdelay_ms);
    if (!newterm(name, stdout, stdin))
        return error_set(err, ERR_INVALID,
                         "The terminal type '%s' cannot be used; set TERM=xterm-256color.", name);
    term.started = true;
    catch_resizes();
    atexit(stop_at_exit);
    term.paste_mode = strncmp(name, "xterm", 5) == 0 || strncmp(name, "tmux", 4) == 0 ||
                      strncmp(name, "putty", 5) == 0 || strncmp(name, "rxvt", 4) == 0;
    term.clipboard = term.can_mouse = term.paste_mode || strncmp(name, "screen", 6) == 0;
    prepare_crash_text();
    set_modes();
    keys_start(); /* after the keys of terminfo, which keypad() reads at first */
    take_look(options);
    return true;
}

static void restart_calls(int number)
{
    struct sigaction act;
    sigaction(number, NULL, &act);
    act.sa_flags |= SA_RESTART;
    sigaction(number, &act, NULL);
}

/* Nobody waits for signals any more, and none may cut short what is still said. */
static void let_output_go_on(void)
{
    for (size_t i = 0; i < ARRAY_LEN(letters); i++)
        restart_calls(letters[i].number);
    restart_calls(SIGWINCH);
}

bool terminal_stop(void)
{
    if (!term.started)
        return false;
    term.started = false;
    send_mouse(false);
    set_paste(false);
    endwin();
    keys_stop();
    let_output_go_on();
    return true;
}

void terminal_abandon(void)
{
    term.started = false;
}

int terminal_fd(void)
{
    return STDIN_FILENO;
}

int terminal_signal_fd(void)
{
    return term.signal_pipe[0];
}

struct terminal_signals terminal_take_signals(void)
{
    struct terminal_signals seen = {0};
    char letter;
    while (read(term.signal_pipe[0], &letter, 1) == 1) {
        seen.quit |= letter == 'q';
        seen.hang_up |= letter == 'h';
        seen.suspend |= letter == 'z';
        seen.resumed |= letter == 'r';
        seen.resized |= letter == 'w';
    }
    return seen;
}

bool terminal_hung_up(void)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR | POLLNVAL));
}

/* A terminal that somebody else made non-blocking may take nothing for a while. */
static bool takes_more(void)
{
    struct pollfd fd = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&fd, 1, SEND_WAIT_MS) > 0 && !(fd.revents & (POLLHUP | POLLERR | POLLNVAL));
}

bool terminal_is_there(void)
{
    return !terminal_hung_up() && takes_more();
}

void terminal_send(const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, len);
        const bool later = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
        if (n < 0 && errno != EINTR && !(later && takes_more()))
            return;
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
}

bool terminal_has_clipboard(void)
{
    return term.clipboard;
}

bool terminal_set_mouse(bool on)
{
    if (!term.can_mouse)
        return false;
    if (on == term.mouse)
        return true;
    term.mouse = true;
    send_mouse(on);
    term.mouse = on;
    return true;
}

void terminal_leave(void)
{
    send_mouse(false);
    set_paste(false);
    endwin();
}

void terminal_resume(void)
{
    set_modes();
    clearok(curscr, TRUE);
    refresh();
}

bool terminal_can_suspend(void)
{
    return getsid(0) != getpid();
}

void terminal_suspend(void)
{
    struct sigaction plain = {.sa_handler = SIG_DFL}, stop, go_on;
    terminal_leave();
    sigaction(SIGTSTP, &plain, &stop);
    sigaction(SIGCONT, &plain, &go_on);
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &stop, NULL);
    sigaction(SIGCONT, &go_on, NULL);
    terminal_resume();
}
