/* Tests of core/base/file: reading, replacing, folders and locks in a folder of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/mem.h"

enum {
    WAIT_S = 10,    /* then a call that waits ends the program */
    NOBODY = 65534, /* a user without rights */
};

/* Each test works in its own empty folder. */
static int enter_folder(void **state)
{
    char *folder = mem_strdup("/tmp/checkhook-file-XXXXXX");

    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    char *command = mem_printf("rm -rf '%s'", (char *)*state);
    int failed = chdir("/") != 0 || system(command) != 0;

    free(command);
    free(*state);
    return failed;
}

static mode_t mode_of(const char *path)
{
    struct stat found;

    assert_int_equal(stat(path, &found), 0);
    return found.st_mode & 07777;
}

static int entries(const char *path)
{
    DIR *dir = opendir(path);
    int count = 0;

    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

static void put(const char *path, const char *text, mode_t mode)
{
    struct error err = {0};

    if (!file_replace(path, text, strlen(text), mode, &err))
        fail_msg("%s", err.text);
}

static void assert_holds(const char *path, const char *text)
{
    struct error err = {0};
    struct strbuf out;

    strbuf_init(&out, 100000);
    if (!file_read(path, &out, &err))
        fail_msg("%s", err.text);
    assert_string_equal(out.text, text);
    strbuf_release(&out);
}

static void file_replace__makes_a_file_with_the_mode(void **state)
{
    mode_t before = umask(0077);

    (void)state;
    put("new", "hello", 0640);
    umask(before);
    assert_holds("new", "hello");
    assert_int_equal(mode_of("new"), 0640);
    assert_int_equal(entries("."), 1);
}

static void file_replace__replaces_content_and_mode(void **state)
{
    (void)state;
    put("f", "a long first text", 0644);
    put("f", "two", 0600);
    assert_holds("f", "two");
    assert_int_equal(mode_of("f"), 0600);
    put("f", "", 0600);
    assert_holds("f", "");
    assert_int_equal(entries("."), 1);
}

static void file_replace__leaves_open_readers_the_old_file(void **state)
{
    FILE *reader;
    char text[8] = "";

    (void)state;
    put("f", "old", 0600);
    reader = fopen("f", "r");
    assert_non_null(reader);
    put("f", "new", 0600);
    assert_int_equal(fread(text, 1, sizeof text - 1, reader), 3);
    assert_string_equal(text, "old");
    fclose(reader);
}

static void file_replace__keeps_a_symbolic_link(void **state)
{
    struct stat found;

    (void)state;
    assert_int_equal(mkdir("real", 0700), 0);
    put("real/f", "old", 0600);
    assert_int_equal(symlink("real/f", "link"), 0);
    put("link", "new", 0600);
    assert_int_equal(lstat("link", &found), 0);
    assert_true(S_ISLNK(found.st_mode));
    assert_holds("real/f", "new");
    assert_int_equal(entries("real"), 1);
}

static void file_replace__keeps_the_owner_where_it_may(void **state)
{
    struct stat found;

    (void)state;
    if (geteuid() != 0)
        skip();
    put("f", "old", 0600);
    assert_int_equal(chown("f", 12345, 54321), 0);
    put("f", "new", 0640);
    assert_int_equal(stat("f", &found), 0);
    assert_int_equal(found.st_uid, 12345);
    assert_int_equal(found.st_gid, 54321);
    assert_int_equal(mode_of("f"), 0640);
}

static void file_replace__says_where_it_failed_and_leaves_nothing(void **state)
{
    struct error err = {0};

    (void)state;
    assert_false(file_replace("no/such/f", "x", 1, 0600, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_string_equal(err.text, "no/such/f cannot be written: No such file or directory");
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_false(file_replace("folder", "x", 1, 0600, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_int_equal(entries("."), 1);
}

/* A folder that may be written but not read cannot be opened to sync it. Root may read everything.
 */
static void file_replace__succeeds_when_only_the_folder_is_not_synced(void **state)
{
    struct error err = {0};
    int status;
    pid_t child;

    (void)state;
    assert_int_equal(mkdir("blind", 0300), 0);
    assert_true(geteuid() != 0 || (chown("blind", NOBODY, NOBODY) == 0 && chmod(".", 0711) == 0));
    child = fork();
    if (child == 0)
        _exit((geteuid() == 0 && setuid(NOBODY) != 0) || access("blind", R_OK) == 0 ? 2
              : file_replace("blind/f", "new", 3, 0600, &err)                       ? 0
                                                                                    : 1);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(chmod("blind", 0700), 0);
    assert_holds("blind/f", "new");
}

static void file_read__appends_bytes_as_they_are(void **state)
{
    struct error err = {0};
    struct strbuf out;

    (void)state;
    assert_true(file_replace("f", "a\0b\n", 4, 0600, &err));
    strbuf_init(&out, 100);
    strbuf_adds(&out, "> ");
    assert_true(file_read("f", &out, &err));
    assert_int_equal(out.len, 6);
    assert_memory_equal(out.text, "> a\0b\n", 6);
    strbuf_release(&out);
}

static void file_read__reads_large_files_up_to_the_limit(void **state)
{
    size_t len = 300000;
    char *bytes = mem_alloc(len);
    struct error err = {0};
    struct strbuf out;

    (void)state;
    memset(bytes, 'x', len);
    assert_true(file_replace("f", bytes, len, 0600, &err));
    strbuf_init(&out, len);
    assert_true(file_read("f", &out, &err));
    assert_int_equal(out.len, len);
    assert_memory_equal(out.text, bytes, len);
    strbuf_release(&out);
    strbuf_init(&out, len - 1);
    assert_false(file_read("f", &out, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_string_equal(err.text, "f is larger than 299999 bytes");
    strbuf_release(&out);
    free(bytes);
}

static void file_read__tells_missing_from_unreadable(void **state)
{
    struct error err = {0};
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 100);
    assert_false(file_read("missing", &out, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_false(file_read(".", &out, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_string_equal(err.text, ". is not a file");
    strbuf_release(&out);
}

/* To wait for the other end of a pipe would hang the program. */
static void file_read__refuses_a_pipe(void **state)
{
    struct error err = {0};
    struct strbuf out;

    (void)state;
    assert_int_equal(mkfifo("pipe", 0600), 0);
    strbuf_init(&out, 100);
    alarm(WAIT_S);
    assert_false(file_read("pipe", &out, &err));
    alarm(0);
    assert_int_equal(err.kind, ERR_IO);
    assert_string_equal(err.text, "pipe is not a file");
    strbuf_release(&out);
}

static void file_make_dir__makes_parents(void **state)
{
    struct error err = {0};
    mode_t before = umask(0077);

    (void)state;
    assert_true(file_make_dir("a//b/c/", 0750, &err));
    umask(before);
    assert_int_equal(mode_of("a"), 0755);
    assert_int_equal(mode_of("a/b"), 0755);
    assert_int_equal(mode_of("a/b/c"), 0750);
}

static void file_make_dir__leaves_what_is_there(void **state)
{
    struct error err = {0};
    char *absolute = path_join(*state, "a/b");

    assert_true(file_make_dir(absolute, 0700, &err));
    assert_int_equal(chmod("a", 0711), 0);
    assert_true(file_make_dir(absolute, 0755, &err));
    assert_int_equal(mode_of("a"), 0711);
    assert_int_equal(mode_of("a/b"), 0700);
    assert_true(file_make_dir("/", 0700, &err));
    free(absolute);
}

static void file_make_dir__fails_on_a_file_in_the_way(void **state)
{
    struct error err = {0};

    (void)state;
    put("f", "", 0600);
    assert_false(file_make_dir("f", 0700, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_string_equal(err.text, "the folder f cannot be made: Not a directory");
    assert_false(file_make_dir("f/g", 0700, &err));
    assert_false(file_make_dir("", 0700, &err));
}

static void file_exists__looks(void **state)
{
    (void)state;
    put("f", "", 0000);
    assert_true(file_exists("f"));
    assert_false(file_exists("g"));
}

static void path_join__puts_one_slash(void **state)
{
    static const char *const cases[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *path = path_join(cases[i][0], cases[i][1]);

        assert_string_equal(path, cases[i][2]);
        free(path);
    }
}

static void file_lock__excludes_a_second_holder(void **state)
{
    struct error err = {0};
    int first = file_lock("lock", 0, &err);

    (void)state;
    assert_true(first >= 0);
    assert_int_equal(mode_of("lock"), 0600);
    /* flock binds to the open file, so that one process can contend with itself. */
    assert_int_equal(file_lock("lock", 0, &err), -1);
    assert_int_equal(err.kind, ERR_BUSY);
    close(first);
    first = file_lock("lock", 0, &err);
    assert_true(first >= 0);
    close(first);
}

static void file_lock__waits_no_longer_than_told(void **state)
{
    struct error err = {0};
    int held = file_lock("lock", 0, &err);
    int64_t start_ms = clock_monotonic_ms();

    (void)state;
    assert_int_equal(file_lock("lock", 50, &err), -1);
    assert_true(clock_monotonic_ms() - start_ms >= 50);
    close(held);
}

static void file_lock__is_given_up_when_its_holder_dies(void **state)
{
    struct error err = {0};
    int ready[2], fd, status;
    char byte;
    pid_t child;

    (void)state;
    assert_int_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        byte = file_lock("lock", 0, &err) >= 0 ? 'y' : 'n';
        _exit(write(ready[1], &byte, 1) == 1 && pause() ? 0 : 1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    assert_int_equal(file_lock("lock", 0, &err), -1);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    fd = file_lock("lock", 0, &err);
    assert_true(fd >= 0);
    close(fd);
    close(ready[0]);
    close(ready[1]);
}

static void file_lock__says_why_it_cannot_open(void **state)
{
    struct error err = {0};

    (void)state;
    assert_int_equal(file_lock("no/lock", 1000, &err), -1);
    assert_int_equal(err.kind, ERR_IO);
    assert_string_equal(err.text, "no/lock cannot be opened: No such file or directory");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(file_replace__makes_a_file_with_the_mode),
        IN_FOLDER(file_replace__replaces_content_and_mode),
        IN_FOLDER(file_replace__leaves_open_readers_the_old_file),
        IN_FOLDER(file_replace__keeps_a_symbolic_link),
        IN_FOLDER(file_replace__keeps_the_owner_where_it_may),
        IN_FOLDER(file_replace__says_where_it_failed_and_leaves_nothing),
        IN_FOLDER(file_replace__succeeds_when_only_the_folder_is_not_synced),
        IN_FOLDER(file_read__appends_bytes_as_they_are),
        IN_FOLDER(file_read__reads_large_files_up_to_the_limit),
        IN_FOLDER(file_read__tells_missing_from_unreadable),
        IN_FOLDER(file_read__refuses_a_pipe),
        IN_FOLDER(file_make_dir__makes_parents),
        IN_FOLDER(file_make_dir__leaves_what_is_there),
        IN_FOLDER(file_make_dir__fails_on_a_file_in_the_way),
        IN_FOLDER(file_exists__looks),
        IN_FOLDER(path_join__puts_one_slash),
        IN_FOLDER(file_lock__excludes_a_second_holder),
        IN_FOLDER(file_lock__waits_no_longer_than_told),
        IN_FOLDER(file_lock__is_given_up_when_its_holder_dies),
        IN_FOLDER(file_lock__says_why_it_cannot_open),
    };

    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
