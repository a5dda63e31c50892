/* Files that nobody should import, imported all the same: each gives a sentence and exit 2, and the
 * data set stays as it was. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tests/support/fail.h"
#include "tests/support/product.h"

enum { DEEP = 200000, LONG_LINE = 3 << 20, LINKS = 40 };

static const char good[] = "id,login,mfa_enrolled\n1,user1,yes\n2,user2,no\n";

/* What is there, as a user sees it. */
static char *look(const struct product *p)
{
    struct run_result users = PRODUCT(p, "data", "users", "--json");
    struct run_result sets = PRODUCT(p, "data", "show", "--json");
    char *text = mem_printf("%s%s", users.out, sets.out);
    run_release(&users);
    run_release(&sets);
    return text;
}

static int set_up(void **state)
{
    product_setup(state);
    struct product *p = *state;
    char *path = tmpdir_write(&p->dir, "good.csv", good);
    product_expect(p, 0, "2 users", "data", "import", path, "--source", "hr");
    free(path);
    return 0;
}

/* One line without anything that a terminal would obey. */
static void assert_calm(const char *text)
{
    const size_t len = strcspn(text, "\n");
    char *line = mem_strndup(text, len);
    if (strncmp(text, "checkhook: ", strlen("checkhook: ")) != 0 || text[len] != '\n' ||
        text[len + 1] != '\0' || text_has_control(line) || !utf8_valid(line, len))
        fail_msg("not one calm line: %s", text);
    free(line);
}

static void assert_refused(const struct product *p, const char *path, const char *text)
{
    char *before = look(p);
    struct run_result r = PRODUCT(p, "data", "import", path, "--source", "hr");
    if (r.status != 2 || !strstr(r.err, text))
        fail_msg("%s: status %d, wanted '%s':\n%s%s", path, r.status, text, r.out, r.err);
    assert_string_equal(r.out, "");
    assert_calm(r.err);
    run_release(&r);
    char *after = look(p);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void assert_bytes_refused(const struct product *p, const char *name, const void *bytes,
                                 size_t len, const char *text)
{
    char *path = tmpdir_write_bytes(&p->dir, name, bytes, len);
    assert_refused(p, path, text);
    free(path);
}

#define BYTES(name, bytes, text)                                                                   \
    {                                                                                              \
        name, bytes, sizeof(bytes) - 1, text                                                       \
    }

static void data_import__refuses_what_holds_no_users(void **state)
{
    static const struct {
        const char *name, *bytes;
        size_t len;
        const char *text;
    } rows[] = {
        BYTES("nothing", "", "is empty"),
        BYTES("nothing.csv", "", "the file is empty"),
        BYTES("nothing.jsonl", "", "holds no users"),
        BYTES("blanks.csv", "\n\n\n", "the file is empty"),
        BYTES("header.csv", "id,login\n", "holds no users"),
        BYTES("users.csv.gz", "\x1f\x8b\x08\0\0\0\0\0", "is compressed by gzip; unpack it first"),
        BYTES("users.csv", "\x1f\x8b\x08\0\0\0\0\0", "is compressed by gzip; unpack it first"),
        BYTES("users.xlsx", "PK\x03\x04\x14\0\x06\0", "is a ZIP archive or a spreadsheet"),
        BYTES("users.pdf", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is a PDF document"),
        BYTES("utf16.csv", "\xff\xfei\0d\0,\0l\0o\0", "is UTF-16; save it as UTF-8"),
        BYTES("utf16be.csv", "\xfe\xff\0i\0d\0,\0l\0o", "is UTF-16; save it as UTF-8"),
        BYTES("login.json", "<!doctype HTML><title>Sign in</title>", "is a web page"),
        BYTES("users.xml", "<?xml version=\"1.0\"?><users/>", "is XML"),
        BYTES("words.txt", "Dear Sam,\nplease find\n", "the format is not recognised"),
        BYTES("nul.csv", "id,login\n1,us\0er\n", "byte 5 of the line is a NUL"),
        BYTES("latin1.csv", "id,login\n1,J\xf8rgen\n", "byte 4 of the line is not valid UTF-8"),
        BYTES("cut.csv", "id,login\n1,\"user", "a quote opens a cell on this line and is never"),
        BYTES("cut.jsonl", "{\"id\":\"1\",\"login\":\"user", "not usable as JSON"),
        BYTES("escape.csv", "id,login,\x1b[31m\n1,a,b\n", "\\u{1b}[31m"),
        BYTES("twice.csv", "id,login\n7,a\n7,b\n", "a second user has the id '7'"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_bytes_refused(*state, rows[i].name, rows[i].bytes, rows[i].len, rows[i].text);
}

/* "[[[[…", however long, and a line without an end. */
static void data_import__refuses_what_never_ends(void **state)
{
    char *bytes = mem_alloc(LONG_LINE);
    memset(bytes, '[', DEEP);
    assert_bytes_refused(*state, "deep.json", bytes, DEEP, "deep.json");
    memset(bytes, 'x', LONG_LINE);
    memcpy(bytes, "{\"id\":\"1\",\"login\":\"", strlen("{\"id\":\"1\",\"login\":\""));
    assert_bytes_refused(*state, "long.jsonl", bytes, LONG_LINE, "longer than 1 MiB");
    memcpy(bytes, "{\"id\":\"1\",\"factors\":", strlen("{\"id\":\"1\",\"factors\":"));
    memset(bytes + strlen("{\"id\":\"1\",\"factors\":"), '[', DEEP);
    bytes[DEEP] = '\n';
    assert_bytes_refused(*state, "deep.jsonl", bytes, DEEP + 1, "nested too deeply");
    memset(bytes, 'x', LONG_LINE);
    memcpy(bytes, "id,login\n1,", strlen("id,login\n1,"));
    assert_bytes_refused(*state, "long.csv", bytes, LONG_LINE, "longer than 1 MiB");
    free(bytes);
}

static void data_import__refuses_what_is_no_file(void **state)
{
    const struct product *p = *state;
    char *missing = tmpdir_path(&p->dir, "missing.csv");
    char *nowhere = tmpdir_path(&p->dir, "nowhere.csv");
    assert_int_equal(symlink("missing.csv", nowhere), 0);
    assert_refused(p, missing, "No such file");
    assert_refused(p, nowhere, "No such file");
    assert_refused(p, "/dev/zero", "is neither a file nor a folder");
    assert_refused(p, "/dev/null", "is neither a file nor a folder");
    assert_refused(p, "/proc/self/mem", "cannot be read");
    free(missing);
    free(nowhere);
}

/* A folder whose links lead back into it, out of it, nowhere, and to what never ends. */
static void data_import__reads_no_folder_in_a_circle(void **state)
{
    const struct product *p = *state;
    char *folder = tmpdir_path(&p->dir, "folder");
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_refused(p, folder, "/folder: the folder holds no file that could be imported");
    static const char *const links[][2] = {
        {"self", "."}, {"up", ".."}, {"root", "/"}, {"nowhere", "gone"}, {"zero.csv", "/dev/zero"},
    };
    for (size_t i = 0; i < ARRAY_LEN(links); i++) {
        char *path = mem_printf("%s/%s", folder, links[i][0]);
        assert_int_equal(symlink(links[i][1], path), 0);
        free(path);
    }
    assert_refused(p, folder, "the folder holds no file that could be imported");
    free(tmpdir_write(&p->dir, "folder/words.txt", "Dear Sam,\n"));
    assert_refused(p, folder, "words.txt: the format is not recognised");
    free(tmpdir_write(&p->dir, "folder/users.csv", "id,login\n9,user9\n"));
    product_expect(p, 0, "1 user", "data", "import", folder, "--source", "folder");
    free(folder);
}

static void data_import__refuses_links_without_end(void **state)
{
    const struct product *p = *state;
    char *path = tmpdir_path(&p->dir, "link");
    assert_int_equal(symlink("link", path), 0);
    assert_refused(p, path, "cannot be opened");
    free(path);
}

/* What else reads files of others. */
static void other_imports__refuse_the_same(void **state)
{
    static const struct {
        const char *bytes, *text;
    } rows[] = {
        {"", "holds no"},
        {"\x1f\x8b\x08", "holds no integration: name another checkhook.conf"},
        {"root:x:0:0:root:/root:/bin/bash\n", "holds no integration: name another checkhook.conf"},
        {"integrations = \x1f\x8b\x08", "not UTF-8 text"},
        {"{\"name\":", "not usable as JSON"},
        {"integrations = (", "syntax error"},
    };
    const struct product *p = *state;
    product_expect(p, 2, "is not a file", "integration", "import", "/dev/zero");
    product_expect(p, 2, "is not a file", "integration", "import", p->dir.path);
    product_expect(p, 2, "is not a file", "check", "test", "/dev/zero");
    product_expect(p, 2, "is not a file", "check", "test", p->dir.path);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *path = tmpdir_write(&p->dir, "other", rows[i].bytes);
        product_expect(p, 2, rows[i].text, "integration", "import", path);
        product_expect(p, 2, NULL, "check", "test", path);
        free(path);
    }
    product_expect(p, 0, "there is no integration", "integration", "list");
}

/* A process that writes into a pipe and goes. */
static pid_t write_into(const char *path, const char *bytes, size_t len)
{
    pid_t pid = fork();
    if (pid < 0)
        support_die("no process for the pipe");
    if (pid == 0) {
        int fd = open(path, O_WRONLY);
        _exit(fd >= 0 && write(fd, bytes, len) == (ssize_t)len ? 0 : 1);
    }
    return pid;
}

static void pipe_gives(const struct product *p, const char *path, const char *text, size_t len,
                       const char *refused)
{
    pid_t pid = write_into(path, text, len);
    if (refused)
        assert_refused(p, path, refused);
    else
        product_expect(p, 0, "1 user", "data", "import", path, "--source", "pipe");
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void data_import__reads_a_pipe_once(void **state)
{
    static const char users[] = "id,login\n9,user9\n", junk[] = "\x1f\x8b\x08\0",
                      cut[] = "id,login\n9";
    const struct product *p = *state;
    char *path = tmpdir_path(&p->dir, "pipe.csv");
    assert_int_equal(mkfifo(path, 0600), 0);
    pipe_gives(p, path, users, sizeof users - 1, NULL);
    pipe_gives(p, path, junk, sizeof junk - 1, "is compressed by gzip");
    pipe_gives(p, path, cut, sizeof cut - 1, "1 cell, but the header names 2 columns");
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(data_import__refuses_what_holds_no_users, set_up,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(data_import__refuses_what_never_ends, set_up,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(data_import__refuses_what_is_no_file, set_up,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(data_import__reads_no_folder_in_a_circle, set_up,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(data_import__refuses_links_without_end, set_up,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(other_imports__refuse_the_same, set_up, product_teardown),
        cmocka_unit_test_setup_teardown(data_import__reads_a_pipe_once, set_up, product_teardown),
    };
    return cmocka_run_group_tests_name("cli_hostile", tests, NULL, NULL);
}
