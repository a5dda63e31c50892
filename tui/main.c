/* The program: the command line, and the console that it opens without a command. */
#include "core/cmd/cmd.h"
#include "tui/console.h"

int main(int argc, char **argv)
{
    return cmd_main(argc, argv, console_run);
}
