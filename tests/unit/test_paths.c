/* Tests of core/config/paths: one folder, the XDG folders, the key, the catalogue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/config/paths.h"
#include "tests/support/tmpdir.h"

static const char *const variables[] = {
    "CHECKHOOK_HOME",
    "CHECKHOOK_SHARE",
    "CHECKHOOK_KEY_FILE",
    "CREDENTIALS_DIRECTORY",
};

static int clear_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(variables); i++)
        unsetenv(variables[i]);
    return 0;
}

static struct paths resolve(const char *home)
{
    struct paths p = {0};
    struct error err = {0};

    if (!paths_resolve(&p, home, &err))
        fail_msg("%s", err.text);
    return p;
}

static void paths_resolve__puts_all_into_one_home(void **state)
{
    struct paths p;

    (void)state;
    setenv("CHECKHOOK_HOME", "/else/where", 1);
    p = resolve("/srv/hook");
    assert_string_equal(p.config_dir, "/srv/hook");
    assert_string_equal(p.state_dir, "/srv/hook");
    assert_string_equal(p.config_file, "/srv/hook/checkhook.conf");
    assert_string_equal(p.checks_dir, "/srv/hook/checks.d");
    assert_string_equal(p.key_file, "/srv/hook/secret.key");
    assert_string_equal(p.db_file, "/srv/hook/checkhook.db");
    assert_string_equal(p.lock_file, "/srv/hook/lock");
    assert_string_equal(p.wake_file, "/srv/hook/wake");
    assert_string_equal(p.console_file, "/srv/hook/console.conf");
    paths_release(&p);
    paths_release(&p);
    p = resolve(NULL);
    assert_string_equal(p.config_file, "/else/where/checkhook.conf");
    paths_release(&p);
}

static void paths_resolve__makes_a_home_absolute(void **state)
{
    char here[4096], *expected;
    struct paths p = resolve("some/home");

    (void)state;
    assert_non_null(getcwd(here, sizeof here));
    expected = mem_printf("%s/some/home/checkhook.conf", here);
    assert_string_equal(p.config_file, expected);
    free(expected);
    paths_release(&p);
}

static void paths_resolve__uses_the_system_folders_for_root(void **state)
{
    struct paths p;

    (void)state;
    if (geteuid() != 0)
        skip();
    p = resolve(NULL);
    assert_string_equal(p.config_file, "/etc/checkhook/checkhook.conf");
    assert_string_equal(p.db_file, "/var/lib/checkhook/checkhook.db");
    paths_release(&p);
}

static void paths_resolve__uses_the_xdg_folders_for_others(void **state)
{
    struct paths p, shared;

    (void)state;
    if (geteuid() == 0 && seteuid(65534) != 0)
        skip();
    setenv("HOME", "/home/alice", 1);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    setenv("XDG_STATE_HOME", "/state", 1);
    p = resolve(NULL);
    shared = resolve("/usr"); /* where nobody else may write */
    if (geteuid() != getuid())
        assert_int_equal(seteuid(getuid()), 0);
    assert_string_equal(shared.config_file, "/usr/checkhook.conf");
    assert_string_equal(shared.console_file, "/home/alice/.config/checkhook/console.conf");
    paths_release(&shared);
    assert_string_equal(p.console_file, "/home/alice/.config/checkhook/console.conf");
    assert_string_equal(p.config_file, "/home/alice/.config/checkhook/checkhook.conf");
    assert_string_equal(p.key_file, "/state/checkhook/secret.key");
    paths_release(&p);
}

static void paths_resolve__looks_for_the_key_where_it_may_be_lent(void **state)
{
    struct tmpdir dir;
    struct paths p;
    char *lent;

    (void)state;
    tmpdir_init(&dir);
    setenv("CREDENTIALS_DIRECTORY", dir.path, 1);
    setenv("CHECKHOOK_KEY_FILE", "/run/key", 1);
    p = resolve("/srv/hook");
    assert_string_equal(p.key_file, "/run/key");
    paths_release(&p);
    lent = tmpdir_write(&dir, "checkhook.key", "x");
    p = resolve("/srv/hook");
    assert_string_equal(p.key_file, lent);
    paths_release(&p);
    free(lent);
    tmpdir_release(&dir);
}

static void paths_resolve__takes_the_named_share(void **state)
{
    struct paths p;

    (void)state;
    setenv("CHECKHOOK_SHARE", "/opt/share", 1);
    p = resolve("/srv/hook");
    assert_string_equal(p.share_dir, "/opt/share");
    paths_release(&p);
}

static void paths_make__makes_private_folders(void **state)
{
    struct error err = {0};
    struct tmpdir dir;
    struct paths p;
    char *home;

    (void)state;
    tmpdir_init(&dir);
    home = tmpdir_path(&dir, "a/home");
    p = resolve(home);
    assert_false(tmpdir_exists(&dir, "a"));
    assert_true(paths_make(&p, &err));
    assert_int_equal(tmpdir_mode(&dir, "a/home"), 0700);
    assert_true(paths_make(&p, &err));
    paths_release(&p);
    free(home);
    free(tmpdir_write(&dir, "file", ""));
    home = tmpdir_path(&dir, "file/home");
    p = resolve(home);
    assert_false(paths_make(&p, &err));
    assert_int_equal(err.kind, ERR_IO);
    paths_release(&p);
    free(home);
    tmpdir_release(&dir);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup(test, clear_environment)
    const struct CMUnitTest tests[] = {
        T(paths_resolve__puts_all_into_one_home),
        T(paths_resolve__makes_a_home_absolute),
        T(paths_resolve__uses_the_system_folders_for_root),
        T(paths_resolve__uses_the_xdg_folders_for_others),
        T(paths_resolve__looks_for_the_key_where_it_may_be_lent),
        T(paths_resolve__takes_the_named_share),
        T(paths_make__makes_private_folders),
    };
#undef T

    return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
