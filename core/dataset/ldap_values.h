/*
 * Values of directories as text or numbers of ours.
 */
#ifndef CHECKHOOK_CORE_DATASET_LDAP_VALUES_H
#define CHECKHOOK_CORE_DATASET_LDAP_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"

enum { LDAP_GUID_BYTES = 16, LDAP_GUID_TEXT = 37 };

/* As Active Directory writes an objectGUID: the first three groups have their low byte first
 * (MS-DTYP 2.3.4.2). */
void ldap_guid_text(const uint8_t bytes[LDAP_GUID_BYTES], char out[LDAP_GUID_TEXT]);

/*
 * A time of Active Directory: 100 ns since 1601 (MS-DTYP 2.3.3). 0 and 9223372036854775807 are no
 * times but "never" or "not set"; what lies before 1970 or after 9999 was not written by a clock.
 */
enum ldap_filetime { LDAP_BAD, LDAP_NEVER, LDAP_ABSURD, LDAP_TIME };
enum ldap_filetime ldap_filetime(const char *text, int64_t *unix_s);

/*
 * Generalized time (RFC 4517, 3.3.13): "20200102081500.0Z", minutes and seconds may be missing, a
 * zone Z or +hhmm. A fraction is dropped; years before 1970 are false as well, since they are not
 * dates of accounts ("000001010000Z").
 */
bool ldap_generalized_time(const char *text, int64_t *unix_s);

/*
 * The value of the first part of a distinguished name, escapes undone (RFC 4514):
 * "CN=Finch\, Ann,OU=x" adds "Finch, Ann". *rest points behind its comma, or to the end. False: the
 * text is no such name, or its value is not UTF-8.
 */
bool ldap_dn_first(const char *dn, struct strbuf *value, const char **rest);

#endif
