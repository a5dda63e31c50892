/* Prints help from the rows of the commands. */
#include "core/cmd/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/cmd/cmd.h"
#include "core/cmd/parse.h"
#include "core/cmd/topics.h"
#include "core/cmd/wrap.h"

enum { HELP_INDENT = 35, USAGE_MAX = 500 };

static void usage_add(struct strbuf *out, const struct command *c)
{
    strbuf_addf(out, "checkhook %s", c->group);
    if (c->verb)
        strbuf_addf(out, " %s", c->verb);
    if (c->arguments)
        strbuf_addf(out, " %s", c->arguments);
}

/* left_out: the name of one that is not for the command; NULL. */
static void print_options(const char *title, const struct option *options, const char *left_out)
{
    if (!options || !options->name)
        return;
    printf("\n%s\n", title);
    for (; options->name; options++) {
        if (left_out && strcmp(options->name, left_out) == 0)
            continue;
        char *term = mem_printf("--%s%s%s", options->name, options->argument ? " " : "",
                                options->argument ? options->argument : "");
        wrap_entry(term, options->help, HELP_INDENT);
        free(term);
    }
}

static void print_command(const struct command *c)
{
    struct strbuf usage;
    strbuf_init(&usage, USAGE_MAX);
    usage_add(&usage, c);
    wrap_print(usage.text, 0);
    printf("\n%s.\n", c->summary);
    if (c->details) {
        putchar('\n');
        wrap_print(c->details, 0);
    }
    strbuf_release(&usage);
    print_options("Options", c->options, NULL);
    if (c->more_help)
        c->more_help();
    print_options("Common options", common_options, c->no_json ? "json" : NULL);
}

static void print_rows(const char *group)
{
    for (size_t i = 0; commands[i]; i++) {
        if (group && strcmp(commands[i]->group, group) != 0)
            continue;
        struct strbuf usage;
        strbuf_init(&usage, USAGE_MAX);
        usage_add(&usage, commands[i]);
        wrap_entry(usage.text, commands[i]->summary, HELP_INDENT);
        strbuf_release(&usage);
    }
}

static void print_everything(void)
{
    printf("checkhook tells other systems which people fail an identity-security check.\n\n"
           "checkhook               open the console\n"
           "checkhook COMMAND …     do one thing and end\n\n"
           "Commands\n");
    print_rows(NULL);
    puts("\nReference");
    topics_list(HELP_INDENT);
    print_options("Common options", common_options, NULL);
    print_options("Options of the console", console_options_table, NULL);
    puts("\ncheckhook COMMAND --help explains one of them; man checkhook has it all.");
}

static bool is_group(const char *name)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->group, name) == 0)
            return true;
    return false;
}

int help_print(const struct command *command, const char *topic, const struct console *console)
{
    struct error err = {0};
    if (command) {
        print_command(command);
    } else if (!topic) {
        print_everything();
    } else if (is_group(topic)) {
        print_rows(topic);
        print_options("Common options", common_options, NULL);
    } else if (!topic_print(topic, &page_text, console)) {
        error_set(&err, ERR_INVALID, "there is no help on '%s': see checkhook --help", topic);
        return cmd_fail(&err);
    }
    return EXIT_DONE;
}
