/* Tests of whole folders of API answers in a store: what the lists of a source make of a user. */
#include "tests/support/imports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define GRAPH(list, items)                                                                         \
    "{\"@odata.context\":\"https://x/v1.0/$metadata#" list "\",\"value\":[" items "]}"
#define OF_USER "\"principal\":{\"@odata.type\":\"#microsoft.graph.user\"}"

static char first_note[300]; /* of the last import; "" = none */

static void put(struct loadbed *bed, const char *name, const char *text)
{
    free(tmpdir_write(&bed->dir, name, text));
}

enum { MERGE = 1, SKIP_BAD = 2 };

/* Imports a file or folder below the folder; returns the rows about nobody. */
static int64_t import_as(struct loadbed *bed, const char *name, const char *format, unsigned how)
{
    struct error err = {0};
    char *path = tmpdir_path(&bed->dir, name);
    struct job *job = IMPORTS_JOB(bed, path, &err, .format = format, .merge = how & MERGE,
                                  .skip_bad = how & SKIP_BAD);
    assert_string_equal(err.text, "");
    assert_int_equal(imports_end(job, IMPORTS_WHOLE_MS, &err), JOB_DONE);
    assert_string_equal(err.text, "");
    const struct import_result *result = import_job_result(job);
    const int64_t unmatched = result->unmatched;
    snprintf(first_note, sizeof first_note, "%s",
             result->notes.count ? result->notes.items[0] : "");
    job_free(job);
    free(path);
    return unmatched;
}

static int64_t import(struct loadbed *bed, const char *name, unsigned how)
{
    return import_as(bed, name, NULL, how);
}

/* "login enabled=… admin=… mfa=…" and which lists are complete, "?" for what is unknown. */
static void assert_users(struct loadbed *bed, const char *expected)
{
    static const char sql[] =
        "SELECT login || ' enabled=' || COALESCE(enabled, '?') || ' admin='"
        " || COALESCE(is_admin, '?') || ' mfa=' || COALESCE(mfa_enrolled, '?')"
        " || ' factors=' || CASE factors_known WHEN 1 THEN"
        " (SELECT COUNT(*) FROM factors f WHERE f.user_uid = users.uid) ELSE '?' END"
        " || ' roles=' || CASE roles_known WHEN 1 THEN"
        " (SELECT COUNT(*) FROM roles r WHERE r.user_uid = users.uid) ELSE '?' END"
        " || ' sign_ins=' || CASE sign_ins_known WHEN 1 THEN"
        " (SELECT COUNT(*) FROM sign_ins s WHERE s.user_uid = users.uid) ELSE '?' END"
        " FROM users ORDER BY source, login";
    sql_expect(store_db(bed->store), sql, expected);
}

static void put_entra_users(struct loadbed *bed)
{
    put(bed, "entra/users.json",
        GRAPH("users", "{\"id\":\"1\",\"userPrincipalName\":\"ann\",\"accountEnabled\":true},"
                       "{\"id\":\"2\",\"userPrincipalName\":\"bob\",\"accountEnabled\":true},"
                       "{\"id\":\"3\",\"userPrincipalName\":\"cat\",\"accountEnabled\":false}"));
}

static void import_sources__entra_users_alone_leave_the_rest_unknown(void **state)
{
    struct loadbed *bed = *state;
    put_entra_users(bed);
    assert_int_equal(import(bed, "entra", 0), 0);
    assert_users(bed, "ann enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n"
                      "bob enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n"
                      "cat enabled=0 admin=? mfa=? factors=? roles=? sign_ins=?\n");
}

/* The report has no row for cat, and bob is no administrator in it yet, which he is by a role. */
static void put_entra_lists(struct loadbed *bed)
{
    put(bed, "entra/report.json",
        GRAPH("userRegistrationDetails",
              "{\"id\":\"1\",\"isAdmin\":false,\"isMfaCapable\":true,\"methodsRegistered\":"
              "[\"fido2\",\"email\"]},"
              "{\"id\":\"2\",\"isAdmin\":false,\"isMfaCapable\":false,\"methodsRegistered\":[]},"
              "{\"id\":\"9\",\"isAdmin\":false,\"isMfaCapable\":false,\"methodsRegistered\":[]}"));
    put(bed, "entra/assigned.json",
        GRAPH("roleManagement/directory/roleAssignments(principal())",
              "{\"principalId\":\"2\",\"roleDefinitionId\":"
              "\"62e90394-69f5-4237-9190-012177145e10\"," OF_USER "},"
              "{\"principalId\":\"3\",\"roleDefinitionId\":"
              "\"88d8e3e3-8f55-4a1e-953a-9b9898b8876b\"," OF_USER "}"));
    put(bed, "entra/log.json",
        GRAPH("auditLogs/signIns",
              "{\"userPrincipalName\":\"bob\",\"createdDateTime\":\"2026-01-01T00:00:00Z\","
              "\"status\":{\"errorCode\":0}}"));
}

static void import_sources__entra_lists_fit_together(void **state)
{
    struct loadbed *bed = *state;
    put_entra_users(bed);
    put_entra_lists(bed);
    assert_int_equal(import(bed, "entra", 0), 1);
    assert_users(bed, "ann enabled=1 admin=0 mfa=1 factors=2 roles=0 sign_ins=0\n"
                      "bob enabled=1 admin=1 mfa=0 factors=0 roles=1 sign_ins=1\n"
                      "cat enabled=0 admin=0 mfa=? factors=? roles=1 sign_ins=0\n");
}

/* The report says that ann is an administrator, and she holds no role: the roles have the last
 * word, in one import and in two. */
static void import_sources__entra_roles_have_the_last_word(void **state)
{
    struct loadbed *bed = *state;
    static const char expected[] = "ann enabled=1 admin=0 mfa=1 factors=0 roles=0 sign_ins=?\n"
                                   "bob enabled=1 admin=0 mfa=? factors=? roles=0 sign_ins=?\n"
                                   "cat enabled=0 admin=0 mfa=? factors=? roles=0 sign_ins=?\n";
    put_entra_users(bed);
    put(bed, "entra/report.json",
        GRAPH("userRegistrationDetails", "{\"id\":\"1\",\"isAdmin\":true,\"isMfaCapable\":true,"
                                         "\"methodsRegistered\":[]}"));
    import(bed, "entra", 0);
    put(bed, "assigned.json", GRAPH("roleManagement/directory/roleAssignments(principal())", ""));
    import(bed, "assigned.json", MERGE);
    assert_users(bed, expected);
    put(bed, "entra/assigned.json",
        GRAPH("roleManagement/directory/roleAssignments(principal())", ""));
    import(bed, "entra", 0);
    assert_users(bed, expected);
}

static void import_sources__entra_lists_can_be_added_later(void **state)
{
    struct loadbed *bed = *state;
    put_entra_users(bed);
    import(bed, "entra", 0);
    put_entra_lists(bed);
    assert_int_equal(import(bed, "entra/report.json", MERGE), 1);
    assert_users(bed, "ann enabled=1 admin=0 mfa=1 factors=2 roles=? sign_ins=?\n"
                      "bob enabled=1 admin=0 mfa=0 factors=0 roles=? sign_ins=?\n"
                      "cat enabled=0 admin=? mfa=? factors=? roles=? sign_ins=?\n");
    assert_int_equal(import(bed, "entra/assigned.json", MERGE), 0);
    assert_users(bed, "ann enabled=1 admin=0 mfa=1 factors=2 roles=0 sign_ins=?\n"
                      "bob enabled=1 admin=1 mfa=0 factors=0 roles=1 sign_ins=?\n"
                      "cat enabled=0 admin=0 mfa=? factors=? roles=1 sign_ins=?\n");
}

/* The row that is left out may have been anybody's. */
static void import_sources__rows_left_out_leave_lists_open(void **state)
{
    struct loadbed *bed = *state;
    put_entra_users(bed);
    put(bed, "entra/assigned.json",
        GRAPH("roleManagement/directory/roleAssignments(principal())",
              "{\"principalId\":\"2\",\"roleDefinitionId\":"
              "\"62e90394-69f5-4237-9190-012177145e10\"," OF_USER "},"
              "{\"principalId\":\"3\",\"roleDefinitionId\":null," OF_USER "}"));
    import(bed, "entra", SKIP_BAD);
    assert_users(bed, "ann enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n"
                      "bob enabled=1 admin=1 mfa=? factors=? roles=? sign_ins=?\n"
                      "cat enabled=0 admin=? mfa=? factors=? roles=? sign_ins=?\n");
}

static void import_sources__entra_risk_names_all_who_are_at_risk(void **state)
{
    struct loadbed *bed = *state;
    put_entra_users(bed);
    put(bed, "entra/risk.json",
        GRAPH("identityProtection/riskyUsers",
              "{\"id\":\"2\",\"riskLevel\":\"high\",\"riskState\":\"atRisk\"}"));
    import(bed, "entra", 0);
    sql_expect(store_db(bed->store),
               "SELECT login || ' ' || COALESCE(risk_level, '?') FROM users ORDER BY login",
               "ann none\nbob high\ncat none\n");
}

static void import_sources__google_pages_overlap(void **state)
{
    struct loadbed *bed = *state;
    put(bed, "google/1.json",
        "{\"kind\":\"admin#directory#users\",\"nextPageToken\":\"t\",\"users\":["
        "{\"id\":\"1\",\"primaryEmail\":\"ann\",\"suspended\":false,\"archived\":false,"
        "\"isAdmin\":true,\"isDelegatedAdmin\":false,\"isEnrolledIn2Sv\":true}]}");
    put(bed, "google/2.json",
        "{\"kind\":\"admin#directory#users\",\"users\":["
        "{\"id\":\"1\",\"primaryEmail\":\"ann\",\"suspended\":true,\"archived\":false,"
        "\"isAdmin\":true,\"isDelegatedAdmin\":false,\"isEnrolledIn2Sv\":true},"
        "{\"id\":\"2\",\"primaryEmail\":\"bob\",\"suspended\":false,\"archived\":false,"
        "\"isAdmin\":false,\"isDelegatedAdmin\":false,\"isEnrolledIn2Sv\":false}]}");
    assert_int_equal(import(bed, "google", 0), 0);
    assert_users(bed, "ann enabled=0 admin=1 mfa=1 factors=? roles=1 sign_ins=?\n"
                      "bob enabled=1 admin=0 mfa=0 factors=? roles=0 sign_ins=?\n");
}

/* An older Duo does not say who is enrolled: the factors do. */
static void import_sources__duo_factors_and_codes(void **state)
{
    struct loadbed *bed = *state;
    put(bed, "duo/users.json",
        "{\"stat\":\"OK\",\"response\":[{\"user_id\":\"1\",\"username\":\"ann\","
        "\"status\":\"active\",\"phones\":[{\"activated\":true,\"capabilities\":[\"push\"]}],"
        "\"tokens\":[],\"webauthncredentials\":[]},"
        "{\"user_id\":\"2\",\"username\":\"bob\",\"status\":\"bypass\",\"phones\":"
        "[{\"activated\":false,\"capabilities\":[\"push\"]}],\"tokens\":[],"
        "\"webauthncredentials\":[]},"
        "{\"user_id\":\"3\",\"username\":\"cat\",\"status\":\"active\"}]}");
    put(bed, "duo/codes.json",
        "[{\"bypass_code_id\":\"B1\",\"user\":{\"user_id\":\"1\",\"username\":\"ann\"}}]");
    assert_int_equal(import(bed, "duo", 0), 0);
    assert_users(bed, "ann enabled=1 admin=? mfa=1 factors=2 roles=? sign_ins=?\n"
                      "bob enabled=1 admin=? mfa=0 factors=1 roles=? sign_ins=?\n"
                      "cat enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n");
}

/* The lists name the exceptions alone. */
static void import_sources__github_lists_fit_together(void **state)
{
    struct loadbed *bed = *state;
#define MEMBER(id, login) "{\"login\":\"" login "\",\"id\":" id ",\"node_id\":\"N" id "\"}"
    put(bed, "github/members.json",
        "[" MEMBER("1", "ann") "," MEMBER("2", "bob") "," MEMBER("3", "cat") "]");
    put(bed, "github/owners.json", "[" MEMBER("1", "ann") "]");
    put(bed, "github/2fa_disabled.json", "[" MEMBER("2", "bob") "]");
#undef MEMBER
    assert_int_equal(import(bed, "github", 0), 0);
    assert_users(bed, "ann enabled=1 admin=1 mfa=1 factors=? roles=1 sign_ins=?\n"
                      "bob enabled=1 admin=0 mfa=0 factors=? roles=0 sign_ins=?\n"
                      "cat enabled=1 admin=0 mfa=1 factors=? roles=0 sign_ins=?\n");
    sql_expect(store_db(bed->store), "SELECT typeof(mfa_enrolled) FROM users ORDER BY login",
               "integer\ninteger\ninteger\n");
}

/* Nobody is without MFA, nobody holds a role: that is the good case, and not nothing. */
static void import_sources__an_empty_list_of_exceptions_can_be_merged(void **state)
{
    struct loadbed *bed = *state;
    put(bed, "members.json", "[{\"login\":\"ann\",\"id\":1,\"node_id\":\"N1\"}]");
    put(bed, "2fa_disabled.json", "[]");
    put_entra_users(bed);
    put(bed, "assigned.json", GRAPH("roleManagement/directory/roleAssignments(principal())", ""));
    import(bed, "members.json", 0);
    import_as(bed, "2fa_disabled.json", "github", MERGE);
    import(bed, "entra", 0);
    import(bed, "assigned.json", MERGE);
    assert_users(bed, "ann enabled=1 admin=0 mfa=? factors=? roles=0 sign_ins=?\n"
                      "bob enabled=1 admin=0 mfa=? factors=? roles=0 sign_ins=?\n"
                      "cat enabled=0 admin=0 mfa=? factors=? roles=0 sign_ins=?\n"
                      "ann enabled=1 admin=? mfa=1 factors=? roles=? sign_ins=?\n");
}

/* One page a merge: the last one does not take away what those before it gave. */
static void import_sources__entra_pages_may_be_merged_one_by_one(void **state)
{
    struct loadbed *bed = *state;
#define ASSIGNED(next, id)                                                                         \
    "{\"@odata.context\":\"https://x/v1.0/$metadata#roleManagement/directory/"                     \
    "roleAssignments(principal())\"," next "\"value\":[{\"principalId\":\"" id                     \
    "\",\"roleDefinitionId\":\"62e90394-69f5-4237-9190-012177145e10\"," OF_USER "}]}"
    put_entra_users(bed);
    import(bed, "entra", 0);
    put(bed, "p1.json", ASSIGNED("\"@odata.nextLink\":\"https://x/2\",", "1"));
    put(bed, "p2.json", ASSIGNED("", "2"));
#undef ASSIGNED
    import(bed, "p1.json", MERGE);
    import(bed, "p2.json", MERGE);
    assert_users(bed, "ann enabled=1 admin=1 mfa=? factors=? roles=1 sign_ins=?\n"
                      "bob enabled=1 admin=1 mfa=? factors=? roles=1 sign_ins=?\n"
                      "cat enabled=0 admin=0 mfa=? factors=? roles=0 sign_ins=?\n");
}

#define OKTA_USER(id, login)                                                                       \
    "{\"id\":\"" id "\",\"status\":\"ACTIVE\",\"profile\":{\"login\":\"" login "\"}}"
#define OKTA_EVENT(id, second)                                                                     \
    "{\"published\":\"2026-01-01T00:00:" second "Z\",\"eventType\":\"user.session.start\","        \
    "\"outcome\":{\"result\":\"FAILURE\"},\"actor\":{\"id\":\"" id "\",\"type\":\"User\"}}"

static void put_okta_users(struct loadbed *bed)
{
    put(bed, "okta/users.json",
        "[" OKTA_USER("00u1", "ann") "," OKTA_USER("00u2", "bob") "," OKTA_USER("00u3", "cat") "]");
}

/* A log is a window of time: a later one takes nothing from those who are not in it, nor from those
 * who are. */
static void import_sources__okta_logs_are_added_up(void **state)
{
    struct loadbed *bed = *state;
    put_okta_users(bed);
    put(bed, "okta/log1.json", "[" OKTA_EVENT("00u1", "01") "," OKTA_EVENT("00u2", "01") "]");
    import(bed, "okta", 0);
    put(bed, "log2.json", "[" OKTA_EVENT("00u1", "01") "," OKTA_EVENT("00u1", "02") "]");
    for (int round = 0; round < 2; round++) {
        import(bed, "log2.json", MERGE);
        sql_expect(store_db(bed->store),
                   "SELECT login || ' ' || (SELECT COUNT(*) FROM sign_ins s"
                   " WHERE s.user_uid = u.uid) FROM users u ORDER BY login",
                   "ann 2\nbob 1\ncat 0\n");
    }
}

/* Neither who is in no log, nor a whole page of Graph that is added, tells of others. */
static void import_sources__logs_tell_of_those_whom_they_name(void **state)
{
    struct loadbed *bed = *state;
    put_entra_users(bed);
    import(bed, "entra", 0);
    put(bed, "log.json",
        GRAPH("auditLogs/signIns",
              "{\"userPrincipalName\":\"bob\",\"createdDateTime\":\"2026-01-01T00:00:00Z\","
              "\"status\":{\"errorCode\":0}}"));
    import(bed, "log.json", MERGE);
    put_okta_users(bed);
    put(bed, "okta/log.json", "[" OKTA_EVENT("00u1", "01") "]");
    import(bed, "okta", 0);
    assert_users(bed, "ann enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n"
                      "bob enabled=1 admin=? mfa=? factors=? roles=? sign_ins=1\n"
                      "cat enabled=0 admin=? mfa=? factors=? roles=? sign_ins=?\n"
                      "ann enabled=1 admin=? mfa=? factors=? roles=? sign_ins=1\n"
                      "bob enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n"
                      "cat enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n");
}

static void import_sources__okta_logs_may_overlap(void **state)
{
    struct loadbed *bed = *state;
    put_okta_users(bed);
    put(bed, "okta/log1.json",
        "[" OKTA_EVENT("00u1", "01") "," OKTA_EVENT("00u1", "01") "," OKTA_EVENT("00u1", "02") "]");
    put(bed, "okta/log2.json", "[" OKTA_EVENT("00u1", "02") "," OKTA_EVENT("00u1", "03") "]");
    import(bed, "okta", 0);
    sql_expect(store_db(bed->store), "SELECT at % 60 FROM sign_ins ORDER BY at", "1\n1\n2\n3\n");
}

/* The factor that is there from before stays, and so does what follows from it. */
static void import_sources__okta_rows_left_out_leave_older_factors(void **state)
{
    struct loadbed *bed = *state;
    put_okta_users(bed);
    put(bed, "okta/factors/00u1.json", "[{\"factorType\":\"webauthn\",\"status\":\"ACTIVE\"}]");
    import(bed, "okta", 0);
    put(bed, "more/factors/00u1.json",
        "[{\"factorType\":\"webauthn\",\"status\":\"NEW\"},"
        "{\"factorType\":\"sms\",\"status\":\"PENDING_ACTIVATION\"}]");
    put(bed, "more/factors/00u2.json",
        "[{\"factorType\":\"webauthn\",\"status\":\"NEW\"},"
        "{\"factorType\":\"sms\",\"status\":\"PENDING_ACTIVATION\"}]");
    import(bed, "more", MERGE | SKIP_BAD);
    assert_users(bed, "ann enabled=1 admin=? mfa=1 factors=2 roles=? sign_ins=?\n"
                      "bob enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n"
                      "cat enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n");
}

/* A row that was left out of a list of many users may have been anybody's: what others' rows prove
 * stays, and the rest is not known. Where none was left out, the lists are known. */
static void import_sources__okta_rows_left_out_of_a_list_of_many_make_it_unknown(void **state)
{
#define SMS(user, status)                                                                          \
    "{\"userId\":\"" user "\",\"factorType\":\"sms\",\"status\":\"" status "\"}\n"
    struct loadbed *bed = *state;
    put_okta_users(bed);
    put(bed, "okta/factors/00u1.json", "[{\"factorType\":\"webauthn\",\"status\":\"ACTIVE\"}]");
    put(bed, "okta/factors/00u3.json", "[]");
    put(bed, "okta/many.json", SMS("00u2", "ACTIVE"));
    import(bed, "okta", SKIP_BAD);
    assert_users(bed, "ann enabled=1 admin=? mfa=1 factors=1 roles=? sign_ins=?\n"
                      "bob enabled=1 admin=? mfa=1 factors=1 roles=? sign_ins=?\n"
                      "cat enabled=1 admin=? mfa=0 factors=0 roles=? sign_ins=?\n");
    put(bed, "more/many.json",
        SMS("00u1", "PENDING_ACTIVATION") SMS("00u2", "ACTIVE") SMS("00u2", "NEW"));
    import(bed, "more", MERGE | SKIP_BAD);
    assert_users(bed, "ann enabled=1 admin=? mfa=? factors=? roles=? sign_ins=?\n"
                      "bob enabled=1 admin=? mfa=1 factors=? roles=? sign_ins=?\n"
                      "cat enabled=1 admin=? mfa=0 factors=0 roles=? sign_ins=?\n");
    assert_string_equal(first_note, "rows of factors were left out that may have been anybody's: "
                                    "nobody's are known to be all");
#undef SMS
}

/* Bypass codes are some of a user's factors: they come beside the phone, and not in its place. */
static void import_sources__duo_codes_leave_the_phones(void **state)
{
    struct loadbed *bed = *state;
    put(bed, "users.json",
        "{\"stat\":\"OK\",\"response\":[{\"user_id\":\"1\",\"username\":\"ann\","
        "\"status\":\"active\",\"phones\":[{\"activated\":true,\"capabilities\":[\"push\"]}],"
        "\"tokens\":[],\"webauthncredentials\":[]}]}");
    put(bed, "codes.json",
        "[{\"bypass_code_id\":\"B1\",\"user\":{\"user_id\":\"1\",\"username\":\"ann\"}}]");
    import(bed, "users.json", 0);
    for (int round = 0; round < 2; round++) {
        import(bed, "codes.json", MERGE);
        assert_users(bed, "ann enabled=1 admin=? mfa=1 factors=2 roles=? sign_ins=?\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(import_sources__entra_users_alone_leave_the_rest_unknown,
                                        loadbed_setup, loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__entra_lists_fit_together, loadbed_setup,
                                        loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__entra_roles_have_the_last_word,
                                        loadbed_setup, loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__entra_lists_can_be_added_later,
                                        loadbed_setup, loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__rows_left_out_leave_lists_open,
                                        loadbed_setup, loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__entra_risk_names_all_who_are_at_risk,
                                        loadbed_setup, loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__google_pages_overlap, loadbed_setup,
                                        loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__duo_factors_and_codes, loadbed_setup,
                                        loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__github_lists_fit_together, loadbed_setup,
                                        loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__an_empty_list_of_exceptions_can_be_merged,
                                        loadbed_setup, loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__entra_pages_may_be_merged_one_by_one,
                                        loadbed_setup, loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__okta_logs_are_added_up, loadbed_setup,
                                        loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__logs_tell_of_those_whom_they_name,
                                        loadbed_setup, loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__okta_logs_may_overlap, loadbed_setup,
                                        loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__okta_rows_left_out_leave_older_factors,
                                        loadbed_setup, loadbed_teardown),
        cmocka_unit_test_setup_teardown(
            import_sources__okta_rows_left_out_of_a_list_of_many_make_it_unknown, loadbed_setup,
            loadbed_teardown),
        cmocka_unit_test_setup_teardown(import_sources__duo_codes_leave_the_phones, loadbed_setup,
                                        loadbed_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
