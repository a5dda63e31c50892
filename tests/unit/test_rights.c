/* Tests of core/config/rights: who may change a file, and how it is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/config/rights.h"
#include "tests/support/tmpdir.h"

enum { NOBODY = 65534, OTHER_GROUP = 1 };

struct place {
    struct tmpdir dir;
    char *file, *missing;
};

static int set_up(void **state)
{
    struct place *p = mem_zalloc(sizeof *p);
    setenv("TMPDIR", "/tmp", 1); /* the runner's own folder is closed to others */
    tmpdir_init(&p->dir);
    p->file = tmpdir_write(&p->dir, "checkhook.conf", "");
    p->missing = tmpdir_path(&p->dir, "not/there/checkhook.conf");
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    chmod(p->dir.path, 0700);
    free(p->file);
    free(p->missing);
    tmpdir_release(&p->dir);
    free(p);
    return 0;
}

/* As another user where we are root, who may write everything; else as ourselves. */
static bool may_change(const char *path, struct error *why)
{
    const bool root = geteuid() == 0;
    assert_int_equal(root ? seteuid(NOBODY) : 0, 0);
    const bool may = file_may_change(path, why);
    assert_int_equal(root ? seteuid(0) : 0, 0);
    return may;
}

static void may_change__what_is_ours(void **state)
{
    const struct place *p = *state;
    struct error why = {0};
    assert_true(file_may_change(p->file, &why));
    assert_true(file_may_change(p->missing, &why)); /* in a folder that can be made */
    assert_string_equal(why.text, "");
}

static void may_change__names_file_owner_and_mode(void **state)
{
    const struct place *p = *state;
    struct error why = {0};
    chmod(p->dir.path, 0755);
    chmod(p->file, 0444);
    assert_false(may_change(p->file, &why));
    assert_int_equal(why.kind, ERR_IO);
    assert_non_null(strstr(why.text, p->file));
    assert_non_null(strstr(why.text, "mode"));
    assert_non_null(strstr(why.text, "0444"));
    if (geteuid() == 0)
        assert_memory_equal(why.text, "only root may write ", strlen("only root may write "));
}

/* A file is replaced, so its folder counts. */
static void may_change__needs_the_folder(void **state)
{
    const struct place *p = *state;
    struct error why = {0};
    chmod(p->dir.path, 0555);
    chmod(p->file, 0666);
    assert_false(may_change(p->file, &why));
    assert_non_null(strstr(why.text, "0555"));
    struct error other = {0};
    assert_false(may_change(p->missing, &other));
    assert_non_null(strstr(other.text, p->dir.path));
}

static void may_change__names_the_group_that_may(void **state)
{
    const struct place *p = *state;
    struct error why = {0};
    if (geteuid() != 0)
        skip();
    chmod(p->dir.path, 0755);
    assert_int_equal(chown(p->file, 0, OTHER_GROUP), 0);
    chmod(p->file, 0664);
    assert_false(may_change(p->file, &why));
    assert_non_null(strstr(why.text, "only root and the group "));
}

static void access_text__is_short(void **state)
{
    const struct place *p = *state;
    char text[64];
    file_access_text(p->file, text, sizeof text);
    assert_non_null(strstr(text, " 0600"));
    assert_non_null(strchr(text, ':'));
    file_access_text(p->missing, text, sizeof text);
    assert_string_equal(text, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(may_change__what_is_ours),     TEST(may_change__names_file_owner_and_mode),
        TEST(may_change__needs_the_folder), TEST(may_change__names_the_group_that_may),
        TEST(access_text__is_short),
    };
    return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
