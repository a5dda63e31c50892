/* Wrong input on the command line and in files: the sentence, the exit code, nothing changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/cmd/command.h"
#include "tests/support/product.h"

#define BASE "url=https://hooks.example.com/in", "auth.type=none"

static void add_one(const struct product *p, const char *name)
{
    product_expect(p, 0, "Added", "integration", "add", name, BASE);
}

static void add__refuses_bad_names(void **state)
{
    const struct product *p = *state;
    static const char long_name[] =
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    assert_int_equal(strlen(long_name), 65);
    add_one(p, "Tickets");
    product_expect(p, 2, "name: ", "integration", "add", "TICKETS", BASE);
    product_expect(p, 2, "name: ", "integration", "add", "", BASE);
    product_expect(p, 2, "name: ", "integration", "add", long_name, BASE);
    product_expect(p, 2, "name: ", "integration", "add", "a\nb", BASE);
    struct run_result list = PRODUCT(p, "integration", "list", "--json");
    assert_non_null(strstr(list.out, "\"Tickets\""));
    assert_null(strstr(list.out, "TICKETS"));
    run_release(&list);
}

static void add__refuses_bad_urls(void **state)
{
    const struct product *p = *state;
    char longest[2100] = "url=https://hooks.example.com/";
    size_t start = strlen(longest);
    memset(longest + start, 'x', 4 + 2049 - start);
    assert_int_equal(strlen(longest), 4 + 2049);
    const char *const urls[] = {"url=hooks.example.com/in", "url=ftp://hooks.example.com/",
                                "url=https://user:pass@hooks.example.com/",
                                "url=https://hooks.example.com/a b", longest};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++)
        product_expect(p, 2, "url: ", "integration", "add", "A", urls[i], "auth.type=none");
    product_expect(p, 0, "no integration yet", "integration", "list");
}

static void add__reports_all_problems_at_once(void **state)
{
    const struct product *p = *state;
    struct run_result r = PRODUCT(p, "integration", "add", "", "url=ftp://x/", "auth.type=basic",
                                  "timeout_s=0", "--param", "header:Host=x");
    assert_int_equal(r.status, 2);
    assert_non_null(strstr(r.err, "name: "));
    assert_non_null(strstr(r.err, "url: "));
    assert_non_null(strstr(r.err, "timeout_s: "));
    assert_non_null(strstr(r.err, "auth.username: "));
    assert_non_null(strstr(r.err, "auth.password: "));
    assert_non_null(strstr(r.err, "params: "));
    run_release(&r);
    product_expect(p, 0, "no integration yet", "integration", "list");
}

static void add__refuses_header_parameters(void **state)
{
    const struct product *p = *state;
    static const char *const specs[] = {"header:Bad Name=x",
                                        "header:X-A=a\nb",
                                        "header:X-A=a\rb",
                                        "header:Content-Length=1",
                                        "header:Connection=x",
                                        "header:Authorization=x",
                                        "header:X-Checkhook-Event-Id=x",
                                        "body:detail=x",
                                        "nowhere:a=b"};
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++)
        product_expect(p, 2, NULL, "integration", "add", "A", BASE, "--param", specs[i]);
    product_expect(p, 0, "no integration yet", "integration", "list");
}

static void add__refuses_a_secret_in_clear(void **state)
{
    const struct product *p = *state;
    struct run_result r = PRODUCT(p, "integration", "add", "A", "url=https://hooks.example.com/",
                                  "auth.type=basic", "auth.username=u", "auth.password=hunter2");
    assert_int_equal(r.status, 2);
    assert_non_null(strstr(r.err, "auth.password=@FILE"));
    assert_null(strstr(r.err, "hunter2"));
    assert_null(strstr(r.out, "hunter2"));
    run_release(&r);
}

static void config__names_file_line_and_setting(void **state)
{
    const struct product *p = *state;
    static const struct {
        const char *text, *says;
    } files[] = {
        {"retention_day = 3;\n", "checkhook.conf:1: setting 'retention_day'"},
        {"\nretention_days = \"many\";\n", "checkhook.conf:2: setting 'retention_days'"},
        {"retention_days = 99999999;\n", "checkhook.conf:1: setting 'retention_days'"},
        {"schedule : { hour = 24; };\n", "checkhook.conf:1: setting 'schedule.hour'"},
        {"retention_days = ;\n", "checkhook.conf:1: "},
        {"@include \"other.conf\"\n", "checkhook.conf:1: "},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        free(tmpdir_write(&p->dir, "home/checkhook.conf", files[i].text));
        product_expect(p, 3, files[i].says, "integration", "list");
        char *after = tmpdir_read(&p->dir, "home/checkhook.conf", NULL);
        assert_string_equal(after, files[i].text);
        free(after);
    }
}

/* An integration with a sealed password. */
static void add_sealed(const struct product *p)
{
    const char *const args[] = {"integration",      "add",
                                "Sealed",           "url=https://hooks.example.com/",
                                "auth.type=basic",  "auth.username=u",
                                "auth.password=@-", NULL};
    struct run_result r = product_run(p, args, "hunter2\n");
    assert_int_equal(r.status, 0);
    run_release(&r);
    char *conf = tmpdir_read(&p->dir, "home/checkhook.conf", NULL);
    assert_non_null(strstr(conf, "sealed:1:"));
    assert_null(strstr(conf, "hunter2"));
    free(conf);
}

static void key__missing_open_or_short_is_exit_3(void **state)
{
    const struct product *p = *state;
    size_t len = 0;
    add_sealed(p);
    product_expect(p, 0, "sound", "config", "check");
    char *path = tmpdir_path(&p->dir, "home/secret.key");
    char *key = tmpdir_read(&p->dir, "home/secret.key", &len);
    assert_int_equal(len, 32);
    assert_int_equal(tmpdir_mode(&p->dir, "home/secret.key"), 0600);

    assert_int_equal(chmod(path, 0644), 0);
    product_expect(p, 3, "secret.key", "config", "check");
    assert_int_equal(chmod(path, 0600), 0);
    free(tmpdir_write_bytes(&p->dir, "home/secret.key", key, 31));
    product_expect(p, 3, "31 bytes", "config", "check");
    assert_int_equal(remove(path), 0);
    product_expect(p, 3, "secret.key", "config", "check");
    product_expect(p, 3, "secret.key", "integration", "test", "Sealed");
    product_expect(p, 3, "secret.key", "deliver");
    product_expect(p, 0, "failing", "integration", "list");
    assert_false(tmpdir_exists(&p->dir, "home/secret.key"));
    key[0] ^= 1;
    free(tmpdir_write_bytes(&p->dir, "home/secret.key", key, 32));
    product_expect(p, 3, "enter it again", "config", "check");
    free(key);
    free(path);
}

/* What the refusal advises works. */
static void key__lost_is_made_anew_when_asked_for(void **state)
{
    const struct product *p = *state;
    add_sealed(p);
    product_expect(p, 2, "there is a key", "config", "new-key");
    char *path = tmpdir_path(&p->dir, "home/secret.key");
    char *secret = tmpdir_write(&p->dir, "secret", "hunter3\n");
    char *word = mem_printf("auth.password=@%s", secret);
    assert_int_equal(remove(path), 0);
    product_expect(p, 3, "run checkhook config new-key", "integration", "set", "Sealed", word);
    assert_false(tmpdir_exists(&p->dir, "home/secret.key"));

    cJSON *json = product_json(p, "config", "new-key");
    assert_string_equal(product_text(json, "key"), path);
    assert_string_equal(cJSON_GetArrayItem(json_member(json, "enter_again"), 0)->valuestring,
                        "Sealed");
    cJSON_Delete(json);
    assert_int_equal(tmpdir_mode(&p->dir, "home/secret.key"), 0600);
    product_expect(p, 3, "enter it again", "config", "check");
    product_expect(p, 0, "Changed", "integration", "set", "Sealed", word);
    product_expect(p, 0, "sound", "config", "check");
    assert_int_equal(remove(path), 0);
    product_expect(p, 0, "Sealed", "config", "new-key");
    free(word);
    free(secret);
    free(path);
}

/* A program reads from standard output what is wrong. */
static void config_check__tells_a_program_what_is_wrong(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "There is no ", "config", "check");
    product_expect(p, 0, "Changed", "config", "set", "schedule.hour=9");
    product_expect(p, 0, "is sound", "config", "check");
    static const struct {
        const char *text, *says;
    } files[] = {
        {"checks = { gone = { enabled = false; }; };\n", "checks.gone"},
        {"tenant = { };\nshedule = { };\n", "checkhook.conf:2: "},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = tmpdir_write(&p->dir, "home/checkhook.conf", files[i].text);
        struct run_result r = PRODUCT(p, "config", "check", "--json");
        cJSON *json = cJSON_Parse(r.out);
        assert_int_equal(r.status, 3);
        assert_true(cJSON_IsFalse(json_member(json, "ok")));
        assert_string_equal(product_text(json, "file"), path);
        assert_non_null(strstr(cJSON_GetArrayItem(json_member(json, "problems"), 0)->valuestring,
                               files[i].says));
        assert_non_null(strstr(r.err, files[i].says));
        cJSON_Delete(json);
        run_release(&r);
        free(path);
    }
}

static void import__keeps_the_old_data_set(void **state)
{
    const struct product *p = *state;
    static const struct {
        const char *name, *text, *says;
    } files[] = {
        {"a.csv", "id,email\n1,a@example.com\n", "a.csv:1: "},
        {"b.csv", "id,login,created_at\n1,a,soon\n", "b.csv:2: "},
        {"c.csv", "id,login\n1,\"a\n", "c.csv:2: "},
        {"d.csv", "id,login\n1,\xff\n", "d.csv:2: "},
        {"e.jsonl", "{\"id\":\"1\",\"login\":\"a\"}\n{\"id\":\"2\",\"lo", "e.jsonl:2: "},
    };
    char *good = tmpdir_write(&p->dir, "good.csv", "id,login\n1,first@example.com\n");
    product_expect(p, 0, "1 user,", "data", "import", good, "--source", "s");
    free(good);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = tmpdir_write(&p->dir, files[i].name, files[i].text);
        product_expect(p, 2, files[i].says, "data", "import", path, "--source", "s");
        free(path);
    }
    char *nul = tmpdir_write_bytes(&p->dir, "f.csv", "id,login\n1,a\0b\n", 15);
    product_expect(p, 2, "f.csv:2: ", "data", "import", nul, "--source", "s");
    free(nul);
    product_expect(p, 0, "first@example.com", "data", "users");
}

static void import__refuses_ten_megabytes_on_a_line(void **state)
{
    const struct product *p = *state;
    enum { BIG = 10 * 1024 * 1024 };
    char *text = malloc(BIG);
    assert_non_null(text);
    memset(text, 'x', BIG);
    memcpy(text, "id,login\n1,", 11);
    char *path = tmpdir_write_bytes(&p->dir, "big.csv", text, BIG);
    free(text);
    product_expect(p, 2, "big.csv:2: ", "data", "import", path);
    product_expect(p, 0, "no data set", "data", "show");
    free(path);
}

static void usage__is_a_sentence_and_exit_2(void **state)
{
    const struct product *p = *state;
    product_expect(p, 2, "there is no command 'integrate'", "integrate");
    product_expect(p, 2, "needs a further word", "integration");
    product_expect(p, 2, "there is no option --jsn", "integration", "list", "--jsn");
    product_expect(p, 2, "did you mean 'no-mfa'", "check", "show", "no-mfaa");
    product_expect(p, 2, "there is no integration 'X'", "integration", "test", "X");
    product_expect(p, 2, "too many words", "data", "show", "x");
    product_expect(p, 2, "something is missing", "data", "import");
    product_expect(p, 2, "no delivery's id", "delivery", "show", "x");
    product_expect(p, 2, "stale-password-365", "check", "run", "stale-password-365");
    product_expect(p, 2, "no such setting", "check", "set", "no-mfa", "settings.weeks=2");
    product_expect(p, 2, "terminal", "--ascii");
}

static void help__exists_for_every_command(void **state)
{
    const struct product *p = *state;
    static const char *const words[][2] = {
        {"integration", "list"}, {"integration", "show"},   {"integration", "add"},
        {"integration", "set"},  {"integration", "remove"}, {"integration", "test"},
        {"check", "list"},       {"check", "show"},         {"check", "enable"},
        {"check", "disable"},    {"check", "set"},          {"check", "run"},
        {"data", "import"},      {"data", "show"},          {"data", "users"},
        {"data", "remove"},      {"delivery", "list"},      {"delivery", "show"},
        {"delivery", "retry"},   {"config", "check"},       {"config", "path"},
        {"config", "new-key"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        product_expect(p, 0, "Common options", words[i][0], words[i][1], "--help");
    product_expect(p, 0, "Common options", "deliver", "--help");
    product_expect(p, 0, "--retry-after SECONDS", "listen", "--help");
    product_expect(p, 0, "auth.client_secret", "help", "settings");
    product_expect(p, 0, "last_login_at", "help", "import");
    product_expect(p, 0, "Command palette", "help", "keys");
    product_expect(p, 0, "settings.up_to_days=90", "help", "checks");
    product_expect(p, 0, "checkhook 0.", "--version");
}

/* Display columns, not bytes. */
static void expect_narrow(const char *const *args)
{
    struct run_result r = run_checkhook(args, NULL);
    assert_int_equal(r.status, 0);
    size_t lines = 0;
    for (char *rest = r.out, *line; (line = strsep(&rest, "\n")); lines++)
        if (text_width(line) > 80)
            fail_msg("%s %s: %zu columns:\n%s", args[0], args[1] ? args[1] : "", text_width(line),
                     line);
    assert_true(lines > 3);
    run_release(&r);
}

static void help__fits_in_80_columns(void **state)
{
    (void)state;
    expect_narrow((const char *const[]){"--help", NULL});
    expect_narrow((const char *const[]){"help", "settings", NULL});
    expect_narrow((const char *const[]){"help", "import", NULL});
    expect_narrow((const char *const[]){"help", "commands", NULL});
    expect_narrow((const char *const[]){"help", "keys", NULL});
    expect_narrow((const char *const[]){"help", "checks", NULL});
    for (size_t i = 0; commands[i]; i++) {
        const struct command *c = commands[i];
        expect_narrow((const char *const[]){c->group, "--help", NULL});
        expect_narrow((const char *const[]){c->group, c->verb ? c->verb : "--help",
                                            c->verb ? "--help" : NULL, NULL});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(add__refuses_bad_names, product_setup, product_teardown),
        cmocka_unit_test_setup_teardown(add__refuses_bad_urls, product_setup, product_teardown),
        cmocka_unit_test_setup_teardown(add__reports_all_problems_at_once, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(add__refuses_header_parameters, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(add__refuses_a_secret_in_clear, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(config__names_file_line_and_setting, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(key__missing_open_or_short_is_exit_3, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(key__lost_is_made_anew_when_asked_for, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(config_check__tells_a_program_what_is_wrong, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(import__keeps_the_old_data_set, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(import__refuses_ten_megabytes_on_a_line, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(usage__is_a_sentence_and_exit_2, product_setup,
                                        product_teardown),
        cmocka_unit_test(help__fits_in_80_columns),
        cmocka_unit_test_setup_teardown(help__exists_for_every_command, product_setup,
                                        product_teardown),
    };
    return cmocka_run_group_tests_name("cli_bad_input", tests, NULL, NULL);
}
