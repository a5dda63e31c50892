/* A run whose data sets change under it starts over, and leaves nothing of what it did before. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/job.h"
#include "core/base/strbuf.h"
#include "tests/support/checkbed.h"

enum { USERS = 3000, CHANGES = 3 };

static void load_many(struct checkbed *bed)
{
    struct strbuf text;
    strbuf_init(&text, SIZE_MAX);
    for (int i = 0; i < USERS; i++)
        strbuf_addf(&text, "user id=user%d enabled=1 mfa_enrolled=0\n", i);
    checkbed_load(bed, "many", text.text);
    strbuf_release(&text);
}

/* Bytes of the files without a name in the folder that this process has open. */
static long long working_bytes(const struct checkbed *bed)
{
    char path[300], target[500];
    struct stat st;
    long long bytes = 0;
    DIR *open_files = opendir("/proc/self/fd");
    assert_non_null(open_files);
    for (const struct dirent *entry; (entry = readdir(open_files));) {
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        const ssize_t len = readlink(path, target, sizeof target - 1);
        if (len < 0 || stat(path, &st) != 0)
            continue;
        target[len] = '\0';
        if (strstr(target, bed->dir.path) && st.st_nlink == 0)
            bytes += st.st_size;
    }
    closedir(open_files);
    return bytes;
}

static void step_to_the_write(struct job *job)
{
    struct job_progress progress = {0};
    struct error err = {0};
    do {
        assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
        job_progress(job, &progress);
    } while (strcmp(progress.what, "writing the results") != 0);
}

static void run__that_starts_over_takes_no_more_of_the_disk(void **state)
{
    struct checkbed bed;
    struct error err = {0};
    (void)state;
    checkbed_init(&bed, NULL, NULL);
    load_many(&bed);
    const struct run_options options = checkbed_options(&bed);
    struct job *job = checkbed_start(&options);
    step_to_the_write(job);
    const long long first = working_bytes(&bed);
    assert_true(first > 0);
    for (int i = 0; i < CHANGES; i++) {
        checkbed_load(&bed, "other", i % 2 ? "user id=ann enabled=1\n" : "user id=bob enabled=1\n");
        assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
        step_to_the_write(job);
        assert_int_equal(working_bytes(&bed), first);
    }
    checkbed_finish(job);
    assert_int_equal(checkbed_line(job, "no-mfa")->fresh, USERS);
    assert_int_equal(
        checkbed_number(&bed, "SELECT count(*) FROM findings WHERE check_id = 'no-mfa'"), USERS);
    job_free(job);
    checkbed_release(&bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run__that_starts_over_takes_no_more_of_the_disk),
    };

    return cmocka_run_group_tests_name("run_again", tests, NULL, NULL);
}
