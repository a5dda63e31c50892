/* Lists of users whom a check never reports: what may stand there, and that SQL and C agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/config/ignore.h"
#include "core/store/datasets.h"
#include "tests/support/checkbed.h"

static void ignore_read__knows_four_kinds(void **state)
{
    static const struct {
        const char *entry, *value;
        enum ignore_kind kind;
    } rows[] = {
        {"fern", "fern", IGNORE_LOGIN},
        {"fern@example.com", "fern@example.com", IGNORE_LOGIN},
        {"login:svc:backup", "svc:backup", IGNORE_LOGIN},
        {"login:@here", "@here", IGNORE_LOGIN},
        {"@example.com", "@example.com", IGNORE_DOMAIN},
        {"Department: Sales", "Sales", IGNORE_DEPARTMENT},
        {"department:Sales: EMEA", "Sales: EMEA", IGNORE_DEPARTMENT},
        {"type:guest", "guest", IGNORE_TYPE},
    };
    struct error err = {0};
    const char *value;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(ignore_read(rows[i].entry, &value), rows[i].kind);
        assert_string_equal(value, rows[i].value);
        assert_true(ignore_valid(rows[i].entry, &err));
    }
}

static void ignore_valid__says_what_is_wrong(void **state)
{
    static const char *const rows[][2] = {
        {"@", "'@': a domain is written @example.com"},
        {"@a@b", "'@a@b': a domain is written @example.com"},
        {"@two words", "'@two words': a domain is written @example.com"},
        {"department:", "'department:': nothing follows the colon"},
        {"type:boss", "'type:boss': a user is of type member, guest, service, root or external"},
        {"typ:guest", "'typ:guest': write a login, @DOMAIN, department:NAME or type:TYPE; a login "
                      "that holds a colon is written login:typ:guest"},
        {"a\x1b[2J", "an entry must be plain text"},
        {"\xff", "an entry must be plain text"},
    };
    char *longest = mem_printf("%0*d", IGNORE_BYTES_MAX + 1, 0);
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_false(ignore_valid(rows[i][0], &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.text, rows[i][1]);
    }
    assert_true(ignore_valid(longest + 1, &err));
    assert_false(ignore_valid(longest, &err));
    free(longest);
}

static void ignore_valid__knows_the_types_of_the_importers(void **state)
{
    struct error err = {0};
    const struct column *column = user_columns;

    (void)state;
    while (strcmp(column->name, "user_type") != 0)
        column++;
    for (size_t i = 0; column->choices[i]; i++) {
        char *entry = mem_printf("type:%s", column->choices[i]);
        assert_true(ignore_valid(entry, &err));
        free(entry);
    }
}

static void ignore_add__takes_each_once(void **state)
{
    struct text_list list = {0};
    struct error err = {0};

    (void)state;
    assert_true(ignore_add(&list, "  Fern ", &err));
    assert_true(ignore_add(&list, "login:FERN", &err));
    assert_true(ignore_add(&list, "department:fern", &err));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0], "Fern");
    assert_false(ignore_add(&list, " ", &err));
    assert_true(ignore_remove(&list, "fern", &err));
    assert_int_equal(list.count, 1);
    assert_false(ignore_remove(&list, "fern", &err));
    assert_string_equal(err.text, "'fern' is not in the list");
    for (size_t i = list.count; i < IGNORE_ENTRIES_MAX; i++) {
        char login[16];
        snprintf(login, sizeof login, "u%zu", i);
        assert_true(ignore_add(&list, login, &err));
    }
    assert_false(ignore_add(&list, "one-more", &err));
    assert_non_null(strstr(err.text, "at most 1000 entries"));
    text_list_release(&list);
}

static void ignore_split__is_the_way_back_of_join(void **state)
{
    struct text_list list = {0}, back = {0};
    char *line;

    (void)state;
    ignore_split(" fern,,CORP\\moss , department:Sales\\, EMEA,", &list);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0], "fern");
    assert_string_equal(list.items[1], "CORP\\moss");
    assert_string_equal(list.items[2], "department:Sales, EMEA");
    line = ignore_join(&list);
    assert_string_equal(line, "fern, CORP\\moss, department:Sales\\, EMEA");
    ignore_split(line, &back);
    assert_int_equal(back.count, 3);
    for (size_t i = 0; i < back.count; i++)
        assert_string_equal(back.items[i], list.items[i]);
    free(line);
    text_list_release(&list);
    text_list_release(&back);
}

/* --- who is ignored ------------------------------------------------------------------------- */

#define USERS                                                                                      \
    X("fern", NULL, NULL, NULL)                                                                    \
    X("MOSS", NULL, NULL, "guest")                                                                 \
    X("sedge@example.com", NULL, "Sales", NULL)                                                    \
    X("reed", "Reed@Example.COM", "SALES", "member")                                               \
    X("rush@mail.example.com", NULL, "Sales EMEA", "external")                                     \
    X("a@b@example.com", NULL, NULL, NULL)                                                         \
    X("example.com", NULL, NULL, "service")                                                        \
    X("iris@example.com.", NULL, NULL, "root")                                                     \
    X("o'brien", "@", "\xc3\x84rzte", NULL)                                                        \
    X("lily", "", "\xc3\xa4RZTE", NULL)                                                            \
    X("\xc3\x96sterreich-\xc3\xbc", NULL, "M\xc3\xbcller-\xc3\x96", NULL)                          \
    X("aster", "a@M\xc3\xbcller-\xc3\x96rtlich.EXAMPLE", NULL, NULL)

static const struct ignore_user users[] = {
#define X(login, email, department, type) {login, email, department, type},
    USERS
#undef X
};

/* Entries, and the places in `users` of those whom they ignore. */
static const struct {
    const char *line, *ignored;
} cases[] = {
    {"fern", "0"},
    {"Moss", "1"},
    {"@Example.com", "2 3 5"},
    {"@mail.example.com", "4"},
    {"department:sales", "2 3"},
    {"type:GUEST, type:service", "1 6"},
    {"O'Brien", "8"},
    {"department:\xc3\xa4rzte", "8 9"},
    {"department:\xc3\x84rzte", "8 9"},
    {"department:m\xc3\x9cLLER-\xc3\xb6", "10"},
    {"\xc3\xb6STERREICH-\xc3\x9c", "10"},
    {"@m\xc3\xbcller-\xc3\xb6RTLICH.example", "11"},
    {"login:example.com", "6"},
    {"nobody, @nowhere.example, department:None, type:root", "7"},
    {"fern, @mail.example.com, department:sales, type:guest", "0 1 2 3 4"},
    /* of more lengths than are looked for one by one */
    {"@a.b, @a.bc, @a.bcd, @a.bcde, @a.bcdef, @a.bcdefg, @example.com, @mail.example.com",
     "2 3 4 5"},
};

static void add_number(char *text, size_t size, size_t number)
{
    size_t len = strlen(text);
    snprintf(text + len, size - len, "%s%zu", len > 0 ? " " : "", number);
}

static void ignore_set__finds_all_kinds(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct text_list list = {0};
        struct ignore_set set;
        char found[64] = "";
        ignore_split(cases[i].line, &list);
        ignore_set_init(&set, &list);
        for (size_t u = 0; u < ARRAY_LEN(users); u++)
            if (ignore_set_has(&set, &users[u]))
                add_number(found, sizeof found, u);
        assert_string_equal(found, cases[i].ignored);
        ignore_set_release(&set);
        text_list_release(&list);
    }
}

static struct value text_value(const char *text)
{
    return text ? (struct value){.kind = VALUE_TEXT, .text = text} : (struct value){0};
}

static void load_users(struct checkbed *bed)
{
    const struct dataset_info info = {.source = "s", .format = "f", .loaded_at = BED_NOW};
    struct error err = {0};
    char id[8];

    assert_true(datasets_begin(bed->store, &info, &err));
    for (size_t u = 0; u < ARRAY_LEN(users); u++) {
        struct value values[64] = {0};
        int64_t uid;
        snprintf(id, sizeof id, "%zu", u);
        for (size_t i = 0; user_columns[i].name; i++) {
            const char *name = user_columns[i].name;
            if (strcmp(name, "id") == 0)
                values[i] = text_value(id);
            else if (strcmp(name, "login") == 0)
                values[i] = text_value(users[u].login);
            else if (strcmp(name, "email") == 0)
                values[i] = text_value(users[u].email);
            else if (strcmp(name, "department") == 0)
                values[i] = text_value(users[u].department);
            else if (strcmp(name, "user_type") == 0)
                values[i] = text_value(users[u].type);
            else if (strcmp(name, "status") == 0)
                values[i] = text_value("active");
            else if (strstr(name, "_known"))
                values[i] = (struct value){.kind = VALUE_INT, .number = 0};
        }
        assert_true(datasets_add_user(bed->store, values, &uid, &err));
    }
    assert_true(datasets_finish(bed->store, &err));
}

/* Those who are outside for the check "all", which everybody else fails; as many are outside for
 * the check "unsaid", which nobody else can be asked. */
static void outside(const struct checkbed *bed, char *found, size_t size)
{
    size_t count = 0;
    struct run_options options = checkbed_options(bed);
    options.dry_run = true;
    struct job *job = checkbed_start(&options);
    checkbed_finish(job);
    const struct text_list *fresh = &checkbed_line(job, "all")->fresh_logins;
    for (size_t u = 0; u < ARRAY_LEN(users); u++)
        if (!text_list_has(fresh, users[u].login)) {
            add_number(found, size, u);
            count++;
        }
    const struct run_line *unsaid = checkbed_line(job, "unsaid");
    assert_int_equal(unsaid->evaluated, 0);
    assert_int_equal(unsaid->unknown, ARRAY_LEN(users) - count);
    job_free(job);
}

static void ignored_users__are_the_same_in_a_run(void **state)
{
    static const char checks[] =
        "checks = ( { id = \"all\"; title = \"All\"; severity = \"low\"; description = ( \"d\" );"
        " recommended_actions = ( \"a\" ); fails = \"1\"; },"
        " { id = \"unsaid\"; title = \"Unsaid\"; severity = \"low\"; description = ( \"d\" );"
        " recommended_actions = ( \"a\" ); applies = \"u.enabled = 1\"; fails = \"1\"; } );";
    struct checkbed bed;

    (void)state;
    checkbed_init(&bed, checks, NULL);
    load_users(&bed);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        static const char *const ids[] = {"all", "unsaid"};
        char found[64] = "";
        for (size_t c = 0; c < ARRAY_LEN(ids); c++) {
            struct text_list *list = &config_check_make(&bed.config, ids[c])->ignore;
            text_list_release(list);
            ignore_split(cases[i].line, list);
        }
        outside(&bed, found, sizeof found);
        assert_string_equal(found, cases[i].ignored);
    }
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ignore_read__knows_four_kinds),
        cmocka_unit_test(ignore_valid__says_what_is_wrong),
        cmocka_unit_test(ignore_valid__knows_the_types_of_the_importers),
        cmocka_unit_test(ignore_add__takes_each_once),
        cmocka_unit_test(ignore_split__is_the_way_back_of_join),
        cmocka_unit_test(ignore_set__finds_all_kinds),
        cmocka_unit_test(ignored_users__are_the_same_in_a_run),
    };
    return cmocka_run_group_tests_name("ignore", tests, NULL, NULL);
}
