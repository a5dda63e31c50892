/* Tests of sources as tables: fields, converters, lists, kinds, pages, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/dataset/json_source.h"
#include "tests/support/records.h"

#define KNOWN_0 "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"

/* --- a source that uses all of it ------------------------------------------------------------ */

static const struct json_word level_words[] = {
    {"true", "active"}, {"7", "locked"}, {NULL, "deleted"}};
static const char *const never[] = {"null", "1970-01-01T00:00:00Z", "-", NULL};

static const struct json_field user_fields[] = {
    {"id", "id", json_as_text, NULL},
    {"names.login", "login", NULL, NULL},
    {"names.mail", "email", NULL, NULL},
    {"names.mail", "display_name", json_as_text, NULL},
    {"/urn:a.b/boss", "manager", json_as_said, NULL},
    {"level", "status", json_as_word, level_words},
    {"off", "enabled", json_as_not, NULL},
    {"made", "created_at", json_as_epoch, NULL},
    {"seen", "last_login_at", json_as_time_or_never, never},
    {NULL, "risk_level", json_always, "low"},
    {0},
};

static bool is_not_blank(const cJSON *entry)
{
    return !cJSON_IsString(entry) || *entry->valuestring;
}

static const struct json_field key_fields[] = {
    {"", "kind", json_as_text, NULL}, {NULL, "status", json_always, "active"}, {0}};
static const struct json_field group_fields[] = {{"name", "role", NULL, NULL},
                                                 {"tier", "tier", NULL, NULL},
                                                 {NULL, "assignment", json_always, "active"},
                                                 {0}};

static bool name_group(struct json_reader *r, const cJSON *entry, struct value *row,
                       struct error *err)
{
    const char *name = json_text_at(entry, "name");
    if (name && strcmp(name, "bad") == 0)
        return error_set(err, ERR_INVALID, "no such group");
    json_put_text(row, RECORD_ROLES, "scope", json_reader_keep(r, mem_printf("of %s", name)));
    return true;
}

static const struct json_list user_lists[] = {
    {.path = "keys", .table = RECORD_FACTORS, .fields = key_fields, .wanted = is_not_blank},
    {.path = "in.groups",
     .table = RECORD_ROLES,
     .fields = group_fields,
     .finish = name_group,
     .partial = true},
    {0},
};

static bool drop_hidden(struct json_reader *r, const cJSON *item, struct record *record,
                        struct error *err)
{
    (void)record;
    (void)err;
    if (json_at(item, "hidden"))
        json_reader_drop(r);
    return true;
}

static const struct json_field pass_fields[] = {{"role", "role", NULL, NULL},
                                                {NULL, "tier", json_always, "1"},
                                                {NULL, "assignment", json_always, "active"},
                                                {0}};

static bool in_passes(const struct json_reader *r, const cJSON *item)
{
    (void)item;
    return json_text_at(json_reader_page(r), "about") != NULL;
}

/* Counts; names of a file are told at its end. */
static bool count_name(struct json_reader *r, const cJSON *item, struct error *err)
{
    int *count = json_reader_own(r);
    (void)err;
    ++*count;
    return json_text_at(item, "name") || error_set(err, ERR_INVALID, "a name is expected");
}

static bool tell_count(struct json_reader *r, struct error *err)
{
    const int *count = json_reader_own(r);
    struct record *record = json_reader_record(r, RECORD_ADDS);
    if (!*count)
        return true;
    json_put_text(
        record_user(record), RECORD_USER, "id",
        json_reader_keep(r, mem_printf("%d names in %s", *count, json_reader_file(r)->name)));
    return json_reader_emit(r, record, err);
}

static bool is_empty(const cJSON *page)
{
    return json_at(page, "nothing");
}

static const char *const user_members[] = {"id", "names", NULL};
static const char *const pass_members[] = {"who", NULL};
static const char *const name_members[] = {"name", NULL};
static const char *const noise_members[] = {"noise", NULL};

static const struct json_kind kinds[] = {
    {.name = "user",
     .members = user_members,
     .fields = user_fields,
     .lists = user_lists,
     .finish = drop_hidden},
    {.name = "pass",
     .members = pass_members,
     .fits = in_passes,
     .part = RECORD_ADDS,
     .user_id = "who.id",
     .user_login = "who.login",
     .table = RECORD_ROLES,
     .fields = pass_fields},
    {.name = "name", .members = name_members, .take = count_name},
    {.name = "noise", .members = noise_members, .ignored = true},
    {0},
};

static const char *const arrays[] = {"rows", NULL};
static const char *const next[] = {"next", "more.link", NULL};
static const struct json_source source = {
    .arrays = arrays,
    .next = next,
    .kinds = kinds,
    .own_size = sizeof(int),
    .recognise_page = is_empty,
    .finish = tell_count,
};
JSON_FORMAT(demo, source, .repeats = true);

/* --- tests ----------------------------------------------------------------------------------- */

static void assert_records(const char *bytes, const char *expected)
{
    for (size_t piece = 0; piece < 5; piece++) {
        struct error err = {0};
        char *records = records_read(&demo_format, bytes, strlen(bytes), piece, &err);
        assert_string_equal(err.text, "");
        assert_string_equal(records, expected);
        free(records);
    }
}

#define assert_refused(bytes, expected) records_refuse(&demo_format, bytes, expected)

#define USER(more) "{\"id\":1,\"names\":{\"login\":\"a\"}" more "}"
#define READ(before, after)                                                                        \
    "user id='1' login='a' " before "last_login_known=0 " KNOWN_0 " risk_level='low'" after "\n"

static void json_field__is_found_by_its_path(void **state)
{
    (void)state;
    assert_records("{\"x\":{\"id\":9},\"names\":{\"z\":[],\"mail\":\"m\",\"login\":\"a\"},\"id\":"
                   "12345678901,\"urn:a.b\":{\"boss\":\"\"},\"urn:a\":{\"b/boss\":\"x\"}}",
                   "user id='12345678901' login='a' email='m' display_name='m' status='unknown' "
                   "last_login_known=0 " KNOWN_0 " risk_level='low' manager=''\n");
    assert_records(USER(",\"off\":null,\"level\":null,\"made\":null,\"urn:a.b\":null"),
                   READ("status='unknown' ", ""));
    assert_records("{\"id\":\"1\",\"names\":{\"login\":\"a\",\"mail\":\"\"},\"off\":\"\","
                   "\"level\":\"\",\"made\":\"\",\"seen\":\"\"}",
                   READ("status='unknown' ", ""));
}

static void json_as_word__reads_texts_flags_and_numbers(void **state)
{
    (void)state;
    assert_records(USER(",\"level\":true"), READ("status='active' enabled=1 ", ""));
    assert_records(USER(",\"level\":\"TRUE\""), READ("status='active' enabled=1 ", ""));
    assert_records(USER(",\"level\":7"), READ("status='locked' enabled=1 ", ""));
    assert_records(USER(",\"level\":\"other\""), READ("status='deleted' enabled=0 ", ""));
    assert_refused(USER(",\"level\":[]"), "file:1: level: a list stands where a word is expected");
}

static void json_as_not__turns_a_flag_round(void **state)
{
    (void)state;
    assert_records(USER(",\"off\":true"), READ("status='unknown' enabled=0 ", ""));
    assert_records(USER(",\"off\":\"no\""), READ("status='unknown' enabled=1 ", ""));
    assert_refused(USER(",\"off\":\"perhaps\""),
                   "file:1: off: 'perhaps' is not a flag; write true or false");
}

static void json_as_epoch__takes_zero_and_less_for_unknown(void **state)
{
    (void)state;
    assert_records(USER(",\"made\":1700000000"),
                   READ("status='unknown' created_at=1700000000 ", ""));
    assert_records(USER(",\"made\":\"1700000000\""),
                   READ("status='unknown' created_at=1700000000 ", ""));
    assert_records(USER(",\"made\":0"), READ("status='unknown' ", ""));
    assert_records(USER(",\"made\":-1"), READ("status='unknown' ", ""));
    assert_refused(USER(",\"made\":\"2023-11-14\""),
                   "file:1: made: another value stands where a time in Unix seconds is expected");
    assert_refused(USER(",\"made\":true"),
                   "file:1: made: another value stands where a time in Unix seconds is expected");
    assert_refused(USER(",\"made\":1e300"), "file:1: made: a fraction, or a number that is too "
                                            "large, stands where a time in Unix seconds is "
                                            "expected");
}

#define SEEN(known)                                                                                \
    "user id='1' login='a' status='unknown' " known " " KNOWN_0 " risk_level='low'\n"

static void json_as_time_or_never__knows_what_means_never(void **state)
{
    (void)state;
    static const char *const values[][2] = {
        {"null", SEEN("last_login_known=1")},
        {"\"-\"", SEEN("last_login_known=1")},
        {"\"1970-01-01T00:00:00Z\"", SEEN("last_login_known=1")},
        {"\"1970-01-01T00:00:00.000+00:00\"", SEEN("last_login_known=1")},
        {"0", SEEN("last_login_known=1")},
        {"\"\"", SEEN("last_login_known=0")},
        {"-1", SEEN("last_login_known=0")},
        {"\"0001-01-01T00:00:00Z\"", SEEN("last_login_known=0")},
        {"\"1970-01-01T00:00:01Z\"", SEEN("last_login_at=1 last_login_known=1")},
        {"\"2023-11-14T22:13:20Z\"", SEEN("last_login_at=1700000000 last_login_known=1")},
    };
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        char *bytes = mem_printf(USER(",\"seen\":%s"), values[i][0]);
        assert_records(bytes, values[i][1]);
        free(bytes);
    }
    assert_refused(USER(",\"seen\":false"),
                   "file:1: seen: another value stands where a time is expected");
}

static void json_list__makes_rows_of_entries(void **state)
{
    (void)state;
    assert_records(USER(",\"keys\":[\"push\",\"\",\"sms\"]"),
                   "user id='1' login='a' status='unknown' last_login_known=0 factors_known=1 "
                   "roles_known=0 sign_ins_known=0 credentials_known=0 risk_level='low'\n"
                   "  factor kind='push' strength=2 status='active'\n"
                   "  factor kind='sms' strength=1 status='active'\n");
    assert_records(USER(",\"keys\":[],\"in\":{\"groups\":null}"),
                   "user id='1' login='a' status='unknown' last_login_known=0 factors_known=1 "
                   "roles_known=0 sign_ins_known=0 credentials_known=0 risk_level='low'\n");
    /* Entries of a partial list do not say that these are all. */
    assert_records(USER(",\"in\":{\"groups\":[{\"name\":\"g\",\"tier\":2}]}"),
                   READ("status='unknown' ", "") "  role role='g' tier=2 assignment='active' "
                                                 "scope='of g'\n");
}

static void json_list__says_which_entry_is_wrong(void **state)
{
    (void)state;
    assert_refused(
        "[" USER("") "," USER(",\"in\":{\"groups\":[{\"name\":\"g\",\"tier\":1},{\"name\":"
                              "\"bad\",\"tier\":1}]}") "]",
        "file:1: $[1]: in.groups[1]: no such group");
    assert_refused(USER(",\"in\":{\"groups\":[{\"name\":\"g\",\"tier\":9}]}"),
                   "file:1: in.groups[0]: tier: '9' is not a whole number from 0 to 3");
    assert_refused(USER(",\"in\":{\"groups\":[7]}"), "file:1: in.groups[0]: an object is expected");
    assert_refused(USER(",\"keys\":{}"), "file:1: keys: a list is expected");
}

static void json_kind__refuses_what_would_be_a_guess(void **state)
{
    (void)state;
    assert_refused(USER(",\"id\":2"), "file:1: member 'id' is there twice");
    assert_refused("{\"id\":1,\"names\":{\"login\":\"a\",\"login\":\"b\"}}",
                   "file:1: names: member 'login' is there twice");
    assert_refused("{\"id\":1,\"names\":[\"a\"]}", "file:1: names: an object is expected");
    assert_refused("{\"id\":1,\"names\":{\"login\":7}}",
                   "file:1: names.login: a number stands where a text is expected");
    assert_records(USER(",\"x\":1,\"x\":2"), READ("status='unknown' ", ""));
}

static void json_kind__is_the_first_that_fits(void **state)
{
    (void)state;
    assert_records("{\"noise\":1}{\"noise\":2,\"keys\":3}", "");
    assert_records(USER(",\"noise\":1"), READ("status='unknown' ", ""));
    assert_refused("{\"who\":{\"id\":\"1\"},\"role\":\"r\"}",
                   "file:1: the object is none of what this format knows: user, pass, name");
    assert_records("{\"about\":\"passes\",\"rows\":[{\"who\":{\"id\":\"1\",\"login\":\"a\"},"
                   "\"role\":\"r\"},{\"who\":{\"login\":\"b\"},\"role\":\"r\"}]}",
                   "adds id='1' login='a' roles_known=1\n  role role='r' tier=1 "
                   "assignment='active'\n"
                   "adds login='b' roles_known=1\n  role role='r' tier=1 assignment='active'\n");
    assert_refused("{\"about\":\"passes\",\"rows\":[{\"who\":{},\"role\":\"r\"}]}",
                   "file:1: $.rows[0]: it does not say whose it is");
}

static void json_kind__may_make_no_record(void **state)
{
    (void)state;
    assert_records(USER(",\"hidden\":1"), "");
    assert_records("[{\"name\":\"x\"},{\"name\":\"y\"}]", "adds id='2 names in file'\n");
    assert_refused("[{\"name\":7}]", "file:1: $[0]: a name is expected");
}

#define PAGE(rest, items) "{\"rows\":[" items "]" rest "}"

static void json_source__asks_for_the_next_page(void **state)
{
    (void)state;
    static const char missing[] = "file names a next page, which is not there; save all pages into "
                                  "one folder, or add what is here with --merge";
    static const char *const named[] = {",\"next\":\"x\"", ",\"next\":0", ",\"next\":true",
                                        ",\"more\":{\"link\":\"x\"}"};
    static const char *const none[] = {"", ",\"next\":null", ",\"next\":\"\"", ",\"next\":false",
                                       ",\"more\":{}"};
    for (size_t i = 0; i < ARRAY_LEN(named); i++) {
        char *page = mem_printf(PAGE("%s", USER("")), named[i]);
        assert_refused(page, missing);
        free(page);
    }
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        char *page = mem_printf(PAGE("%s", USER("")), none[i]);
        assert_records(page, READ("status='unknown' ", ""));
        free(page);
    }
}

static void json_source__knows_which_page_ends_which_list(void **state)
{
    (void)state;
    /* The last page of the names does not end the users; one without items ends any list. */
    assert_refused(PAGE(",\"next\":1", USER("")) PAGE("", "{\"noise\":1}"),
                   "file names a next page, which is not there; save all pages into one folder, or "
                   "add what is here with --merge");
    assert_records(PAGE("", USER("")) PAGE(",\"next\":1", USER("")),
                   READ("status='unknown' ", "") READ("status='unknown' ", ""));
    assert_records(PAGE(",\"next\":1", USER("")) PAGE(",\"next\":1", "") PAGE("", ""),
                   READ("status='unknown' ", ""));
    assert_records(PAGE(",\"next\":1", USER("")) "{\"nothing\":1}", READ("status='unknown' ", ""));
}

static void json_source__ranks_users_before_what_adds_to_them(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        int rank;
    } files[] = {
        {USER(""), 0},
        {"[{\"name\":\"x\"}]", 0},
        {"{\"about\":\"x\",\"rows\":[{\"who\":1}]}", 1},
        {" [ ]\n", 1},
        {"{\"nothing\":1}", 0},
        {"[[]]", FORMAT_NOT_MINE},
        {"{\"other\":1}", FORMAT_NOT_MINE},
        {"", FORMAT_NOT_MINE},
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const struct format_file file = {"f", "f", files[i].head, strlen(files[i].head)};
        assert_int_equal(demo_format.rank(&file), files[i].rank);
    }
}

static void json_at__follows_paths(void **state)
{
    (void)state;
    struct error err = {0};
    static const char text[] = "{\"a\":{\"b\":\"x\",\"b.c\":{\"d/e\":\"\"}},\"\":\"y\"}";
    cJSON *item = json_parse(text, strlen(text), &err);
    assert_string_equal(json_text_at(item, "a.b"), "x");
    assert_null(json_at(item, "a.b.c"));
    assert_null(json_at(item, "a.x"));
    assert_null(json_at(item, "ab"));
    assert_non_null(json_at(item, "/a/b.c"));
    assert_ptr_equal(json_at(item, ""), item);
    assert_null(json_text_at(item, "a"));
    assert_null(json_at(NULL, "a"));
    cJSON_Delete(item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_field__is_found_by_its_path),
        cmocka_unit_test(json_as_word__reads_texts_flags_and_numbers),
        cmocka_unit_test(json_as_not__turns_a_flag_round),
        cmocka_unit_test(json_as_epoch__takes_zero_and_less_for_unknown),
        cmocka_unit_test(json_as_time_or_never__knows_what_means_never),
        cmocka_unit_test(json_list__makes_rows_of_entries),
        cmocka_unit_test(json_list__says_which_entry_is_wrong),
        cmocka_unit_test(json_kind__refuses_what_would_be_a_guess),
        cmocka_unit_test(json_kind__is_the_first_that_fits),
        cmocka_unit_test(json_kind__may_make_no_record),
        cmocka_unit_test(json_source__asks_for_the_next_page),
        cmocka_unit_test(json_source__knows_which_page_ends_which_list),
        cmocka_unit_test(json_source__ranks_users_before_what_adds_to_them),
        cmocka_unit_test(json_at__follows_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
