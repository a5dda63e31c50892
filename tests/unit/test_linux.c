/* Tests of accounts of a Linux host: passwd with what shadow, group and lastlog say about them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/dataset/linux_lastlog.h"
#include "core/dataset/linux_tables.h"
#include "tests/support/records.h"

#define PASSWD                                                                                     \
    "root:x:0:0:root:/root:/bin/bash\n"                                                            \
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"                                            \
    "sam:x:1000:1000:Sam Example,Room 7,,:/home/sam:/bin/bash\n"
#define SAM      "sam:x:1000:1000:Sam Example:/home/sam:/bin/bash\n"
#define NO_LISTS "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define BEGIN    "user id='sam' login='sam' display_name='Sam Example' user_type='member' "
#define HASH     "$y$j9T$abcdefgh$ijklmnop"

/* 2024-01-01: day 19723 */
enum { TODAY = 19723 };

#define assert_files(files, expected)   records_expect_files(&linux_format, files, 0, expected)
#define assert_refused(files, expected) records_refuse_files(&linux_format, files, 0, expected)

#define FILES(...) ((const struct records_file[]){__VA_ARGS__, {NULL, NULL}})

static void linux_passwd__alone_tells_little(void **state)
{
    (void)state;
    assert_files(
        FILES({"passwd", PASSWD}),
        "user id='root' login='root' display_name='root' user_type='root' status='unknown' "
        "last_login_known=0 " NO_LISTS " is_admin=1\n"
        "  role role='root' tier=3 assignment='active'\n"
        "user id='daemon' login='daemon' display_name='daemon' user_type='service' "
        "status='disabled' enabled=0 last_login_known=0 " NO_LISTS "\n"
        "user id='sam' login='sam' display_name='Sam Example' user_type='member' "
        "status='unknown' last_login_known=0 " NO_LISTS "\n"
        "note without the file shadow, which root may read, passwords, locks and end dates are "
        "unknown\n");
}

/* Several logins may have one uid; both are root. */
static void linux_passwd__keeps_logins_of_one_uid_apart(void **state)
{
    (void)state;
    assert_files(
        FILES({"passwd", "root::0:0::/:/bin/sh\ntoor:*:0:0::/:\n"}),
        "user id='root' login='root' user_type='root' status='active' enabled=1 "
        "last_login_known=0 password_enabled=1 password_not_required=1 " NO_LISTS " is_admin=1\n"
        "  role role='root' tier=3 assignment='active'\n"
        "user id='toor' login='toor' user_type='root' status='active' enabled=1 "
        "last_login_known=0 password_enabled=0 password_not_required=0 " NO_LISTS " is_admin=1\n"
        "  role role='root' tier=3 assignment='active'\n");
}

static const struct {
    const char *fields; /* of shadow, after the login */
    const char *values;
} shadows[] = {
    {HASH ":19700:0:99999:7:::",
     "status='active' enabled=1 last_login_known=0 password_enabled=1 "
     "password_changed_at=1702080000 password_never_expires=1 password_not_required=0 "
     "password_must_change=0 "},
    {":19700:0:99999:7:::",
     "status='active' enabled=1 last_login_known=0 password_enabled=1 "
     "password_changed_at=1702080000 password_never_expires=0 password_not_required=1 "
     "password_must_change=0 "},
    {"!" HASH ":19700:0:90:7:::",
     "status='disabled' enabled=0 last_login_known=0 password_enabled=0 "
     "password_changed_at=1702080000 password_never_expires=0 password_not_required=0 "
     "password_must_change=0 "},
    /* No hash: nobody signs in with a password, perhaps with a key. */
    {"!:19700:0:99999:7:::",
     "status='active' enabled=1 last_login_known=0 password_enabled=0 "
     "password_changed_at=1702080000 password_never_expires=0 password_not_required=0 "
     "password_must_change=0 "},
    {"*:19700:0:99999:7:::",
     "status='active' enabled=1 last_login_known=0 password_enabled=0 "
     "password_changed_at=1702080000 password_never_expires=0 password_not_required=0 "
     "password_must_change=0 "},
    /* 2026-01-01, when this is read, is day 20454. */
    {HASH ":20364:0:90:7:5::",
     "status='active' enabled=1 last_login_known=0 password_enabled=1 "
     "password_changed_at=1759449600 password_never_expires=0 password_not_required=0 "
     "password_must_change=0 "},
    {HASH ":20363:0:90:7:::",
     "status='password_expired' enabled=1 last_login_known=0 password_enabled=1 "
     "password_changed_at=1759363200 password_never_expires=0 password_not_required=0 "
     "password_must_change=0 "},
    {HASH ":20358:0:90:7:5::",
     "status='disabled' enabled=0 last_login_known=0 password_enabled=1 "
     "password_changed_at=1758931200 password_never_expires=0 password_not_required=0 "
     "password_must_change=0 "},
    {HASH ":0:0:90:7:::",
     "status='active' enabled=1 last_login_known=0 password_enabled=1 password_never_expires=0 "
     "password_not_required=0 password_must_change=1 "},
    {HASH ":::::::",
     "status='active' enabled=1 last_login_known=0 password_enabled=1 password_never_expires=1 "
     "password_not_required=0 password_must_change=0 "},
    {HASH ":19700:0:99999:7::19723:",
     "status='active' enabled=1 expires_at=1704067200 last_login_known=0 password_enabled=1 "
     "password_changed_at=1702080000 password_never_expires=1 password_not_required=0 "
     "password_must_change=0 "},
    /* The last day of the year 9999, and the one after. */
    {HASH ":2932896:0:99999:7::2932896:",
     "status='active' enabled=1 expires_at=253402214400 last_login_known=0 password_enabled=1 "
     "password_changed_at=253402214400 password_never_expires=1 password_not_required=0 "
     "password_must_change=0 "},
    {HASH ":2932897:0:99999:7::2932897:",
     "status='active' enabled=1 last_login_known=0 password_enabled=1 password_never_expires=1 "
     "password_not_required=0 password_must_change=0 "},
    /* What usermod --expiredate 1 writes shuts the account. */
    {HASH ":19700:0:99999:7::1:",
     "status='disabled' enabled=0 expires_at=86400 last_login_known=0 password_enabled=1 "
     "password_changed_at=1702080000 password_never_expires=1 password_not_required=0 "
     "password_must_change=0 "},
};

static void linux_shadow__tells_of_password_and_account(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shadows); i++) {
        char *shadow = mem_printf("sam:%s\n", shadows[i].fields);
        char *expected = mem_printf(BEGIN "%s" NO_LISTS "\n", shadows[i].values);
        assert_files(FILES({"passwd", SAM}, {"shadow", shadow}), expected);
        free(shadow);
        free(expected);
    }
}

/* The last day of a password is still one. */
static void linux_shadow__knows_when_a_password_is_too_old(void **state)
{
    (void)state;
    const struct linux_aging aging = {.changed = 19700, .max = 20, .inactive = 5, .expires = -1};
    assert_false(linux_password_expired(&aging, 19720));
    assert_true(linux_password_expired(&aging, 19721));
    assert_false(linux_password_dead(&aging, 19725));
    assert_true(linux_password_dead(&aging, 19726));
    const struct linux_aging endless = {.changed = 1, .max = 99999, .inactive = 0, .expires = -1};
    assert_false(linux_password_expired(&endless, TODAY));
    assert_true(linux_password_endless(&endless));
    const struct linux_aging must_change = {.changed = 0, .max = 1, .inactive = 0, .expires = -1};
    assert_false(linux_password_dead(&must_change, TODAY));
}

static void linux_group__gives_roles_by_name_and_by_first_group(void **state)
{
    (void)state;
    assert_files(
        FILES({"passwd", SAM "pat:x:1001:27::/:/bin/sh\nkim:x:1002:1002::/:/bin/sh\n"},
              {"group", "root:x:0:\nsudo:x:27:sam\nadm:x:4:sam,sam\nsam:x:1000:\n"}),
        BEGIN "status='unknown' last_login_known=0 factors_known=0 roles_known=1 "
              "sign_ins_known=0 credentials_known=0 is_admin=1\n"
              "  role role='sudo' tier=2 assignment='active'\n"
              "  role role='adm' tier=1 assignment='active'\n"
              "user id='pat' login='pat' user_type='member' status='unknown' last_login_known=0 "
              "factors_known=0 roles_known=1 sign_ins_known=0 credentials_known=0 is_admin=1\n"
              "  role role='sudo' tier=2 assignment='active'\n"
              "user id='kim' login='kim' user_type='member' status='unknown' last_login_known=0 "
              "factors_known=0 roles_known=1 sign_ins_known=0 credentials_known=0 is_admin=0\n"
              "note without the file shadow, which root may read, passwords, locks and end dates "
              "are unknown\n");
}

static void linux_lastlog__is_read_as_it_is_printed(void **state)
{
    (void)state;
    assert_files(
        FILES({"passwd", SAM "pat::1001:1001::/:/bin/sh\nkim::1002:1002::/:/bin/sh\n"},
              {"shadow", "sam:*:19700:0:99999:7:::\n"},
              {"lastlog.txt",
               "Username         Port     From             Latest\n"
               "sam              pts/0    192.0.2.7        Tue Nov 14 23:13:20 +0100 2023\n"
               "pat                                        **Never logged in**\n"}),
        BEGIN "status='active' enabled=1 last_login_at=1700000000 last_login_known=1 "
              "password_enabled=0 password_changed_at=1702080000 password_never_expires=0 "
              "password_not_required=0 password_must_change=0 " NO_LISTS "\n"
              "user id='pat' login='pat' user_type='member' status='active' enabled=1 "
              "last_login_known=1 password_enabled=1 password_not_required=1 " NO_LISTS "\n"
              "user id='kim' login='kim' user_type='member' status='active' enabled=1 "
              "last_login_known=0 password_enabled=1 password_not_required=1 " NO_LISTS "\n");
}

/* The record of a uid, with line and host. */
static void put_record(char *file, size_t uid, uint32_t at)
{
    char *record = file + uid * LASTLOG_RECORD;
    memcpy(record, &at, sizeof at);
    snprintf(record + 4, 32, "pts/0");
    snprintf(record + 36, 256, "192.0.2.7");
}

static void linux_lastlog__is_read_record_by_record(void **state)
{
    (void)state;
    struct linux_tables tables = {0};
    struct linux_lastlog lastlog;
    struct error err = {0};
    char file[4 * LASTLOG_RECORD] = "";
    int64_t at = -1;
    put_record(file, 2, 1700000000);
    for (size_t step = 1; step <= sizeof file; step = step * 3 + 1) {
        linux_lastlog_begin(&lastlog);
        for (size_t from = 0; from < sizeof file; from += step)
            assert_true(linux_lastlog_feed(&lastlog, &tables, (int64_t)from, file + from,
                                           step < sizeof file - from ? step : sizeof file - from,
                                           &err));
        assert_true(linux_lastlog_finish(&lastlog, &tables, &err));
        assert_int_equal(tables.sign_in_count, 1);
        tables.has_all_sign_ins = true;
        linux_tables_sort(&tables);
        assert_true(linux_tables_sign_in(&tables, "sam", 2, &at));
        assert_int_equal(at, 1700000000);
        assert_true(linux_tables_sign_in(&tables, "pat", 1, &at));
        assert_int_equal(at, 0);
        linux_tables_release(&tables);
    }
}

/* Holes are not given: only what stands beside them is. */
static void linux_lastlog__skips_holes(void **state)
{
    (void)state;
    struct linux_tables tables = {0};
    struct linux_lastlog lastlog;
    struct error err = {0};
    char record[LASTLOG_RECORD] = "";
    int64_t at = -1;
    put_record(record, 0, 1700000000);
    linux_lastlog_begin(&lastlog);
    assert_true(linux_lastlog_feed(&lastlog, &tables, 0, record, 4, &err));
    assert_true(linux_lastlog_feed(&lastlog, &tables, INT64_C(65534) * LASTLOG_RECORD, record,
                                   sizeof record, &err));
    assert_true(linux_lastlog_finish(&lastlog, &tables, &err));
    linux_tables_sort(&tables);
    assert_true(linux_tables_sign_in(&tables, "nobody", 65534, &at));
    assert_int_equal(at, 1700000000);
    linux_tables_release(&tables);
}

static void linux_lastlog__refuses_other_records(void **state)
{
    (void)state;
    struct linux_tables tables = {0};
    struct linux_lastlog lastlog;
    struct error err = {0};
    char record[LASTLOG_RECORD] = "";
    put_record(record, 0, 1700000000);
    assert_true(linux_lastlog_recognise(record, sizeof record));
    record[20] = 'x'; /* behind the end of the line */
    assert_false(linux_lastlog_recognise(record, sizeof record));
    linux_lastlog_begin(&lastlog);
    assert_false(linux_lastlog_feed(&lastlog, &tables, 0, record, sizeof record, &err));
    assert_string_equal(err.text, "record 0 is none of lastlog with 292 bytes each; give what the "
                                  "command prints instead: LC_ALL=C lastlog >lastlog.txt");
    linux_tables_release(&tables);
}

static void linux_files__are_told_by_what_they_hold(void **state)
{
    (void)state;
    static const struct {
        const char *name, *head;
        bool mine;
    } files[] = {
        {"passwd", "# local\n+::::::\n" SAM, true},
        {"a.txt", "sam:" HASH ":19700:0:99999:7:::\n", true},
        {"b.txt", "sudo:x:27:sam\n", true},
        {"lastlog", "", true},
        {"passwd-", SAM, false},
        {"shadow~", "sam:*:1::::::\n", false},
        {"users.csv", "id,login\n1,sam\n", false},
        {"u.json", "{\"id\":\"1\"}\n", false},
        {"dn.ldif", "dn: uid=sam\nuid: sam\n", false},
        {"notes", "a:b:c\n", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const struct format_file file = {files[i].name, files[i].name, files[i].head,
                                         strlen(files[i].head)};
        if ((linux_format.rank(&file) != FORMAT_NOT_MINE) != files[i].mine)
            fail_msg("%s", files[i].name);
    }
    assert_false(linux_format.recognise("", 0));
}

static void linux_files__lie_beside_passwd(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        size_t index;
        const char *companion;
    } rows[] = {
        {"/srv/host/passwd", 0, "/srv/host/shadow"},
        {"/srv/host/passwd", 1, "/srv/host/group"},
        {"/srv/host/passwd", 2, "/srv/host/lastlog"},
        {"/srv/host/passwd", 3, NULL},
        {"passwd", 0, "shadow"},
        {"/etc/passwd", 3, "/var/log/lastlog"},
        {"/etc/passwd", 4, NULL},
        {"/srv/host/users.txt", 0, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *path = linux_format.companion(rows[i].path, rows[i].index);
        if (rows[i].companion)
            assert_string_equal(path, rows[i].companion);
        else
            assert_null(path);
        free(path);
    }
}

static void linux_read__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    assert_refused(FILES({"group", "sudo:x:27:sam\n"}),
                   "there is no passwd among the files, which lists the users; name it too");
    assert_refused(FILES({"passwd", SAM "pat:x:1001:1001::/home/pat\n"}),
                   "passwd:2: 7 fields, divided by colons, are expected, and there are 6");
    assert_refused(FILES({"passwd", SAM "pat:x:many:1001::/:/bin/sh\n"}),
                   "passwd:2: user number: 'many' is not a number");
    assert_refused(FILES({"passwd", SAM}, {"shadow", "sam:*:1::::::\npat:*:soon::::::\n"}),
                   "shadow:2: last change: 'soon' is not a number of days");
    assert_refused(FILES({"passwd", SAM}, {"group", "sudo:x:27:sam\nadm:x:4\n"}),
                   "group:2: 4 fields, divided by colons, are expected, and there are 3");
    assert_refused(
        FILES({"passwd", SAM},
              {"lastlog.txt", "Username Port From Latest\nsam pts/0 Di Nov. 14 23:13 2023\n"}),
        "lastlog.txt:2: there is no time as the command lastlog prints it; have it print in "
        "English: LC_ALL=C lastlog");
}

/* A group that was left out may have had members, and a user whose line was is not there. */
static void linux_read__goes_on_after_bad_rows_and_knows_less(void **state)
{
    (void)state;
    struct error err = {0};
    char *text = records_read_files(&linux_format,
                                    FILES({"passwd", SAM "pat:x:1001\n"},
                                          {"group", "root:x:0:\nsudo:x:27:sam\nadm:x:4\n"},
                                          {"shadow", "pat:*:1::::::\nsam:*:soon::::::\n"}),
                                    RECORDS_SKIP_BAD, &err);
    assert_string_equal(err.text, "");
    assert_string_equal(text,
                        "rejected shadow:2: last change: 'soon' is not a number of days\n"
                        "rejected group:3: 4 fields, divided by colons, are expected, and there "
                        "are 3\n" BEGIN "status='unknown' last_login_known=0 " NO_LISTS
                        " is_admin=1\n  role role='sudo' tier=2 assignment='active'\n"
                        "rejected passwd:2: 7 fields, divided by colons, are expected, and there "
                        "are 3\n");
    free(text);
}

/* Hashes are judged and never kept. */
static void linux_read__keeps_no_hash(void **state)
{
    (void)state;
    struct error err = {0};
    char *text = records_read_files(&linux_format,
                                    FILES({"passwd", "sam:" HASH ":1000:1000::/:/bin/sh\n"},
                                          {"shadow", "sam:" HASH ":19700:0:99999:7:::\n"}),
                                    0, &err);
    assert_non_null(text);
    assert_null(strstr(text, "abcdefgh"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linux_passwd__alone_tells_little),
        cmocka_unit_test(linux_passwd__keeps_logins_of_one_uid_apart),
        cmocka_unit_test(linux_shadow__tells_of_password_and_account),
        cmocka_unit_test(linux_shadow__knows_when_a_password_is_too_old),
        cmocka_unit_test(linux_group__gives_roles_by_name_and_by_first_group),
        cmocka_unit_test(linux_lastlog__is_read_as_it_is_printed),
        cmocka_unit_test(linux_lastlog__is_read_record_by_record),
        cmocka_unit_test(linux_lastlog__skips_holes),
        cmocka_unit_test(linux_lastlog__refuses_other_records),
        cmocka_unit_test(linux_files__are_told_by_what_they_hold),
        cmocka_unit_test(linux_files__lie_beside_passwd),
        cmocka_unit_test(linux_read__says_what_is_wrong_and_where),
        cmocka_unit_test(linux_read__goes_on_after_bad_rows_and_knows_less),
        cmocka_unit_test(linux_read__keeps_no_hash),
    };
    return cmocka_run_group_tests_name("linux", tests, NULL, NULL);
}
