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
    PASTE_BEGINS = 0x1000, /* key codes of our own, far above those of curses */
    PASTE_ENDS,
    PASTE_MAX = 64 * 1024,
    CRASH_STACK = 64 * 1024,
};

/* The last thing that a crash writes: paste mode off, cursor on, alternate screen left, plain. */
static const char crash_text[] = "\033[?2004l\033[?25h\033[?1049l\033[0m\r\n";
static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";

/* Spellings that terminals use although their terminfo entry says another. */
static const struct {
    const char *sequence;
    int code;
} spellings[] = {
    {"\033[A", KEY_UP},        {"\033OA", KEY_UP},     {"\033[B", KEY_DOWN},
    {"\033OB", KEY_DOWN},      {"\033[C", KEY_RIGHT},  {"\033OC", KEY_RIGHT},
    {"\033[D", KEY_LEFT},      {"\033OD", KEY_LEFT},   {"\033[H", KEY_HOME},
    {"\033OH", KEY_HOME},      {"\033[1~", KEY_HOME},  {"\033[7~", KEY_HOME},
    {"\033[F", KEY_END},       {"\033OF", KEY_END},    {"\033[4~", KEY_END},
    {"\033[8~", KEY_END},      {"\033[3~", KEY_DC},    {"\033[5~", KEY_PPAGE},
    {"\033[6~", KEY_NPAGE},    {"\033[Z", KEY_BTAB},   {"\033OP", KEY_F(1)},
    {"\033OQ", KEY_F(2)},      {"\033OR", KEY_F(3)},   {"\033OS", KEY_F(4)},
    {"\033[11~", KEY_F(1)},    {"\033[12~", KEY_F(2)}, {"\033[13~", KEY_F(3)},
    {"\033[14~", KEY_F(4)},    {"\033[15~", KEY_F(5)}, {"\033[17~", KEY_F(6)},
    {"\033[[A", KEY_F(1)},     {"\033[[B", KEY_F(2)},  {"\033[[C", KEY_F(3)},
    {"\033[[D", KEY_F(4)},     {"\033[[E", KEY_F(5)},  {"\033[200~", PASTE_BEGINS},
    {"\033[201~", PASTE_ENDS},
};

static struct {
    bool started, paste_mode, clipboard;
    int signal_pipe[2];
    struct termios saved;
    struct strbuf pasted;
    int kept; /* a key read ahead; TERMINAL_NO_KEY */
} term = {.signal_pipe = {-1, -1}, .kept = TERMINAL_NO_KEY};

static void on_signal(int number)
{
    int saved = errno;
    char letter = number == SIGHUP ? 'h' : number == SIGTSTP ? 'z' : number == SIGCHLD ? 'c' : 'q';
    ssize_t ignored = write(term.signal_pipe[1], &letter, 1);
    (void)ignored;
    errno = saved;
}

static void on_crash(int number)
{
    ssize_t ignored = write(STDOUT_FILENO, crash_text, sizeof crash_text - 1);
    (void)ignored;
    tcsetattr(STDIN_FILENO, TCSANOW, &term.saved);
    signal(number, SIG_DFL);
    raise(number);
}

static void catch_signals(void)
{
    static const int ours[] = {SIGHUP, SIGTERM, SIGINT, SIGTSTP, SIGCHLD};
    static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};
    static char stack[CRASH_STACK];
    const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof stack};
    sigaltstack(&alternative, NULL);
    struct sigaction act = {.sa_handler = on_signal};
    for (size_t i = 0; i < ARRAY_LEN(ours); i++)
        sigaction(ours[i], &act, NULL);
    struct sigaction crash = {.sa_handler = on_crash, .sa_flags = (int)(SA_ONSTACK | SA_RESETHAND)};
    for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
        sigaction(crashes[i], &crash, NULL);
    signal(SIGPIPE, SIG_IGN);
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

static void set_modes(void)
{
    raw();
    noecho();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    meta(stdscr, TRUE);
    set_paste(true);
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

static int normalised(int result, wint_t code)
{
    if (result == KEY_CODE_YES)
        switch (code) {
        case KEY_ENTER:
            return KEY_RETURN;
        case KEY_RESIZE:
            return TERMINAL_RESIZED;
        default:
            return KEY_FN((int)code);
        }
    if (code == '\r')
        return KEY_RETURN;
    if (code == 0x7f || code == 0x08)
        return KEY_FN(KEY_BACKSPACE);
    return (int)code;
}

static int read_key(void)
{
    wint_t code = 0;
    int result = wget_wch(stdscr, &code);
    return result == ERR ? TERMINAL_NO_KEY : normalised(result, code);
}

/* Reads on to the end of the paste; what the terminal has not sent yet is waited for briefly. */
static int read_paste(void)
{
    strbuf_clear(&term.pasted);
    wtimeout(stdscr, 500);
    for (;;) {
        wint_t code = 0;
        int result = wget_wch(stdscr, &code);
        if (result == ERR || (result == KEY_CODE_YES && code == PASTE_ENDS))
            break;
        char bytes[4];
        if (result != KEY_CODE_YES && code != 0)
            strbuf_add(&term.pasted, bytes, utf8_encode((uint32_t)code, bytes));
    }
    nodelay(stdscr, TRUE);
    return TERMINAL_PASTED;
}

/* After a bare ESC: an unknown sequence is swallowed, so that its tail is not taken as commands. */
static int after_escape(void)
{
    int next = read_key();
    if (next == TERMINAL_NO_KEY)
        return KEY_ESC;
    if (next != '[' && next != 'O') {
        term.kept = next;
        return KEY_ESC;
    }
    int key = read_key();
    if (key == TERMINAL_NO_KEY) {
        term.kept = next;
        return KEY_ESC;
    }
    while (key != TERMINAL_NO_KEY && (key < 0x40 || key > 0x7e))
        key = read_key();
    return read_key();
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
    bool ascii = options->ascii || ascii_terminal(name);
    name = choose_terminal(name, notice, size);
    tcgetattr(STDIN_FILENO, &term.saved);
    catch_signals();
    set_escape_delay(options->escdelay_ms);
    if (!newterm(name, stdout, stdin))
        return error_set(err, ERR_INVALID,
                         "The terminal type '%s' cannot be used; set TERM=xterm-256color.", name);
    term.started = true;
    atexit(terminal_stop);
    strbuf_init(&term.pasted, PASTE_MAX);
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
        define_key(spellings[i].sequence, spellings[i].code);
    term.paste_mode = strncmp(name, "xterm", 5) == 0 || strncmp(name, "tmux", 4) == 0 ||
                      strncmp(name, "putty", 5) == 0 || strncmp(name, "rxvt", 4) == 0;
    term.clipboard = term.paste_mode || strncmp(name, "screen", 6) == 0;
    set_modes();
    const struct theme_choice look = {
        .name = theme_choose(options->theme, getenv("NO_COLOR"), getenv("COLORFGBG")),
        .ascii = ascii,
    };
    theme_start(&look);
    return true;
}

void terminal_stop(void)
{
    if (!term.started)
        return;
    term.started = false;
    set_paste(false);
    endwin();
    strbuf_release(&term.pasted);
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
    }
    return seen;
}

int terminal_key(void)
{
    int key = term.kept;
    term.kept = TERMINAL_NO_KEY;
    if (key == TERMINAL_NO_KEY)
        key = read_key();
    if (key == KEY_FN(PASTE_BEGINS))
        return read_paste();
    return key == KEY_ESC ? after_escape() : key;
}

const char *terminal_pasted(void)
{
    return term.pasted.text;
}

bool terminal_hung_up(void)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR | POLLNVAL));
}

void terminal_send(const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, len);
        if (n < 0 && errno != EINTR)
            return;
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
}

bool terminal_has_clipboard(void)
{
    return term.clipboard;
}

void terminal_leave(void)
{
    set_paste(false);
    endwin();
}

void terminal_return(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, ours;
    sigaction(SIGTTOU, &ignore, &ours);
    tcsetpgrp(STDIN_FILENO, getpgrp());
    sigaction(SIGTTOU, &ours, NULL);
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
    terminal_leave();
    struct sigaction plain = {.sa_handler = SIG_DFL}, ours;
    sigaction(SIGTSTP, &plain, &ours);
    kill(0, SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
    set_modes();
    clearok(curscr, TRUE);
    refresh();
}
