/* Runs slapd on a socket in a folder of its own, and asks it with OpenLDAP's commands. */
#include "tests/support/slapd.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/encode.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "tests/support/fail.h"
#include "tests/support/peer.h"
#include "tests/support/run.h"
#include "tests/support/tmpdir.h"

enum { START_MS = 30000, PAUSE_US = 5000, WORDS_MAX = 16 };

struct slapd {
    struct run_child child;
    struct tmpdir dir;
    char *url, *socket;
};

static const char configuration[] =
    "include /etc/ldap/schema/core.schema\n"
    "include /etc/ldap/schema/cosine.schema\n"
    "include /etc/ldap/schema/inetorgperson.schema\n"
    "include /etc/ldap/schema/nis.schema\n"
    "include /etc/ldap/schema/msuser.schema\n"
    "modulepath /usr/lib/ldap\n"
    "moduleload back_mdb\nmoduleload ppolicy\nmoduleload lastbind\n"
    "database mdb\nsuffix dc=example,dc=com\nrootdn cn=admin,dc=example,dc=com\ndirectory %s\n"
    "dbnosync\n"
    "sizelimit size.soft=%d size.hard=%d size.prtotal=unlimited\n"
    "overlay ppolicy\noverlay lastbind\n";

static const char suffix[] = "dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n";

static void run(const char *const *argv)
{
    struct run_result result = run_command(argv, NULL);
    if (result.status != 0)
        support_die("%s: %s", argv[0], result.err);
    run_release(&result);
}

static void load(const struct slapd *s, const char *ldif)
{
    char *folder = tmpdir_path(&s->dir, "db");
    struct error err = {0};
    if (!file_make_dir(folder, 0700, &err))
        support_die("%s", err.text);
    char *text = mem_printf(configuration, folder, SLAPD_LIMIT, SLAPD_LIMIT);
    char *entries = mem_printf("%s%s", suffix, ldif);
    char *conf = tmpdir_write(&s->dir, "slapd.conf", text);
    char *file = tmpdir_write(&s->dir, "load.ldif", entries);
    run((const char *const[]){"/usr/sbin/slapadd", "-f", conf, "-l", file, NULL});
    free(folder);
    free(text);
    free(entries);
    free(conf);
    free(file);
}

static bool answers(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return ok;
}

static void wait_for_socket(struct slapd *s)
{
    const int64_t give_up_ms = support_now_ms() + START_MS;
    while (!answers(s->socket)) {
        run_take_output(&s->child);
        if (support_now_ms() > give_up_ms)
            support_die("slapd does not start: %s", s->child.seen);
        usleep(PAUSE_US);
    }
}

static char *socket_url(const char *path)
{
    struct strbuf url;
    strbuf_init(&url, 1000);
    strbuf_adds(&url, "ldapi://");
    percent_add(&url, path);
    return strbuf_detach(&url);
}

struct slapd *slapd_start(const char *ldif)
{
    if (!peer_on_path("/usr/sbin/slapd") || !peer_on_path("ldapsearch"))
        peer_skip("slapd or ldap-utils is missing: `make deps`");
    struct slapd *s = mem_zalloc(sizeof *s);
    tmpdir_init(&s->dir);
    s->socket = tmpdir_path(&s->dir, "socket");
    s->url = socket_url(s->socket);
    load(s, ldif);
    char *conf = tmpdir_path(&s->dir, "slapd.conf");
    const char *const argv[] = {"/usr/sbin/slapd", "-f", conf, "-h", s->url, "-d", "0", NULL};
    s->child = run_start_command(argv, NULL);
    free(conf);
    wait_for_socket(s);
    return s;
}

void slapd_stop(struct slapd *s)
{
    if (!s)
        return;
    run_stop(&s->child, SIGTERM);
    tmpdir_release(&s->dir);
    free(s->url);
    free(s->socket);
    free(s);
}

void slapd_bind(const struct slapd *s, const char *dn, const char *password)
{
    run((const char *const[]){"ldapwhoami", "-x", "-H", s->url, "-D", dn, "-w", password, NULL});
}

char *slapd_search(const struct slapd *s, const char *const *words)
{
    const char *argv[WORDS_MAX + 7] = {"ldapsearch", "-x", "-H", s->url, "-b", "dc=example,dc=com"};
    for (size_t i = 0; words[i]; i++) {
        if (i == WORDS_MAX)
            support_die("too many words for ldapsearch");
        argv[i + 6] = words[i];
    }
    struct run_result result = run_command(argv, NULL);
    char *out = mem_strdup(result.out);
    run_release(&result);
    return out;
}
