/* Linux hosts on the command line: passwd with what lies beside it, from file to finding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/product.h"

#define HASH "$y$j9T$abcdefgh$ijklmnop"

enum { LASTLOG_RECORD = 292 };

static const char passwd[] = "root:x:0:0:root:/root:/bin/bash\n"
                             "sam:x:1000:1000:Sam Example:/home/sam:/bin/bash\n"
                             "pat:x:1001:1001::/home/pat:/bin/sh\n";
static const char shadow[] = "root:*:19700:0:99999:7:::\n"
                             "sam:" HASH ":19700:0:99999:7:::\n"
                             "pat::19700:0:99999:7:::\n";
static const char group[] = "root:x:0:\nsudo:x:27:sam\nsam:x:1000:\n";

/* One record, and holes up to the highest uid: what ls calls more than a terabyte. */
static void write_lastlog(const struct product *p)
{
    char *path = tmpdir_path(&p->dir, "host/lastlog");
    char record[LASTLOG_RECORD] = "";
    const uint32_t at = 1700000000;
    memcpy(record, &at, sizeof at);
    snprintf(record + 4, 32, "pts/0");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fseeko(file, (off_t)1000 * LASTLOG_RECORD, SEEK_SET), 0);
    assert_int_equal(fwrite(record, sizeof record, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(truncate(path, (off_t)4294967295 * LASTLOG_RECORD), 0);
    free(path);
}

/* Returns the folder; the caller frees it. */
static char *write_host(const struct product *p)
{
    free(tmpdir_write(&p->dir, "host/passwd", passwd));
    free(tmpdir_write(&p->dir, "host/passwd-", passwd));
    free(tmpdir_write(&p->dir, "host/shadow", shadow));
    free(tmpdir_write(&p->dir, "host/group", group));
    write_lastlog(p);
    return tmpdir_path(&p->dir, "host");
}

static char *export_of(const struct product *p, const char *source)
{
    struct run_result r = PRODUCT(p, "data", "export", "--source", source);
    assert_int_equal(r.status, 0);
    char *out = mem_strdup(r.out);
    run_release(&r);
    return out;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no '%s' in:\n%s", part, text);
}

static void host__is_read_from_passwd_and_what_lies_beside_it(void **state)
{
    const struct product *p = *state;
    char *folder = write_host(p), *path = mem_printf("%s/passwd", folder);
    product_expect(p, 0, "web1: 3 users, 0 factors, 2 roles", "data", "import", path, "--source",
                   "web1");
    char *users = export_of(p, "web1");
    assert_has(users, "\"root\",\"root\",,\"root\",\"root\",\"active\",true,,,,true,false,");
    assert_has(users, "\"sam\",\"sam\",,\"Sam Example\",\"member\",\"active\",true,,,"
                      "2023-11-14T22:13:20Z,true,true,2023-12-09T00:00:00Z,true,false,false,");
    assert_has(users, "\"pat\",\"pat\",,,\"member\",\"active\",true,,,,true,true,");
    assert_has(users, "\"sudo:2:active\"");
    assert_null(strstr(users, "abcdefgh"));
    free(users);
    product_expect(p, 0, NULL, "check", "run", "--no-deliver");
    product_expect(p, 0, "pat", "data", "users", "--failing", "password-not-required");
    product_expect(p, 0, "sam", "data", "users", "--failing", "admin-inactive-30");
    free(path);
    free(folder);
}

static void host__is_read_from_its_folder(void **state)
{
    const struct product *p = *state;
    char *folder = write_host(p), *path = mem_printf("%s/passwd", folder);
    product_expect(p, 0, NULL, "data", "import", path, "--source", "one");
    product_expect(p, 0, "passwd- is left out", "data", "import", folder, "--source", "two");
    char *one = export_of(p, "one"), *two = export_of(p, "two");
    assert_string_equal(one, two);
    free(one);
    free(two);
    free(path);
    free(folder);
}

static void host__without_shadow_says_what_is_missing(void **state)
{
    const struct product *p = *state;
    char *path = tmpdir_write(&p->dir, "passwd", passwd);
    product_expect(p, 0,
                   "without the file shadow, which root may read, passwords, locks and end dates "
                   "are unknown",
                   "data", "import", path);
    char *group_file = tmpdir_write(&p->dir, "group", group);
    unlink(path);
    product_expect(p, 2, "there is no passwd among the files", "data", "import", group_file);
    free(group_file);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(host__is_read_from_passwd_and_what_lies_beside_it,
                                        product_setup, product_teardown),
        cmocka_unit_test_setup_teardown(host__is_read_from_its_folder, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(host__without_shadow_says_what_is_missing, product_setup,
                                        product_teardown),
    };
    return cmocka_run_group_tests_name("cli_hosts", tests, NULL, NULL);
}
