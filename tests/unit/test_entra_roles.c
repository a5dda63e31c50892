/* Tests of roles of Entra ID: the table of built-in ones, assignments of every kind, who has none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/dataset/entra_roles.h"
#include "tests/support/records.h"

#define GLOBAL_ADMIN   "62e90394-69f5-4237-9190-012177145e10"
#define HELPDESK       "729827e3-9c14-49f7-bb1b-9608f156bbb8"
#define READERS        "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
#define OWN_ROLE       "11111111-2222-3333-4444-555555555555"
#define OF_USER        "\"principal\":{\"@odata.type\":\"#microsoft.graph.user\",\"id\":\"u\"}"
#define OF_GROUP       "\"principal\":{\"@odata.type\":\"#microsoft.graph.group\",\"id\":\"g\"}"
#define OF_APPLICATION "\"principal\":{\"@odata.type\":\"#microsoft.graph.servicePrincipal\"}"

#define ROLE(user, role, more)                                                                     \
    "{\"principalId\":\"" user "\",\"roleDefinitionId\":\"" role "\"," more "}"

#define PAGE(list, items)                                                                          \
    "{\"@odata.context\":\"https://x/v1.0/$metadata#roleManagement/directory/" list                \
    "\",\"value\":[" items "]}"

#define USERS                                                                                      \
    "{\"@odata.context\":\"https://x/v1.0/$metadata#users\",\"value\":["                           \
    "{\"id\":\"u1\",\"userPrincipalName\":\"ann@example.com\"}]}"
#define USERS_READ                                                                                 \
    "user id='u1' login='ann@example.com' status='unknown' last_login_known=0 factors_known=0 "    \
    "roles_known=0 sign_ins_known=0 credentials_known=0\n"

#define UNCLEAR                                                                                    \
    "note the role assignments do not say who is a user and who is a group (ask with "             \
    "$expand=principal); who has no role among them is not known to have none\n"

static char *read_files(const struct records_file *files, unsigned how)
{
    struct error err = {0};
    char *text = records_read_files(&entra_format, files, how, &err);
    assert_string_equal(err.text, "");
    return text;
}

static void assert_read(const char *bytes, const char *expected)
{
    char *text = read_files((struct records_file[]){{"roles.json", bytes}, {NULL, NULL}}, 0);
    assert_string_equal(text, expected);
    free(text);
}

/* Ids as Microsoft writes them; the tiers that checks count by. */
static void entra_roles__table_is_well_formed(void **state)
{
    (void)state;
    size_t super = 0;
    for (const struct entra_role *r = entra_builtin_roles; r->id; r++) {
        assert_int_equal(strlen(r->id), 36);
        for (const char *c = r->id; *c; c++)
            assert_true(*c == '-' || (isxdigit((unsigned char)*c) && !isupper((unsigned char)*c)));
        assert_in_range(r->tier, 0, 3);
        super += r->tier == 3;
        for (const struct entra_role *o = r + 1; o->id; o++)
            if (strcmp(r->id, o->id) == 0 || strcmp(r->name, o->name) == 0)
                fail_msg("%s stands twice", r->name);
    }
    assert_int_equal(super, 1);
}

static void entra_roles__finds_by_id_in_any_case(void **state)
{
    (void)state;
    static struct entra_roles roles;
    assert_string_equal(entra_roles_find(&roles, "62E90394-69F5-4237-9190-012177145E10").name,
                        "Global Administrator");
    assert_int_equal(entra_roles_find(&roles, GLOBAL_ADMIN).tier, 3);
    assert_int_equal(entra_roles_find(&roles, HELPDESK).tier, 2);
    assert_int_equal(entra_roles_find(&roles, READERS).tier, 0);
}

static void entra_roles__names_what_an_import_has_seen(void **state)
{
    (void)state;
    static struct entra_roles roles;
    assert_string_equal(entra_roles_find(&roles, OWN_ROLE).name, OWN_ROLE);
    entra_roles_add(&roles, OWN_ROLE, "App Readers", false);
    entra_roles_add(&roles, OWN_ROLE, "Another name", true);
    entra_roles_add(&roles, "new", "Newest Administrator", true);
    entra_roles_add(&roles, GLOBAL_ADMIN, "Company Administrator", false);
    assert_string_equal(entra_roles_find(&roles, OWN_ROLE).name, "App Readers");
    assert_int_equal(entra_roles_find(&roles, OWN_ROLE).tier, 1);
    assert_int_equal(entra_roles_find(&roles, "new").tier, 2);
    assert_string_equal(entra_roles_find(&roles, GLOBAL_ADMIN).name, "Global Administrator");
}

/* A long name is cut, and never within a letter. */
static void entra_roles__cuts_a_long_name(void **state)
{
    (void)state;
    static struct entra_roles roles;
    char even[2 * ENTRA_ROLE_NAME_MAX + 1] = "", odd[sizeof even] = "x";
    for (size_t i = 0; i + 2 < sizeof even; i += 2) {
        memcpy(even + i, "\xc3\xa4", 3);
        memcpy(odd + 1 + i, "\xc3\xa4", i + 4 < sizeof odd ? 3 : 0);
    }
    entra_roles_add(&roles, "even", even, false);
    entra_roles_add(&roles, "odd", odd, false);
    assert_int_equal(strlen(entra_roles_find(&roles, "even").name), ENTRA_ROLE_NAME_MAX - 2);
    assert_int_equal(strlen(entra_roles_find(&roles, "odd").name), ENTRA_ROLE_NAME_MAX - 1);
}

static void entra_roles__leaves_out_what_it_has_no_room_for(void **state)
{
    (void)state;
    static struct entra_roles roles;
    for (int i = 0; i < 2 * ENTRA_ROLES_MAX; i++) {
        char *id = mem_printf("role-%d", i);
        entra_roles_add(&roles, id, "Role", false);
        free(id);
    }
    assert_int_equal(roles.count, ENTRA_ROLES_MAX);
    assert_string_equal(entra_roles_find(&roles, "role-0").name, "Role");
    assert_string_equal(entra_roles_find(&roles, "role-300").name, "role-300");
    static const char id[] = "an-id-that-is-longer-than-those-of-any-role-in-any-tenant";
    entra_roles_add(&roles, id, "Role", false);
    assert_string_equal(entra_roles_find(&roles, id).name, id);
}

static void entra_assignments__cover_everybody(void **state)
{
    (void)state;
    assert_read(
        PAGE("roleAssignments(principal())",
             ROLE("u1", GLOBAL_ADMIN, "\"directoryScopeId\":\"/\"," OF_USER) "," ROLE(
                 "u1", READERS, "\"directoryScopeId\":\"/\"," OF_USER) "," ROLE("app", HELPDESK,
                                                                                OF_APPLICATION)),
        "adds id='u1' roles_known=0 is_admin=1\n"
        "  role role='Global Administrator' tier=3 assignment='active' scope='/'\n"
        "adds id='u1' roles_known=0\n"
        "  role role='Directory Readers' tier=0 assignment='active' scope='/'\n"
        "covers roles\n");
}

/* Members of a group hold its roles, and the list does not name them. */
static void entra_assignments__to_groups_cover_nobody_else(void **state)
{
    (void)state;
    assert_read(PAGE("roleAssignments(principal())",
                     ROLE("u1", GLOBAL_ADMIN, OF_USER) "," ROLE("g1", HELPDESK, OF_GROUP)),
                "adds id='u1' roles_known=0 is_admin=1\n"
                "  role role='Global Administrator' tier=3 assignment='active'\n"
                "note role assignments are to groups (1), whose members are not listed; who has no "
                "role among them is not known to have none\n");
}

static void entra_assignments__that_hide_groups_cover_nobody_else(void **state)
{
    (void)state;
    assert_read(PAGE("roleAssignments", ROLE("u1", GLOBAL_ADMIN, "\"resourceScope\":\"/\"")),
                "adds id='u1' roles_known=0 is_admin=1\n"
                "  role role='Global Administrator' tier=3 assignment='active'\n" UNCLEAR);
}

static void entra_assignments__with_a_missing_page_cover_nobody_else(void **state)
{
    (void)state;
    const struct records_file files[] = {
        {"r.json",
         "{\"@odata.nextLink\":\"https://x/2\",\"value\":[" ROLE("u1", GLOBAL_ADMIN, OF_USER) "]}"},
        {NULL, NULL}};
    char *text = read_files(files, RECORDS_MERGE);
    assert_string_equal(text, "adds id='u1' roles_known=0 is_admin=1\n"
                              "  role role='Global Administrator' tier=3 assignment='active'\n");
    free(text);
}

static void entra_assignments__of_none_cover_everybody(void **state)
{
    (void)state;
    assert_read(PAGE("roleAssignments", ""), "covers roles\n");
}

static void entra_schedules__tell_when_an_assignment_ends(void **state)
{
    (void)state;
    assert_read(
        PAGE("roleAssignmentScheduleInstances(principal())",
             ROLE("u1", GLOBAL_ADMIN,
                  "\"assignmentType\":\"Activated\",\"memberType\":\"Direct\","
                  "\"startDateTime\":\"2023-11-14T22:13:20Z\","
                  "\"endDateTime\":\"2023-11-14T22:13:21Z\"," OF_USER) "," ROLE("u2", GLOBAL_ADMIN,
                                                                                "\"assignmentType\""
                                                                                ":\"Assigned\","
                                                                                "\"memberType\":"
                                                                                "\"Direct\","
                                                                                "\"startDateTime\":"
                                                                                "null,"
                                                                                "\"endDateTime\":"
                                                                                "null," OF_USER)),
        "adds id='u1' roles_known=0 is_admin=1\n"
        "  role role='Global Administrator' tier=3 assignment='active' assigned_at=1700000000 "
        "expires_at=1700000001\n"
        "adds id='u2' roles_known=0 is_admin=1\n"
        "  role role='Global Administrator' tier=3 assignment='active'\n"
        "covers roles\n");
}

static void entra_schedules__eligible_ones_alone_cover_nobody(void **state)
{
    (void)state;
    assert_read(
        PAGE("roleEligibilityScheduleInstances(principal())",
             ROLE("u1", GLOBAL_ADMIN,
                  "\"memberType\":\"Direct\",\"endDateTime\":\"2023-11-14T22:13:20Z\","
                  "\"roleEligibilityScheduleId\":\"s1\"," OF_USER)),
        "adds id='u1' roles_known=0 is_admin=1\n"
        "  role role='Global Administrator' tier=3 assignment='eligible' expires_at=1700000000\n");
}

/* All lists of a folder in their order: nobody holds a role twice, or for ever who holds it for a
 * time, and roles of the tenant's own have names. */
static void entra_roles__of_a_folder_fit_together(void **state)
{
    (void)state;
    const struct records_file files[] = {
        {"assignments.json", PAGE("roleAssignments(principal())",
                                  ROLE("u1", GLOBAL_ADMIN, "\"resourceScope\":\"/\"," OF_USER))},
        {"definitions.json",
         PAGE("roleDefinitions",
              "{\"id\":\"" OWN_ROLE "\",\"displayName\":\"App Readers\",\"isBuiltIn\":false,"
              "\"rolePermissions\":[]}")},
        {"eligible.json", PAGE("roleEligibilityScheduleInstances(principal())",
                               ROLE("u1", OWN_ROLE, "\"memberType\":\"Direct\"," OF_USER))},
        {"schedules.json", PAGE("roleAssignmentScheduleInstances(principal())",
                                ROLE("u1", GLOBAL_ADMIN,
                                     "\"assignmentType\":\"Activated\",\"memberType\":\"Direct\","
                                     "\"endDateTime\":\"2023-11-14T22:13:20Z\"," OF_USER))},
        {"users.json", USERS},
        {NULL, NULL}};
    char *text = read_files(files, 0);
    assert_string_equal(text,
                        USERS_READ "adds id='u1' roles_known=0 is_admin=1\n"
                                   "  role role='Global Administrator' tier=3 assignment='active' "
                                   "expires_at=1700000000\n"
                                   "adds id='u1' roles_known=0 is_admin=1\n"
                                   "  role role='App Readers' tier=1 assignment='eligible'\n"
                                   "covers roles\n");
    free(text);
}

static void entra_assignments__take_the_name_of_an_expanded_role(void **state)
{
    (void)state;
    assert_read("{\"value\":[" ROLE("u1", OWN_ROLE,
                                    "\"roleDefinition\":{\"displayName\":\"Desk\"},"
                                    "\"directoryScopeId\":null,\"appScopeId\":\"/app\"") "]}",
                "adds id='u1' roles_known=0 is_admin=1\n"
                "  role role='Desk' tier=1 assignment='active' scope='/app'\n" UNCLEAR);
}

/* A request for a role, and a schedule that may begin next year, are no roles. */
static void entra_assignments__are_not_taken_from_requests_and_schedules(void **state)
{
    (void)state;
    static const char *const others[] = {
        "{\"value\":[" ROLE("u1", GLOBAL_ADMIN, "\"action\":\"selfActivate\"") "]}",
        "{\"value\":[" ROLE("u1", GLOBAL_ADMIN, "\"scheduleInfo\":{}") "]}"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct error err = {0};
        assert_null(records_read(&entra_format, others[i], strlen(others[i]), 0, &err));
        assert_non_null(strstr(err.text, "file:1: $.value[0]: the object is none of what this "
                                         "format knows: "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entra_roles__table_is_well_formed),
        cmocka_unit_test(entra_roles__finds_by_id_in_any_case),
        cmocka_unit_test(entra_roles__names_what_an_import_has_seen),
        cmocka_unit_test(entra_roles__cuts_a_long_name),
        cmocka_unit_test(entra_roles__leaves_out_what_it_has_no_room_for),
        cmocka_unit_test(entra_assignments__cover_everybody),
        cmocka_unit_test(entra_assignments__to_groups_cover_nobody_else),
        cmocka_unit_test(entra_assignments__that_hide_groups_cover_nobody_else),
        cmocka_unit_test(entra_assignments__with_a_missing_page_cover_nobody_else),
        cmocka_unit_test(entra_assignments__of_none_cover_everybody),
        cmocka_unit_test(entra_schedules__tell_when_an_assignment_ends),
        cmocka_unit_test(entra_schedules__eligible_ones_alone_cover_nobody),
        cmocka_unit_test(entra_roles__of_a_folder_fit_together),
        cmocka_unit_test(entra_assignments__take_the_name_of_an_expanded_role),
        cmocka_unit_test(entra_assignments__are_not_taken_from_requests_and_schedules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
