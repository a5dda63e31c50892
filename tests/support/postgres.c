/* Starts PostgreSQL as an ordinary user, which it insists on. */
#include "tests/support/postgres.h"

#include <errno.h>
#include <glob.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/fail.h"
#include "tests/support/peer.h"
#include "tests/support/run.h"
#include "tests/support/tmpdir.h"

enum { INIT_MS = 120000, START_MS = 60000, ASK_MS = 120000, ARGS_MAX = 24 };

struct postgres {
    struct run_child child;
    struct tmpdir dir; /* its data and its socket */
    char *programs;    /* the folder of initdb and postgres */
};

/* Debian keeps the programs of each version apart; NULL where there are none. */
static char *find_programs(void)
{
    glob_t found;
    char *folder = NULL;

    if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) == 0) {
        folder = mem_strdup(found.gl_pathv[found.gl_pathc - 1]);
        *strrchr(folder, '/') = '\0';
    }
    globfree(&found);
    return folder;
}

/* Root becomes nobody. */
static void fill(const char **argv, const char *const *command)
{
    static const char *const as_nobody[] = {"setpriv", "--reuid=nobody", "--regid=nogroup",
                                            "--clear-groups", "--pdeathsig=INT"};
    size_t count = 0;

    for (size_t i = 0; geteuid() == 0 && i < ARRAY_LEN(as_nobody); i++)
        argv[count++] = as_nobody[i];
    for (size_t i = 0; command[i] && count < ARGS_MAX; i++)
        argv[count++] = command[i];
    argv[count] = NULL;
}

/* Folders of a test are root's alone, so what nobody has to reach stands outside of them. */
static void make_folder(struct postgres *server)
{
    const struct passwd *nobody = getpwnam("nobody");
    const char *own = getenv("TMPDIR");

    if (geteuid() != 0 || !own) {
        tmpdir_init(&server->dir);
    } else {
        char *kept = mem_strdup(own);
        unsetenv("TMPDIR");
        tmpdir_init(&server->dir);
        setenv("TMPDIR", kept, 1);
        free(kept);
    }
    if (geteuid() == 0 && (!nobody || chown(server->dir.path, nobody->pw_uid, nobody->pw_gid) != 0))
        support_die("%s cannot be given to nobody: %s", server->dir.path, strerror(errno));
}

static void make_cluster(const struct postgres *server)
{
    const char *argv[ARGS_MAX + 1];
    char *program = mem_printf("%s/initdb", server->programs);
    char *data = tmpdir_path(&server->dir, "data");

    fill(argv, (const char *const[]){program, "-D", data, "-U", "checkhook", "-A", "trust", "-E",
                                     "UTF8", "--locale=C", "--no-sync", "--no-instructions", NULL});
    struct run_result made =
        run_command(argv, &(struct run_options){.dir = server->dir.path, .timeout_ms = INIT_MS});
    if (made.status != 0)
        support_die("initdb: %s%s", made.out, made.err);
    run_release(&made);
    free(data);
    free(program);
}

struct postgres *postgres_start(void)
{
    const char *argv[ARGS_MAX + 1];
    char *programs = find_programs();

    if (!programs) {
        peer_skip("PostgreSQL is missing: `make deps`");
        return NULL;
    }
    struct postgres *server = mem_zalloc(sizeof *server);
    server->programs = programs;
    make_folder(server);
    make_cluster(server);
    char *program = mem_printf("%s/postgres", programs);
    char *data = tmpdir_path(&server->dir, "data");
    fill(argv, (const char *const[]){program, "-D", data, "-k", server->dir.path, "-F", "-c",
                                     "listen_addresses=", NULL});
    server->child = run_start_command(argv, &(struct run_options){.dir = server->dir.path});
    run_wait_text(&server->child, "ready to accept connections", START_MS);
    free(data);
    free(program);
    return server;
}

void postgres_stop(struct postgres *server)
{
    if (!server)
        return;
    run_stop(&server->child, SIGINT);
    tmpdir_release(&server->dir);
    free(server->programs);
    free(server);
}

char *postgres_ask(struct postgres *server, const char *script)
{
    char *program = mem_printf("%s/psql", server->programs);
    const char *const argv[] = {program,
                                "-X",
                                "-q",
                                "-A",
                                "-t",
                                "-F",
                                " ",
                                "-v",
                                "ON_ERROR_STOP=1",
                                "-h",
                                server->dir.path,
                                "-U",
                                "checkhook",
                                "postgres",
                                NULL};
    struct run_result asked =
        run_command(argv, &(struct run_options){.stdin_text = script, .timeout_ms = ASK_MS});

    if (asked.status != 0)
        support_die("psql: %s", asked.err);
    char *answer = mem_strdup(asked.out);
    run_release(&asked);
    free(program);
    return answer;
}
