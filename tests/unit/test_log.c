/* Tests of core/base/log: lines that nobody can forge, on a file and in the journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/mem.h"
#include "tests/support/tmpdir.h"

enum { NOW_S = 1691501242 };

static void log_line_text__quotes_what_needs_it(void **state)
{
    static const struct {
        const char *value, *text;
    } cases[] = {
        {"plain", "e k=plain"},
        {"", "e k=\"\""},
        {"two words", "e k=\"two words\""},
        {"a=b", "e k=\"a=b\""},
        {"say \"no\"", "e k=\"say \\\"no\\\"\""},
        {"back\\slash", "e k=\"back\\\\slash\""},
        {"line\nanother k=v", "e k=\"line\\u{a}another k=v\""},
        {"\033[2J", "e k=\"\\u{1b}[2J\""},
        {"caf\xc3\xa9", "e k=caf\xc3\xa9"},
        {"\xff", "e k=\"\\x{ff}\""},
        {"\xe2\x80\xae", "e k=\"\\u{202e}\""},
        {NULL, "e"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct log_line line;
        log_line_init(&line, LEVEL_INFO, "e");
        log_line_text(&line, "k", cases[i].value);
        assert_string_equal(line.text.text, cases[i].text);
        log_line_release(&line);
    }
}

static void log_line__holds_numbers_and_times(void **state)
{
    struct log_line line;
    (void)state;
    log_line_init(&line, LEVEL_WARNING, "run ended");
    log_line_int(&line, "users", -5);
    log_line_time(&line, "next", NOW_S);
    log_line_time(&line, "never", 0);
    assert_string_equal(line.text.text, "run ended users=-5 next=2023-08-08T13:27:22Z");
    log_line_release(&line);
}

static void log_line_text__cuts_what_has_no_end(void **state)
{
    struct log_line line;
    char endless[20000];
    (void)state;
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    log_line_init(&line, LEVEL_INFO, "e");
    log_line_text(&line, "k", endless);
    log_line_text(&line, "after", "it");
    assert_true(line.text.len < 2 * LOG_VALUE_COLUMNS);
    assert_non_null(strstr(line.text.text, "aaa... after=it"));
    log_line_release(&line);
}

/* Writes one line to a file that is, or is not, the journal; the caller frees what is there then.
 */
static char *write_one(bool is_journal, enum log_level level)
{
    struct tmpdir dir;
    struct stat st;
    struct log log;
    struct log_line line;
    char stream[64];
    tmpdir_init(&dir);
    char *path = tmpdir_write(&dir, "log", "");
    int fd = open(path, O_WRONLY);
    assert_int_equal(fstat(fd, &st), 0);
    snprintf(stream, sizeof stream, "%" PRIuMAX ":%" PRIuMAX, (uintmax_t)st.st_dev,
             (uintmax_t)st.st_ino + !is_journal);
    setenv("JOURNAL_STREAM", stream, 1);
    log_init(&log, fd);
    unsetenv("JOURNAL_STREAM");
    log_line_init(&line, level, "started");
    log_line_int(&line, "n", 1);
    log_write(&log, &line, (int64_t)NOW_S * 1000 + 416);
    log_line_release(&line);
    close(fd);
    char *text = tmpdir_read(&dir, "log", NULL);
    free(path);
    tmpdir_release(&dir);
    return text;
}

static void log_write__puts_time_and_level_first(void **state)
{
    static const struct {
        enum log_level level;
        bool journal;
        const char *text;
    } cases[] = {
        {LEVEL_INFO, false, "2023-08-08T13:27:22.416Z info started n=1\n"},
        {LEVEL_NOTICE, false, "2023-08-08T13:27:22.416Z notice started n=1\n"},
        {LEVEL_WARNING, false, "2023-08-08T13:27:22.416Z warning started n=1\n"},
        {LEVEL_ERROR, false, "2023-08-08T13:27:22.416Z error started n=1\n"},
        {LEVEL_INFO, true, "<6>started n=1\n"},
        {LEVEL_ERROR, true, "<3>started n=1\n"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *text = write_one(cases[i].journal, cases[i].level);
        assert_string_equal(text, cases[i].text);
        free(text);
    }
}

static void log_write__survives_a_log_that_is_gone(void **state)
{
    struct log log;
    struct log_line line;
    (void)state;
    log_init(&log, -1);
    assert_false(log.journal);
    log_line_init(&line, LEVEL_INFO, "e");
    log_write(&log, &line, 0);
    log_line_release(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(log_line_text__quotes_what_needs_it),
        cmocka_unit_test(log_line__holds_numbers_and_times),
        cmocka_unit_test(log_line_text__cuts_what_has_no_end),
        cmocka_unit_test(log_write__puts_time_and_level_first),
        cmocka_unit_test(log_write__survives_a_log_that_is_gone),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
