/* Campaign: the product itself on a home that may not be written, and on a full disk. Every command
 * says what to do and changes nothing; the service goes on when space is back. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/campaign.h"
#include "tests/support/fail.h"
#include "tests/support/receiver.h"
#include "tests/support/run.h"
#include "tests/support/tmpdir.h"

enum {
    ARGS_MAX = 24,
    WAIT_MS = 20000,
    ANSWER_MS = 1500, /* in which the disk becomes full */
    USERS_TOO_MANY = 20000,
};

static const char nobody[] = "65534";

struct scene {
    struct tmpdir dir;     /* readable by everybody */
    char *program, *share; /* copies that everybody may run and read */
    char *home, *disk;     /* the home lies on the disk */
    char *variables[3];
    const char *env[4];
    struct receiver *receiver;
    const char *const *prefix; /* words before the program, NULL = none */
    int start;                 /* the folder that the test began in */
    bool mounted;
};

/* --- running --------------------------------------------------------------------------------- */

static struct run_result run_words(struct scene *s, const char *const *prefix,
                                   const char *const *args)
{
    const char *argv[ARGS_MAX + 1] = {NULL};
    size_t n = 0;
    for (; prefix && prefix[n]; n++)
        argv[n] = prefix[n];
    argv[n++] = s->program;
    for (size_t i = 0; args[i] && n < ARGS_MAX; i++)
        argv[n++] = args[i];
    return run_command(argv, &(struct run_options){.env = s->env});
}

static void expect(struct scene *s, const char *const *args, int status, const char *text)
{
    struct run_result r = run_words(s, s->prefix, args);
    if (r.status != status || (text && !strstr(r.err, text)))
        fail_msg("checkhook %s %s: status %d, wanted %d and '%s':\n%s%s", args[0],
                 args[1] ? args[1] : "", r.status, status, text ? text : "", r.out, r.err);
    run_release(&r);
}
#define EXPECT(s, status, text, ...)                                                               \
    expect(s, (const char *const[]){__VA_ARGS__, NULL}, status, text)

/* The output of a shell command in the home, which has to work; the caller frees. */
static char *shell(struct scene *s, const char *command)
{
    const char *const argv[] = {"sh", "-c", command, NULL};
    struct run_result r =
        run_command(argv, &(struct run_options){.env = s->env, .dir = s->dir.path});
    if (r.status != 0)
        support_die("%s: status %d\n%s%s", command, r.status, r.out, r.err);
    free(r.err);
    return r.out;
}

static void do_shell(struct scene *s, const char *command)
{
    free(shell(s, command));
}

/* Every file of the home with its content. */
static char *look_at_home(struct scene *s)
{
    return shell(s, "cd \"$CHECKHOOK_HOME\" && find . -type f -exec sha256sum {} + | sort");
}

/* --- the scene ------------------------------------------------------------------------------- */

/* The disk is a small file system of its own where this may be mounted. */
static void mount_disk(struct scene *s)
{
    s->mounted = geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
                 mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
                 mount("disk", s->disk, "tmpfs", 0, "size=8m,mode=755") == 0;
}

static void write_users(struct scene *s, const char *name, int count)
{
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    fputs("id,login,enabled,mfa_enrolled\n", file);
    for (int i = 0; i < count; i++)
        fprintf(file, "u%d,user%d.of.a.long.name@example.com,true,false\n", i, i);
    fclose(file);
    char *path = tmpdir_write(&s->dir, name, text);
    chmod(path, 0644);
    free(path);
    free(text);
}

/* One delivery has failed, one waits. */
static void fill_home(struct scene *s)
{
    char *url = mem_printf("url=%s", receiver_url(s->receiver, "/in"));
    receiver_answer(s->receiver, NULL, (struct receiver_answer){.status = 404});
    write_users(s, "one.csv", 1);
    write_users(s, "two.csv", 2);
    write_users(s, "many.csv", USERS_TOO_MANY);
    EXPECT(s, 0, NULL, "integration", "add", "Receiver", url, "auth.type=none");
    EXPECT(s, 0, NULL, "check", "enable", "no-mfa", "Receiver");
    EXPECT(s, 0, NULL, "data", "import", "one.csv");
    EXPECT(s, 1, NULL, "check", "run");
    EXPECT(s, 0, NULL, "data", "import", "two.csv");
    EXPECT(s, 0, NULL, "check", "run", "--no-deliver");
    receiver_answer(s->receiver, NULL, (struct receiver_answer){.status = 200});
    receiver_forget(s->receiver);
    free(url);
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    setenv("TMPDIR", "/tmp", 1); /* the runner's own folder is closed to others */
    tmpdir_init(&s->dir);
    chmod(s->dir.path, 0755);
    s->program = tmpdir_path(&s->dir, "checkhook");
    s->share = tmpdir_path(&s->dir, "share");
    s->disk = tmpdir_path(&s->dir, "disk");
    s->home = tmpdir_path(&s->dir, "disk/home");
    s->variables[0] = mem_printf("CHECKHOOK_HOME=%s", s->home);
    s->variables[1] = mem_printf("CHECKHOOK_SHARE=%s", s->share);
    s->env[0] = s->variables[0];
    s->env[1] = s->variables[1];
    mkdir(s->disk, 0755);
    char *copy = mem_printf("cp '%s' '%s' && cp -r share '%s' && chmod -R a+rX '%s'", run_product(),
                            s->program, s->share, s->dir.path);
    const char *const argv[] = {"sh", "-c", copy, NULL};
    struct run_result r = run_command(argv, NULL);
    if (r.status != 0)
        support_die("%s: %s", copy, r.err);
    run_release(&r);
    free(copy);
    mount_disk(s);
    s->receiver = receiver_start();
    s->start = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (s->start < 0 || chdir(s->dir.path) != 0)
        support_die("no folder %s", s->dir.path);
    fill_home(s);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    receiver_stop(s->receiver);
    if (s->mounted)
        umount2(s->disk, MNT_DETACH);
    if (fchdir(s->start) != 0)
        support_die("the first folder is gone");
    close(s->start);
    tmpdir_release(&s->dir);
    free(s->program);
    free(s->share);
    free(s->disk);
    free(s->home);
    free(s->variables[0]);
    free(s->variables[1]);
    free(s);
    return 0;
}

/* --- a home that may only be read ------------------------------------------------------------ */

struct row {
    const char *args[6];
    int status;
    const char *text; /* in standard error */
};

static const struct row readings[] = {
    {{"integration", "list"}, 0, NULL},
    {{"integration", "show", "Receiver"}, 0, NULL},
    {{"delivery", "list"}, 0, NULL},
    {{"delivery", "show", "d_1"}, 0, NULL},
    {{"check", "list"}, 0, NULL},
    {{"check", "show", "no-mfa"}, 0, NULL},
    {{"data", "show"}, 0, NULL},
    {{"data", "users"}, 0, NULL},
    {{"config", "check"}, 0, NULL},
    {{"check", "run", "--dry-run"}, 0, NULL},
    {{"integration", "list", "--json"}, 0, NULL},
};

static const struct row changes[] = {
    {{"integration", "add", "Other", "url=https://hook.example/", "auth.type=none"}, 3, NULL},
    {{"integration", "set", "Receiver", "description=x"}, 3, NULL},
    {{"integration", "remove", "Receiver"}, 3, NULL},
    {{"check", "disable", "no-mfa", "Receiver"}, 3, NULL},
    {{"check", "set", "no-mfa", "enabled=false"}, 3, NULL},
    {{"data", "import", "many.csv"}, 3, NULL},
    {{"data", "remove", "checkhook-csv"}, 3, NULL},
    {{"check", "run", "--no-deliver"}, 3, NULL},
    {{"check", "run"}, 3, NULL},
    {{"deliver"}, 3, NULL},
    {{"service"}, 3, NULL},
    {{"delivery", "retry", "d_1"}, 3, NULL},
    {{"delivery", "retry", "--all-failed"}, 3, NULL},
};

static void expect_rows(struct scene *s, const struct row *rows, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        expect(s, rows[i].args, rows[i].status, rows[i].status == 0 ? NULL : text);
}

/* Reading works, everything else is refused with that text, and nothing has changed. */
static void expect_read_only(struct scene *s, const char *text)
{
    char *before = look_at_home(s);
    expect_rows(s, readings, ARRAY_LEN(readings), NULL);
    expect_rows(s, changes, ARRAY_LEN(changes), text);
    char *after = look_at_home(s);
    assert_string_equal(before, after);
    assert_int_equal(receiver_count(s->receiver), 0);
    free(before);
    free(after);
}

/* The delivery that waited is sent once all is well again. */
static void expect_delivery(struct scene *s)
{
    s->prefix = NULL;
    EXPECT(s, 0, NULL, "deliver");
    assert_int_equal(receiver_count(s->receiver), 1);
    char *list = shell(s, "./checkhook delivery list --state pending --json");
    assert_string_equal(list, "[]\n");
    free(list);
}

static void commands__say_what_to_do_without_rights(void **state)
{
    static const char *const other_user[] = {"setpriv", "--reuid",        nobody, "--regid",
                                             nobody,    "--clear-groups", NULL};
    struct scene *s = *state;
    if (geteuid() == 0) {
        do_shell(s, "chown -R 65534:65534 disk/home");
        s->prefix = other_user;
    }
    do_shell(s, "chmod -R a-w disk/home");
    expect_read_only(s, "this user");
    do_shell(s, "chmod -R u+w disk/home");
    expect_delivery(s);
    campaign_say("no rights: %zu readings worked, %zu changes were refused, nothing changed",
                 ARRAY_LEN(readings), ARRAY_LEN(changes));
}

static bool has_disk(const struct scene *s)
{
    if (!s->mounted)
        campaign_say("skipped: no file system can be mounted here (only root can)");
    return s->mounted;
}

static void commands__say_what_to_do_on_a_read_only_disk(void **state)
{
    struct scene *s = *state;
    if (!has_disk(s))
        skip();
    if (mount(NULL, s->disk, NULL, MS_REMOUNT | MS_RDONLY, NULL) != 0)
        support_die("cannot remount: %s", strerror(errno));
    expect_read_only(s, "writ"); /* written, writable, write */
    mount(NULL, s->disk, NULL, MS_REMOUNT, "size=8m");
    expect_delivery(s);
}

/* --- a full disk ----------------------------------------------------------------------------- */

static void fill_disk(struct scene *s)
{
    do_shell(s, "dd if=/dev/zero of=disk/filler bs=4k 2>/dev/null; true");
}

static char *look_at_store(struct scene *s)
{
    return shell(s, "for what in 'delivery list' 'data show' 'integration list' 'check list';"
                    " do ./checkhook $what --json; done; sha256sum disk/home/checkhook.conf");
}

static void commands__say_what_to_do_on_a_full_disk(void **state)
{
    struct scene *s = *state;
    if (!has_disk(s))
        skip();
    char *before = look_at_store(s);
    fill_disk(s);
    expect_rows(s, changes, ARRAY_LEN(changes), "space");
    do_shell(s, "rm disk/filler");
    char *after = look_at_store(s);
    assert_string_equal(before, after);
    expect_delivery(s);
    free(before);
    free(after);
}

/* Not even an import that fits to its half. */
static void import__is_all_or_nothing_on_a_small_disk(void **state)
{
    struct scene *s = *state;
    if (!has_disk(s))
        skip();
    char *before = look_at_store(s);
    do_shell(s, "dd if=/dev/zero of=disk/filler bs=4k count=1600 2>/dev/null");
    EXPECT(s, 3, "space", "data", "import", "many.csv");
    char *after = look_at_store(s);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

/* A file may not grow, nor be written at all: for those who may not mount anything. */
static void commands__say_what_to_do_where_no_write_works(void **state)
{
    static const char *const limited[] = {"sh", "-c",
                                          "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"", NULL};
    struct scene *s = *state;
    char *before = look_at_store(s);
    s->prefix = limited;
    expect_rows(s, changes, ARRAY_LEN(changes), "cannot");
    s->prefix = NULL;
    char *after = look_at_store(s);
    assert_string_equal(before, after);
    expect_delivery(s);
    free(before);
    free(after);
}

/* The result of what was sent before the disk was full is recorded when space is back. */
static void service__goes_on_when_space_is_back(void **state)
{
    struct scene *s = *state;
    if (!has_disk(s))
        skip();
    receiver_answer(s->receiver, NULL, (struct receiver_answer){.delay_ms = ANSWER_MS});
    setenv("CHECKHOOK_BIN", s->program, 1);
    struct run_child service =
        run_start((const char *const[]){"service", NULL}, &(struct run_options){.env = s->env});
    receiver_wait(s->receiver, 0, WAIT_MS);
    fill_disk(s);
    run_wait_text(&service, "space", WAIT_MS);
    do_shell(s, "rm disk/filler");
    run_wait_text(&service, "can be used again", WAIT_MS);
    assert_int_equal(run_stop(&service, SIGTERM), 0);
    char *list = shell(s, "./checkhook delivery list --state delivered --json");
    assert_non_null(strstr(list, "\"attempts\": 1"));
    assert_int_equal(receiver_count(s->receiver), 1);
    free(list);
}

#define HOME(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOME(commands__say_what_to_do_without_rights),
        HOME(commands__say_what_to_do_where_no_write_works),
        HOME(commands__say_what_to_do_on_a_read_only_disk),
        HOME(commands__say_what_to_do_on_a_full_disk),
        HOME(import__is_all_or_nothing_on_a_small_disk),
        HOME(service__goes_on_when_space_is_back),
    };
    return cmocka_run_group_tests_name("storage_home", tests, NULL, NULL);
}
