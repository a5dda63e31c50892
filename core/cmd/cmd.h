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

/*
 * Runs the command that argv names and returns its exit code. Without a command it calls
 * `console`, which the program hands in, because nothing in core knows the screen.
 */
int cmd_main(int argc, char **argv, int (*console)(const struct console_options *options));

#endif
