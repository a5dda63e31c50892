/* Tests of core/config/config: what is loaded, what is saved, and how. */
#include "tests/support/configbed.h"

#include <fcntl.h>
#include <libconfig.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"

static void config_load__takes_a_missing_file_as_empty(void **state)
{
    struct configbed *bed = *state;

    configbed_load(bed, &bed->config);
    assert_int_equal(bed->config.integrations.count, 0);
    assert_int_equal(bed->config.general.retention_days, 90);
    assert_string_equal(bed->config.general.tenant_region, "us-east-2");
    assert_null(bed->config.general.tenant_id);
    assert_false(config_has_sealed(&bed->config));
    assert_false(config_changed(&bed->config));
    assert_false(tmpdir_exists(&bed->dir, "checkhook.conf"));
}

static void config_load__reads_what_people_write(void **state)
{
    struct configbed *bed = *state;
    const struct integration *in;
    const struct check_config *check;

    configbed_load_text(
        bed, "// by hand\n"
             "checks = { no-mfa = { enabled = false; severity = \"low\"; ignore = [ \"root\" ];\n"
             "  integrations = ( \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\" );\n"
             "  settings = { days = 900000; }; }; };\n"
             "schedule : { hour = 22 };\n" CONFIGBED_ONE
             "retry = { max_attempts = 0 }, timeout_s = 0x1F;\n"
             "params = ( { place = \"header\"; key = \"X-A\"; value = \"\\x41\\\"\"; } ) } )\n");
    in = config_find(&bed->config, "oNE");
    assert_non_null(in);
    assert_ptr_equal(in, config_find(&bed->config, CONFIGBED_A));
    assert_int_equal(in->max_attempts, 0);
    assert_int_equal(in->timeout_s, 31);
    assert_string_equal(in->params.items[0].value, "A\"");
    assert_int_equal(bed->config.general.schedule_hour, 22);
    check = config_check(&bed->config, "no-mfa");
    assert_int_equal(check->enabled, 0);
    assert_int_equal(check->severity, SEVERITY_LOW);
    assert_true(*check_value_find(check, "days") == 900000);
    assert_true(text_list_has(&check->ignore, "root"));
    assert_true(config_is_ticked(&bed->config, "no-mfa", CONFIGBED_A));
    assert_null(config_find(&bed->config, "Two"));
    assert_null(config_check(&bed->config, "other"));
}

static void config_load__tolerates_settings_that_do_not_apply(void **state)
{
    struct configbed *bed = *state;

    configbed_load_text(
        bed, "integrations = ( { id = \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\"; name = \"A\";\n"
             "auth : { type = \"basic\"; username = \"u\"; endpoint = \"https://l.example\"; };\n"
             "url = \"https://a.example\"; } );");
    assert_string_equal(config_find(&bed->config, "A")->auth.endpoint, "https://l.example");
    configbed_begin(&bed->config);
    configbed_commit(&bed->config);
    assert_null(config_find(&bed->config, "A")->auth.endpoint);
}

/* --- saving ----------------------------------------------------------------------------------- */

static const char whole_file[] =
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
    "};\n";

static void config_commit__writes_what_differs_from_the_defaults(void **state)
{
    struct configbed *bed = *state;
    struct integration *in;
    char *text, *expected;

    configbed_load(bed, &bed->config);
    configbed_begin(&bed->config);
    configbed_put(&bed->config, CONFIGBED_A, "Zürich \"x\"");
    in = config_find(&bed->config, CONFIGBED_A);
    in->timeout_s = 10;
    in->tls_verify = false;
    mem_replace(&in->auth.username, "left from before");
    param_set(&in->params, PLACE_HEADER, "X-A", "b", false);
    param_set(&in->params, PLACE_BODY, "k", "env:K", true);
    text_list_add(&config_check_make(&bed->config, "no-mfa")->integrations, CONFIGBED_A);
    config_check_make(&bed->config, "untouched");
    check_value_set(config_check_make(&bed->config, "a-first"), "days", 60);
    configbed_commit(&bed->config);
    expected = mem_printf(whole_file, bed->config.general.tenant_id);
    text = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    assert_string_equal(text, expected);
    assert_true(uuid_valid(bed->config.general.tenant_id));
    assert_int_equal(tmpdir_mode(&bed->dir, "checkhook.conf"), 0640);
    free(expected);
    free(text);
}

/* libconfig itself reads the file, and finds what was put. */
static void config_commit__writes_what_libconfig_reads(void **state)
{
    static const char name[] = "a\\b \"q\" é€ #no /* comment */ //";
    struct configbed *bed = *state;
    const char *back = NULL;
    config_t parsed;

    configbed_load(bed, &bed->config);
    configbed_begin(&bed->config);
    configbed_put(&bed->config, CONFIGBED_A, name);
    configbed_commit(&bed->config);
    config_init(&parsed);
    assert_int_equal(config_read_file(&parsed, bed->path), CONFIG_TRUE);
    assert_int_equal(config_lookup_string(&parsed, "integrations.[0].name", &back), CONFIG_TRUE);
    assert_string_equal(back, name);
    config_destroy(&parsed);
}

static void config_commit__changes_no_byte_without_a_change(void **state)
{
    struct configbed *bed = *state;
    struct config again = {0};
    char *first, *second;

    configbed_load(bed, &bed->config);
    configbed_begin(&bed->config);
    configbed_put(&bed->config, CONFIGBED_A, "One");
    param_set(&config_find(&bed->config, CONFIGBED_A)->params, PLACE_QUERY, "k",
              "sealed:1:2026-09-02:QUJD", true);
    configbed_commit(&bed->config);
    assert_true(config_has_sealed(&bed->config));
    first = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    assert_non_null(strstr(first, "\"sealed:1:2026-09-02:QUJD\""));

    configbed_load(bed, &again);
    configbed_begin(&again);
    configbed_put(&again, CONFIGBED_B, "Two");
    configbed_commit(&again);
    configbed_begin(&again);
    assert_true(config_remove(&again, CONFIGBED_B));
    configbed_commit(&again);
    second = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    assert_string_equal(first, second);
    config_release(&again);
    free(first);
    free(second);
}

/* The old file is never opened for writing: whoever has it open still sees all of it. */
static void config_commit__replaces_the_file_as_a_whole(void **state)
{
    struct configbed *bed = *state;
    struct stat before, after;
    char *old, bytes[4096] = {0};
    int fd;

    configbed_load_text(bed, CONFIGBED_ONE "} );");
    assert_int_equal(stat(bed->path, &before), 0);
    old = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    fd = open(bed->path, O_RDONLY);
    configbed_begin(&bed->config);
    configbed_put(&bed->config, CONFIGBED_B, "Two");
    configbed_commit(&bed->config);
    assert_int_equal(stat(bed->path, &after), 0);
    assert_true(before.st_ino != after.st_ino);
    assert_int_equal(read(fd, bytes, sizeof bytes - 1), (ssize_t)strlen(old));
    assert_string_equal(bytes, old);
    close(fd);
    free(old);
}

static void config_commit__never_writes_what_would_not_load(void **state)
{
    struct configbed *bed = *state;
    struct error err = {0};
    char *kept;

    configbed_load_text(bed, CONFIGBED_ONE "} );");
    configbed_begin(&bed->config);
    configbed_put(&bed->config, CONFIGBED_B, "oNE");
    assert_false(config_commit(&bed->config, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_non_null(strstr(err.text, "another integration is already named 'One'"));
    assert_null(config_find(&bed->config, CONFIGBED_B));
    kept = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
    assert_string_equal(kept, CONFIGBED_ONE "} );");
    free(kept);
    configbed_begin(&bed->config);
    config_abort(&bed->config);
}

/* --- changes ---------------------------------------------------------------------------------- */

static void config_abort__forgets_the_change(void **state)
{
    struct configbed *bed = *state;

    configbed_load_text(bed, CONFIGBED_ONE "} );");
    configbed_begin(&bed->config);
    configbed_put(&bed->config, CONFIGBED_B, "Two");
    config_find(&bed->config, CONFIGBED_A)->enabled = false;
    config_abort(&bed->config);
    assert_int_equal(bed->config.integrations.count, 1);
    assert_true(config_find(&bed->config, CONFIGBED_A)->enabled);
    configbed_begin(&bed->config);
    config_abort(&bed->config);
}

static void config_remove__takes_the_ticks_along(void **state)
{
    struct configbed *bed = *state;

    configbed_load(bed, &bed->config);
    configbed_begin(&bed->config);
    configbed_put(&bed->config, CONFIGBED_A, "One");
    configbed_put(&bed->config, CONFIGBED_B, "Two");
    text_list_add(&config_check_make(&bed->config, "no-mfa")->integrations, CONFIGBED_A);
    text_list_add(&config_check_make(&bed->config, "no-mfa")->integrations, CONFIGBED_B);
    text_list_add(&config_check_make(&bed->config, "weak-mfa")->integrations, CONFIGBED_A);
    assert_int_equal(config_tick_count(&bed->config, CONFIGBED_A), 2);
    assert_true(config_remove(&bed->config, config_find(&bed->config, "One")->id));
    assert_false(config_remove(&bed->config, CONFIGBED_A));
    assert_int_equal(config_tick_count(&bed->config, CONFIGBED_A), 0);
    assert_true(config_is_ticked(&bed->config, "no-mfa", CONFIGBED_B));
    configbed_commit(&bed->config);
    assert_true(config_check(&bed->config, "weak-mfa") == NULL ||
                check_config_is_empty(config_check(&bed->config, "weak-mfa")));
}

static void config_put__replaces_the_one_of_the_same_id(void **state)
{
    struct configbed *bed = *state;

    configbed_load(bed, &bed->config);
    configbed_put(&bed->config, CONFIGBED_A, "One");
    configbed_put(&bed->config, CONFIGBED_B, "Two");
    configbed_put(&bed->config, CONFIGBED_A, "Uno");
    assert_int_equal(bed->config.integrations.count, 2);
    assert_string_equal(bed->config.integrations.items[0].name, "Uno");
    config_put(&bed->config, &bed->config.integrations.items[0]);
    assert_string_equal(bed->config.integrations.items[0].name, "Uno");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, configbed_setup, configbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(config_load__takes_a_missing_file_as_empty),
        TEST(config_load__reads_what_people_write),
        TEST(config_load__tolerates_settings_that_do_not_apply),
        TEST(config_commit__writes_what_differs_from_the_defaults),
        TEST(config_commit__writes_what_libconfig_reads),
        TEST(config_commit__changes_no_byte_without_a_change),
        TEST(config_commit__replaces_the_file_as_a_whole),
        TEST(config_commit__never_writes_what_would_not_load),
        TEST(config_abort__forgets_the_change),
        TEST(config_remove__takes_the_ticks_along),
        TEST(config_put__replaces_the_one_of_the_same_id),
    };
    return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
