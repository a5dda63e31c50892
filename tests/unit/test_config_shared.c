/* Tests of a configuration that others change, too: reload, wait, refuse. */
#include "tests/support/configbed.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"

static void config_begin__reloads_what_another_saved(void **state)
{
    struct configbed *bed = *state;
    struct config other = {0};

    configbed_load(bed, &bed->config);
    configbed_load(bed, &other);
    configbed_begin(&other);
    configbed_put(&other, CONFIGBED_A, "One");
    configbed_commit(&other);
    assert_false(config_changed(&other));
    assert_true(config_changed(&bed->config));

    configbed_begin(&bed->config);
    assert_non_null(config_find(&bed->config, "One"));
    configbed_put(&bed->config, CONFIGBED_B, "Two");
    configbed_commit(&bed->config);
    assert_true(config_changed(&other));
    configbed_begin(&other);
    assert_int_equal(other.integrations.count, 2);
    assert_string_equal(other.general.tenant_id, bed->config.general.tenant_id);
    config_abort(&other);
    config_release(&other);
}

static void config_begin__says_when_the_file_became_unusable(void **state)
{
    struct configbed *bed = *state;
    struct error err = {0};

    configbed_load_text(bed, CONFIGBED_ONE "} );");
    configbed_write(bed, "broken");
    assert_true(config_changed(&bed->config));
    assert_false(config_begin(&bed->config, &err));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_non_null(config_find(&bed->config, "One"));
    configbed_write(bed, "");
    configbed_begin(&bed->config);
    config_abort(&bed->config);
    assert_null(config_find(&bed->config, "One"));
}

/* Somebody is writing the file when it is gone, empty or broken: that is no configuration. */
static void config_refresh__keeps_what_it_has_until_the_file_is_whole(void **state)
{
    struct configbed *bed = *state;
    char *path = tmpdir_path(&bed->dir, "checkhook.conf");
    static const char *const partial[] = {NULL, "", "integrations = ( {"};

    configbed_load_text(bed, CONFIGBED_ONE "} );");
    for (size_t i = 0; i < ARRAY_LEN(partial); i++) {
        struct error err = {0};
        bool changed = true;

        if (partial[i])
            configbed_write(bed, partial[i]);
        else
            assert_int_equal(unlink(path), 0);
        assert_false(config_refresh(&bed->config, &changed, &err));
        assert_int_equal(err.kind, ERR_CONFIG);
        assert_false(changed);
        assert_non_null(config_find(&bed->config, "One"));
    }
    struct error err = {0};
    bool changed = false;
    configbed_write(bed, "schedule = { hour = 7; };\n");
    assert_true(config_refresh(&bed->config, &changed, &err));
    assert_true(changed);
    assert_null(config_find(&bed->config, "One"));
    assert_int_equal(bed->config.general.schedule_hour, 7);
    assert_true(config_refresh(&bed->config, &changed, &err));
    assert_false(changed);
    free(path);
}

static void config_begin__waits_and_then_says_busy(void **state)
{
    struct configbed *bed = *state;
    struct error err = {0};
    char *lock = tmpdir_path(&bed->dir, "checkhook.conf.lock"), *text;
    int fd = open(lock, O_RDWR | O_CREAT, 0600);

    configbed_load(bed, &bed->config);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_false(config_begin(&bed->config, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    text = mem_printf("%s is being changed by somebody else; try again", bed->path);
    assert_string_equal(err.text, text);
    close(fd);
    configbed_begin(&bed->config);
    config_abort(&bed->config);
    free(text);
    free(lock);
}

static void config_begin__refuses_without_the_right_to_write(void **state)
{
    struct configbed *bed = *state;
    struct error err = {0};
    bool ok;

    if (geteuid() != 0)
        skip();
    configbed_load_text(bed, CONFIGBED_ONE "} );");
    assert_int_equal(chmod(bed->dir.path, 0755), 0);
    assert_int_equal(chmod(bed->path, 0644), 0);
    assert_int_equal(seteuid(65534), 0);
    ok = config_begin(&bed->config, &err);
    assert_int_equal(seteuid(0), 0);
    assert_false(ok);
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.text, "cannot be changed"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, configbed_setup, configbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(config_begin__reloads_what_another_saved),
        TEST(config_begin__says_when_the_file_became_unusable),
        TEST(config_refresh__keeps_what_it_has_until_the_file_is_whole),
        TEST(config_begin__waits_and_then_says_busy),
        TEST(config_begin__refuses_without_the_right_to_write),
    };
    return cmocka_run_group_tests_name("config_shared", tests, NULL, NULL);
}
