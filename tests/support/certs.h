#ifndef CHECKHOOK_TESTS_SUPPORT_CERTS_H
#define CHECKHOOK_TESTS_SUPPORT_CERTS_H

#include "tests/support/tmpdir.h"

/*
 * Certificates for tests, made by the openssl command in a folder of their own. All have keys on
 * the P-256 curve, so making them takes a few milliseconds each.
 */
struct certs {
    struct tmpdir dir;
    char *ca_file; /* the private authority that signed `server`, `expired` and `wrong_host` */
};

/* A server certificate and its key, as PEM files. */
struct cert {
    char *cert_file;
    char *key_file;
};

enum cert_kind {
    CERT_SERVER,      /* for 127.0.0.1 and localhost, valid for a day */
    CERT_EXPIRED,     /* the same, but its time is over */
    CERT_WRONG_HOST,  /* valid, for other.example */
    CERT_SELF_SIGNED, /* for 127.0.0.1 and localhost, signed by no authority */
};

/* Makes the authority; aborts with openssl's own words when that fails. */
void certs_init(struct certs *certs);
void certs_release(struct certs *certs);

/* Makes a certificate; the files live as long as CERTS, the struct is freed by cert_release. */
struct cert certs_make(struct certs *certs, enum cert_kind kind);
void cert_release(struct cert *cert);

#endif
