/* The program: the command line, and the console that it opens without a command. */
#include "core/cmd/cmd.h"
#include "tui/console.h"
#include "tui/keytable.h"

int main(int argc, char **argv)
{
    static const struct console console = {.run = console_run, .each_key = key_table_each};
    return cmd_main(argc, argv, &console);
}
