/* Tests of configuration files with faults: each is named with file, line and setting. */
#include "tests/support/configbed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/mem.h"

static const char *const bad[][2] = {
    /* file, complaint */
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
    {"retention_days = 1.5;", ":1: setting 'retention_days': write a whole number, without quotes"},
    {CONFIGBED_ONE "timeout_s = 301; } );",
     ":4: setting 'timeout_s': write a whole number from 1 to 300"},
    {CONFIGBED_ONE "enabled = \"yes\"; } );",
     ":4: setting 'enabled': write true or false, without quotes"},
    {CONFIGBED_ONE "enabled = 1; } );",
     ":4: setting 'enabled': write true or false, without quotes"},
    {CONFIGBED_ONE "method = 5; } );", ":4: setting 'method': write a text in quotes"},
    {CONFIGBED_ONE "retry : { max_attempt = 5; }; } );",
     ":4: setting 'retry.max_attempt': there is no such setting; did you mean "
     "'retry.max_attempts'?"},
    {CONFIGBED_ONE "description = \"a\\x00b\"; } );",
     ":4: setting 'description': a text cannot hold \\x00"},
    {CONFIGBED_ONE "description = \"a\\x01b\"; } );",
     ":4: setting 'description': must not hold control characters"},
    {CONFIGBED_ONE "params = 5; } );",
     ":4: setting 'params': write a list of parameters: ( { … }, { … } )"},
    {CONFIGBED_ONE "params = ( { place = \"cookie\"; key = \"a\"; value = \"b\"; } ); } );",
     ":4: setting 'params': the place of a parameter is header, query or body"},
    {CONFIGBED_ONE "params = ( { place = \"query\"; value = \"b\"; } ); } );",
     ":4: setting 'params': a parameter needs a key"},
    {CONFIGBED_ONE "params = ( { place = \"query\"; key = \"a\"; colour = 1; } ); } );",
     ":4: setting 'params.colour': unknown; a parameter has place, key, value and secret"},
    {CONFIGBED_ONE "params = ( { place = \"header\"; key = \"Host\"; value = \"b\"; } ); } );",
     ":4: setting 'params': header parameter 'Host': the header host is set by checkhook or "
     "not allowed"},
    {CONFIGBED_ONE "params = ( { place = \"header\"; key = \"A\"; value = \"b\"; },\n"
                   "{ place = \"header\"; key = \"a\"; value = \"b\"; } ); } );",
     ":5: setting 'params': the header parameter 'a' is there twice"},
    {CONFIGBED_ONE
     "params = ( { place = \"query\"; key = \"a\"; value = \"clear\"; secret = true; } ); "
     "} );",
     ":4: setting 'params': query parameter 'a': a secret stands here sealed, or as env:NAME "
     "or file:/PATH"},
    {CONFIGBED_ONE "}, { id = \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\"; name = \"Two\";\n"
                   "url = \"https://a.example\"; auth : { type = \"none\"; }; } );",
     ":4: setting 'id': another integration has the id 5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11"},
    {CONFIGBED_ONE "}, { id = \"6f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c12\";\nname = \"ONE\";\n"
                   "url = \"https://a.example\"; auth : { type = \"none\"; }; } );",
     ":5: setting 'name': another integration is already named 'One'"},
    {CONFIGBED_ONE "}, { id = \"One\"; } );",
     ":4: setting 'id': write a UUID (version 4, lower case)"},
    {CONFIGBED_ONE "}, { name = \"Two\"; } );",
     ":4: setting 'id': every integration needs an id of its own, a UUID (version 4)"},
    {CONFIGBED_ONE "}, 5 );", ":4: setting 'integrations': write each integration as { … }"},
    {"integrations = ( 5 );", ":1: setting 'integrations': write each integration as { … }"},
    {"integrations : { };", ":1: setting 'integrations': write a list of groups: ( { … }, { … } )"},
    {"integrations = (\n{ id = \"5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11\"; name = \"One\"; } );",
     ":2: setting 'auth.type': choose one: none, basic, api_key or oauth"},
    {CONFIGBED_ONE "} );\nchecks : { no-mfa : { integrations = [\n"
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

static void config_load__names_file_line_and_setting(void **state)
{
    struct configbed *bed = *state;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct config config = {0};
        struct error err = {0};
        char *text, *kept;

        configbed_write(bed, bad[i][0]);
        if (config_load(&config, bed->path, &err))
            fail_msg("%s was taken", bad[i][0]);
        text = mem_printf("%s%s", bed->path, bad[i][1]);
        assert_string_equal(err.text, text);
        assert_int_equal(err.kind, ERR_CONFIG);
        kept = tmpdir_read(&bed->dir, "checkhook.conf", NULL);
        assert_string_equal(kept, bad[i][0]);
        free(kept);
        free(text);
        config_release(&config);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, configbed_setup, configbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(config_load__names_file_line_and_setting),
    };
    return cmocka_run_group_tests_name("config_faults", tests, NULL, NULL);
}
