/* Tests of core/config/config: load and save, faults with file and line, two administrators. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <libconfig.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/config/config.h"
#include "core/config/secret.h"
#include "tests/support/tmpdir.h"

static const char id_a[] = "5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11";
static const char id_b[] = "6f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c12";

#define ONE                                                                                        \
    "integrations = ( { id = \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\"; name = \"One\";\n"          \
    "auth : { type = \"none\"; };\n"                                                               \
    "url = \"https://a.example\";\n"

struct fixture {
    struct tmpdir dir;
    char *path;
    struct config config;
};

static int set_up(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);

    tmpdir_init(&f->dir);
    f->path = tmpdir_path(&f->dir, "checkhook.conf");
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;

    config_release(&f->config);
    free(f->path);
    tmpdir_release(&f->dir);
    free(f);
    return 0;
}

static void load(struct fixture *f, struct config *config)
{
    struct error err = {0};

    if (!config_load(config, f->path, &err))
        fail_msg("%s", err.text);
}

static void load_text(struct fixture *f, const char *text)
{
    free(tmpdir_write(&f->dir, "checkhook.conf", text));
    load(f, &f->config);
}

static void begin(struct config *config)
{
    struct error err = {0};

    if (!config_begin(config, &err))
        fail_msg("%s", err.text);
}

static void commit(struct config *config)
{
    struct error err = {0};

    if (!config_commit(config, &err))
        fail_msg("%s", err.text);
}

static void put(struct config *config, const char *id, const char *name)
{
    struct integration in;

    integration_init(&in);
    memcpy(in.id, id, sizeof in.id);
    in.name = mem_strdup(name);
    in.url = mem_strdup("https://a.example/");
    in.auth.type = AUTH_NONE;
    config_put(config, &in);
    integration_release(&in);
}

static void config_load__takes_a_missing_file_as_empty(void **state)
{
    struct fixture *f = *state;

    load(f, &f->config);
    assert_int_equal(f->config.integrations.count, 0);
    assert_int_equal(f->config.general.retention_days, 90);
    assert_string_equal(f->config.general.tenant_region, "us-east-2");
    assert_null(f->config.general.tenant_id);
    assert_false(config_has_sealed(&f->config));
    assert_false(config_changed(&f->config));
    assert_false(tmpdir_exists(&f->dir, "checkhook.conf"));
}

static void config_load__reads_what_people_write(void **state)
{
    struct fixture *f = *state;
    const struct integration *in;
    const struct check_config *check;

    load_text(f,
              "// by hand\n"
              "checks = { no-mfa = { enabled = false; severity = \"low\"; ignore = [ \"root\" ];\n"
              "  integrations = ( \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\" );\n"
              "  settings = { days = 900000; }; }; };\n"
              "schedule : { hour = 22 };\n" ONE "retry = { max_attempts = 0 }, timeout_s = 0x1F;\n"
              "params = ( { place = \"header\"; key = \"X-A\"; value = \"\\x41\\\"\"; } ) } )\n");
    in = config_find(&f->config, "oNE");
    assert_non_null(in);
    assert_ptr_equal(in, config_find(&f->config, id_a));
    assert_int_equal(in->max_attempts, 0);
    assert_int_equal(in->timeout_s, 31);
    assert_string_equal(in->params.items[0].value, "A\"");
    assert_int_equal(f->config.general.schedule_hour, 22);
    check = config_check(&f->config, "no-mfa");
    assert_int_equal(check->enabled, 0);
    assert_int_equal(check->severity, SEVERITY_LOW);
    assert_true(*check_value_find(check, "days") == 900000);
    assert_true(text_list_has(&check->ignore, "root"));
    assert_true(config_is_ticked(&f->config, "no-mfa", id_a));
    assert_null(config_find(&f->config, "Two"));
    assert_null(config_check(&f->config, "other"));
}

static void config_load__tolerates_settings_that_do_not_apply(void **state)
{
    struct fixture *f = *state;

    load_text(f,
              "integrations = ( { id = \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\"; name = \"A\";\n"
              "auth : { type = \"basic\"; username = \"u\"; endpoint = \"https://l.example\"; };\n"
              "url = \"https://a.example\"; } );");
    assert_string_equal(config_find(&f->config, "A")->auth.endpoint, "https://l.example");
    begin(&f->config);
    commit(&f->config);
    assert_null(config_find(&f->config, "A")->auth.endpoint);
}

static void config_load__names_file_line_and_setting(void **state)
{
    static const char *const bad[][2] = {
        {"\nretention = 5;",
         ":2: setting 'retention': there is no such setting; did you mean 'retention_days'?"},
        {"\n\ncolour = \"red\";", ":3: setting 'colour': there is no such setting"},
        {"schedule : { hour = 24; };",
         ":1: setting 'schedule.hour': write a whole number from 0 to 23"},
        {"schedule = 6;", ":1: setting 'schedule': write a group: schedule : { … }"},
        {"retention_days = \"90\";",
         ":1: setting 'retention_days': write a whole number, without quotes"},
        {"retention_days = 4294967386;",
         ":1: setting 'retention_days': write a whole number from 1 to 36500"},
        {"retention_days = 1.5;",
         ":1: setting 'retention_days': write a whole number, without quotes"},
        {ONE "timeout_s = 301; } );",
         ":4: setting 'timeout_s': write a whole number from 1 to 300"},
        {ONE "enabled = \"yes\"; } );",
         ":4: setting 'enabled': write true or false, without quotes"},
        {ONE "enabled = 1; } );", ":4: setting 'enabled': write true or false, without quotes"},
        {ONE "method = 5; } );", ":4: setting 'method': write a text in quotes"},
        {ONE "retry : { max_attempt = 5; }; } );",
         ":4: setting 'retry.max_attempt': there is no such setting; did you mean "
         "'retry.max_attempts'?"},
        {ONE "description = \"a\\x00b\"; } );",
         ":4: setting 'description': a text cannot hold \\x00"},
        {ONE "description = \"a\\x01b\"; } );",
         ":4: setting 'description': must not hold control characters"},
        {ONE "params = 5; } );",
         ":4: setting 'params': write a list of parameters: ( { … }, { … } )"},
        {ONE "params = ( { place = \"cookie\"; key = \"a\"; value = \"b\"; } ); } );",
         ":4: setting 'params': the place of a parameter is header, query or body"},
        {ONE "params = ( { place = \"query\"; value = \"b\"; } ); } );",
         ":4: setting 'params': a parameter needs a key"},
        {ONE "params = ( { place = \"query\"; key = \"a\"; colour = 1; } ); } );",
         ":4: setting 'params.colour': unknown; a parameter has place, key, value and secret"},
        {ONE "params = ( { place = \"header\"; key = \"Host\"; value = \"b\"; } ); } );",
         ":4: setting 'params': header parameter 'Host': the header host is set by checkhook or "
         "not allowed"},
        {ONE "params = ( { place = \"header\"; key = \"A\"; value = \"b\"; },\n"
             "{ place = \"header\"; key = \"a\"; value = \"b\"; } ); } );",
         ":5: setting 'params': the header parameter 'a' is there twice"},
        {ONE "params = ( { place = \"query\"; key = \"a\"; value = \"clear\"; secret = true; } ); "
             "} );",
         ":4: setting 'params': query parameter 'a': a secret stands here sealed, or as env:NAME "
         "or file:/PATH"},
        {ONE "}, { id = \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\"; name = \"Two\";\n"
             "url = \"https://a.example\"; auth : { type = \"none\"; }; } );",
         ":4: setting 'id': another integration has the id 5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11"},
        {ONE "}, { id = \"6f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c12\";\nname = \"ONE\";\n"
             "url = \"https://a.example\"; auth : { type = \"none\"; }; } );",
         ":5: setting 'name': another integration is already named 'One'"},
        {ONE "}, { id = \"One\"; } );", ":4: setting 'id': write a UUID (version 4, lower case)"},
        {ONE "}, { name = \"Two\"; } );",
         ":4: setting 'id': every integration needs an id of its own, a UUID (version 4)"},
        {ONE "}, 5 );", ":4: setting 'integrations': write each integration as { … }"},
        {"integrations = ( 5 );", ":1: setting 'integrations': write each integration as { … }"},
        {"integrations : { };",
         ":1: setting 'integrations': write a list of groups: ( { … }, { … } )"},
        {"integrations = (\n{ id = \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\"; name = \"One\"; } );",
         ":2: setting 'auth.type': choose one"},
        {ONE "} );\nchecks : { no-mfa : { integrations = [\n"
             "\"6f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c12\" ]; }; };",
         ":5: setting 'checks.no-mfa.integrations': there is no integration with the id "
         "'6f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c12'"},
        {"checks : { No : { }; };",
         ":1: setting 'checks.No': the id of a check is written with a-z, 0-9 and -"},
        {"checks : { a : { severity = \"high\"; }; };",
         ":1: setting 'checks.a.severity': write critical, moderate or low"},
        {"checks : { a : { settings : { days = 1000001; }; }; };",
         ":1: setting 'checks.a.settings.days': write 0 to 1000000"},
        {"checks : { a : {\n ignore = [ \"fern\", \"departmnt:Sales\" ]; }; };",
         ":2: setting 'checks.a.ignore': 'departmnt:Sales': write a login, @DOMAIN, "
         "department:NAME or type:TYPE; a login that holds a colon is written "
         "login:departmnt:Sales"},
        {"checks : { a : { settings : { days = \"x\"; }; }; };",
         ":1: setting 'checks.a.settings.days': write a whole number, without quotes"},
        {"checks : { a : { notify = true; }; };",
         ":1: setting 'checks.a.notify': there is no such setting; a check has enabled, severity, "
         "integrations, ignore and settings"},
        {"retention_days = 1;\nretention_days = 2;", ":2: duplicate setting name"},
        {"tenant : {\n", ":2: syntax error"},
        {"a.b = 1;", ":1: syntax error"},
        {"\n@include \"x\"", ":2: @include is not allowed here; put the settings into this file"},
        {"tenant : { region = \"\xff\"; };", ":1: a byte here is not UTF-8 text"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct config config = {0};
        struct error err = {0};
        char *text, *kept;

        free(tmpdir_write(&f->dir, "checkhook.conf", bad[i][0]));
        if (config_load(&config, f->path, &err))
            fail_msg("%s was taken", bad[i][0]);
        text = mem_printf("%s%s", f->path, bad[i][1]);
        assert_string_equal(err.text, text);
        assert_int_equal(err.kind, ERR_CONFIG);
        kept = tmpdir_read(&f->dir, "checkhook.conf", NULL);
        assert_string_equal(kept, bad[i][0]);
        free(kept);
        free(text);
        config_release(&config);
    }
}

static void config_commit__writes_what_differs_from_the_defaults(void **state)
{
    struct fixture *f = *state;
    struct integration *in;
    char *text, *expected;

    load(f, &f->config);
    begin(&f->config);
    put(&f->config, id_a, "Zürich \"x\"");
    in = config_find(&f->config, id_a);
    in->timeout_s = 10;
    in->tls_verify = false;
    mem_replace(&in->auth.username, "left from before");
    param_set(&in->params, PLACE_HEADER, "X-A", "b", false);
    param_set(&in->params, PLACE_BODY, "k", "env:K", true);
    text_list_add(&config_check_make(&f->config, "no-mfa")->integrations, id_a);
    config_check_make(&f->config, "untouched");
    check_value_set(config_check_make(&f->config, "a-first"), "days", 60);
    commit(&f->config);
    expected = mem_printf(
        "# Written by checkhook, which keeps the settings but not the comments of this file.\n"
        "# It holds no secret in clear. What is not named here has its default; see "
        "checkhook(1).\n"
        "tenant : {\n"
        "  id = \"%s\";\n"
        "};\n"
        "\n"
        "integrations = (\n"
        "  {\n"
        "    id = \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\";\n"
        "    name = \"Zürich \\\"x\\\"\";\n"
        "    auth : {\n"
        "      type = \"none\";\n"
        "    };\n"
        "    url = \"https://a.example/\";\n"
        "    params = (\n"
        "      { place = \"header\"; key = \"X-A\"; value = \"b\"; },\n"
        "      { place = \"body\"; key = \"k\"; value = \"env:K\"; secret = true; }\n"
        "    );\n"
        "    timeout_s = 10;\n"
        "    tls : {\n"
        "      verify = false;\n"
        "    };\n"
        "  }\n"
        ");\n"
        "\n"
        "checks : {\n"
        "  a-first : {\n"
        "    settings : {\n"
        "      days = 60;\n"
        "    };\n"
        "  };\n"
        "  no-mfa : {\n"
        "    integrations = [ \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\" ];\n"
        "  };\n"
        "};\n",
        f->config.general.tenant_id);
    text = tmpdir_read(&f->dir, "checkhook.conf", NULL);
    assert_string_equal(text, expected);
    assert_true(uuid_valid(f->config.general.tenant_id));
    assert_int_equal(tmpdir_mode(&f->dir, "checkhook.conf"), 0640);
    free(expected);
    free(text);
}

/* libconfig itself reads the file, and finds what was put. */
static void config_commit__writes_what_libconfig_reads(void **state)
{
    static const char name[] = "a\\b \"q\" é€ #no /* comment */ //";
    struct fixture *f = *state;
    const char *back = NULL;
    config_t parsed;

    load(f, &f->config);
    begin(&f->config);
    put(&f->config, id_a, name);
    commit(&f->config);
    config_init(&parsed);
    assert_int_equal(config_read_file(&parsed, f->path), CONFIG_TRUE);
    assert_int_equal(config_lookup_string(&parsed, "integrations.[0].name", &back), CONFIG_TRUE);
    assert_string_equal(back, name);
    config_destroy(&parsed);
}

static void config_commit__changes_no_byte_without_a_change(void **state)
{
    struct fixture *f = *state;
    struct config again = {0};
    char *first, *second;

    load(f, &f->config);
    begin(&f->config);
    put(&f->config, id_a, "One");
    param_set(&config_find(&f->config, id_a)->params, PLACE_QUERY, "k", "sealed:1:2026-09-02:QUJD",
              true);
    commit(&f->config);
    assert_true(config_has_sealed(&f->config));
    first = tmpdir_read(&f->dir, "checkhook.conf", NULL);
    assert_non_null(strstr(first, "\"sealed:1:2026-09-02:QUJD\""));

    load(f, &again);
    begin(&again);
    put(&again, id_b, "Two");
    commit(&again);
    begin(&again);
    assert_true(config_remove(&again, id_b));
    commit(&again);
    second = tmpdir_read(&f->dir, "checkhook.conf", NULL);
    assert_string_equal(first, second);
    config_release(&again);
    free(first);
    free(second);
}

/* The old file is never opened for writing: whoever has it open still sees all of it. */
static void config_commit__replaces_the_file_as_a_whole(void **state)
{
    struct fixture *f = *state;
    struct stat before, after;
    char *old, bytes[4096] = {0};
    int fd;

    load_text(f, ONE "} );");
    assert_int_equal(stat(f->path, &before), 0);
    old = tmpdir_read(&f->dir, "checkhook.conf", NULL);
    fd = open(f->path, O_RDONLY);
    begin(&f->config);
    put(&f->config, id_b, "Two");
    commit(&f->config);
    assert_int_equal(stat(f->path, &after), 0);
    assert_true(before.st_ino != after.st_ino);
    assert_int_equal(read(fd, bytes, sizeof bytes - 1), (ssize_t)strlen(old));
    assert_string_equal(bytes, old);
    close(fd);
    free(old);
}

static void config_commit__never_writes_what_would_not_load(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    char *kept;

    load_text(f, ONE "} );");
    begin(&f->config);
    put(&f->config, id_b, "oNE");
    assert_false(config_commit(&f->config, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_non_null(strstr(err.text, "another integration is already named 'One'"));
    assert_null(config_find(&f->config, id_b));
    kept = tmpdir_read(&f->dir, "checkhook.conf", NULL);
    assert_string_equal(kept, ONE "} );");
    free(kept);
    begin(&f->config);
    config_abort(&f->config);
}

static void config_begin__reloads_what_another_saved(void **state)
{
    struct fixture *f = *state;
    struct config other = {0};

    load(f, &f->config);
    load(f, &other);
    begin(&other);
    put(&other, id_a, "One");
    commit(&other);
    assert_false(config_changed(&other));
    assert_true(config_changed(&f->config));

    begin(&f->config);
    assert_non_null(config_find(&f->config, "One"));
    put(&f->config, id_b, "Two");
    commit(&f->config);
    assert_true(config_changed(&other));
    begin(&other);
    assert_int_equal(other.integrations.count, 2);
    assert_string_equal(other.general.tenant_id, f->config.general.tenant_id);
    config_abort(&other);
    config_release(&other);
}

static void config_begin__says_when_the_file_became_unusable(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};

    load_text(f, ONE "} );");
    free(tmpdir_write(&f->dir, "checkhook.conf", "broken"));
    assert_true(config_changed(&f->config));
    assert_false(config_begin(&f->config, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_non_null(config_find(&f->config, "One"));
    free(tmpdir_write(&f->dir, "checkhook.conf", ""));
    begin(&f->config);
    config_abort(&f->config);
    assert_null(config_find(&f->config, "One"));
}

/* Somebody is writing the file when it is gone, empty or broken: that is no configuration. */
static void config_refresh__keeps_what_it_has_until_the_file_is_whole(void **state)
{
    struct fixture *f = *state;
    char *path = tmpdir_path(&f->dir, "checkhook.conf");
    static const char *const partial[] = {NULL, "", "integrations = ( {"};

    load_text(f, ONE "} );");
    for (size_t i = 0; i < ARRAY_LEN(partial); i++) {
        struct error err = {0};
        bool changed = true;

        if (partial[i])
            free(tmpdir_write(&f->dir, "checkhook.conf", partial[i]));
        else
            assert_int_equal(unlink(path), 0);
        assert_false(config_refresh(&f->config, &changed, &err));
        assert_int_equal(err.kind, ERR_CONFIG);
        assert_false(changed);
        assert_non_null(config_find(&f->config, "One"));
    }
    struct error err = {0};
    bool changed = false;
    free(tmpdir_write(&f->dir, "checkhook.conf", "schedule = { hour = 7; };\n"));
    assert_true(config_refresh(&f->config, &changed, &err));
    assert_true(changed);
    assert_null(config_find(&f->config, "One"));
    assert_int_equal(f->config.general.schedule_hour, 7);
    assert_true(config_refresh(&f->config, &changed, &err));
    assert_false(changed);
    free(path);
}

static void config_begin__waits_and_then_says_busy(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    char *lock = tmpdir_path(&f->dir, "checkhook.conf.lock"), *text;
    int fd = open(lock, O_RDWR | O_CREAT, 0600);

    load(f, &f->config);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_false(config_begin(&f->config, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    text = mem_printf("%s is being changed by somebody else; try again", f->path);
    assert_string_equal(err.text, text);
    close(fd);
    begin(&f->config);
    config_abort(&f->config);
    free(text);
    free(lock);
}

static void config_begin__refuses_without_the_right_to_write(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    bool ok;

    if (geteuid() != 0)
        skip();
    load_text(f, ONE "} );");
    assert_int_equal(chmod(f->dir.path, 0755), 0);
    assert_int_equal(chmod(f->path, 0644), 0);
    assert_int_equal(seteuid(65534), 0);
    ok = config_begin(&f->config, &err);
    assert_int_equal(seteuid(0), 0);
    assert_false(ok);
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.text, "cannot be changed"));
}

static void config_abort__forgets_the_change(void **state)
{
    struct fixture *f = *state;

    load_text(f, ONE "} );");
    begin(&f->config);
    put(&f->config, id_b, "Two");
    config_find(&f->config, id_a)->enabled = false;
    config_abort(&f->config);
    assert_int_equal(f->config.integrations.count, 1);
    assert_true(config_find(&f->config, id_a)->enabled);
    begin(&f->config);
    config_abort(&f->config);
}

static void config_remove__takes_the_ticks_along(void **state)
{
    struct fixture *f = *state;

    load(f, &f->config);
    begin(&f->config);
    put(&f->config, id_a, "One");
    put(&f->config, id_b, "Two");
    text_list_add(&config_check_make(&f->config, "no-mfa")->integrations, id_a);
    text_list_add(&config_check_make(&f->config, "no-mfa")->integrations, id_b);
    text_list_add(&config_check_make(&f->config, "weak-mfa")->integrations, id_a);
    assert_int_equal(config_tick_count(&f->config, id_a), 2);
    assert_true(config_remove(&f->config, config_find(&f->config, "One")->id));
    assert_false(config_remove(&f->config, id_a));
    assert_int_equal(config_tick_count(&f->config, id_a), 0);
    assert_true(config_is_ticked(&f->config, "no-mfa", id_b));
    commit(&f->config);
    assert_true(config_check(&f->config, "weak-mfa") == NULL ||
                check_config_is_empty(config_check(&f->config, "weak-mfa")));
}

static void config_put__replaces_the_one_of_the_same_id(void **state)
{
    struct fixture *f = *state;

    load(f, &f->config);
    put(&f->config, id_a, "One");
    put(&f->config, id_b, "Two");
    put(&f->config, id_a, "Uno");
    assert_int_equal(f->config.integrations.count, 2);
    assert_string_equal(f->config.integrations.items[0].name, "Uno");
    config_put(&f->config, &f->config.integrations.items[0]);
    assert_string_equal(f->config.integrations.items[0].name, "Uno");
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(config_load__takes_a_missing_file_as_empty),
        T(config_load__reads_what_people_write),
        T(config_load__tolerates_settings_that_do_not_apply),
        T(config_load__names_file_line_and_setting),
        T(config_commit__writes_what_differs_from_the_defaults),
        T(config_commit__writes_what_libconfig_reads),
        T(config_commit__changes_no_byte_without_a_change),
        T(config_commit__replaces_the_file_as_a_whole),
        T(config_commit__never_writes_what_would_not_load),
        T(config_begin__reloads_what_another_saved),
        T(config_begin__says_when_the_file_became_unusable),
        T(config_refresh__keeps_what_it_has_until_the_file_is_whole),
        T(config_begin__waits_and_then_says_busy),
        T(config_begin__refuses_without_the_right_to_write),
        T(config_abort__forgets_the_change),
        T(config_remove__takes_the_ticks_along),
        T(config_put__replaces_the_one_of_the_same_id),
    };
#undef T

    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
