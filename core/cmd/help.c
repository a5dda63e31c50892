/* Prints help from the rows of the commands. */
#include "core/cmd/help.h"

#include <stdio.h>
#include <string.h>

#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/cmd/parse.h"

static void usage_add(struct strbuf *out, const struct command *c)
{
    strbuf_addf(out, "checkhook %s", c->group);
    if (c->verb)
        strbuf_addf(out, " %s", c->verb);
    if (c->arguments)
        strbuf_addf(out, " %s", c->arguments);
}

static void print_options(const char *title, const struct option *options)
{
    if (!options || !options->name)
        return;
    printf("\n%s\n", title);
    for (; options->name; options++) {
        struct strbuf left;
        strbuf_init(&left, 200);
        strbuf_addf(&left, "--%s%s%s", options->name, options->argument ? " " : "",
                    options->argument ? options->argument : "");
        printf("  %-32s %s\n", left.text, options->help);
        strbuf_release(&left);
    }
}

static void print_command(const struct command *c)
{
    struct strbuf usage;
    strbuf_init(&usage, 500);
    usage_add(&usage, c);
    printf("%s\n\n%s.\n", usage.text, c->summary);
    if (c->details)
        printf("\n%s\n", c->details);
    strbuf_release(&usage);
    print_options("Options", c->options);
    print_options("Common options", common_options);
}

static void print_rows(const char *group)
{
    for (size_t i = 0; commands[i]; i++) {
        if (group && strcmp(commands[i]->group, group) != 0)
            continue;
        struct strbuf usage;
        strbuf_init(&usage, 500);
        usage_add(&usage, commands[i]);
        if (text_width(usage.text) > 52)
            printf("  %s\n  %-52s %s\n", usage.text, "", commands[i]->summary);
        else
            printf("  %s%*s %s\n", usage.text, (int)(52 - text_width(usage.text)), "",
                   commands[i]->summary);
        strbuf_release(&usage);
    }
}

void help_print(const struct command *command, const char *group)
{
    if (command) {
        print_command(command);
        return;
    }
    if (!group)
        printf("checkhook tells other systems which people fail an identity-security check.\n\n"
               "checkhook               open the console\n"
               "checkhook COMMAND …     do one thing and end\n\n"
               "Commands\n");
    print_rows(group);
    print_options("Common options", common_options);
    if (!group)
        print_options("Options of the console", console_options_table);
    printf("\ncheckhook %sCOMMAND --help explains one of them; man checkhook has it all.\n",
           group ? "… " : "");
}
