#ifndef CHECKHOOK_TESTS_SUPPORT_TERM_PRIVATE_H
#define CHECKHOOK_TESTS_SUPPORT_TERM_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#include <vterm.h>

/* What term.c (program, keys, waiting), term_emulator.c (what the program writes) and term_screen.c
 * (looking) share. */

/* Bytes that grow at the end. */
struct term_bytes {
    char *data;
    size_t len, size;
};

struct term {
    VTerm *vt;
    VTermScreen *screen;
    int fd; /* -1 after the program closed its side */
    pid_t pid;
    int rows, cols;
    bool reaped, cursor_visible, alternate;
    int wait_status;
    struct termios last_modes; /* of the line, when the program closed its side */
    struct term_bytes output;  /* of the program */
    struct term_bytes pending; /* keys and answers of the emulator, on their way to the program */
};

/* Appends; the data always has a NUL after it. */
void term_bytes_add(struct term_bytes *bytes, const char *data, size_t len);

/* The emulator, of the rows and columns of the terminal. */
void term_emulator_start(struct term *term, bool utf8);
void term_emulator_feed(struct term *term, const char *bytes, size_t len);
void term_emulator_resize(struct term *term);

#endif
