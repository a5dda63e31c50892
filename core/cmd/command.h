/*
 * One command is one row: its words, its options, its help and the function that does it. Parsing,
 * usage and --help read the row; nothing about a command stands anywhere else.
 */
#ifndef CHECKHOOK_CORE_CMD_COMMAND_H
#define CHECKHOOK_CORE_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/app.h"
#include "core/base/error.h"

/* An option: `--name` or `--name VALUE`. May be given more than once; order is kept. */
struct option {
    const char *name;     /* without the dashes */
    const char *argument; /* "FORMAT"; NULL = takes none */
    const char *help;
};

struct cmd;

struct command {
    const char *group;            /* "integration" */
    const char *verb;             /* "list"; NULL where the group is the command ("deliver") */
    const char *arguments;        /* "NAME SETTING=VALUE…" for the usage line; NULL */
    const char *summary;          /* one line */
    const char *details;          /* further help; NULL */
    const struct option *options; /* ends with name NULL; NULL = none but the common ones */
    void (*more_help)(void);      /* prints what --help says below the options; NULL */
    int min_args, max_args;       /* max_args -1 = any number */
    unsigned parts;               /* enum app_parts, opened before run */
    bool no_app;                  /* opens nothing at all */
    bool no_json;                 /* refuses --json */
    int (*run)(struct cmd *cmd);  /* an exit code */
};

struct given_option {
    const struct option *option;
    const char *value; /* NULL where it takes none */
};

/* One invocation. */
struct cmd {
    const struct command *command;
    struct app app;
    const char *home;
    bool json;
    const char **args; /* after the command's words */
    size_t arg_count;
    struct given_option *given;
    size_t given_count;
    bool interrupted; /* it ended early, because of a signal that is obeyed when all is closed */
};

/* The commands, in the order of --help; ends with NULL. */
extern const struct command *const commands[];

/* The last value of an option, NULL where it was not given; and whether it was. */
const char *cmd_option(const struct cmd *cmd, const char *name);
bool cmd_has(const struct cmd *cmd, const char *name);

/* A number option within [min, max]; `fallback` where it was not given. */
bool cmd_option_int(const struct cmd *cmd, const char *name, int64_t min, int64_t max,
                    int64_t fallback, int64_t *out, struct error *err);

/* Prints "checkhook: TEXT" to standard error and returns the exit code of its kind. */
int cmd_fail(const struct error *err);

/* The exit code of an error's kind. */
int cmd_exit_code(enum error_kind kind);

#endif
