/* Makes a private authority and server certificates with the openssl command. */
#include "tests/support/certs.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/fail.h"
#include "tests/support/run.h"

#define OWN_NAMES "subjectAltName=IP:127.0.0.1,DNS:localhost\n"

/* How a kind of certificate differs from the others. */
struct recipe {
    const char *name;
    const char *names; /* the extension with the host names */
    const char *times; /* options of `openssl ca` */
    bool self_signed;
};

static const struct recipe recipes[] = {
    [CERT_SERVER] = {.name = "server", .names = OWN_NAMES, .times = "-days 1"},
    [CERT_EXPIRED] = {.name = "expired",
                      .names = OWN_NAMES,
                      .times = "-startdate 20200101000000Z -enddate 20200102000000Z"},
    [CERT_WRONG_HOST] = {.name = "wrong-host",
                         .names = "subjectAltName=DNS:other.example\n",
                         .times = "-days 1"},
    [CERT_SELF_SIGNED] = {.name = "self-signed", .names = OWN_NAMES, .self_signed = true},
};

static const char ca_settings[] = "[ca]\n"
                                  "default_ca=own\n"
                                  "[own]\n"
                                  "database=index\n"
                                  "new_certs_dir=.\n"
                                  "rand_serial=yes\n"
                                  "default_md=sha256\n"
                                  "policy=any\n"
                                  "certificate=ca.pem\n"
                                  "private_key=ca.key\n"
                                  "[any]\n"
                                  "commonName=supplied\n"
                                  "[req]\n"
                                  "distinguished_name=dn\n"
                                  "[dn]\n"
                                  "[v3_ca]\n"
                                  "basicConstraints=critical,CA:TRUE\n"
                                  "keyUsage=critical,keyCertSign\n"
                                  "subjectKeyIdentifier=hash\n";

static const char new_key[] = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

static void shell(const struct certs *certs, const char *command)
{
    const char *argv[] = {"sh", "-ec", command, NULL};
    struct run_options options = {.dir = certs->dir.path};
    struct run_result result = run_command(argv, &options);

    if (result.status != 0)
        support_die("'%s' failed: %s", command, result.err);
    run_release(&result);
}

void certs_init(struct certs *certs)
{
    char command[512];

    tmpdir_init(&certs->dir);
    free(tmpdir_write(&certs->dir, "ca.conf", ca_settings));
    free(tmpdir_write(&certs->dir, "index", ""));
    snprintf(command, sizeof command,
             "openssl req -x509 -config ca.conf -extensions v3_ca -subj '/CN=Test authority' "
             "-days 1 %s -keyout ca.key -out ca.pem",
             new_key);
    shell(certs, command);
    certs->ca_file = tmpdir_path(&certs->dir, "ca.pem");
}

void certs_release(struct certs *certs)
{
    tmpdir_release(&certs->dir);
    free(certs->ca_file);
    certs->ca_file = NULL;
}

static void make_self_signed(const struct certs *certs, const struct recipe *recipe)
{
    char command[512];

    snprintf(command, sizeof command,
             "openssl req -x509 -config ca.conf -subj /CN=%s -days 1 -addext '%.*s' %s "
             "-keyout %s.key -out %s.pem",
             recipe->name, (int)sizeof OWN_NAMES - 2, recipe->names, new_key, recipe->name,
             recipe->name);
    shell(certs, command);
}

static void make_signed(const struct certs *certs, const struct recipe *recipe)
{
    char command[1024];

    free(tmpdir_write(&certs->dir, "names", recipe->names));
    snprintf(command, sizeof command,
             "openssl req -config ca.conf -subj /CN=%s %s -keyout %s.key -out request.pem\n"
             "openssl ca -batch -notext -config ca.conf -extfile names %s -in request.pem "
             "-out %s.pem",
             recipe->name, new_key, recipe->name, recipe->times, recipe->name);
    shell(certs, command);
}

struct cert certs_make(struct certs *certs, enum cert_kind kind)
{
    const struct recipe *recipe = &recipes[kind];
    char name[64];
    struct cert cert;

    if (recipe->self_signed)
        make_self_signed(certs, recipe);
    else
        make_signed(certs, recipe);
    snprintf(name, sizeof name, "%s.pem", recipe->name);
    cert.cert_file = tmpdir_path(&certs->dir, name);
    snprintf(name, sizeof name, "%s.key", recipe->name);
    cert.key_file = tmpdir_path(&certs->dir, name);
    return cert;
}

void cert_release(struct cert *cert)
{
    free(cert->cert_file);
    free(cert->key_file);
    *cert = (struct cert){0};
}
