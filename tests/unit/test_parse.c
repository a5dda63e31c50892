/* The table of commands, and argv on its way through it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/cmd/parse.h"

struct parsed_words {
    struct cmd cmd;
    struct parse_result result;
    struct error err;
};

/* Parses "checkhook" and the words. */
static void parse(struct parsed_words *p, const char *const *words)
{
    char *argv[16] = {mem_strdup("checkhook")};
    int argc = 1;
    *p = (struct parsed_words){0};
    for (; words[argc - 1]; argc++)
        memcpy(&argv[argc], &words[argc - 1], sizeof argv[argc]);
    cmd_parse(argc, argv, &p->cmd, &p->result, &p->err);
    free(argv[0]);
}
#define PARSE(p, ...) parse(p, (const char *const[]){__VA_ARGS__, NULL})

static void refuse_at(int line, const char *text, const char *const *words)
{
    struct parsed_words p;
    parse(&p, words);
    if (p.result.parsed != PARSED_WRONG || p.err.kind != ERR_INVALID || !strstr(p.err.text, text))
        fail_msg("line %d: parsed as %d, '%s'", line, (int)p.result.parsed, p.err.text);
    cmd_release(&p.cmd);
}
#define REFUSES(text, ...) refuse_at(__LINE__, text, (const char *const[]){__VA_ARGS__, NULL})

/* --- rows ----------------------------------------------------------------------------------- */

static bool same_words(const struct command *a, const struct command *b)
{
    return strcmp(a->group, b->group) == 0 &&
           (!a->verb || !b->verb || strcmp(a->verb, b->verb) == 0);
}

static void rows__are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; commands[i]; i++)
        for (size_t j = 0; j < i; j++)
            if (same_words(commands[i], commands[j]))
                fail_msg("%s %s stands twice", commands[i]->group,
                         commands[i]->verb ? commands[i]->verb : "");
}

static void rows__explain_themselves(void **state)
{
    (void)state;
    for (size_t i = 0; commands[i]; i++) {
        const struct command *c = commands[i];
        assert_non_null(c->run);
        assert_true(c->summary && strlen(c->summary) > 10);
        assert_int_not_equal(c->summary[strlen(c->summary) - 1], '.');
        for (const struct option *o = c->options; o && o->name; o++) {
            assert_true(o->help && o->help[0]);
            assert_int_not_equal(o->help[strlen(o->help) - 1], '.');
        }
    }
}

/* Any number of arguments exactly where the usage line says so with an ellipsis. */
static void rows__count_their_arguments(void **state)
{
    (void)state;
    for (size_t i = 0; commands[i]; i++) {
        const struct command *c = commands[i];
        bool many = c->arguments && strstr(c->arguments, "…");
        assert_int_equal(c->arguments != NULL, c->max_args != 0);
        assert_int_equal(many, c->max_args < 0);
        assert_true(c->max_args < 0 || c->min_args <= c->max_args);
    }
}

/* --- words ---------------------------------------------------------------------------------- */

static void parse__takes_options_anywhere(void **state)
{
    (void)state;
    struct parsed_words p;
    PARSE(&p, "--limit", "3", "--json", "delivery", "--state=failed", "list", "--home", "/h");
    assert_int_equal(p.result.parsed, PARSED_COMMAND);
    assert_string_equal(p.cmd.command->verb, "list");
    assert_string_equal(cmd_option(&p.cmd, "limit"), "3");
    assert_string_equal(cmd_option(&p.cmd, "state"), "failed");
    assert_string_equal(p.cmd.home, "/h");
    assert_true(p.cmd.json);
    assert_int_equal(p.cmd.arg_count, 0);
    cmd_release(&p.cmd);
}

static void parse__takes_the_last_of_an_option_and_keeps_all(void **state)
{
    (void)state;
    struct parsed_words p;
    PARSE(&p, "integration", "set", "--param", "body:a=1", "x", "--param", "body:b=2", "url=u");
    assert_int_equal(p.cmd.given_count, 2);
    assert_string_equal(p.cmd.given[0].value, "body:a=1");
    assert_string_equal(cmd_option(&p.cmd, "param"), "body:b=2");
    assert_int_equal(p.cmd.arg_count, 2);
    assert_string_equal(p.cmd.args[1], "url=u");
    cmd_release(&p.cmd);
}

static void parse__ends_options_at_two_dashes(void **state)
{
    (void)state;
    struct parsed_words p;
    PARSE(&p, "integration", "show", "--", "--json");
    assert_int_equal(p.result.parsed, PARSED_COMMAND);
    assert_string_equal(p.cmd.args[0], "--json");
    assert_false(p.cmd.json);
    cmd_release(&p.cmd);
}

static void parse__opens_the_console_without_a_command(void **state)
{
    (void)state;
    struct parsed_words p;
    PARSE(&p, "--ascii", "--escdelay", "10");
    assert_int_equal(p.result.parsed, PARSED_CONSOLE);
    assert_int_equal(p.result.console.ascii, 1);
    assert_int_equal(p.result.console.escdelay_ms, 10);
    cmd_release(&p.cmd);
}

static void parse__finds_help(void **state)
{
    (void)state;
    struct parsed_words p;
    PARSE(&p, "check", "run", "-h");
    assert_int_equal(p.result.parsed, PARSED_HELP);
    assert_string_equal(p.cmd.command->verb, "run");
    cmd_release(&p.cmd);
    PARSE(&p, "help", "check", "run");
    assert_int_equal(p.result.parsed, PARSED_HELP);
    assert_string_equal(p.cmd.command->verb, "run");
    cmd_release(&p.cmd);
    PARSE(&p, "check", "--help");
    assert_int_equal(p.result.parsed, PARSED_HELP);
    assert_string_equal(p.result.topic, "check");
    cmd_release(&p.cmd);
}

static void parse__refuses_with_the_way_out(void **state)
{
    (void)state;
    REFUSES("no command 'fly': see checkhook --help", "fly");
    REFUSES("no command 'check fly': see checkhook check --help", "check", "fly");
    REFUSES("'check' needs a further word", "check");
    REFUSES("no option --fly here: see checkhook check run --help", "check", "run", "--fly");
    REFUSES("no option --now here", "check", "list", "--now", "x");
    REFUSES("--limit needs a value: --limit N", "delivery", "list", "--limit");
    REFUSES("--json takes no value", "check", "list", "--json=yes");
    REFUSES("something is missing: write checkhook data import FILE", "data", "import");
    REFUSES("too many words: write checkhook data show", "data", "show", "x");
    REFUSES("--escdelay: '9000' is not a number from 0 to 5000", "--escdelay", "9000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows__are_unique),
        cmocka_unit_test(rows__explain_themselves),
        cmocka_unit_test(rows__count_their_arguments),
        cmocka_unit_test(parse__takes_options_anywhere),
        cmocka_unit_test(parse__takes_the_last_of_an_option_and_keeps_all),
        cmocka_unit_test(parse__ends_options_at_two_dashes),
        cmocka_unit_test(parse__opens_the_console_without_a_command),
        cmocka_unit_test(parse__finds_help),
        cmocka_unit_test(parse__refuses_with_the_way_out),
    };
    return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
