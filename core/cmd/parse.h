/* From argv to an invocation: which command, which options, which arguments. Opens nothing. */
#ifndef CHECKHOOK_CORE_CMD_PARSE_H
#define CHECKHOOK_CORE_CMD_PARSE_H

#include "core/cmd/cmd.h"
#include "core/cmd/command.h"

enum parsed {
    PARSED_COMMAND, /* cmd->command is to be run */
    PARSED_CONSOLE, /* no command: open the console */
    PARSED_HELP,    /* --help or help: of cmd->command, of a topic, or of everything */
    PARSED_VERSION,
    PARSED_WRONG, /* err is set */
};

struct parse_result {
    enum parsed parsed;
    const char *topic; /* PARSED_HELP: a group without a verb, or what stood after "help"; NULL */
    const char *manual_template; /* "help manual TEMPLATE", for building the man page; NULL */
    struct console_options console;
};

/* Options may stand anywhere; `--` ends them. `cmd` is filled for PARSED_COMMAND. */
void cmd_parse(int argc, char **argv, struct cmd *cmd, struct parse_result *out, struct error *err);
void cmd_release(struct cmd *cmd);

/* Options that every command takes (--home, --json, --help) and that only the console takes. */
extern const struct option common_options[];
extern const struct option console_options_table[];

#endif
