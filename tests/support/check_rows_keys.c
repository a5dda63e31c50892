/* Users for the checks of keys, tokens and certificates. */
#include "tests/support/check_rows.h"

#include <stddef.h>

#define LISTED   "credentials_known=1"
#define UNLISTED "credentials_known=0"

/* Credentials that are active and whose use is known, and one that is not active. */
#define KEY       " / credential cred_id=1 kind=access_key active=1 last_used_known=1 "
#define KEY_2     " / credential cred_id=2 kind=access_key active=1 last_used_known=1 "
#define TOKEN     " / credential cred_id=3 kind=api_token active=1 last_used_known=1 "
#define UNTRACKED " / credential cred_id=4 kind=ssh_key active=1 "
#define DEAD      " / credential cred_id=5 kind=access_key active=0 last_used_known=1 created_at=999d"

const struct check_row check_rows_keys[] = {
    {"root-access-key", LISTED " user_type=root" KEY, "fail"},
    {"root-access-key", LISTED " user_type=root" DEAD KEY_2, "fail"},
    {"root-access-key", UNLISTED " user_type=root" KEY, "fail"},
    {"root-access-key", DISABLED LISTED " user_type=root" KEY, "fail"},
    {"root-access-key", LISTED " user_type=root" DEAD, "pass"},
    {"root-access-key", LISTED " user_type=root" TOKEN, "pass"},
    {"root-access-key", LISTED " user_type=root", "pass"},
    {"root-access-key", LISTED " user_type=member" KEY, "outside"},
    {"root-access-key", UNLISTED " user_type=root", "unknown"},
    {"root-access-key", LISTED KEY, "unknown"},

    {"disabled-with-credential", DISABLED LISTED KEY, "fail"},
    {"disabled-with-credential", DISABLED LISTED DEAD TOKEN, "fail"},
    {"disabled-with-credential", DISABLED UNLISTED UNTRACKED, "fail"},
    {"disabled-with-credential", DISABLED LISTED DEAD, "pass"},
    {"disabled-with-credential", DISABLED LISTED, "pass"},
    {"disabled-with-credential", ENABLED LISTED KEY, "outside"},
    {"disabled-with-credential", DISABLED UNLISTED, "unknown"},
    {"disabled-with-credential", LISTED KEY, "unknown"},

    {"old-key-90", LISTED TOKEN "created_at=90d+1", "fail"},
    {"old-key-90", DISABLED LISTED UNTRACKED "created_at=91d", "fail"},
    {"old-key-90", UNLISTED KEY "created_at=91d", "fail"},
    {"old-key-90", LISTED DEAD KEY_2 "created_at=91d", "fail"},
    {"old-key-90", LISTED KEY KEY_2 "created_at=91d", "fail"},
    {"old-key-90", LISTED KEY "created_at=90d", "pass"},
    {"old-key-90", LISTED DEAD, "outside"},
    {"old-key-90", LISTED, "outside"},
    {"old-key-90", LISTED KEY, "unknown"},
    {"old-key-90", LISTED KEY KEY_2 "created_at=1d", "unknown"},
    {"old-key-90", UNLISTED KEY "created_at=1d", "unknown"},
    {"old-key-90", ENABLED, "unknown"},
    {"old-key-90 days=30", LISTED KEY "created_at=30d+1", "fail"},
    {"old-key-90 days=30", LISTED KEY "created_at=30d", "pass"},

    {"unused-key-45", LISTED KEY "last_used_at=45d+1", "fail"},
    {"unused-key-45", LISTED TOKEN "created_at=45d+1", "fail"},
    {"unused-key-45", DISABLED LISTED KEY "last_used_at=46d created_at=46d", "fail"},
    {"unused-key-45", UNLISTED KEY "last_used_at=46d", "fail"},
    /* A first key that is not active does not hide the second one. */
    {"unused-key-45", LISTED DEAD KEY_2 "last_used_at=46d", "fail"},
    {"unused-key-45", LISTED KEY "last_used_at=1d" KEY_2 "created_at=46d", "fail"},
    {"unused-key-45", LISTED UNTRACKED KEY "last_used_at=46d", "fail"},
    {"unused-key-45", LISTED KEY "last_used_at=45d", "pass"},
    {"unused-key-45", LISTED KEY "created_at=45d", "pass"},
    {"unused-key-45", LISTED KEY "last_used_at=1d created_at=900d", "pass"},
    {"unused-key-45", LISTED DEAD KEY_2 "last_used_at=1d", "pass"},
    {"unused-key-45", LISTED DEAD, "outside"},
    {"unused-key-45", LISTED, "outside"},
    {"unused-key-45", LISTED UNTRACKED "created_at=900d", "unknown"},
    {"unused-key-45", LISTED KEY, "unknown"},
    {"unused-key-45", UNLISTED KEY "last_used_at=1d", "unknown"},
    {"unused-key-45", ENABLED, "unknown"},
    {"unused-key-45 days=10", LISTED KEY "last_used_at=10d+1", "fail"},
    {"unused-key-45 days=10", LISTED KEY "last_used_at=10d", "pass"},

    {"two-active-keys", LISTED KEY KEY_2, "fail"},
    {"two-active-keys", DISABLED LISTED KEY KEY_2 DEAD, "fail"},
    {"two-active-keys", UNLISTED KEY KEY_2, "fail"},
    {"two-active-keys", LISTED KEY DEAD, "pass"},
    {"two-active-keys", LISTED KEY TOKEN UNTRACKED, "pass"},
    {"two-active-keys", LISTED, "pass"},
    {"two-active-keys", UNLISTED KEY, "unknown"},
    {"two-active-keys", ENABLED, "unknown"},
    {"two-active-keys count=3", LISTED KEY KEY_2 KEY, "fail"},
    {"two-active-keys count=3", LISTED KEY KEY_2, "pass"},

    {NULL, NULL, NULL},
};
