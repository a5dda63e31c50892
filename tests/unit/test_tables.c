/* Tests of the configuration tables: every row is complete, takes its default and survives the
 * file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/assign.h"
#include "core/config/config.h"
#include "core/config/schema.h"
#include "tests/support/tmpdir.h"

/* Both tables of settings. */
static const struct {
    const char *name;
    const struct setting *rows;
    const size_t *count;
} tables[] = {
    {"integration", integration_settings, &integration_setting_count},
    {"general", general_settings, &general_setting_count},
};

typedef void row_test(const struct setting *row);

static void each_row(row_test *test)
{
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        for (size_t i = 0; i < *tables[t].count; i++)
            test(&tables[t].rows[i]);
    }
}

static void has_words(const struct setting *row)
{
    size_t help = row->help ? strlen(row->help) : 0;

    if (!row->label || !isupper((unsigned char)row->label[0]) ||
        ispunct((unsigned char)row->label[strlen(row->label) - 1]))
        fail_msg("%s: label '%s'", row->name, row->label ? row->label : "");
    if (help < 10 || !isupper((unsigned char)row->help[0]) || row->help[help - 1] != '.')
        fail_msg("%s: help '%s'", row->name, row->help ? row->help : "");
    if (help > 90)
        fail_msg("%s: the help has %zu characters and does not fit the message line", row->name,
                 help);
}

static void rows__have_a_label_and_a_sentence(void **state)
{
    (void)state;
    each_row(has_words);
}

static void has_a_plain_name(const struct setting *row)
{
    size_t dots = 0;

    for (const char *p = row->name; *p; p++) {
        dots += *p == '.';
        if (!islower((unsigned char)*p) && *p != '_' && *p != '.')
            fail_msg("%s: not a name", row->name);
    }
    if (dots > 1)
        fail_msg("%s: the writer knows one level of groups", row->name);
}

static void rows__have_names_of_their_own(void **state)
{
    (void)state;
    each_row(has_a_plain_name);
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        for (size_t i = 0; i < *tables[t].count; i++)
            assert_ptr_equal(setting_find(tables[t].rows, *tables[t].count, tables[t].rows[i].name),
                             &tables[t].rows[i]);
    }
}

/* A group is written once: its rows stand together. */
static void rows__of_a_group_stand_together(void **state)
{
    (void)state;
    for (size_t i = 1; i < integration_setting_count; i++) {
        const char *name = integration_settings[i].name;
        const char *previous = integration_settings[i - 1].name;
        size_t len = strcspn(name, ".");

        if (!name[len] || strncmp(previous, name, len + 1) == 0)
            continue;
        for (size_t j = 0; j < i; j++) {
            if (strncmp(integration_settings[j].name, name, len + 1) == 0)
                fail_msg("%s stands apart from its group", name);
        }
    }
}

/* The order of the rows is the order of the form: sections come one after the other. */
static void rows__stand_in_the_order_of_the_sections(void **state)
{
    (void)state;
    for (size_t i = 1; i < integration_setting_count; i++) {
        if (integration_settings[i].section < integration_settings[i - 1].section)
            fail_msg("%s stands behind a later section", integration_settings[i].name);
    }
    for (int i = 0; i < SECTION_COUNT; i++)
        assert_true(isupper((unsigned char)setting_section_title((enum setting_section)i)[0]));
}

static void has_a_good_default(const struct setting *row)
{
    struct error err = {0};
    bool needs = row->kind == KIND_BOOL || row->kind == KIND_INT;

    if (needs && !row->fallback)
        fail_msg("%s: no default", row->name);
    if (!setting_check(row, row->fallback, &err))
        fail_msg("%s: default '%s': %s", row->name, row->fallback, err.text);
}

static void rows__have_a_default_that_they_take(void **state)
{
    (void)state;
    each_row(has_a_good_default);
}

static void has_whole_choices(const struct setting *row)
{
    if ((row->kind == KIND_CHOICE) != (row->choices != NULL))
        fail_msg("%s: choices belong to KIND_CHOICE", row->name);
    for (const struct choice *c = row->choices; c && c->value; c++) {
        if (!*c->value || !c->label || !*c->label)
            fail_msg("%s: a choice without words", row->name);
        for (const struct choice *d = row->choices; d < c; d++) {
            if (strcmp(c->value, d->value) == 0 || c->number == d->number)
                fail_msg("%s: '%s' is there twice", row->name, c->value);
        }
    }
}

static void rows__have_whole_choices(void **state)
{
    (void)state;
    each_row(has_whole_choices);
}

static const struct choice *choices_of(const char *name)
{
    return setting_find(integration_settings, integration_setting_count, name)->choices;
}

static size_t choice_count(const char *name)
{
    const struct choice *c = choices_of(name), *end = c;

    while (end->value)
        end++;
    return (size_t)(end - c);
}

static void choices__cover_the_model(void **state)
{
    (void)state;
    assert_int_equal(choice_count("auth.type"), AUTH_OAUTH);
    assert_int_equal(choice_count("method"), METHOD_DELETE + 1);
    assert_int_equal(choice_count("format"), FORMAT_NOTIFICATION + 1);
    assert_int_equal(choice_count("auth.client_auth"), CLIENT_AUTH_NONE + 1);
    for (const struct choice *c = choices_of("method"); c->value; c++)
        assert_string_equal(c->value, http_method_text((enum http_method)c->number));
    for (const struct choice *c = choices_of("auth.type"); c->value; c++)
        assert_string_equal(c->label, auth_type_label((enum auth_type)c->number));
}

static void says_where_secrets_go(const struct setting *row)
{
    bool carries = row->kind == KIND_SECRET || row->kind == KIND_PARAMS;
    const struct setting *to;

    if (carries != (row->sent_to != NULL))
        fail_msg("%s: sent_to", row->name);
    if (!carries)
        return;
    to = setting_find(integration_settings, integration_setting_count, row->sent_to);
    if (!to || to->kind != KIND_URL)
        fail_msg("%s: is sent to '%s', which is no URL", row->name, row->sent_to);
}

static void rows__say_where_secrets_go(void **state)
{
    (void)state;
    each_row(says_where_secrets_go);
}

/* Texts that settings with a rule of their own take. */
static const char *const samples[][2] = {
    {"auth.key_name", "x-api-client-token"}, {"tls.ca_file", "/etc/ssl/own.pem"},
    {"proxy", "socks5://127.0.0.1:1080"},    {"tenant.id", "5f0f0b1e-5a7e-4c63-9b55-1f6f7f3f2c11"},
    {"tenant.account", "123456789012"},
};

/* A value that the row takes and that is not its default; the caller frees. */
static char *sample_of(const struct setting *row)
{
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        if (strcmp(samples[i][0], row->name) == 0)
            return mem_strdup(samples[i][1]);
    }
    switch (row->kind) {
    case KIND_URL:
        return mem_printf("https://%s.example/in?a=b", strrchr(row->name, '.') ? "login" : "hook");
    case KIND_BOOL:
        return mem_strdup(strcmp(row->fallback, "true") == 0 ? "false" : "true");
    case KIND_INT:
        return mem_printf("%d", (int)(atoi(row->fallback) == row->max ? row->max - 1 : row->max));
    case KIND_CHOICE:
        return mem_strdup(row->choices[row->fallback ? 1 : 0].value);
    case KIND_SECRET:
        return mem_strdup("sealed:1:2026-09-02:QUJD");
    case KIND_TEXT:
    case KIND_PARAMS:
        break;
    }
    return mem_printf("A \"quoted\\ text\" of %s é", row->label);
}

static void gives_back_what_it_took(const struct setting *row)
{
    char *sample = sample_of(row), *back;
    struct integration in;
    struct general general;
    struct error err = {0};
    bool of_general = setting_find(general_settings, general_setting_count, row->name) == row;
    void *base = of_general ? (void *)&general : (void *)&in;

    integration_init(&in);
    general_init(&general);
    if (row->kind != KIND_PARAMS) {
        if (!setting_is_default(row, base))
            fail_msg("%s: does not start with its default", row->name);
        if (!setting_set(row, base, sample, &err))
            fail_msg("%s: '%s': %s", row->name, sample, err.text);
        back = setting_get(row, base);
        assert_string_equal(back, sample);
        if (setting_is_default(row, base) || !setting_is_set(row, base))
            fail_msg("%s: '%s' counts as the default", row->name, sample);
        setting_reset(row, base);
        assert_true(setting_is_default(row, base));
        free(back);
    }
    integration_release(&in);
    general_release(&general);
    free(sample);
}

static void rows__give_back_what_they_took(void **state)
{
    (void)state;
    each_row(gives_back_what_it_took);
}

static void set_sample(const struct setting *row, void *base)
{
    struct error err = {0};
    char *sample = sample_of(row);

    if (row->kind == KIND_PARAMS) {
        param_set(setting_params(row, base), PLACE_HEADER, "X-A", "v\\\"", false);
        param_set(setting_params(row, base), PLACE_BODY, "b", "env:B", true);
        param_set(setting_params(row, base), PLACE_QUERY, "missing", NULL, true);
    } else if (strcmp(row->name, "auth.type") != 0 && !setting_set(row, base, sample, &err)) {
        fail_msg("%s: %s", row->name, err.text);
    }
    free(sample);
}

/* Adds an integration of the type in which every setting that applies has a value of its own. */
static void add_filled(struct config *config, enum auth_type type)
{
    struct integration in;

    integration_init(&in);
    in.auth.type = type;
    for (size_t i = 0; i < integration_setting_count; i++) {
        if (setting_applies(&integration_settings[i], &in))
            set_sample(&integration_settings[i], &in);
    }
    free(in.name);
    in.name = mem_printf("type %d", type);
    config_put(config, &in);
    integration_release(&in);
}

static void assert_same_general(const struct general *a, const struct general *b)
{
    for (size_t i = 0; i < general_setting_count; i++) {
        char *left = setting_get(&general_settings[i], a);
        char *right = setting_get(&general_settings[i], b);

        assert_string_equal(left, right);
        free(left);
        free(right);
    }
}

static void rows__survive_save_and_load(void **state)
{
    struct config saved = {0}, loaded = {0};
    struct error err = {0};
    struct tmpdir dir;
    char *path;

    (void)state;
    tmpdir_init(&dir);
    path = tmpdir_path(&dir, "checkhook.conf");
    assert_true(config_load(&saved, path, &err));
    assert_true(config_begin(&saved, &err));
    for (size_t i = 0; i < general_setting_count; i++)
        set_sample(&general_settings[i], &saved.general);
    for (int type = AUTH_NONE; type <= AUTH_OAUTH; type++)
        add_filled(&saved, (enum auth_type)type);
    if (!config_commit(&saved, &err))
        fail_msg("%s", err.text);
    if (!config_load(&loaded, path, &err))
        fail_msg("%s", err.text);
    assert_same_general(&saved.general, &loaded.general);
    assert_int_equal(loaded.integrations.count, AUTH_OAUTH);
    for (size_t i = 0; i < loaded.integrations.count; i++)
        assert_true(integration_equal(&saved.integrations.items[i], &loaded.integrations.items[i]));
    config_release(&saved);
    config_release(&loaded);
    free(path);
    tmpdir_release(&dir);
}

static void check_settings__have_a_sentence_and_take_a_value(void **state)
{
    /* a value, and how it goes back to the catalogue's */
    static const char *const values[][4] = {
        {"enabled", "false", "enabled", ""}, {"severity", "low", "severity", ""},
        {"ignore", "a,b", "ignore", ""},     {"ignore+", "a", "ignore-", "A"},
        {"ignore-", "", "ignore+", ""},      {"settings.NAME", "7", "settings.days", ""},
    };
    size_t i = 0;

    (void)state;
    for (const struct check_setting *s = check_settings; s->name; s++, i++) {
        struct check_config check;
        struct error err = {0};
        const char *name = strcmp(s->name, "settings.NAME") == 0 ? "settings.days" : s->name;

        assert_string_equal(s->name, values[i][0]);
        assert_int_equal(s->help[strlen(s->help) - 1], '.');
        check_config_init(&check, "no-mfa");
        assert_true(check_config_set(&check, name, values[i][1], &err));
        assert_int_equal(check_config_is_empty(&check), values[i][1][0] == '\0');
        assert_true(check_config_set(&check, values[i][2], values[i][3], &err));
        assert_true(check_config_is_empty(&check));
        check_config_release(&check);
    }
    assert_int_equal(i, ARRAY_LEN(values));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows__have_a_label_and_a_sentence),
        cmocka_unit_test(rows__have_names_of_their_own),
        cmocka_unit_test(rows__of_a_group_stand_together),
        cmocka_unit_test(rows__stand_in_the_order_of_the_sections),
        cmocka_unit_test(rows__have_a_default_that_they_take),
        cmocka_unit_test(rows__have_whole_choices),
        cmocka_unit_test(choices__cover_the_model),
        cmocka_unit_test(rows__say_where_secrets_go),
        cmocka_unit_test(rows__give_back_what_they_took),
        cmocka_unit_test(rows__survive_save_and_load),
        cmocka_unit_test(check_settings__have_a_sentence_and_take_a_value),
    };

    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
