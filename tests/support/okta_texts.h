#ifndef CHECKHOOK_TESTS_SUPPORT_OKTA_TEXTS_H
#define CHECKHOOK_TESTS_SUPPORT_OKTA_TEXTS_H

#include "tests/support/records.h"

/* What tests of the Okta format write in Okta's words, and what is read of it. The user of these
 * tests has id 00u1 and login user1@example.com. */

#define assert_users(bytes, expected)      records_expect(&okta_format, bytes, expected)
#define assert_refused(bytes, expected)    records_refuse(&okta_format, bytes, expected)
#define assert_files(files, how, expected) records_expect_files(&okta_format, files, how, expected)

/* A user, and how he is read. */
#define PROFILE     "\"profile\":{\"login\":\"user1@example.com\"}"
#define USER1       "[{\"id\":\"00u1\",\"status\":\"ACTIVE\"," PROFILE "}]"
#define NONE_KNOWN  "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define USER1_LOGIN "user id='00u1' login='user1@example.com' "
#define USER1_READ  USER1_LOGIN "status='active' enabled=1 last_login_known=0 " NONE_KNOWN "\n"

/* His roles, and who holds any. */
#define ROLE1 "[{\"type\":\"SUPER_ADMIN\",\"status\":\"ACTIVE\",\"assignmentType\":\"USER\"}]"
#define HOLDERS(next)                                                                              \
    "{\"value\":[{\"id\":\"00u1\",\"orn\":\"orn:okta:1:users:00u1\",\"_links\":{}}]" next "}"

/* An event of the system log. */
#define EVENT(type, outcome, actor, rest)                                                          \
    "[{\"published\":\"2023-11-14T22:13:20.000Z\",\"eventType\":\"" type "\",\"outcome\":"         \
    "{\"result\":\"" outcome "\",\"reason\":null},\"actor\":" actor rest "}]"
#define ACTOR1                                                                                     \
    "{\"id\":\"00u1\",\"type\":\"User\",\"alternateId\":\"user1@example.com\",\"displayName\":"    \
    "\"Sam\"}"

#endif
