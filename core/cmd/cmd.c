/* The way from argv to an exit code. */
#include "core/cmd/cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "core/cmd/command.h"
#include "core/cmd/help.h"
#include "core/cmd/interrupt.h"
#include "core/cmd/output.h"
#include "core/cmd/parse.h"
#include "core/cmd/topics.h"

enum { TELL_WAIT_MS = 3000, GIVE_UP_MS = 10 * 60 * 1000 };

static const int exit_codes[] = {
    [ERR_NONE] = EXIT_DONE,       [ERR_INVALID] = EXIT_USAGE,   [ERR_NOT_FOUND] = EXIT_USAGE,
    [ERR_BUSY] = EXIT_BUSY,       [ERR_CONFIG] = EXIT_UNUSABLE, [ERR_IO] = EXIT_UNUSABLE,
    [ERR_CRYPTO] = EXIT_UNUSABLE, [ERR_CANCELLED] = EXIT_NO,    [ERR_CONFLICT] = EXIT_BUSY,
};

int cmd_exit_code(enum error_kind kind)
{
    return exit_codes[kind];
}

int cmd_fail(const struct error *err)
{
    print_note("%s", err->text);
    return cmd_exit_code(err->kind);
}

/* Whoever writes is alive, or the kernel would have freed the lock; an import may take minutes, and
 * several may stand in a row. */
static bool wait_for_writer(void *ctx, int64_t waited_ms)
{
    bool *told = ctx;
    if (waited_ms >= TELL_WAIT_MS && !*told)
        print_note("waiting for another checkhook that writes, perhaps an import");
    *told = *told || waited_ms >= TELL_WAIT_MS;
    return waited_ms < GIVE_UP_MS;
}

static int run_command(struct cmd *cmd)
{
    bool told = false;
    struct error err = {0};
    if (cmd->command->no_app)
        return cmd->command->run(cmd);
    if (!app_open(&cmd->app, cmd->home, cmd->command->parts, &err))
        return cmd_fail(&err);
    if (cmd->app.store)
        store_on_wait(cmd->app.store, wait_for_writer, &told);
    int code = cmd->command->run(cmd);
    app_close(&cmd->app);
    return code;
}

static int act(struct cmd *cmd, const struct parse_result *result, const struct error *err,
               const struct console *console)
{
    switch (result->parsed) {
    case PARSED_COMMAND:
        return run_command(cmd);
    case PARSED_CONSOLE:
        return console->run(&result->console);
    case PARSED_HELP:
        return result->manual_template ? manual_print(result->manual_template, console)
                                       : help_print(cmd->command, result->topic, console);
    case PARSED_VERSION:
        puts("checkhook " CHECKHOOK_VERSION);
        return EXIT_DONE;
    case PARSED_WRONG:
        break;
    }
    return cmd_fail(err);
}

/* Output that could not be written (a full disk, a closed pipe) is not success. Whoever closed the
 * pipe knows; anybody else is told. */
static int flush_output(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    if (errno != EPIPE)
        fprintf(stderr, "checkhook: the output could not be written%s%s\n", errno ? ": " : "",
                errno ? strerror(errno) : "");
    return code == EXIT_DONE ? EXIT_UNUSABLE : code;
}

/* What is sent holds secrets, and libcurl keeps it in ordinary memory: no crash may write it out.
 */
static void forbid_core_dumps(void)
{
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
}

int cmd_main(int argc, char **argv, const struct console *console)
{
    struct cmd cmd;
    struct parse_result result;
    struct error err = {0};
    forbid_core_dumps();
    signal(SIGPIPE, SIG_IGN);
    cmd_parse(argc, argv, &cmd, &result, &err);
    int code = flush_output(act(&cmd, &result, &err, console));
    if (cmd.interrupted)
        interrupt_obey();
    cmd_release(&cmd);
    return code;
}
