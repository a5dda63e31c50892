/*
 * The command line: a table of commands, one file each, and their common parts.
 */
#ifndef CHECKHOOK_CORE_CMD_CMD_H
#define CHECKHOOK_CORE_CMD_CMD_H

/* Exit codes (DESIGN 8). */
enum exit_code { EXIT_DONE = 0, EXIT_NO = 1, EXIT_USAGE = 2, EXIT_UNUSABLE = 3, EXIT_BUSY = 4 };

/* What the console needs of the command line; home NULL = as the environment says. */
struct console_options {
    const char *home;
    int escdelay_ms; /* -1 = ESCDELAY or 50 */
    int ascii;       /* 1 = only ASCII */
    int accessible;
    const char *theme; /* "dark"; NULL = as the user prefers */
};

/* Told of each group of keys (label NULL, help its title) and then of its keys. */
typedef void key_sink(void *ctx, const char *label, const char *help);

/* What the program hands in, because nothing in core knows the screen. */
struct console {
    int (*run)(const struct console_options *options); /* returns an exit code */
    void (*each_key)(key_sink *sink, void *ctx);       /* for the manual */
};

/* Runs the command that argv names and returns its exit code; without one, the console. */
int cmd_main(int argc, char **argv, const struct console *console);

#endif
