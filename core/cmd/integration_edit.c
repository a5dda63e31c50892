/* checkhook integration add | set: settings and parameters as words of the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/cmd/preset_option.h"
#include "core/cmd/secret_input.h"
#include "core/config/assign.h"

enum { SAVE_AGAIN = -1 };

/* The six parameter options: which list, and what they do with it. */
enum param_action { PARAM_PLAIN, PARAM_SECRET, PARAM_REMOVE };

static const struct param_option {
    const char *name, *list;
    enum param_action action;
} param_options[] = {
    {"param", "params", PARAM_PLAIN},
    {"secret-param", "params", PARAM_SECRET},
    {"remove-param", "params", PARAM_REMOVE},
    {"auth-param", "auth.params", PARAM_PLAIN},
    {"secret-auth-param", "auth.params", PARAM_SECRET},
    {"remove-auth-param", "auth.params", PARAM_REMOVE},
};

static const struct setting *row_of(const char *name)
{
    return setting_find(integration_settings, integration_setting_count, name);
}

/* --- assigning ------------------------------------------------------------------------------ */

static bool assign_secret_input(struct assign *a, const char *name, const char *value,
                                struct error *err)
{
    char form[96];
    struct secret secret = {0};
    snprintf(form, sizeof form, "%s=@FILE", name);
    struct error why = {0};
    bool ok = true;
    if (!secret_input_read(value, form, &secret, &why))
        problem_add(a->problems, row_of(name), "%s", why.text);
    else
        ok = assign_secret(a, name, secret.text, secret.len, err);
    secret_release(&secret);
    return ok;
}

/* SETTING=VALUE; for a secret SETTING=@FILE, SETTING=@- or a reference. */
static bool assign_word(struct assign *a, const char *word, struct error *err)
{
    const char *equals = strchr(word, '=');
    if (!equals)
        return error_set(err, ERR_INVALID, "'%s' is no setting: write SETTING=VALUE", word);
    char *name = mem_strndup(word, (size_t)(equals - word));
    const struct setting *row = row_of(name);
    bool ok = true;
    if (row && row->kind == KIND_SECRET && equals[1] == '@')
        ok = assign_secret_input(a, name, equals + 1, err);
    else
        assign_setting(a, name, equals + 1);
    free(name);
    return ok;
}

static bool assign_secret_param_option(struct assign *a, const struct param_option *o,
                                       const char *spec, struct error *err)
{
    struct param_spec parsed = {0};
    struct secret secret = {0};
    if (!param_spec_parse(spec, &parsed, err))
        return false;
    bool ok = true;
    if (parsed.value && parsed.value[0] == '@') {
        char form[96];
        snprintf(form, sizeof form, "--%s PLACE:KEY=@FILE", o->name);
        ok =
            secret_input_read(parsed.value, form, &secret, err) &&
            assign_secret_param(a, o->list, parsed.place, parsed.key, secret.text, secret.len, err);
    } else {
        assign_param(a, o->list, spec, true);
    }
    secret_release(&secret);
    param_spec_release(&parsed);
    return ok;
}

static bool assign_option(struct assign *a, const struct given_option *given, struct error *err)
{
    for (size_t i = 0; i < ARRAY_LEN(param_options); i++) {
        const struct param_option *o = &param_options[i];
        if (strcmp(o->name, given->option->name) != 0)
            continue;
        if (o->action == PARAM_SECRET)
            return assign_secret_param_option(a, o, given->value, err);
        if (o->action == PARAM_REMOVE)
            assign_param_remove(a, o->list, given->value);
        else
            assign_param(a, o->list, given->value, false);
    }
    return true;
}

static bool ask_secret(struct assign *a, const struct setting *row, struct error *err)
{
    struct secret secret = {0};
    bool ok = secret_input_ask(row->label, &secret, err) &&
              assign_secret(a, row->name, secret.text, secret.len, err);
    secret_release(&secret);
    return ok;
}

/* On a terminal a missing secret is asked for; elsewhere nothing is. */
static bool ask_missing(struct assign *a, bool *asked, struct error *err)
{
    const struct setting *row = NULL;
    while (secret_input_can_ask() && integration_secret_missing(a->in, &row) && row) {
        *asked = true;
        if (!ask_secret(a, row, err))
            return false;
    }
    return true;
}

/* What is wrong with one word becomes a problem, so that all are reported at once. Only a key that
 * cannot be used ends the assignment. */
static bool note_problem(struct assign *a, bool ok, const struct error *one, struct error *err)
{
    if (ok)
        return true;
    if (one->kind != ERR_INVALID) {
        *err = *one;
        return false;
    }
    problem_add(a->problems, NULL, "%s", one->text);
    return true;
}

static bool assign_words(struct cmd *cmd, struct assign *a, struct error *err)
{
    for (size_t i = 1; i < cmd->arg_count; i++) {
        struct error one = {0};
        if (!note_problem(a, assign_word(a, cmd->args[i], &one), &one, err))
            return false;
    }
    for (size_t i = 0; i < cmd->given_count; i++) {
        struct error one = {0};
        if (!note_problem(a, assign_option(a, &cmd->given[i], &one), &one, err))
            return false;
    }
    return true;
}

static bool reads_stdin(const char *word)
{
    const char *equals = strchr(word, '=');
    return equals && strcmp(equals, "=@-") == 0;
}

static bool is_secret_word(const char *word)
{
    char *name = mem_strndup(word, strcspn(word, "="));
    const struct setting *row = row_of(name);
    free(name);
    return row && row->kind == KIND_SECRET;
}

static size_t count_stdin_uses(const struct cmd *cmd)
{
    size_t count = 0;
    for (size_t i = 1; i < cmd->arg_count; i++)
        count += reads_stdin(cmd->args[i]) && is_secret_word(cmd->args[i]);
    for (size_t i = 0; i < cmd->given_count; i++)
        count += reads_stdin(cmd->given[i].value) &&
                 strncmp(cmd->given[i].option->name, "secret-", strlen("secret-")) == 0;
    return count;
}

/* Standard input can be read once. */
static bool check_stdin_use(const struct cmd *cmd, struct error *err)
{
    return count_stdin_uses(cmd) <= 1 ||
           error_set(err, ERR_INVALID,
                     "@- reads all of standard input, so only one secret can come "
                     "from there: read the others from files with @FILE");
}

static bool assign_all(struct cmd *cmd, struct assign *a, bool ask, bool *asked, struct error *err)
{
    preset_option_apply(cmd, a->in, a->problems);
    bool ok = check_stdin_use(cmd, err) && assign_words(cmd, a, err);
    preset_option_check(cmd, a->in, a->problems);
    if (ok && ask && a->problems->count == 0)
        ok = ask_missing(a, asked, err);
    assign_end(a);
    return ok;
}

/* --- saving --------------------------------------------------------------------------------- */

static void print_problems(const struct problem_list *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *p = &problems->items[i];
        print_note("%s%s%s", p->row ? p->row->name : "", p->row ? ": " : "", p->text);
    }
}

/* Plain http is warned of where the address is new, not at every other change. */
static bool warns(const struct integration *in, const struct integration *before)
{
    return integration_url_is_plain(in) && !(before && strcmp(before->url, in->url) == 0);
}

static void print_notes(const struct integration *in, const struct integration *before,
                        const struct text_list *dropped)
{
    for (size_t i = 0; i < dropped->count; i++)
        print_note("%s was discarded, because it would now be sent to another host: enter it again",
                   dropped->items[i]);
    if (warns(in, before))
        print_note("warning: http:// sends everything unencrypted; use https:// where you can");
}

/* A word as a shell takes it. */
static void put_word(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    bool quote = word[strspn(word, plain)] != '\0';
    if (quote)
        putchar('\'');
    for (; *word; word++) {
        if (*word == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*word);
    }
    if (quote)
        putchar('\'');
}

static int report_saved(const struct cmd *cmd, const struct integration *in, const char *verb)
{
    if (cmd->json) {
        cJSON *out = cJSON_CreateObject();
        json_add_text(out, "id", in->id);
        json_add_text(out, "name", in->name);
        return print_json(out);
    }
    char *name = text_safe(in->name);
    printf("%s '%s'.", verb, name);
    if (in->enabled) {
        fputs(" Try it with checkhook integration test ", stdout);
        put_word(name);
    }
    putchar('\n');
    free(name);
    return EXIT_DONE;
}

/* Somebody else was faster: what was asked for is made of what they saved. Not with what was typed
 * or read from standard input, which is there once. */
static bool may_repeat(const struct cmd *cmd, const struct integration *before, bool asked)
{
    const struct integration *now = before ? config_find(&cmd->app.config, before->id) : NULL;
    return now && !asked && count_stdin_uses(cmd) == 0 && !integration_equal(before, now);
}

/* An exit code, or SAVE_AGAIN. */
static int save(struct cmd *cmd, struct integration *in, const struct integration *before)
{
    struct error err = {0};
    struct problem_list problems = {0};
    struct text_list dropped = {0};
    struct assign assign = {.in = in,
                            .keyring = cmd->app.keyring,
                            .may_create_key = app_may_make_key(&cmd->app),
                            .now_s = clock_now_s(),
                            .problems = &problems};
    struct save_options options = {.before = before, .now_s = assign.now_s};
    bool ask = !before || !integration_secret_missing(before, NULL);
    bool asked = false;
    bool assigned = assign_all(cmd, &assign, ask, &asked, &err);
    bool saved =
        assigned && action_save_integration(&cmd->app, in, &options, &dropped, &problems, &err);
    int code;
    print_problems(&problems);
    if (!saved && err.kind == ERR_CONFLICT && may_repeat(cmd, before, asked)) {
        code = SAVE_AGAIN;
    } else if (!saved) {
        code = cmd_fail(&err);
    } else {
        print_notes(in, before, &dropped);
        code = report_saved(cmd, in, before ? "Changed" : "Added");
    }
    text_list_release(&dropped);
    problem_list_release(&problems);
    return code;
}

static int add(struct cmd *cmd)
{
    struct integration in = {0};
    integration_init(&in);
    mem_replace(&in.name, cmd->args[0]);
    int code = save(cmd, &in, NULL);
    integration_release(&in);
    return code;
}

static int set_once(struct cmd *cmd)
{
    struct error err = {0};
    struct integration before = {0}, in = {0};
    const struct integration *found = named_integration(cmd, cmd->args[0], &err);
    if (!found)
        return cmd_fail(&err);
    integration_copy(&before, found);
    integration_copy(&in, found);
    int code = save(cmd, &in, &before);
    integration_release(&before);
    integration_release(&in);
    return code;
}

static int set(struct cmd *cmd)
{
    struct error err = {0};
    int code = SAVE_AGAIN;
    if (cmd->arg_count < 2 && cmd->given_count == 0) {
        error_set(&err, ERR_INVALID, "there is nothing to change: write SETTING=VALUE after '%s'",
                  cmd->args[0]);
        return cmd_fail(&err);
    }
    while (code == SAVE_AGAIN)
        code = set_once(cmd);
    return code;
}

static const struct option edit_options[] = {
    {"param", "PLACE:KEY=VALUE", "an invocation HTTP parameter; PLACE: header, query or body"},
    {"secret-param", "PLACE:KEY=@FILE", "the same, its value secret and read from FILE or @-"},
    {"remove-param", "PLACE:KEY", "take one away"},
    {"auth-param", "PLACE:KEY=VALUE", "an OAuth HTTP parameter, for the token request"},
    {"secret-auth-param", "PLACE:KEY=@FILE", "the same, secret"},
    {"remove-auth-param", "PLACE:KEY", "take one away"},
    {"preset", "PROVIDER", "OAuth as okta, auth0, entra or keycloak wants it, to be completed"},
    {NULL, NULL, NULL},
};

static const char edit_details[] =
    "Settings are listed by checkhook help settings: url, auth.type (none, basic, api_key,\n"
    "oauth), auth.username, auth.password, and so on. SETTING= goes back to the default. A secret\n"
    "is read from a file (auth.password=@FILE), from standard input (auth.password=@-), or kept\n"
    "outside (auth.password=env:NAME, file:PATH). On a terminal a missing secret is asked for.";

const struct command cmd_integration_add = {
    .group = "integration",
    .verb = "add",
    .arguments = "NAME SETTING=VALUE…",
    .summary = "Add an integration",
    .details = edit_details,
    .options = edit_options,
    .min_args = 1,
    .max_args = -1,
    .parts = APP_STORE,
    .run = add,
};

const struct command cmd_integration_set = {
    .group = "integration",
    .verb = "set",
    .arguments = "NAME SETTING=VALUE…",
    .summary = "Change settings and parameters of an integration",
    .details = edit_details,
    .options = edit_options,
    .min_args = 1,
    .max_args = -1,
    .parts = APP_STORE,
    .run = set,
};
