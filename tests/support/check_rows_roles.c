/* Users for the checks of guests and roles. */
#include "tests/support/check_rows.h"

#include <stddef.h>

#define LISTED   ENABLED "roles_known=1"
#define UNLISTED ENABLED "roles_known=0"
#define SUPER    " / role role=Owner tier=3 assignment=active"
#define ELIGIBLE " / role role=Owner tier=3 assignment=eligible"
#define FULL     " / role role=Manager tier=2 assignment=active"
#define READER   " / role role=Reader tier=1 assignment=active"
#define ORDINARY " / role role=Editor tier=0 assignment=active"

/* Others of the same data set. */
#define ANOTHER(name) " / user id=" name " enabled=1 roles_known=1"
#define PEER(name)    ANOTHER(name) SUPER
#define THREE_PEERS   PEER("a") PEER("b") PEER("c")
#define FOUR_PEERS    THREE_PEERS PEER("d")

const struct check_row check_rows_roles[] = {
    {"guest-admin", ADMIN "user_type=guest", "fail"},
    {"guest-admin", ADMIN "user_type=external", "fail"},
    {"guest-admin", ENABLED "user_type=guest is_admin=0", "pass"},
    {"guest-admin", ADMIN "user_type=member", "outside"},
    {"guest-admin", DISABLED "user_type=guest is_admin=1", "outside"},
    {"guest-admin", ENABLED "user_type=guest", "unknown"},
    {"guest-admin", ADMIN, "unknown"},
    {"guest-admin", "user_type=guest is_admin=1", "unknown"},

    /* One more than four, and four. */
    {"too-many-super-admins", LISTED SUPER FOUR_PEERS, "fail"},
    {"too-many-super-admins", LISTED SUPER THREE_PEERS, "pass"},
    {"too-many-super-admins", LISTED ELIGIBLE FOUR_PEERS, "fail"},
    {"too-many-super-admins", LISTED SUPER THREE_PEERS ANOTHER("d") ELIGIBLE, "fail"},
    /* Each is counted once, whatever roles, and only who is enabled and super. */
    {"too-many-super-admins", LISTED SUPER SUPER ELIGIBLE THREE_PEERS, "pass"},
    {"too-many-super-admins", LISTED SUPER THREE_PEERS ANOTHER("d") FULL, "pass"},
    {"too-many-super-admins", LISTED SUPER THREE_PEERS " / user id=d enabled=0 roles_known=1" SUPER,
     "pass"},
    /* Who is none is not named. */
    {"too-many-super-admins", LISTED FULL FOUR_PEERS PEER("e"), "pass"},
    {"too-many-super-admins", LISTED, "pass"},
    {"too-many-super-admins", DISABLED "roles_known=1" SUPER FOUR_PEERS PEER("e"), "outside"},
    /* Lists that are not whole: enough for "more than four", not for "at most four". */
    {"too-many-super-admins", UNLISTED SUPER FOUR_PEERS, "fail"},
    {"too-many-super-admins", LISTED SUPER FOUR_PEERS " / user id=e enabled=1", "fail"},
    {"too-many-super-admins", UNLISTED SUPER THREE_PEERS, "unknown"},
    {"too-many-super-admins", LISTED SUPER THREE_PEERS " / user id=d enabled=1", "unknown"},
    {"too-many-super-admins", LISTED SUPER THREE_PEERS " / user id=d roles_known=1" SUPER,
     "unknown"},
    {"too-many-super-admins", LISTED SUPER THREE_PEERS " / user id=d enabled=0", "pass"},
    {"too-many-super-admins", LISTED SUPER THREE_PEERS " / user id=d roles_known=1", "pass"},
    {"too-many-super-admins", UNLISTED FOUR_PEERS PEER("e"), "unknown"},
    {"too-many-super-admins", "roles_known=1" SUPER FOUR_PEERS PEER("e"), "unknown"},
    {"too-many-super-admins count=2", LISTED SUPER PEER("a") PEER("b"), "fail"},
    {"too-many-super-admins count=2", LISTED SUPER PEER("a"), "pass"},

    {"lone-super-admin", LISTED SUPER, "fail"},
    {"lone-super-admin", LISTED ELIGIBLE, "fail"},
    {"lone-super-admin", LISTED SUPER ANOTHER("a") FULL, "fail"},
    {"lone-super-admin", LISTED SUPER " / user id=a enabled=0 roles_known=1" SUPER, "fail"},
    {"lone-super-admin", LISTED SUPER PEER("a"), "pass"},
    {"lone-super-admin", LISTED SUPER ANOTHER("a") ELIGIBLE, "pass"},
    {"lone-super-admin", LISTED SUPER " / user id=a enabled=1" SUPER, "pass"},
    {"lone-super-admin", LISTED FULL, "pass"},
    {"lone-super-admin", LISTED PEER("a"), "pass"},
    {"lone-super-admin", DISABLED "roles_known=1" SUPER, "outside"},
    /* A second one may be hidden. */
    {"lone-super-admin", LISTED SUPER " / user id=a enabled=1", "unknown"},
    {"lone-super-admin", LISTED SUPER " / user id=a", "unknown"},
    {"lone-super-admin", LISTED SUPER " / user id=a roles_known=1" SUPER, "unknown"},
    {"lone-super-admin", LISTED SUPER " / user id=a enabled=0", "fail"},
    {"lone-super-admin", LISTED SUPER " / user id=a roles_known=1", "fail"},
    {"lone-super-admin", UNLISTED SUPER, "unknown"},
    {"lone-super-admin", UNLISTED PEER("a"), "unknown"},
    {"lone-super-admin", "roles_known=1" SUPER, "unknown"},

    {"standing-super-admin", LISTED SUPER, "fail"},
    {"standing-super-admin", UNLISTED SUPER, "fail"},
    {"standing-super-admin", LISTED ELIGIBLE SUPER, "fail"},
    {"standing-super-admin", LISTED ELIGIBLE, "pass"},
    {"standing-super-admin", LISTED " / role role=Owner tier=3 assignment=active expires_at=-9d",
     "pass"},
    {"standing-super-admin", LISTED FULL, "pass"},
    {"standing-super-admin", LISTED, "pass"},
    {"standing-super-admin", DISABLED "roles_known=1" SUPER, "outside"},
    {"standing-super-admin", UNLISTED ELIGIBLE, "unknown"},
    {"standing-super-admin", ENABLED, "unknown"},
    {"standing-super-admin", "roles_known=1" SUPER, "unknown"},

    {"super-admin-extra-roles", LISTED SUPER READER, "fail"},
    {"super-admin-extra-roles", UNLISTED ELIGIBLE FULL, "fail"},
    {"super-admin-extra-roles", LISTED SUPER " / role role=Global tier=3 assignment=active",
     "fail"},
    {"super-admin-extra-roles", LISTED SUPER ELIGIBLE, "pass"},
    {"super-admin-extra-roles", LISTED SUPER ORDINARY, "pass"},
    {"super-admin-extra-roles", LISTED FULL READER, "pass"},
    {"super-admin-extra-roles", LISTED SUPER, "pass"},
    {"super-admin-extra-roles", LISTED, "pass"},
    {"super-admin-extra-roles", DISABLED "roles_known=1" SUPER READER, "outside"},
    {"super-admin-extra-roles", UNLISTED SUPER, "unknown"},
    {"super-admin-extra-roles", UNLISTED FULL READER, "unknown"},
    {"super-admin-extra-roles", ENABLED, "unknown"},
    {"super-admin-extra-roles", "roles_known=1" SUPER READER, "unknown"},

    {"admin-synced", ADMIN "on_prem_synced=1", "fail"},
    {"admin-synced", ADMIN "on_prem_synced=0", "pass"},
    {"admin-synced", ENABLED "is_admin=0 on_prem_synced=1", "outside"},
    {"admin-synced", DISABLED "is_admin=1 on_prem_synced=1", "outside"},
    {"admin-synced", ADMIN, "unknown"},
    {"admin-synced", ENABLED "on_prem_synced=1", "unknown"},
    {"admin-synced", "is_admin=1 on_prem_synced=1", "unknown"},

    {"disabled-with-role", DISABLED "roles_known=1" READER, "fail"},
    {"disabled-with-role", DISABLED "roles_known=1 / role role=Reader tier=1 assignment=eligible",
     "fail"},
    {"disabled-with-role", DISABLED "roles_known=0" SUPER, "fail"},
    {"disabled-with-role", DISABLED "roles_known=1" ORDINARY, "pass"},
    {"disabled-with-role", DISABLED "roles_known=1", "pass"},
    {"disabled-with-role", LISTED SUPER, "outside"},
    {"disabled-with-role", DISABLED ORDINARY, "unknown"},
    {"disabled-with-role", "roles_known=1" SUPER, "unknown"},

    {NULL, NULL, NULL},
};
