/* Keys, pastes and the mouse, from the bytes that terminals send. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "tui/keytable.h"
#include "tui/terminal.h"
#include "tui/terminal_private.h"

enum {
    PASTE_BEGINS = 0x1000, /* key codes of our own, far above those of curses */
    PASTE_ENDS,
    MOUSE_SGR,
    MOUSE_X10,
    PASTE_MAX = 64 * 1024,
    PASTE_WAIT_MS = 500,
    TAIL_WAIT_MS = 50,
    TAIL_MAX = 4096,
    KEPT_MAX = 2,
    BEL = 7,
};

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
    {"\033[201~", PASTE_ENDS}, {"\033[<", MOUSE_SGR},  {"\033[M", MOUSE_X10},
};

static struct {
    struct strbuf pasted;
    bool cut; /* more was pasted than PASTE_MAX */
    struct terminal_mouse mouse;
    int kept[KEPT_MAX]; /* keys that were read ahead */
    int kept_count;
} keys;

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

/* A key that belongs to what came before, and may be on its way still: a slow line splits. */
static int read_tail(void)
{
    wtimeout(stdscr, get_escdelay() > TAIL_WAIT_MS ? get_escdelay() : TAIL_WAIT_MS);
    int key = read_key();
    nodelay(stdscr, TRUE);
    return key;
}

/* --- pastes ---------------------------------------------------------------------------------- */

static void take_pasted(wint_t code)
{
    char bytes[4];
    const size_t len = utf8_encode((uint32_t)code, bytes);
    keys.cut = keys.cut || keys.pasted.len + len > PASTE_MAX;
    if (!keys.cut && code != 0)
        strbuf_add(&keys.pasted, bytes, len);
}

/* Reads on to the end of the paste; what the terminal has not sent yet is waited for briefly. */
static int read_paste(void)
{
    strbuf_clear(&keys.pasted);
    keys.cut = false;
    wtimeout(stdscr, PASTE_WAIT_MS);
    for (;;) {
        wint_t code = 0;
        int result = wget_wch(stdscr, &code);
        if (result == ERR || (result == KEY_CODE_YES && code == PASTE_ENDS))
            break;
        if (result != KEY_CODE_YES)
            take_pasted(code);
    }
    nodelay(stdscr, TRUE);
    return TERMINAL_PASTED;
}

/* --- mouse ----------------------------------------------------------------------------------- */

/* What the number of a button means: bits 0-1 the button, 2-4 modifiers, 5 movement, 6 the wheel.
 * (xterm, ctlseqs, "Mouse Tracking") */
static int take_mouse(int button, int x, int y)
{
    enum { MODIFIERS = 4 | 8 | 16, WHEEL = 64 };
    if (x < 1 || y < 1 || button & MODIFIERS)
        return TERMINAL_NO_KEY;
    keys.mouse = (struct terminal_mouse){.y = y - 1, .x = x - 1};
    switch (button) {
    case 0:
        keys.mouse.kind = MOUSE_PRESS;
        return TERMINAL_MOUSE;
    case WHEEL:
        keys.mouse.kind = MOUSE_WHEEL_UP;
        return TERMINAL_MOUSE;
    case WHEEL + 1:
        keys.mouse.kind = MOUSE_WHEEL_DOWN;
        return TERMINAL_MOUSE;
    default:
        return TERMINAL_NO_KEY;
    }
}

/* "0;12;7M", after ESC [ <. A release ends with m. */
static int read_sgr_mouse(void)
{
    enum { NUMBERS = 3, MOST = 10000 };
    int numbers[NUMBERS] = {0}, at = 0, key;
    for (key = read_tail(); key == ';' || (key >= '0' && key <= '9'); key = read_tail()) {
        if (key == ';')
            at++;
        else if (at < NUMBERS && numbers[at] < MOST)
            numbers[at] = numbers[at] * 10 + key - '0';
    }
    return key == 'M' && at == NUMBERS - 1 ? take_mouse(numbers[0], numbers[1], numbers[2])
                                           : TERMINAL_NO_KEY;
}

/* Three characters after ESC [ M, each 32 more than its number: what terminals send that do not
 * know the other form. Beyond column 223 it says nothing. */
static int read_x10_mouse(void)
{
    enum { OFFSET = 32 };
    const int button = read_tail(), x = read_tail(), y = read_tail();
    return button < OFFSET ? TERMINAL_NO_KEY : take_mouse(button - OFFSET, x - OFFSET, y - OFFSET);
}

/* --- sequences that mean nothing to us ---------------------------------------------------------
 */

/* ESC [ … and ESC O …: up to a final byte. */
static void swallow_control(void)
{
    int key = read_tail();
    for (int i = 0; i < TAIL_MAX && key != TERMINAL_NO_KEY && (key < 0x40 || key > 0x7e); i++)
        key = read_tail();
}

/* Answers of terminals (OSC, DCS, APC, PM, SOS): up to BEL or ESC \. */
static void swallow_string(void)
{
    int key = read_tail(), before = TERMINAL_NO_KEY;
    for (int i = 0; i < TAIL_MAX && key != TERMINAL_NO_KEY && key != BEL; i++) {
        if (before == KEY_ESC && key == '\\')
            return;
        before = key;
        key = read_tail();
    }
}

/* Does a string that is no key begin so? Those who press Esc and then such a key mean both. */
static bool begins_string(int introducer, int key)
{
    static const struct {
        int introducer;
        const char *next; /* what follows it in answers of terminals */
    } strings[] = {{']', "0123456789"}, {'P', "0123456789>!+$|"}, {'_', "G"}};
    for (size_t i = 0; i < ARRAY_LEN(strings); i++) {
        if (strings[i].introducer == introducer)
            return key > 0 && key < 0x80 && strchr(strings[i].next, key);
    }
    return false;
}

/* What follows Esc at once may be a sequence, whose tail must not be taken as commands. */
static int after_escape(void)
{
    const int next = read_key();
    if (next == TERMINAL_NO_KEY)
        return KEY_ESC;
    keys.kept[keys.kept_count++] = next;
    if (next < 0 || next > 0x7f || !strchr("[O]P_", next))
        return KEY_ESC;
    const int key = read_key();
    if (key == TERMINAL_NO_KEY)
        return KEY_ESC;
    const bool control = next == '[' || next == 'O';
    if (!control && !begins_string(next, key)) {
        keys.kept[keys.kept_count++] = key;
        return KEY_ESC;
    }
    keys.kept_count = 0;
    if (!control)
        swallow_string();
    else if (key < 0x40 || key > 0x7e)
        swallow_control();
    return TERMINAL_NO_KEY;
}

/* --- reading --------------------------------------------------------------------------------- */

void keys_start(void)
{
    strbuf_init(&keys.pasted, PASTE_MAX);
    strbuf_reserve(&keys.pasted, PASTE_MAX); /* so that growing leaves no copies behind */
    for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
        define_key(spellings[i].sequence, spellings[i].code);
}

void keys_stop(void)
{
    strbuf_release(&keys.pasted);
}

static int take_kept(void)
{
    const int key = keys.kept[0];
    keys.kept[0] = keys.kept[1];
    keys.kept_count--;
    return key;
}

/* One key; TERMINAL_NO_KEY also where something was swallowed, with *more set. */
static int next_key(bool *more)
{
    int key = keys.kept_count > 0 ? take_kept() : read_key();
    *more = key != TERMINAL_NO_KEY;
    switch (key) {
    case KEY_FN(PASTE_BEGINS):
        return read_paste();
    case KEY_FN(PASTE_ENDS):
        return TERMINAL_NO_KEY;
    case KEY_FN(MOUSE_SGR):
        return read_sgr_mouse();
    case KEY_FN(MOUSE_X10):
        return read_x10_mouse();
    case KEY_ESC:
        return after_escape();
    default:
        return key;
    }
}

int terminal_key(void)
{
    bool more = true;
    int key = TERMINAL_NO_KEY;
    while (key == TERMINAL_NO_KEY && more)
        key = next_key(&more);
    return key;
}

const char *terminal_pasted(void)
{
    return keys.pasted.text;
}

void terminal_forget_pasted(void)
{
    explicit_bzero(keys.pasted.text, keys.pasted.len);
    strbuf_clear(&keys.pasted);
}

bool terminal_paste_was_cut(void)
{
    return keys.cut;
}

struct terminal_mouse terminal_mouse(void)
{
    return keys.mouse;
}
