/* Tests of breaking text into lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "core/cmd/wrap.h"

#define TEN "eight888, " /* a word and its blank */

/* What it prints, taken from standard output. */
static void expect(const char *term, const char *text, size_t indent, const char *printed)
{
    char seen[1000] = "";
    FILE *file = tmpfile();
    assert_non_null(file);
    fflush(stdout);
    int old = dup(STDOUT_FILENO);
    dup2(fileno(file), STDOUT_FILENO);
    if (term)
        wrap_entry(term, text, indent);
    else
        wrap_print(text, indent);
    fflush(stdout);
    dup2(old, STDOUT_FILENO);
    close(old);
    rewind(file);
    seen[fread(seen, 1, sizeof seen - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(seen, printed);
}

static void wrap_print__breaks_at_the_last_column(void **state)
{
    (void)state;
    expect(NULL, "", 0, "\n");
    expect(NULL, TEN TEN TEN TEN TEN TEN TEN "1234567890", 0,
           TEN TEN TEN TEN TEN TEN TEN "1234567890\n");
    expect(NULL, TEN TEN TEN TEN TEN TEN TEN "12345678901", 0,
           TEN TEN TEN TEN TEN TEN "eight888,\n12345678901\n");
    /* Columns count, not bytes. */
    expect(NULL, TEN TEN TEN TEN TEN TEN TEN "123456789…", 0,
           TEN TEN TEN TEN TEN TEN TEN "123456789…\n");
}

static void wrap_print__hangs_and_keeps_paragraphs(void **state)
{
    (void)state;
    expect(NULL, "one\ntwo\n\nthree", 4, "one two\n\n    three\n");
    expect(NULL, "12345678 1234567", 70,
           "12345678\n"
           "          "
           "          "
           "          "
           "          "
           "          "
           "          "
           "          "
           "1234567\n");
}

static void wrap_entry__puts_text_beside_or_below(void **state)
{
    (void)state;
    expect("--json", "print JSON", 12, "  --json    print JSON\n");
    expect("12345678", "next", 12, "  12345678  next\n");
    expect("123456789", "below", 12, "  123456789\n            below\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrap_print__breaks_at_the_last_column),
        cmocka_unit_test(wrap_print__hangs_and_keeps_paragraphs),
        cmocka_unit_test(wrap_entry__puts_text_beside_or_below),
    };
    return cmocka_run_group_tests_name("wrap", tests, NULL, NULL);
}
