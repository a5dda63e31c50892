/* Catalogue files: what is read, and that a fault stays with its entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/checks/catalogue.h"
#include "tests/support/tmpdir.h"

/* Lines 2 to 6 of a catalogue file: an entry that is good but for what is put into it. */
#define HEAD(id)         "{ id = \"" id "\"; title = \"Title of " id "\"; severity = \"low\";\n"
#define TEXTS            "description = ( \"why\" ); recommended_actions = ( \"do\" );\n"
#define FILE_OF(entries) "checks = (\n" entries "\n);\n"

struct bed {
    struct tmpdir dir;
    struct catalogue catalogue;
    char *share, *own;
};

static bool try_load(struct bed *bed, struct error *err)
{
    return catalogue_load(&bed->catalogue, bed->share, bed->own, err);
}

static void begin(struct bed *bed)
{
    *bed = (struct bed){0};
    tmpdir_init(&bed->dir);
    bed->share = tmpdir_path(&bed->dir, "share");
    bed->own = tmpdir_path(&bed->dir, "checks.d");
}

static void write_file(struct bed *bed, const char *name, const char *text)
{
    free(tmpdir_write(&bed->dir, name, text));
}

static void load(struct bed *bed)
{
    struct error err = {0};

    assert_true(try_load(bed, &err));
}

static void end(struct bed *bed)
{
    catalogue_release(&bed->catalogue);
    tmpdir_release(&bed->dir);
    free(bed->share);
    free(bed->own);
}

static void catalogue_load__reads_every_setting(void **state)
{
    struct bed bed;

    (void)state;
    begin(&bed);
    write_file(&bed, "share/checks/a.conf",
               "# a comment\n"
               "checks = (\n"
               "  {\n"
               "    id = \"inactive-90\"; title = \"Inactive\"; severity = \"moderate\";\n"
               "    enabled = false;\n"
               "    description = ( \"One.\", \"Two.\" ); recommended_actions = \"Act.\";\n"
               "    needs = ( \"last_login\" ); settings = { days = 90; };\n"
               "    applies = \"u.enabled\" \" = 1\"; fails = \"u.created_at < :now - :days\";\n"
               "    explain = { last_login = \"u.last_login_at\"; };\n"
               "  }\n"
               ");\n");
    load(&bed);
    assert_int_equal(bed.catalogue.count, 1);
    const struct check *c = &bed.catalogue.items[0];
    assert_null(c->fault);
    assert_string_equal(c->id, "inactive-90");
    assert_string_equal(c->title, "Inactive");
    assert_int_equal(c->severity, SEVERITY_MODERATE);
    assert_false(c->enabled);
    assert_true(c->builtin);
    assert_int_equal(c->description.count, 2);
    assert_string_equal(c->description.items[1], "Two.");
    assert_int_equal(c->actions.count, 1);
    assert_string_equal(c->needs.items[0], "last_login");
    assert_int_equal(c->number_count, 1);
    assert_string_equal(c->numbers[0].name, "days");
    assert_int_equal(c->numbers[0].value, 90);
    assert_string_equal(c->applies, "u.enabled = 1");
    assert_string_equal(c->fails, "u.created_at < :now - :days");
    assert_string_equal(c->explains[0].key, "last_login");
    assert_string_equal(c->explains[0].expression, "u.last_login_at");
    assert_int_equal(c->line, 3);
    assert_ptr_equal(catalogue_find(&bed.catalogue, "inactive-90"), c);
    assert_null(catalogue_find(&bed.catalogue, "inactive"));
    end(&bed);
}

static void catalogue_load__orders_files_by_name_and_own_ones_last(void **state)
{
    static const char *const ids[] = {"b1", "b2", "c", "a"};
    struct bed bed;

    (void)state;
    begin(&bed);
    write_file(&bed, "share/checks/y.conf", FILE_OF(HEAD("c") TEXTS "fails = \"1\"; }"));
    write_file(&bed, "share/checks/x.conf",
               FILE_OF(HEAD("b1") TEXTS "fails = \"1\"; }," HEAD("b2") TEXTS "fails = \"1\"; }"));
    write_file(&bed, "share/checks/.hidden.conf", "broken");
    write_file(&bed, "share/checks/README", "no catalogue");
    write_file(&bed, "checks.d/w.conf", FILE_OF(HEAD("a") TEXTS "fails = \"1\"; }"));
    load(&bed);
    assert_int_equal(bed.catalogue.count, ARRAY_LEN(ids));
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        assert_string_equal(bed.catalogue.items[i].id, ids[i]);
        assert_null(bed.catalogue.items[i].fault);
        assert_int_equal(bed.catalogue.items[i].builtin, i < 3);
    }
    end(&bed);
}

static const struct {
    const char *entry, *fault; /* after the name of the file */
} faults[] = {
    {HEAD("x") TEXTS "}", "2: setting 'fails': it is missing"},
    {"{ id = \"x\"; title = \"X\";\n" TEXTS "fails = \"1\"; }",
     "2: setting 'severity': it is missing"},
    {HEAD("x") TEXTS "fails = 1; }", "4: setting 'fails': write a text in quotes"},
    {HEAD("x") TEXTS "fails = \" \"; }", "4: setting 'fails': the text is empty"},
    {HEAD("x") TEXTS "fails = \"1;\"; }",
     "4: setting 'fails': ';' is not allowed: write one expression"},
    {HEAD("x") TEXTS "fails = \"1\"; applies = \"(1\"; }",
     "4: setting 'applies': a '(' is not closed"},
    {HEAD("x") TEXTS "fails = \":days\"; }",
     "4: setting 'fails': ':days' is not a setting of this check; there is :now"},
    {HEAD("x") TEXTS "fails = \"1\";\nexplain = { a = \"?\"; }; }",
     "5: setting 'explain.a': '?' is not allowed: write a setting as :name"},
    {HEAD("x") TEXTS "fails = \"1\"; fail = \"1\"; }",
     "4: setting 'fail': a check has no such setting"},
    {HEAD("x") TEXTS "fails = \"1\"; enabled = 1; }", "4: setting 'enabled': write true or false"},
    {HEAD("x") TEXTS "fails = \"1\"; settings = { Days = 1; }; }",
     "4: setting 'settings': 'Days': a name is a lower-case letter, then letters, digits and"
     " '_'"},
    {HEAD("x") TEXTS "fails = \"1\"; settings = { now = 1; }; }",
     "4: setting 'settings': 'now': a name is a lower-case letter, then letters, digits and"
     " '_'"},
    {HEAD("x") TEXTS "fails = \"1\"; settings = { days = 1.5; }; }",
     "4: setting 'settings': 'days': write a whole number"},
    {HEAD("x") TEXTS "fails = \"1\"; settings = { days = -1; }; }",
     "4: setting 'settings': 'days': write 0 to 1000000"},
    {HEAD("x") TEXTS "fails = \"1\"; settings = { days = 4294967297; }; }",
     "4: setting 'settings': 'days': write 0 to 1000000"},
    {HEAD("x") TEXTS "fails = \"1\"; settings = { days = { min = 1; }; }; }",
     "4: setting 'settings': 'days': write { default = number; min = number; max = number; }"},
    {HEAD("x") TEXTS "fails = \"1\"; settings = { days = { default = 9; max = 8; }; }; }",
     "4: setting 'settings': 'days': the default lies outside of min and max"},
    {HEAD("x") TEXTS "fails = \"1\"; settings = { days = { default = 9; max = true; }; }; }",
     "4: setting 'settings': 'days': 'max': write a whole number"},
    {HEAD("x") TEXTS "fails = \"u.nobody\"; }", "4: setting 'fails': no such column: u.nobody"},
    {HEAD("x") TEXTS "fails = \"'a' = \\\"nobody\\\"\"; }",
     "4: setting 'fails': no such column: nobody"},
    {HEAD("x") TEXTS "fails = \"1\";\napplies = \"u.enabled =\"; }",
     "5: setting 'applies': near \")\": syntax error"},
    {HEAD("x") TEXTS "fails = \"load_extension('x')\"; }",
     "4: setting 'fails': not authorized to use function: load_extension"},
    {HEAD("x") TEXTS "fails = \"count(u.uid) > 1\"; }",
     "4: setting 'fails': misuse of aggregate function count()"},
    {HEAD("x") TEXTS "fails = \"EXISTS (SELECT 1 FROM findings)\"; }",
     "4: setting 'fails': no such table: findings"},
    {HEAD("x") TEXTS "fails = \"1\";\nexplain = { a = \"u.login\";\n b = \"u.nobody\"; }; }",
     "6: setting 'explain.b': no such column: u.nobody"},
    {HEAD("X-1") TEXTS "fails = \"1\"; }",
     "2: setting 'id': write a lower-case letter, then letters, digits and '-', at most 64; "
     "'true' and 'false' are no ids"},
    {"{ id = \"x\"; title = \"X\"; severity = \"high\";\n" TEXTS "fails = \"1\"; }",
     "2: setting 'severity': write critical, moderate or low"},
    {"\"x\"", "2: a check is written as { id = \"…\"; … }"},
};

static void catalogue_load__names_file_line_and_setting_of_a_fault(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        struct bed bed;
        begin(&bed);
        write_file(&bed, "share/checks/good.conf", FILE_OF(HEAD("good") TEXTS "fails = \"1\"; }"));
        char *text = mem_printf("checks = (\n%s,\n" HEAD("after") TEXTS "fails = \"1\"; }\n);",
                                faults[i].entry);
        char *path = tmpdir_write(&bed.dir, "checks.d/own.conf", text);
        char *fault = mem_printf("%s:%s", path, faults[i].fault);
        load(&bed);
        assert_int_equal(bed.catalogue.count, 3);
        assert_null(bed.catalogue.items[0].fault);
        assert_non_null(bed.catalogue.items[1].fault);
        assert_string_equal(bed.catalogue.items[1].fault, fault);
        assert_null(bed.catalogue.items[2].fault);
        assert_string_equal(bed.catalogue.items[2].id, "after");
        free(text);
        free(path);
        free(fault);
        end(&bed);
    }
}

static void catalogue_load__reads_limits_of_a_setting(void **state)
{
    struct bed bed;

    (void)state;
    begin(&bed);
    write_file(&bed, "share/checks/a.conf",
               FILE_OF(HEAD("x") TEXTS "fails = \":days > :n\";"
                                       " settings = { days = { default = 90; min = 1; max = 365; };"
                                       " n = 3; }; }"));
    load(&bed);
    const struct check *c = &bed.catalogue.items[0];
    assert_null(c->fault);
    assert_int_equal(c->numbers[0].value, 90);
    assert_int_equal(c->numbers[0].min, 1);
    assert_int_equal(c->numbers[0].max, 365);
    assert_int_equal(c->numbers[1].min, 0);
    assert_int_equal(c->numbers[1].max, 1000000);
    end(&bed);
}

/* Built-in checks are not tried when they are loaded: that costs time at every start. */
static void catalogue_load_file__finds_no_fault_in_built_in_checks(void **state)
{
    struct error err = {0};
    struct catalogue builtin;

    (void)state;
    assert_true(catalogue_load(&builtin, "share", NULL, &err));
    for (size_t i = 0; i < builtin.count; i++) {
        struct catalogue file;
        if (i > 0 && strcmp(builtin.items[i].file, builtin.items[i - 1].file) == 0)
            continue;
        catalogue_load_file(&file, builtin.items[i].file);
        for (size_t k = 0; k < file.count; k++)
            if (file.items[k].fault)
                fail_msg("%s", file.items[k].fault);
        catalogue_release(&file);
    }
    catalogue_release(&builtin);
}

static void catalogue_load__names_what_a_source_can_give(void **state)
{
    struct bed bed;

    (void)state;
    begin(&bed);
    write_file(&bed, "share/checks/a.conf",
               FILE_OF(HEAD("x") TEXTS "fails = \"1\"; needs = ( \"mfa\" ); }"));
    load(&bed);
    assert_non_null(strstr(bed.catalogue.items[0].fault,
                           "'mfa' is nothing that a source gives; write some of created_at, "));
    assert_non_null(strstr(bed.catalogue.items[0].fault, "mfa_enrolled"));
    end(&bed);
}

static void catalogue_load__shows_a_file_that_cannot_be_read(void **state)
{
    static const struct {
        const char *text;
        int line;
    } rows[] = {
        {"checks = (\n  {\n    id = ;\n", 3},
        {"", 0},
        {"@include \"/etc/passwd\"\n", 1},
        {"checks = (\n);\nother = 1;\n", 3},
        {"checks = 1;\n", 1},
        {"# \xff\n", 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct bed bed;
        begin(&bed);
        write_file(&bed, "share/checks/good.conf", FILE_OF(HEAD("good") TEXTS "fails = \"1\"; }"));
        char *path = tmpdir_write(&bed.dir, "checks.d/good.conf", rows[i].text);
        char *place = mem_printf("%s:%d: ", path, rows[i].line);
        load(&bed);
        assert_int_equal(bed.catalogue.count, rows[i].line > 0 ? 2 : 1);
        if (rows[i].line > 0) {
            const struct check *broken = &bed.catalogue.items[1];
            assert_int_equal(strncmp(broken->fault, place, strlen(place)), 0);
            assert_int_equal(strncmp(broken->id, "good.conf:", 10), 0);
            assert_true(broken->enabled);
        }
        assert_null(bed.catalogue.items[0].fault);
        free(path);
        free(place);
        end(&bed);
    }
}

static void catalogue_load__keeps_the_first_of_an_id(void **state)
{
    struct bed bed;

    (void)state;
    begin(&bed);
    write_file(&bed, "share/checks/a.conf", FILE_OF(HEAD("x") TEXTS "fails = \"1\"; }"));
    write_file(&bed, "checks.d/own.conf", FILE_OF(HEAD("x") TEXTS "fails = \"0\"; }"));
    load(&bed);
    assert_int_equal(bed.catalogue.count, 2);
    assert_string_equal(catalogue_find(&bed.catalogue, "x")->fails, "1");
    assert_null(bed.catalogue.items[0].fault);
    assert_string_equal(bed.catalogue.items[1].id, "own.conf:2");
    assert_non_null(strstr(bed.catalogue.items[1].fault, "the id 'x' is taken by "));
    end(&bed);
}

static void catalogue_load__needs_the_built_in_catalogue(void **state)
{
    struct error err = {0};
    struct bed bed;

    (void)state;
    begin(&bed);
    write_file(&bed, "checks.d/own.conf", FILE_OF(HEAD("x") TEXTS "fails = \"1\"; }"));
    assert_false(try_load(&bed, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_non_null(strstr(err.text, "CHECKHOOK_SHARE"));
    assert_int_equal(bed.catalogue.count, 0);
    end(&bed);
}

static void catalogue_nearest__finds_a_slip(void **state)
{
    struct bed bed;

    (void)state;
    begin(&bed);
    write_file(&bed, "share/checks/a.conf",
               FILE_OF(HEAD("no-mfa") TEXTS "fails = \"1\"; }," HEAD("inactive-90") TEXTS
                       "fails = \"1\"; }"));
    load(&bed);
    assert_string_equal(catalogue_nearest(&bed.catalogue, "nomfa"), "no-mfa");
    assert_string_equal(catalogue_nearest(&bed.catalogue, "inactive90"), "inactive-90");
    assert_null(catalogue_nearest(&bed.catalogue, "zzz"));
    assert_null(catalogue_nearest(&bed.catalogue, ""));
    end(&bed);
}

static void check_settings__come_from_the_configuration_first(void **state)
{
    struct config config = {.lock_fd = -1};
    struct bed bed;

    (void)state;
    begin(&bed);
    write_file(
        &bed, "share/checks/a.conf",
        FILE_OF(HEAD("x") TEXTS "fails = \":days > :n\"; settings = { days = 90; n = 1; }; }"));
    load(&bed);
    const struct check *c = &bed.catalogue.items[0];
    assert_true(check_enabled(c, &config));
    assert_int_equal(check_severity(c, &config), SEVERITY_LOW);
    assert_int_equal(check_number(c, &config, 0), 90);
    struct check_config *own = config_check_make(&config, "x");
    own->enabled = 0;
    own->severity = SEVERITY_CRITICAL;
    check_value_set(own, "days", 30);
    assert_false(check_enabled(c, &config));
    assert_int_equal(check_severity(c, &config), SEVERITY_CRITICAL);
    assert_int_equal(check_number(c, &config, 0), 30);
    assert_int_equal(check_number(c, &config, 1), 1);
    config_release(&config);
    end(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(catalogue_load__reads_every_setting),
        cmocka_unit_test(catalogue_load__orders_files_by_name_and_own_ones_last),
        cmocka_unit_test(catalogue_load__names_file_line_and_setting_of_a_fault),
        cmocka_unit_test(catalogue_load__reads_limits_of_a_setting),
        cmocka_unit_test(catalogue_load_file__finds_no_fault_in_built_in_checks),
        cmocka_unit_test(catalogue_load__names_what_a_source_can_give),
        cmocka_unit_test(catalogue_load__shows_a_file_that_cannot_be_read),
        cmocka_unit_test(catalogue_load__keeps_the_first_of_an_id),
        cmocka_unit_test(catalogue_load__needs_the_built_in_catalogue),
        cmocka_unit_test(catalogue_nearest__finds_a_slip),
        cmocka_unit_test(check_settings__come_from_the_configuration_first),
    };

    return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
