/* libvterm, kept from the faults of version 0.1: it writes outside of its memory where the cursor
 * or the scrolling region is outside of the screen, and where a wide character has one column. */
#include <stdio.h>
#include <string.h>

#include "tests/support/term_private.h"

enum { COLS_LEAST = 2 };

static void keep_answer(const char *bytes, size_t len, void *user)
{
    struct term *term = user;

    term_bytes_add(&term->pending, bytes, len);
}

static int note_property(VTermProp property, VTermValue *value, void *user)
{
    struct term *term = user;

    if (property == VTERM_PROP_CURSORVISIBLE)
        term->cursor_visible = value->boolean;
    else if (property == VTERM_PROP_ALTSCREEN)
        term->alternate = value->boolean;
    return 1;
}

static const VTermScreenCallbacks screen_callbacks = {.settermprop = note_property};

static int emulated_cols(const struct term *term)
{
    return term->cols < COLS_LEAST ? COLS_LEAST : term->cols;
}

void term_emulator_start(struct term *term, bool utf8)
{
    term->vt = vterm_new(term->rows, emulated_cols(term));
    vterm_set_utf8(term->vt, utf8);
    vterm_output_set_callback(term->vt, keep_answer, term);
    term->screen = vterm_obtain_screen(term->vt);
    vterm_screen_set_callbacks(term->screen, &screen_callbacks, term);
    vterm_screen_enable_altscreen(term->screen, 1);
    vterm_screen_reset(term->screen, 1);
}

static int within(int value, int end)
{
    return value < 0 ? 0 : value < end ? value : end - 1;
}

static void keep_cursor_inside(struct term *term)
{
    VTermPos at;
    char move[32];

    vterm_state_get_cursorpos(vterm_obtain_state(term->vt), &at);
    const int row = within(at.row, term->rows), col = within(at.col, emulated_cols(term));
    if (row == at.row && col == at.col)
        return;
    const int len = snprintf(move, sizeof move, "\033[%d;%dH", row + 1, col + 1);
    vterm_input_write(term->vt, move, (size_t)len);
}

/* Has the program written its last control sequence to the end? */
static bool sequence_is_whole(const struct term_bytes *output)
{
    const char *at = output->data + output->len;

    while (at > output->data && *at != '\033')
        at--;
    switch (*at == '\033' ? at[1] : 'c') {
    case '[':
        return at[2 + strspn(at + 2, "0123456789:;<=>? !\"#$%&'()*+,-./")] != '\0';
    case '(':
    case ')':
        return at[2] != '\0';
    case ']':
    case 'P':
        return strchr(at, '\a') != NULL;
    default:
        return at[1] != '\0';
    }
}

/* As xterm does when its size changes. */
static void forget_region(struct term *term)
{
    VTermPos at;
    char reset[40];

    if (!sequence_is_whole(&term->output))
        return;
    vterm_state_get_cursorpos(vterm_obtain_state(term->vt), &at);
    const int len = snprintf(reset, sizeof reset, "\033[r\033[%d;%dH", at.row + 1, at.col + 1);
    vterm_input_write(term->vt, reset, (size_t)len);
}

/* Up to and with the next byte that may end what restores the cursor: DECRC ("\0338") and the
 * private modes 1048 and 1049 ("\033[?1049l"). */
static size_t up_to_restored_cursor(const char *bytes, size_t len)
{
    size_t at = 0;

    while (at < len && bytes[at] != '8' && bytes[at] != 'l')
        at++;
    return at < len ? at + 1 : len;
}

void term_emulator_feed(struct term *term, const char *bytes, size_t len)
{
    while (len > 0) {
        const size_t step = up_to_restored_cursor(bytes, len);
        vterm_input_write(term->vt, bytes, step);
        keep_cursor_inside(term);
        bytes += step;
        len -= step;
    }
}

void term_emulator_resize(struct term *term)
{
    forget_region(term);
    vterm_set_size(term->vt, term->rows, emulated_cols(term));
    keep_cursor_inside(term);
}
