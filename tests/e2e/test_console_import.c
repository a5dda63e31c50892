/* Import in the console: what is chosen, asked, kept and replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

enum { MANY = 600000, MANY_MAX = 32 << 20 };

static const char two_users[] = "id,login,display_name\n1,ann,Ann Ash\n2,bob,Bob Birch\n";

/* As far as the review of that file, its path pasted. */
static struct term *review(const struct showcase *s, const char *path)
{
    struct term *term = showcase_on_users(s, 24, 80);
    term_key(term, "i");
    term_wait_text(term, "choose a file", 0);
    term_paste(term, path);
    term_wait_text(term, "a path", 0);
    term_key(term, "Enter");
    return term;
}

static void import__brings_the_users_of_a_file(void **state)
{
    const struct showcase *s = *state;
    char *path = tmpdir_write(&s->dir, "people.csv", two_users);
    struct term *term = review(s, path);
    term_wait_text(term, "what would come", 0);
    term_wait_text(term, "checkhook CSV (checkhook-csv)", 0);
    term_wait_text(term, "nothing, the source is new", 0);
    term_wait_text(term, "ann · Ann Ash", 0);
    term_key(term, "n");
    term_wait_text(term, "Source name", 0);
    term_key(term, "C-u");
    term_type(term, "hr");
    term_key(term, "Enter");
    term_wait_text(term, "Source     hr", 0);
    term_key(term, "Enter");
    term_wait_text(term, "● 2 users imported into hr", 0);
    term_wait_text(term, "416 users · 3 sources", 0);
    term_key(term, "/");
    term_type(term, "source:hr");
    term_wait_text(term, "2 of 416", 0);
    term_wait_text(term, "Bob Birch", 0);
    term_stop(term);
    free(path);
}

static void import__is_chosen_from_folders(void **state)
{
    const struct showcase *s = *state;
    free(tmpdir_write(&s->dir, "inbox/deep/users.csv", two_users));
    free(tmpdir_write(&s->dir, "inbox/.secret.csv", two_users));
    char *folder = tmpdir_path(&s->dir, "inbox");
    struct term *term = review(s, folder);
    term_wait_text(term, "deep/", 0);
    assert_false(term_find(term, ".secret.csv", NULL, NULL));
    term_key(term, "F4");
    term_wait_text(term, ".secret.csv", 0);
    term_type(term, "DEE");
    term_wait_text(term, "1 of 3", 0);
    term_key(term, "Enter");
    term_wait_text(term, "users.csv", 0);
    term_key(term, "S-Tab");
    term_wait_text(term, "deep/", 0);
    term_type(term, "zzz");
    term_wait_text(term, "No file here has such a name.", 0);
    term_key(term, "Esc");
    term_wait_text(term, "deep/", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[5 Users]", 0);
    term_stop(term);
    free(folder);
}

static void import__says_what_cannot_be_read(void **state)
{
    const struct showcase *s = *state;
    char *odd = tmpdir_write(&s->dir, "odd.bin", "no format at all\n");
    struct term *term = review(s, "/no/such/file.csv");
    term_wait_text(term, "/no/such/file.csv cannot be opened", 0);
    term_key(term, "Esc");
    term_paste(term, odd);
    term_key(term, "Enter");
    term_wait_text(term, "not recognised", 0);
    term_wait_text(term, "choose a file", 0);
    term_stop(term);
    free(odd);
}

static void import__that_is_broken_keeps_the_old_users(void **state)
{
    const struct showcase *s = *state;
    char *path = tmpdir_write(&s->dir, "broken.csv", "id,login,enabled\n1,ann,true\n2,bob,maybe\n");
    struct term *term = review(s, path);
    term_wait_text(term, "■ broken.csv:3: column 'enabled'", 0);
    term_wait_text(term, "it cannot be imported as it is", 0);
    term_key(term, "Enter");
    term_wait_text(term, "■ Nothing would be imported: broken.csv:3: column 'enabled'", 0);
    term_wait_text(term, "b leaves such rows out.", 0);
    term_key(term, "b");
    term_wait_text(term, "▲ 1 left out, see below", 0);
    term_key(term, "Esc");
    term_wait_text(term, "choose a file or folder", 0);
    term_key(term, "Esc");
    term_wait_text(term, "broken.csv ", 0);
    term_key(term, "Esc");
    term_wait_text(term, "414 users · 2 sources", 0);
    term_stop(term);
    free(path);
}

/* A look reads the first part alone. */
static void import__finds_a_fault_that_the_look_did_not(void **state)
{
    const struct showcase *s = *state;
    struct strbuf text;
    strbuf_init(&text, 1024 * 1024);
    strbuf_adds(&text, "id,login,enabled\n");
    for (int i = 0; text.len < 600 * 1024; i++)
        strbuf_addf(&text, "%d,user%d@example.com,true\n", i, i);
    strbuf_adds(&text, "last,bob,maybe\n");
    char *path = tmpdir_write(&s->dir, "broken.csv", text.text);
    struct term *term = review(s, path);
    term_wait_text(term, "what would come", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Nothing was imported", 0);
    term_wait_text(term, "414 users · 2 sources", 0);
    term_stop(term);
    free(path);
    strbuf_release(&text);
}

static void import__asks_before_it_replaces_more_or_other(void **state)
{
    const struct showcase *s = *state;
    char *path = tmpdir_write(&s->dir, "few.csv", two_users);
    struct term *term = review(s, path);
    term_wait_text(term, "what would come", 0);
    term_key(term, "n");
    term_wait_text(term, "Source name", 0);
    term_key(term, "C-u");
    term_type(term, "dc1.corp.example");
    term_key(term, "Enter");
    term_wait_text(term, "412 users of checkhook-jsonl", 0);
    term_wait_text(term, "▲ it is of another format, checkhook-jsonl", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Replace the data set", 0);
    term_key(term, "Enter"); /* the safe answer */
    term_wait_gone(term, "Replace the data set", 0);
    term_wait_text(term, "what would come", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Replace the data set", 0);
    term_key(term, "R");
    term_wait_text(term, "● 2 users imported into dc1.corp.example", 0);
    term_wait_text(term, "4 users · 2 sources", 0);
    term_stop(term);
    free(path);
}

static char *write_rows(const struct showcase *s, int count, const char *last)
{
    struct strbuf text;
    strbuf_init(&text, MANY_MAX);
    strbuf_adds(&text, "id,login,display_name,factors\n");
    for (int i = 0; i < count; i++)
        strbuf_addf(&text, "m%06d,many%06d@example.com,Many %d,totp:active\n", i, i, i);
    strbuf_adds(&text, last);
    char *path = tmpdir_write(&s->dir, "many.csv", text.text);
    strbuf_release(&text);
    return path;
}

/* What the screen says is replaced, and Enter replaces, is what is there. */
static void import__sees_what_others_import_meanwhile(void **state)
{
    const struct showcase *s = *state;
    char *few = tmpdir_write(&s->dir, "few.csv", two_users);
    char *path = write_rows(s, 10, "");
    struct term *term = review(s, few);
    term_wait_text(term, "nothing, the source is new", 0);
    const struct run_options options = {.env = s->env};
    struct run_result r = run_checkhook(
        (const char *const[]){"data", "import", path, "--source", "checkhook-csv", NULL}, &options);
    assert_int_equal(r.status, 0);
    run_release(&r);
    term_key(term, "Enter");
    term_wait_text(term, "Replaces   10 users of checkhook-csv", 0);
    term_wait_text(term, "what would come", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Replace the data set", 0);
    term_key(term, "Esc");
    term_stop(term);
    free(path);
    free(few);
}

/* Keys are answered while it runs, from other pages too. */
/* A question about work that has ended goes with it. */
static void import__that_ends_takes_the_question_with_it(void **state)
{
    const struct showcase *s = *state;
    char *path = write_rows(s, MANY / 4, "");
    struct term *term = review(s, path);
    term_wait_text(term, "what would come", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Importing into", 0);
    term_key(term, "1");
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "q");
    term_wait_text(term, "Work is under way", 0);
    term_wait_gone(term, "Work is under way", 0);
    term_wait_text(term, "users imported into", 0);
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
    free(path);
}

static void import__can_be_left_and_cancelled(void **state)
{
    const struct showcase *s = *state;
    char *path = write_rows(s, MANY, "");
    struct term *term = review(s, path);
    term_wait_text(term, "what would come", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Importing into", 0);
    term_wait_text(term, "users · ", 0);
    term_key(term, "2");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, "5");
    term_wait_text(term, "414 users · 2 sources", 0); /* the old ones */
    term_key(term, "i");
    term_wait_text(term, "Importing into", 0);
    term_key(term, "Esc");
    term_wait_text(term, "The old data stays as it is.", 0);
    term_key(term, "C");
    term_wait_text(term, "The import was cancelled", 0);
    term_wait_text(term, "414 users · 2 sources", 0);
    term_stop(term);
    free(path);
}

/* What a page asks before it is left is not the answer to this. */
static void import__is_asked_about_after_unsaved_ticks(void **state)
{
    const struct showcase *s = *state;
    char *path = write_rows(s, MANY, "");
    struct term *term = review(s, path);
    term_wait_text(term, "what would come", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Importing into", 0);
    term_type(term, "3 q"); /* all at once: it must still be under way */
    term_wait_text(term, "Unsaved changes", 0);
    term_type(term, "D");
    term_wait_text(term, "would be cancelled", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "would be cancelled", 0);
    term_wait_text(term, "[3 Matrix]", 0);
    term_stop(term);
    free(path);
}

/* Where the folder of the test is differs each time. */
static const golden_mask inbox_masks[] = {"/[^ ]*inbox.*", NULL};

static char *make_inbox(const struct showcase *s)
{
    free(tmpdir_write(&s->dir, "inbox/page-1.csv", two_users));
    free(
        tmpdir_write(&s->dir, "inbox/more/page-2.csv", "id,login,display_name\n3,cat,Cat Cedar\n"));
    free(tmpdir_write(&s->dir, "inbox/readme.txt", "nothing to import\n"));
    return tmpdir_path(&s->dir, "inbox");
}

static void import__takes_a_folder_and_adds_it(void **state)
{
    const struct showcase *s = *state;
    char *folder = make_inbox(s);
    struct term *term = showcase_on_users(s, 24, 140);
    term_key(term, "i");
    term_wait_text(term, "choose a file or folder", 0);
    term_paste(term, folder);
    term_wait_text(term, "a path", 0);
    term_key(term, "Enter");
    term_wait_text(term, "more/", 0);
    term_key(term, "F6");
    term_wait_text(term, "2; others are left out, see below", 0);
    term_wait_text(term, "nothing, the source is new", 0);
    term_key(term, "m");
    term_wait_text(term, "no data set has that name", 0);
    term_key(term, "Enter");
    term_wait_text(term, "There is no data set 'checkhook-csv' to add to", 0);
    term_key(term, "n");
    term_wait_text(term, "The data set that is added to.", 0);
    term_key(term, "C-u");
    term_type(term, "dc1.corp.example");
    term_key(term, "Enter");
    term_wait_text(term, "412 users of checkhook-jsonl", 0);
    golden_screen_masked(term, "import-folder-140x24", inbox_masks);
    term_key(term, "Enter");
    term_wait_text(term, "3 users read, 3 new: dc1.corp.example has", 0);
    term_wait_text(term, "3 read, 3 of them new; the data set has 415", 0);
    term_key(term, "Esc");
    term_wait_text(term, "417 users · 2 sources", 0);
    term_stop(term);
    free(folder);
}

/* The folder under the cursor, without going into it. */
static void import__takes_the_folder_that_is_selected(void **state)
{
    const struct showcase *s = *state;
    char *folder = make_inbox(s);
    struct term *term = review(s, folder);
    term_wait_text(term, "more/", 0);
    term_type(term, "mor");
    term_wait_text(term, "1 of 4", 0);
    term_key(term, "F6");
    term_wait_text(term, "cat · Cat Cedar", 0);
    term_key(term, "Esc");
    term_wait_text(term, "choose a file or folder", 0);
    term_stop(term);
    free(folder);
}

static void import__leaves_bad_rows_out_and_lists_them(void **state)
{
    static const int sizes[][2] = {{30, 100}, {24, 80}};
    const struct showcase *s = *state;
    char *path = tmpdir_write(&s->dir, "inbox.csv",
                              "id,login,enabled\n1,ann,true\n2,bob,maybe\n3,cat\n4,dan,no\n");
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        char name[64];
        struct term *term = showcase_on_users(s, sizes[i][0], sizes[i][1]);
        term_key(term, "i");
        term_wait_text(term, "choose a file or folder", 0);
        term_paste(term, path);
        term_key(term, "Enter");
        term_wait_text(term, "■ inbox.csv:3: column 'enabled'", 0);
        term_wait_text(term, "stop the import", 0);
        term_key(term, "b");
        term_wait_text(term, "2 left out, see below", 0);
        term_wait_text(term, "Enter imports it without the bad rows", 0);
        term_key(term, "Enter");
        term_wait_text(term, "what came, and what was left out", 0);
        term_wait_text(term, "2 users imported into checkhook-csv, 2 rows left out", 0);
        snprintf(name, sizeof name, "import-result-%dx%d", sizes[i][1], sizes[i][0]);
        term_wait_text(term, "Esc Back", 0); /* nothing is taken back */
        golden_screen_masked(term, name, inbox_masks);
        term_key(term, "Esc");
        term_wait_text(term, "416 users · 3 sources", 0);
        term_stop(term);
    }
    free(path);
}

/* Left while it runs, what it left out is shown when one comes back, once. */
static void import__keeps_what_it_left_out_until_it_was_seen(void **state)
{
    const struct showcase *s = *state;
    char *path = write_rows(s, 120000, "2\n");
    struct term *term = review(s, path);
    term_wait_text(term, "what would come", 0);
    term_key(term, "b");
    term_wait_text(term, "are left out and listed", 0);
    term_type(term, "\r2"); /* away at once */
    term_wait_text(term, "1 row left out", 0);
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, "5");
    term_wait_text(term, "[5 Users]", 0);
    term_key(term, "i");
    term_wait_text(term, "many.csv:120002: 1 cell,", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[5 Users]", 0);
    term_key(term, "i");
    term_wait_text(term, "choose a file or folder", 0);
    term_stop(term);
    free(path);
}

/* Whoever is asked presses a key next, which must not be the end of what came. */
static void import__that_ends_while_its_end_is_asked_shows_what_came(void **state)
{
    const struct showcase *s = *state;
    char *path = write_rows(s, 120000, "");
    struct term *term = review(s, path);
    term_wait_text(term, "what would come", 0);
    term_type(term, "\r\x1b");
    term_wait_text(term, "Import users · what came", 0);
    term_wait_text(term, "Users      120,000", 0);
    term_wait_gone(term, "Cancel the import", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[5 Users]", 0);
    term_stop(term);
    free(path);
}

static void import__shows_hostile_names_made_safe(void **state)
{
    static const char hostile[] = "evil\x1b[31m\xe2\x80\xae.csv";
    const struct showcase *s = *state;
    char name[64];
    size_t len;
    snprintf(name, sizeof name, "odd/%s", hostile);
    free(tmpdir_write(&s->dir, name, "id,login\n1,\x1b]52;c;aGk=\x07\n"));
    char *folder = tmpdir_path(&s->dir, "odd");
    struct term *term = review(s, folder);
    term_wait_text(term, "evil\\u{1b}[31m", 0);
    term_key(term, "Down");
    term_key(term, "Enter");
    term_wait_text(term, "what would come", 0);
    term_wait_text(term, "\\u{1b}]52", 0);
    const char *out = term_output(term, &len);
    assert_null(memmem(out, len, "\x1b]52;c;aGk=", 11));
    assert_null(memmem(out, len, "\xe2\x80\xae", 3));
    term_stop(term);
    free(folder);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, showcase_setup, showcase_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(import__brings_the_users_of_a_file),
        FRESH(import__is_chosen_from_folders),
        FRESH(import__says_what_cannot_be_read),
        FRESH(import__that_is_broken_keeps_the_old_users),
        FRESH(import__finds_a_fault_that_the_look_did_not),
        FRESH(import__asks_before_it_replaces_more_or_other),
        FRESH(import__sees_what_others_import_meanwhile),
        FRESH(import__that_ends_takes_the_question_with_it),
        FRESH(import__can_be_left_and_cancelled),
        FRESH(import__is_asked_about_after_unsaved_ticks),
        FRESH(import__takes_a_folder_and_adds_it),
        FRESH(import__takes_the_folder_that_is_selected),
        FRESH(import__leaves_bad_rows_out_and_lists_them),
        FRESH(import__keeps_what_it_left_out_until_it_was_seen),
        FRESH(import__that_ends_while_its_end_is_asked_shows_what_came),
        FRESH(import__shows_hostile_names_made_safe),
    };
    return cmocka_run_group_tests_name("console_import", tests, NULL, NULL);
}
