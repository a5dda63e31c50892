#ifndef CHECKHOOK_TESTS_SUPPORT_SLAPD_H
#define CHECKHOOK_TESTS_SUPPORT_SLAPD_H

/*
 * OpenLDAP's server (Debian) on a socket of its own, as a peer (see peer.h). It serves
 * dc=example,dc=com, notes who signs in (lastbind) and when passwords change (ppolicy), knows the
 * attributes of Active Directory, and gives at most SLAPD_LIMIT entries to a search, any number to
 * one with pages.
 */
struct slapd;

enum { SLAPD_LIMIT = 10 };

/* LDIF: its entries below the one of the suffix; operational attributes are taken over. */
struct slapd *slapd_start(const char *ldif);
void slapd_stop(struct slapd *s); /* accepts NULL */

/* Signs in; fails the test where that is refused. */
void slapd_bind(const struct slapd *s, const char *dn, const char *password);

/* What ldapsearch writes for these words after its connection options, up to a NULL, whatever its
 * exit status; the caller frees. */
char *slapd_search(const struct slapd *s, const char *const *words);

#endif
