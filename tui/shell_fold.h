/*
 * Commands of a shell in lines that fit, and that still mean the same: what is selected on the
 * screen has a line end wherever the screen has one.
 */
#ifndef CHECKHOOK_TUI_SHELL_FOLD_H
#define CHECKHOOK_TUI_SHELL_FOLD_H

/*
 * A line goes on behind a backslash: between words, and within single quotes behind closed quotes,
 * `'one'\`, `'two'`, which the shell puts together again (POSIX 2.2.1). Comments go on as
 * comments. What stands in double quotes stays whole, as do texts with a here-document, and lines
 * get wider than `cols` for it. The caller frees.
 */
char *shell_fold(const char *text, int cols);

#endif
