/* Turns argv into an invocation, driven by the table of commands. */
#include "core/cmd/parse.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/config/preferences.h"

const struct option common_options[] = {
    {"home", "DIR", "keep configuration, key and state in this one folder"},
    {"json", NULL, "print JSON"},
    {"help", NULL, "explain the command"},
    {"version", NULL, "print the version"},
    {NULL, NULL, NULL},
};

const struct option console_options_table[] = {
    {"ascii", NULL, "draw with ASCII characters only"},
    {"accessible", NULL, "for screen readers: one pane, no spinner, ASCII"},
    {"theme", "THEME", "colours: auto, dark, light, mono or contrast"},
    {"escdelay", "MS", "milliseconds to wait after Esc (default 50)"},
    {NULL, NULL, NULL},
};

static const struct option *find_option(const struct option *table, const char *name, size_t len)
{
    for (; table && table->name; table++)
        if (strlen(table->name) == len && strncmp(table->name, name, len) == 0)
            return table;
    return NULL;
}

static bool known_group(const char *word)
{
    for (size_t i = 0; commands[i]; i++)
        if (strcmp(commands[i]->group, word) == 0)
            return true;
    return false;
}

/* The command of one or two words; *used says how many of them it took. */
static const struct command *find_command(const char *const *words, size_t count, size_t *used)
{
    for (size_t i = 0; count > 0 && commands[i]; i++) {
        const struct command *c = commands[i];
        if (strcmp(c->group, words[0]) != 0)
            continue;
        *used = c->verb ? 2 : 1;
        if (!c->verb || (count > 1 && strcmp(c->verb, words[1]) == 0))
            return c;
    }
    return NULL;
}

/* Words that are no options, and the options as they were written. */
struct words {
    const char **plain;
    size_t plain_count;
    const char **dashed; /* "name" or "name=value" */
    const char **value;  /* the word after, or NULL */
    size_t dashed_count;
};

static void words_release(struct words *w)
{
    free(w->plain);
    free(w->dashed);
    free(w->value);
}

/* An option's row, wherever it stands: in the command, the common ones or the console's. */
static const struct option *lookup(const struct command *command, const char *name, size_t len)
{
    const struct option *found = command ? find_option(command->options, name, len) : NULL;
    if (!found)
        found = find_option(common_options, name, len);
    if (!found && !command)
        found = find_option(console_options_table, name, len);
    return found;
}

/* Does any command, or the console, take an argument with this option? Needed before the command is
 * known, because options may stand in front of it. */
static bool takes_argument(const char *name, size_t len)
{
    const struct option *found = lookup(NULL, name, len);
    for (size_t i = 0; !found && commands[i]; i++)
        found = find_option(commands[i]->options, name, len);
    return found && found->argument;
}

static void split_words(int argc, char **argv, struct words *w)
{
    size_t room = (size_t)argc + 1;
    *w = (struct words){.plain = mem_zalloc(room * sizeof *w->plain),
                        .dashed = mem_zalloc(room * sizeof *w->dashed),
                        .value = mem_zalloc(room * sizeof *w->value)};
    bool ended = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (ended || strncmp(word, "--", 2) != 0) {
            if (!ended && strcmp(word, "-h") == 0)
                w->dashed[w->dashed_count++] = "help";
            else
                w->plain[w->plain_count++] = word;
            continue;
        }
        if (word[2] == '\0') {
            ended = true;
            continue;
        }
        const char *name = word + 2;
        size_t len = strcspn(name, "=");
        w->dashed[w->dashed_count] = name;
        if (name[len] == '=')
            w->value[w->dashed_count] = name + len + 1;
        else if (takes_argument(name, len) && i + 1 < argc)
            w->value[w->dashed_count] = argv[++i];
        w->dashed_count++;
    }
}

static bool take_option(struct cmd *cmd, struct parse_result *out, const char *name,
                        const char *value, struct error *err)
{
    size_t len = strcspn(name, "=");
    const struct option *option = lookup(cmd->command, name, len);
    if (!option)
        return error_set(err, ERR_INVALID,
                         "there is no option --%.*s here: see checkhook %s%s%s%s--help", (int)len,
                         name, cmd->command ? cmd->command->group : "", cmd->command ? " " : "",
                         cmd->command && cmd->command->verb ? cmd->command->verb : "",
                         cmd->command && cmd->command->verb ? " " : "");
    if (option->argument && !value)
        return error_set(err, ERR_INVALID, "--%s needs a value: --%s %s", option->name,
                         option->name, option->argument);
    if (!option->argument && value)
        return error_set(err, ERR_INVALID, "--%s takes no value", option->name);
    if (strcmp(option->name, "home") == 0)
        cmd->home = value;
    else if (strcmp(option->name, "json") == 0)
        cmd->json = true;
    else if (strcmp(option->name, "help") == 0)
        out->parsed = PARSED_HELP;
    else if (strcmp(option->name, "version") == 0)
        out->parsed = PARSED_VERSION;
    else
        cmd->given[cmd->given_count++] = (struct given_option){option, value};
    return true;
}

static bool check_json(const struct cmd *cmd, struct error *err)
{
    return !cmd->json || !cmd->command->no_json ||
           error_set(err, ERR_INVALID, "--json is not for checkhook %s: it prints no results",
                     cmd->command->group);
}

static bool check_arg_count(const struct cmd *cmd, struct error *err)
{
    const struct command *c = cmd->command;
    bool few = cmd->arg_count < (size_t)c->min_args;
    bool many = c->max_args >= 0 && cmd->arg_count > (size_t)c->max_args;
    if (!few && !many)
        return true;
    return error_set(err, ERR_INVALID, "%s: write checkhook %s%s%s%s%s",
                     few ? "something is missing" : "there are too many words", c->group,
                     c->verb ? " " : "", c->verb ? c->verb : "", c->arguments ? " " : "",
                     c->arguments ? c->arguments : "");
}

static bool unknown_command(const struct words *w, struct error *err)
{
    if (!known_group(w->plain[0]))
        return error_set(err, ERR_INVALID, "there is no command '%s': see checkhook --help",
                         w->plain[0]);
    if (w->plain_count < 2)
        return error_set(err, ERR_INVALID, "'%s' needs a further word: see checkhook %s --help",
                         w->plain[0], w->plain[0]);
    return error_set(err, ERR_INVALID, "there is no command '%s %s': see checkhook %s --help",
                     w->plain[0], w->plain[1], w->plain[0]);
}

static bool console_options_from(const struct cmd *cmd, struct console_options *console,
                                 struct error *err)
{
    int64_t delay = -1;
    int known = 0;
    const char *theme = cmd_option(cmd, "theme");
    if (theme && !preferred_theme_parse(theme, &known))
        return error_set(err, ERR_INVALID,
                         "--theme: write auto, dark, light, mono or contrast, not '%s'", theme);
    if (!cmd_option_int(cmd, "escdelay", 0, 5000, -1, &delay, err))
        return false;
    *console = (struct console_options){.home = cmd->home,
                                        .escdelay_ms = (int)delay,
                                        .ascii = cmd_has(cmd, "ascii"),
                                        .accessible = cmd_has(cmd, "accessible"),
                                        .theme = theme};
    return true;
}

/* Which command the words name. "help", alone or in front of a command, asks for its help. */
static bool choose_command(struct words *w, struct cmd *cmd, struct parse_result *out,
                           struct error *err)
{
    size_t used = 0;
    if (w->plain_count > 0 && strcmp(w->plain[0], "help") == 0) {
        out->parsed = PARSED_HELP;
        w->plain_count--;
        memmove(w->plain, w->plain + 1, w->plain_count * sizeof *w->plain);
    }
    if (w->plain_count == 0)
        return true;
    cmd->command = find_command(w->plain, w->plain_count, &used);
    if (cmd->command) {
        cmd->arg_count = w->plain_count - used;
        cmd->args = mem_zalloc((cmd->arg_count + 1) * sizeof *cmd->args);
        for (size_t i = 0; i < cmd->arg_count; i++)
            cmd->args[i] = w->plain[used + i];
        return true;
    }
    if (out->parsed == PARSED_HELP && w->plain_count == 2 && strcmp(w->plain[0], "manual") == 0) {
        out->manual_template = w->plain[1];
        return true;
    }
    bool group = known_group(w->plain[0]) && w->plain_count == 1;
    if (group || out->parsed == PARSED_HELP)
        out->topic = w->plain[0];
    else
        return unknown_command(w, err);
    return true;
}

static bool parse_words(struct words *w, struct cmd *cmd, struct parse_result *out,
                        struct error *err)
{
    out->parsed = PARSED_COMMAND;
    if (!choose_command(w, cmd, out, err))
        return false;
    cmd->given = mem_zalloc((w->dashed_count + 1) * sizeof *cmd->given);
    for (size_t i = 0; i < w->dashed_count; i++)
        if (!take_option(cmd, out, w->dashed[i], w->value[i], err))
            return false;
    if (out->parsed != PARSED_COMMAND)
        return true;
    if (out->topic)
        return unknown_command(w, err);
    if (cmd->command)
        return check_arg_count(cmd, err) && check_json(cmd, err);
    out->parsed = PARSED_CONSOLE;
    return console_options_from(cmd, &out->console, err);
}

void cmd_parse(int argc, char **argv, struct cmd *cmd, struct parse_result *out, struct error *err)
{
    struct words w;
    memset(cmd, 0, sizeof *cmd);
    memset(out, 0, sizeof *out);
    split_words(argc, argv, &w);
    if (!parse_words(&w, cmd, out, err))
        out->parsed = PARSED_WRONG;
    words_release(&w);
}

void cmd_release(struct cmd *cmd)
{
    free(cmd->args);
    free(cmd->given);
}

static const struct given_option *given(const struct cmd *cmd, const char *name)
{
    for (size_t i = cmd->given_count; i > 0; i--)
        if (strcmp(cmd->given[i - 1].option->name, name) == 0)
            return &cmd->given[i - 1];
    return NULL;
}

const char *cmd_option(const struct cmd *cmd, const char *name)
{
    const struct given_option *g = given(cmd, name);
    return g ? g->value : NULL;
}

bool cmd_has(const struct cmd *cmd, const char *name)
{
    return given(cmd, name) != NULL;
}

bool cmd_option_int(const struct cmd *cmd, const char *name, int64_t min, int64_t max,
                    int64_t fallback, int64_t *out, struct error *err)
{
    const char *text = cmd_option(cmd, name);
    if (!text) {
        *out = fallback;
        return true;
    }
    if (!text_to_int(text, min, max, out))
        return error_set(err, ERR_INVALID, "--%s: '%s' is not a number from %lld to %lld", name,
                         text, (long long)min, (long long)max);
    return true;
}
