#ifndef CHECKHOOK_TESTS_SUPPORT_LDIF_TEXTS_H
#define CHECKHOOK_TESTS_SUPPORT_LDIF_TEXTS_H

#include "tests/support/records.h"

/* What tests of LDIF write in a directory's words, and what is read of it. */

#define assert_users(bytes, expected)   records_expect(&ldif_format, bytes, expected)
#define assert_refused(bytes, expected) records_refuse(&ldif_format, bytes, expected)

/* What a user has who says no more than his name. */
#define UNKNOWN_LISTS " factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define NO_LOGIN      " last_login_known=0"

/* A user of Active Directory without the end of the entry, and how he is read. */
#define GUID    "objectGUID:: AAECAwQFBgcICQoLDA0ODw==\n"
#define GUID_ID "id='03020100-0504-0706-0809-0a0b0c0d0e0f'"
#define AD_USER                                                                                    \
    "dn: CN=Ann,OU=Users,DC=example,DC=com\nobjectClass: top\nobjectClass: user\n" GUID            \
    "sAMAccountName: ann\n"
#define AD_ANN "user " GUID_ID " login='ann' user_type='member' "

/* What ldapsearch writes before and behind the entries. */
#define ASKED(x) "# LDAPv3\n# requesting: " x "\n#\n\n"
#define SUCCESS  "\n# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 2\n"

#endif
