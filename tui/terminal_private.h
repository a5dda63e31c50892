/*
 * What the files of the terminal share.
 */
#ifndef CHECKHOOK_TUI_TERMINAL_PRIVATE_H
#define CHECKHOOK_TUI_TERMINAL_PRIVATE_H

/* Gives the terminal to somebody else for a while, with its modes as they were before us;
 * terminal_resume takes it back. */
void terminal_leave(void);

/* The keyboard, once curses has begun: spellings of keys beside those of terminfo. */
void keys_start(void);
void keys_stop(void);

#endif
