/* Every key of the console, once. */
#include "tui/keytable.h"

#include <stdio.h>
#include <string.h>
#include <wctype.h>

#include "core/base/mem.h"
#include "core/base/text.h"

#define UP      KEY_FN(KEY_UP)
#define DOWN    KEY_FN(KEY_DOWN)
#define LEFT    KEY_FN(KEY_LEFT)
#define RIGHT   KEY_FN(KEY_RIGHT)
#define PGUP    KEY_FN(KEY_PPAGE)
#define PGDN    KEY_FN(KEY_NPAGE)
#define HOME    KEY_FN(KEY_HOME)
#define END     KEY_FN(KEY_END)
#define BACKTAB KEY_FN(KEY_BTAB)
#define F(n)    KEY_FN(KEY_F(n))

#define NO_INTEGRATION "(there is no integration)"
#define NO_CELL        "(there is nothing to tick)"
#define NO_DELIVERY    "(there is no delivery)"
#define NO_USER        "(there is no user)"

/* The rank decides the place in the key bar, and what is dropped first where it is narrow. */
/* clang-format off */
const struct key_row key_table[] = {
    /* Integrations */
    {KEYS_INTEGRATIONS, ACTION_ENTER, {KEY_RETURN}, "Enter", "Actions", "Action menu for the row", 10},
    {KEYS_INTEGRATIONS, ACTION_NEW, {'n'}, "n", "New integration", "New integration", 11},
    {KEYS_INTEGRATIONS, ACTION_IMPORT, {'i'}, "i", "Import file", "Import from a file", 45},
    {KEYS_INTEGRATIONS, ACTION_DEMO, {'d'}, "d", NULL, "Try a demo endpoint", 46},
    {KEYS_INTEGRATIONS, ACTION_PALETTE, {':', KEY_CTL('p')}, ":", "Commands", NULL, 46},
    {KEYS_INTEGRATIONS, ACTION_TEST, {'t'}, "t", "Test", "Test Connectivity", 12},
    {KEYS_INTEGRATIONS, ACTION_SAMPLE, {'T'}, "T", NULL, "Send sample notification", 13},
    {KEYS_INTEGRATIONS, ACTION_PREVIEW, {'p'}, "p", NULL, "Preview the request", 13},
    {KEYS_INTEGRATIONS, ACTION_EDIT, {'e'}, "e", "Edit", "Edit", 13},
    {KEYS_INTEGRATIONS, ACTION_DELIVERIES, {'v'}, "v", "Deliveries", "Deliveries of this hook", 15},
    {KEYS_INTEGRATIONS, ACTION_ASSIGN, {'a'}, "a", "Assign checks", "Assign checks", 14},
    {KEYS_INTEGRATIONS, ACTION_ENABLE, {'x'}, "x", "On/off", "Disable / enable", 16},
    {KEYS_INTEGRATIONS, ACTION_DUPLICATE, {'c'}, "c", NULL, "Duplicate", 17},
    {KEYS_INTEGRATIONS, ACTION_DELETE, {'D'}, "D", NULL, "Delete (asks for the name)", 18},

    /* Form */
    {KEYS_FORM, ACTION_SAVE, {F(2), KEY_CTL('s')}, "F2  ^S", "Save", "Save", 10},
    {KEYS_FORM, ACTION_TEST, {F(5), KEY_CTL('t')}, "F5 ^T", "Test draft", "Test the draft", 11},
    {KEYS_FORM, ACTION_PREVIEW, {F(7), KEY_CTL('g')}, "F7 ^G", "Preview", "What will be sent", 16},
    {KEYS_FORM, ACTION_PRESET, {F(8), KEY_CTL('x')}, "F8 ^X", "Provider", "Fill in for a provider", 14},
    {KEYS_FORM, ACTION_UNDO, {KEY_CTL('_')}, "^_", NULL, "Take the paste back", 22},
    {KEYS_FORM, ACTION_NEXT, {KEY_TAB, DOWN}, "Tab S-Tab", "Next", "Next / previous field", 12},
    {KEYS_FORM, ACTION_PREVIOUS, {BACKTAB, UP}, "S-Tab ↑", "Prev", NULL, 13},
    {KEYS_FORM, ACTION_ENTER, {KEY_RETURN}, "Enter", "Choose", "Choose a value, or next field", 14},
    {KEYS_FORM, ACTION_TOGGLE, {' '}, "Spc", "Toggle", "Turn a flag over, or the next choice", 14},
    {KEYS_FORM, ACTION_LEFT, {LEFT}, "← →", NULL, "Previous, next choice", 19},
    {KEYS_FORM, ACTION_RIGHT, {RIGHT}, "→", NULL, NULL, 19},
    {KEYS_FORM, ACTION_REVEAL, {KEY_CTL('r')}, "^R", "Reveal secret", "Show what was typed", 15},
    {KEYS_FORM, ACTION_SECTION_NEXT, {PGDN}, "PgDn", NULL, "Next section", 20},
    {KEYS_FORM, ACTION_SECTION_PREVIOUS, {PGUP}, "PgUp", NULL, "Previous section", 21},
    {KEYS_FORM, ACTION_RESET, {KEY_CTL('u')}, "^U", NULL, "Reset the field", 22},
    {KEYS_FORM, ACTION_FULL_VALUE, {F(6), KEY_CTL('o')}, "F6 ^O", NULL, "Show the whole value", 23},
    {KEYS_FORM, ACTION_BACK, {KEY_ESC, KEY_CTL('c')}, "Esc", "Cancel", "Cancel (asks if changed)", 24},

    /* Parameter lists */
    {KEYS_PARAMS, ACTION_ENTER, {KEY_RETURN, 'e'}, "Enter e", "Edit", "Edit the parameter", 10},
    {KEYS_PARAMS, ACTION_NEW, {'n', 'a'}, "n a", "New", "New parameter", 11},
    {KEYS_PARAMS, ACTION_DELETE, {'D', KEY_FN(KEY_DC)}, "D Del", "Delete", "Remove it", 12},
    {KEYS_PARAMS, ACTION_UNDO, {'u'}, "u", "Bring back", "Bring back the last one", 12},
    {KEYS_PARAMS, ACTION_BACK, {KEY_ESC}, "Esc", "Done", "Back to the form", 13},
    {KEYS_PARAM, ACTION_ENTER, {KEY_RETURN}, "Enter", "Take it", "Take the parameter", 10},
    {KEYS_PARAM, ACTION_BACK, {KEY_ESC, KEY_CTL('c')}, "Esc", "Cancel", "Change nothing", 11},
    {KEYS_PARAM, ACTION_NEXT, {KEY_TAB, DOWN}, "Tab ↓", "Next", "Next line", 12},
    {KEYS_PARAM, ACTION_PREVIOUS, {BACKTAB, UP}, "S-Tab ↑", "Prev", "Previous line", 13},
    {KEYS_PARAM, ACTION_TOGGLE, {' ', RIGHT}, "Spc →", "Toggle", "Next place, secret or not", 14},
    {KEYS_PARAM, ACTION_LEFT, {LEFT}, "←", NULL, "Previous place", 15},
    {KEYS_PARAM, ACTION_REVEAL, {KEY_CTL('r')}, "^R", "Reveal secret", "Show what was typed", 16},

    /* Drafts, other people's changes, what is sent */
    {KEYS_DRAFTS, ACTION_ENTER, {KEY_RETURN, 'c'}, "Enter", "Continue", "Continue the draft", 10},
    {KEYS_DRAFTS, ACTION_DELETE, {'D'}, "D", "Discard", "Discard the draft", 11},
    {KEYS_DRAFTS, ACTION_BACK, {KEY_ESC, 'q', KEY_CTL('c')}, "Esc", "Later", "Leave it for later", 12},
    {KEYS_MERGE, ACTION_TOGGLE, {' ', LEFT, RIGHT}, "Spc", "Yours, theirs", "Take the other value", 10},
    {KEYS_MERGE, ACTION_SAVE, {F(2), KEY_CTL('s'), KEY_RETURN}, "F2 ^S", "Save", "Save what is chosen", 11},
    {KEYS_MERGE, ACTION_ALL, {'m'}, "m", "All yours", "Yours everywhere", 12},
    {KEYS_MERGE, ACTION_RESET, {'t'}, "t", "All theirs", "Theirs everywhere", 13},
    {KEYS_MERGE, ACTION_BACK, {KEY_ESC, 'q', KEY_CTL('c')}, "Esc", "Back", "Back to the form", 14},
    {KEYS_PREVIEW, ACTION_NEXT, {KEY_TAB, RIGHT}, "Tab →", "Next tab", "Next tab", 10},
    {KEYS_PREVIEW, ACTION_PREVIOUS, {BACKTAB, LEFT}, "S-Tab ←", NULL, "Previous tab", 11},
    {KEYS_PREVIEW, ACTION_PAGER, {'o'}, "o", "Pager", "Open in the pager", 12},
    {KEYS_PREVIEW, ACTION_BACK, {KEY_ESC, 'q', KEY_CTL('c')}, "Esc", "Close", "Close it", 14},

    /* Test connectivity */
    {KEYS_TEST, ACTION_AGAIN, {'r'}, "r", "Run again", "Run the test again", 10},
    {KEYS_TEST, ACTION_EDIT, {'e'}, "e", "Edit", "Edit the integration", 11},
    {KEYS_TEST, ACTION_HEADERS, {'h'}, "h", "All headers", "All headers, or the summary", 12},
    {KEYS_TEST, ACTION_COPY, {'y'}, "y", "Copy report (secrets masked)", "Copy the report", 12},
    {KEYS_TEST, ACTION_UP, {UP, 'k'}, "↑↓", NULL, "Scroll", 20},
    {KEYS_TEST, ACTION_DOWN, {DOWN, 'j'}, "↓", NULL, NULL, 20},
    {KEYS_TEST, ACTION_PAGE_UP, {PGUP}, "PgUp PgDn", NULL, "Scroll by a page", 21},
    {KEYS_TEST, ACTION_PAGE_DOWN, {PGDN, ' '}, "PgDn", NULL, NULL, 21},
    {KEYS_TEST, ACTION_BACK, {KEY_ESC, 'q', KEY_CTL('c')}, "Esc", "Close", "Close; cancels a test under way", 13},

    /* Checks */
    {KEYS_CHECKS, ACTION_ENTER, {KEY_RETURN}, "Enter", "Open", "Everything about the check", 10},
    {KEYS_CHECKS, ACTION_RUN, {'R'}, "R", "Run Checks Now", "Run all, or the marked", 11},
    {KEYS_CHECKS, ACTION_ASSIGN, {'w'}, "w", "Webhooks", "Choose its webhooks", 12},
    {KEYS_CHECKS, ACTION_FINDINGS, {'f'}, "f", "Findings", "All users failing it", 13},
    {KEYS_CHECKS, ACTION_EDIT, {'e'}, "e", "Settings", "Severity, limits, ignore list", 13},
    {KEYS_CHECKS, ACTION_ENABLE, {'x'}, "x", "On/off", "On or off, also marked", 14},

    /* One check */
    {KEYS_CHECK, ACTION_ASSIGN, {'w'}, "w", "Webhooks", "Choose its webhooks", 12},
    {KEYS_CHECK, ACTION_FINDINGS, {'f'}, "f", "Findings", "All users failing it", 13},
    {KEYS_CHECK, ACTION_EDIT, {'e'}, "e", "Settings", "Severity, limits, ignore list", 13},
    {KEYS_CHECK, ACTION_ENABLE, {'x'}, "x", "On/off", "Switch it on or off", 14},
    {KEYS_CHECK, ACTION_RUN, {'R'}, "R", "Run this check", "Run this check now", 15},
    {KEYS_CHECK, ACTION_BACK, {KEY_ESC}, "Esc", "Back", "Back to the list", 11},

    /* What is set for a check */
    {KEYS_TUNE, ACTION_ENTER, {KEY_RETURN, 'e'}, "Enter", "Change", "Change it", 10},
    {KEYS_TUNE, ACTION_TOGGLE, {' '}, "Spc", "Toggle", "Turn it over, or the next word", 11},
    {KEYS_TUNE, ACTION_RESET, {KEY_CTL('u')}, "^U", "Default", "Back to the default", 12},
    {KEYS_TUNE, ACTION_NEW, {'n', 'a'}, "n", "Ignore", "Never report somebody", 13},
    {KEYS_TUNE, ACTION_DELETE, {'D', KEY_FN(KEY_DC)}, "D Del", "Take away", "Report them again", 14},
    {KEYS_TUNE, ACTION_BACK, {KEY_ESC}, "Esc", "Back", "Back", 15},

    /* Findings */
    {KEYS_FINDINGS, ACTION_ENTER, {KEY_RETURN}, "Enter", "Open", "The user", 10},
    {KEYS_FINDINGS, ACTION_BACK, {KEY_ESC, 'q'}, "Esc", "Back", "Back", 11},

    /* Run Checks Now */
    {KEYS_RUN, ACTION_CANCEL, {KEY_ESC}, "Esc", "Cancel run", "Cancel (asks), or close", 1},
    {KEYS_RUN, ACTION_ENTER, {KEY_RETURN}, "Enter", "Details", "Everything about the check", 2},
    {KEYS_RUN, ACTION_LOG, {'l'}, "l", "Live log", "The whole log, or the checks", 3},
    {KEYS_RUN, ACTION_PAGE_1, {'1'}, "1-5", "Leave, keeps running", "Leave; the run goes on", 4},
    {KEYS_RUN, ACTION_BACK, {'q'}, "q", "Close", "Leave; the run goes on", 11},
    {KEYS_RUN, ACTION_RUN, {'R'}, "R", "Run again", "Run again", 12},
    {KEYS_RUN, ACTION_DELIVERIES, {'v'}, "v", "Deliveries", "Deliveries; the run goes on", 13},

    /* Matrix */
    {KEYS_MATRIX, ACTION_UP, {UP, 'k'}, "←↑↓→", "Move", "Move", 5},
    {KEYS_MATRIX, ACTION_DOWN, {DOWN, 'j'}, "↓", NULL, NULL, 5},
    {KEYS_MATRIX, ACTION_LEFT, {LEFT, 'h'}, "←", NULL, NULL, 5},
    {KEYS_MATRIX, ACTION_RIGHT, {RIGHT, 'l'}, "→", NULL, NULL, 5},
    {KEYS_MATRIX, ACTION_TOGGLE, {' '}, "Spc", "Toggle", "Tick or untick; nothing is saved yet", 10},
    {KEYS_MATRIX, ACTION_ROW, {'X'}, "X", "Row", "The whole row: all on, or all off", 11},
    {KEYS_MATRIX, ACTION_COLUMN, {'C'}, "C", "Column", "The whole column: all on, or all off", 12},
    {KEYS_MATRIX, ACTION_SAVE, {F(2), KEY_CTL('s')}, "F2 ^S", "Save", "Save everything at once", 13},
    {KEYS_MATRIX, ACTION_UNDO, {'u'}, "u", "Undo", "Take the last one back", 14},
    {KEYS_MATRIX, ACTION_FILTER, {'/'}, "/", "Filter", "Checks and webhooks that hold a text", 15},
    {KEYS_MATRIX, ACTION_ENTER, {KEY_RETURN}, "Enter", NULL, "Everything about the check", 16},
    {KEYS_MATRIX, ACTION_PAGE_UP, {PGUP, KEY_CTL('b')}, "PgUp PgDn", NULL, "Page up, page down", 50},
    {KEYS_MATRIX, ACTION_PAGE_DOWN, {PGDN, KEY_CTL('f')}, "PgDn", NULL, NULL, 50},
    {KEYS_MATRIX, ACTION_FIRST, {HOME, 'g'}, "g Home", NULL, "First webhook", 51},
    {KEYS_MATRIX, ACTION_LAST, {END, 'G'}, "G End", NULL, "Last webhook", 52},

    /* Deliveries */
    {KEYS_DELIVERIES, ACTION_ENTER, {KEY_RETURN}, "Enter", "Open", "Open the delivery", 10},
    {KEYS_DELIVERIES, ACTION_REDELIVER, {'R'}, "R", "Redeliver", "Send again (asks): it, the marked, all failed", 11},
    {KEYS_DELIVERIES, ACTION_MARK, {' '}, "Spc", "Mark", "Mark it for Redeliver", 12},
    {KEYS_DELIVERIES, ACTION_FAILED_ONLY, {'f'}, "f", "Failed only", "Failed only, or all", 13},
    {KEYS_DELIVERIES, ACTION_WEBHOOK, {'w'}, "w", "Webhook", "Choose webhooks", 14},
    {KEYS_DELIVERIES, ACTION_FILTER, {'/'}, "/", "Filter", "Webhook, check, status or id as you type", 15},
    {KEYS_DELIVERIES, ACTION_COPY, {'y'}, "y", "Copy curl", "Copy as curl, its ids, its bodies", 16},
    {KEYS_DELIVERIES, ACTION_NEXT, {KEY_TAB}, "Tab S-Tab", NULL, "Next / previous tab of the detail", 17},
    {KEYS_DELIVERIES, ACTION_PREVIOUS, {BACKTAB}, "S-Tab", NULL, NULL, 17},
    {KEYS_DELIVERIES, ACTION_SECTION_NEXT, {KEY_CTL('d')}, "^D ^U", NULL, "Scroll the detail", 18},
    {KEYS_DELIVERIES, ACTION_SECTION_PREVIOUS, {KEY_CTL('u')}, "^U", NULL, NULL, 18},
    {KEYS_DELIVERIES, ACTION_PAGER, {'o'}, "o", NULL, "All of it in the pager", 19},

    /* One delivery */
    {KEYS_DELIVERY, ACTION_NEXT, {KEY_TAB, RIGHT}, "Tab →", "Next tab", "Next tab", 10},
    {KEYS_DELIVERY, ACTION_PREVIOUS, {BACKTAB, LEFT}, "S-Tab ←", NULL, "Previous tab", 11},
    {KEYS_DELIVERY, ACTION_REDELIVER, {'R'}, "R", "Redeliver", "Send it again (asks)", 12},
    {KEYS_DELIVERY, ACTION_WRAP, {'w'}, "w", "Wrap", "Wrap or cut long lines", 14},
    {KEYS_DELIVERY, ACTION_PAGER, {'o'}, "o", "Pager", "All of it in the pager", 15},
    {KEYS_DELIVERY, ACTION_COPY, {'y'}, "y", "Copy curl", "Copy as curl, its ids, its bodies", 16},
    {KEYS_DELIVERY, ACTION_BACK, {KEY_ESC}, "Esc", "Back", "Back to the list", 13},

    /* Settings */
    {KEYS_SETTINGS, ACTION_ENTER, {KEY_RETURN, 'e'}, "Enter", "Change", "Change the setting", 10},
    {KEYS_SETTINGS, ACTION_TOGGLE, {' '}, "Spc", "Toggle", "Turn it over, or the next choice", 11},
    {KEYS_SETTINGS, ACTION_RESET, {KEY_CTL('u')}, "^U", "Default", "Back to the default", 12},
    {KEYS_SETTINGS, ACTION_LEFT, {LEFT}, "← →", NULL, "Settings, facts beside them", 20},
    {KEYS_SETTINGS, ACTION_RIGHT, {RIGHT}, "→", NULL, NULL, 20},
    {KEYS_SETTINGS, ACTION_NEXT, {KEY_TAB}, "Tab  S-Tab", NULL, "Next, previous line", 21},
    {KEYS_SETTINGS, ACTION_PREVIOUS, {BACKTAB}, "S-Tab", NULL, NULL, 21},
    {KEYS_SETTINGS, ACTION_BACK, {KEY_ESC}, "Esc", "Back", "Back", 13},

    /* Audit */
    {KEYS_AUDIT, ACTION_ENTER, {KEY_RETURN}, "Enter", "Open", "Everything about the entry", 10},
    {KEYS_AUDIT, ACTION_FILTER, {'/'}, "/", "Filter", "Filter as you type", 11},
    {KEYS_AUDIT, ACTION_BACK, {KEY_ESC}, "Esc", "Back", "Back", 13},

    /* Users */
    {KEYS_USERS, ACTION_ENTER, {KEY_RETURN}, "Enter", "Details", "Everything about the user", 10},
    {KEYS_USERS, ACTION_FILTER, {'/'}, "/", "Filter", "Search name, login, mail, department", 11},
    {KEYS_USERS, ACTION_SORT, {'s'}, "s  S", "Sort", "Sort, reverse", 12},
    {KEYS_USERS, ACTION_SORT_REVERSE, {'S'}, "S", NULL, NULL, 12},
    {KEYS_USERS, ACTION_FAILED_ONLY, {'f'}, "f", "With findings", "With findings only, or all", 13},
    {KEYS_USERS, ACTION_IMPORT, {'i'}, "i", "Import", "Import users from a file", 14},
    {KEYS_USERS, ACTION_SAMPLE, {'d'}, "d", "Sample data", "Import sample data", 15},
    {KEYS_USERS, ACTION_EXPORT, {'x'}, "x", "Export CSV", "These users into a CSV file", 16},
    {KEYS_USERS, ACTION_SOURCES, {'v'}, "v", "Sources", "Data sets, their age; remove", 17},
    {KEYS_USER, ACTION_BACK, {KEY_ESC}, "Esc", "Back", "Back to the list", 10},

    /* Data sets, and the import of one */
    {KEYS_SOURCES, ACTION_ENTER, {KEY_RETURN}, "Enter", "Its users", "The users of the data set", 10},
    {KEYS_SOURCES, ACTION_IMPORT, {'i'}, "i", "Import", "Import users from a file", 11},
    {KEYS_SOURCES, ACTION_DELETE, {'D'}, "D", "Remove", "Remove (asks for the name)", 12},
    {KEYS_SOURCES, ACTION_BACK, {KEY_ESC}, "Esc", "Back", "Back to the users", 13},
    {KEYS_PICKER, ACTION_ENTER, {KEY_RETURN}, "Enter", "Open", "Open the folder or file", 10},
    {KEYS_PICKER, ACTION_WHOLE_FOLDER, {F(6), KEY_CTL('o')}, "F6 ^O", "Whole folder", "Import all files of the folder", 11},
    {KEYS_PICKER, ACTION_PREVIOUS, {BACKTAB}, "S-Tab", "Folder up", "The folder above", 11},
    {KEYS_PICKER, ACTION_TOGGLE, {F(4), KEY_CTL('t')}, "F4 ^T", "Hidden", "Hidden files, or not", 12},
    {KEYS_PICKER, ACTION_SAMPLE, {F(3), KEY_CTL('d')}, "F3 ^D", "Sample data", "To the sample data", 13},
    {KEYS_PICKER, ACTION_BACK, {KEY_ESC, KEY_CTL('c')}, "Esc", "Cancel", "Clear what is typed, or leave", 14},
    {KEYS_IMPORT, ACTION_ENTER, {KEY_RETURN}, "Enter", "Import", "Import the file", 10},
    {KEYS_IMPORT, ACTION_EDIT, {'n'}, "n", "Source name", "Name of the data set", 11},
    {KEYS_IMPORT, ACTION_PRESET, {'f'}, "f", "Format", "Read it as another format", 12},
    {KEYS_IMPORT, ACTION_MERGE, {'m'}, "m", "Replace/add", "Replace the data set, or add to it", 13},
    {KEYS_IMPORT, ACTION_SKIP_BAD, {'b'}, "b", "Bad rows", "Stop at a bad row, or leave it out", 14},
    {KEYS_IMPORT, ACTION_BACK, {KEY_ESC}, "Esc", "Cancel", "Another file; asks when it runs", 15},

    /* Popups */
    {KEYS_MENU, ACTION_UP, {UP, KEY_CTL('p'), 'k'}, "↑↓", "Move", "Move", 10},
    {KEYS_MENU, ACTION_DOWN, {DOWN, KEY_CTL('n'), 'j'}, "↓", NULL, NULL, 10},
    {KEYS_MENU, ACTION_FIRST, {HOME}, "Home", NULL, NULL, 10},
    {KEYS_MENU, ACTION_LAST, {END}, "End", NULL, NULL, 10},
    {KEYS_MENU, ACTION_ENTER, {KEY_RETURN}, "Enter", "Run", "Run the entry", 11},
    {KEYS_MENU, ACTION_BACK, {KEY_ESC, 'q', KEY_CTL('c')}, "Esc", "Close menu", "Close it", 13},
    {KEYS_CHECKMENU, ACTION_UP, {UP, 'k'}, "↑↓", "Move", "Move", 10},
    {KEYS_CHECKMENU, ACTION_DOWN, {DOWN, 'j'}, "↓", NULL, NULL, 10},
    {KEYS_CHECKMENU, ACTION_PAGE_UP, {PGUP}, "PgUp", NULL, NULL, 10},
    {KEYS_CHECKMENU, ACTION_PAGE_DOWN, {PGDN}, "PgDn", NULL, NULL, 10},
    {KEYS_CHECKMENU, ACTION_FIRST, {HOME, 'g'}, "Home", NULL, NULL, 10},
    {KEYS_CHECKMENU, ACTION_LAST, {END, 'G'}, "End", NULL, NULL, 10},
    {KEYS_CHECKMENU, ACTION_TOGGLE, {' '}, "Spc", "Toggle", "Tick or untick", 11},
    {KEYS_CHECKMENU, ACTION_ALL, {'a'}, "a", "All", "Tick all, or none", 12},
    {KEYS_CHECKMENU, ACTION_FILTER, {'/'}, "/", "Filter", "Filter as you type", 15},
    {KEYS_CHECKMENU, ACTION_ENTER, {KEY_RETURN}, "Enter", "Apply", "Apply", 13},
    {KEYS_CHECKMENU, ACTION_BACK, {KEY_ESC, 'q', KEY_CTL('c')}, "Esc", "Cancel", "Cancel", 14},
    {KEYS_DIALOG, ACTION_NEXT, {KEY_TAB, RIGHT, DOWN}, "Tab", "Button", "Next button", 12},
    {KEYS_DIALOG, ACTION_PREVIOUS, {BACKTAB, LEFT, UP}, "S-Tab", NULL, NULL, 13},
    {KEYS_DIALOG, ACTION_ENTER, {KEY_RETURN}, "Enter", "Press", "Press the button", 11},
    {KEYS_DIALOG, ACTION_BACK, {KEY_ESC, KEY_CTL('c')}, "Esc", "Cancel", "The safe answer", 10},
    {KEYS_PROMPT, ACTION_ENTER, {KEY_RETURN}, "Enter", "OK", "Take it", 10},
    {KEYS_PROMPT, ACTION_BACK, {KEY_ESC, KEY_CTL('c')}, "Esc", "Cancel", "Change nothing", 11},

    /* Help */
    {KEYS_HELP, ACTION_FILTER, {'/'}, "type", "Search", NULL, 10},
    {KEYS_HELP, ACTION_UP, {UP}, "↑↓", "Scroll", "Scroll", 11},
    {KEYS_HELP, ACTION_DOWN, {DOWN}, "↓", NULL, NULL, 11},
    {KEYS_HELP, ACTION_PAGE_UP, {PGUP}, "PgUp", NULL, NULL, 11},
    {KEYS_HELP, ACTION_PAGE_DOWN, {PGDN}, "PgDn", NULL, NULL, 11},
    {KEYS_HELP, ACTION_NEXT, {KEY_TAB}, "Tab", "Other pages", "Keys of other pages", 11},
    {KEYS_HELP, ACTION_PREVIOUS, {BACKTAB}, "S-Tab", NULL, NULL, 11},
    {KEYS_HELP, ACTION_BACK, {KEY_ESC}, "Esc", "Close", "Clear the search, or close", 12},

    {KEYS_FILTER, ACTION_ENTER, {KEY_RETURN}, "Enter", "Keep", "Keep the filter", 10},
    {KEYS_FILTER, ACTION_BACK, {KEY_ESC, KEY_CTL('c')}, "Esc", "Show all", "Drop the filter", 11},
    {KEYS_FILTER, ACTION_UP, {UP}, "↑↓", "Move", "Move in the list", 12},
    {KEYS_FILTER, ACTION_DOWN, {DOWN}, "↓", NULL, NULL, 12},
    {KEYS_FILTER, ACTION_PAGE_UP, {PGUP}, "PgUp", NULL, NULL, 12},
    {KEYS_FILTER, ACTION_PAGE_DOWN, {PGDN}, "PgDn", NULL, NULL, 12},

    /* Palette */
    {KEYS_PALETTE, ACTION_FILTER, {'/'}, "type", "Search", NULL, 10},
    {KEYS_PALETTE, ACTION_ENTER, {KEY_RETURN}, "Enter", "Run", "Run the command", 11},
    {KEYS_PALETTE, ACTION_UP, {UP, KEY_CTL('p')}, "↑↓", "Choose", "Choose", 12},
    {KEYS_PALETTE, ACTION_DOWN, {DOWN, KEY_CTL('n')}, "↓", NULL, NULL, 12},
    {KEYS_PALETTE, ACTION_PAGE_UP, {PGUP}, "PgUp", NULL, NULL, 12},
    {KEYS_PALETTE, ACTION_PAGE_DOWN, {PGDN}, "PgDn", NULL, NULL, 12},
    {KEYS_PALETTE, ACTION_BACK, {KEY_ESC, KEY_CTL('c')}, "Esc", "Close", "Close it", 13},

    /* Copied text */
    {KEYS_COPY, ACTION_UP, {UP, 'k'}, "↑↓", "Scroll", "Scroll", 11},
    {KEYS_COPY, ACTION_DOWN, {DOWN, 'j'}, "↓", NULL, NULL, 11},
    {KEYS_COPY, ACTION_PAGE_UP, {PGUP}, "PgUp", NULL, NULL, 11},
    {KEYS_COPY, ACTION_PAGE_DOWN, {PGDN, ' '}, "PgDn", NULL, NULL, 11},
    {KEYS_COPY, ACTION_BACK, {KEY_ESC, KEY_RETURN, 'q', KEY_CTL('c')}, "Esc", "Close", "Close it", 10},

    /* Lists */
    {KEYS_LIST, ACTION_UP, {UP, 'k'}, "↑↓ j k", "Move", "Move", 5},
    {KEYS_LIST, ACTION_DOWN, {DOWN, 'j'}, "↓", NULL, NULL, 5},
    {KEYS_LIST, ACTION_PAGE_UP, {PGUP, KEY_CTL('b')}, "PgUp g G", NULL, "Page, first, last", 50},
    {KEYS_LIST, ACTION_PAGE_DOWN, {PGDN, KEY_CTL('f')}, "PgDn", NULL, NULL, 50},
    {KEYS_LIST, ACTION_FIRST, {HOME, 'g'}, "g Home", NULL, NULL, 51},
    {KEYS_LIST, ACTION_LAST, {END, 'G'}, "G End", NULL, NULL, 52},
    {KEYS_LISTING, ACTION_FILTER, {'/'}, "/", "Filter", "Filter as you type", 40},
    {KEYS_LISTING, ACTION_SORT, {'s'}, "s  S", "Sort", "Sort, reverse", 41},
    {KEYS_LISTING, ACTION_SORT_REVERSE, {'S'}, "S", NULL, NULL, 42},
    {KEYS_LISTING, ACTION_COLUMNS, {'o'}, "o", NULL, "Choose columns", 43},
    {KEYS_LISTING, ACTION_MARK, {' '}, "Spc", "Mark", "Mark row for bulk action", 44},

    /* Everywhere */
    {KEYS_GLOBAL, ACTION_PAGE_1, {'1'}, "1-5  [ ]", NULL, "Switch page", 60},
    {KEYS_GLOBAL, ACTION_PAGE_2, {'2'}, "2", NULL, NULL, 60},
    {KEYS_GLOBAL, ACTION_PAGE_3, {'3'}, "3", NULL, NULL, 60},
    {KEYS_GLOBAL, ACTION_PAGE_4, {'4'}, "4", NULL, NULL, 60},
    {KEYS_GLOBAL, ACTION_PAGE_5, {'5'}, "5", NULL, NULL, 60},
    {KEYS_GLOBAL, ACTION_PAGE_PREVIOUS, {'['}, "[", NULL, NULL, 61},
    {KEYS_GLOBAL, ACTION_PAGE_NEXT, {']'}, "]", NULL, NULL, 61},
    {KEYS_GLOBAL, ACTION_PALETTE, {':', KEY_CTL('p')}, ":  ^P", NULL, "Command palette", 62},
    {KEYS_GLOBAL, ACTION_HELP, {'?', F(1)}, "?  F1", NULL, "This help", 62},
    {KEYS_GLOBAL, ACTION_BACK, {KEY_ESC}, "Esc", NULL, "Back / close / clear", 63},
    {KEYS_GLOBAL, ACTION_UNDO, {'u'}, "u", NULL, "Undo last change", 63},
    {KEYS_GLOBAL, ACTION_COPY, {'y'}, "y", NULL, "Copy (OSC 52)", 63},
    {KEYS_GLOBAL, ACTION_REDRAW, {KEY_CTL('l')}, "^L", NULL, "Redraw", 64},
    {KEYS_GLOBAL, ACTION_SUSPEND, {KEY_CTL('z')}, "^Z", NULL, "Suspend", 65},
    {KEYS_GLOBAL, ACTION_SETTINGS, {','}, ",", NULL, "Settings", 65},
    {KEYS_GLOBAL, ACTION_AUDIT, {'A'}, "A", NULL, "Audit: who changed what", 65},
    {KEYS_GLOBAL, ACTION_MOUSE, {'m'}, "m", NULL, "Mouse on / off", 66},
    {KEYS_GLOBAL, ACTION_QUIT, {'q', KEY_CTL('c')}, "q  ^C", "Quit", "Quit (asks if unsaved)", 70},
};
/* clang-format on */
const size_t key_table_count = ARRAY_LEN(key_table);

/* What is not here needs nothing, and can be done from anywhere. */
/* clang-format off */
static const struct key_need needs[] = {
    {KEYS_INTEGRATIONS, ACTION_NEW, NULL, true, NULL},
    {KEYS_INTEGRATIONS, ACTION_IMPORT, NULL, true, NULL},
    {KEYS_INTEGRATIONS, ACTION_DEMO, NULL, true, NULL},
    {KEYS_INTEGRATIONS, ACTION_ENTER, "an integration", false, NO_INTEGRATION},
    {KEYS_INTEGRATIONS, ACTION_TEST, "an integration", false, NO_INTEGRATION},
    {KEYS_INTEGRATIONS, ACTION_SAMPLE, "an integration", false, NO_INTEGRATION},
    {KEYS_INTEGRATIONS, ACTION_PREVIEW, "an integration", false, NO_INTEGRATION},
    {KEYS_INTEGRATIONS, ACTION_DELIVERIES, "an integration", false, NO_INTEGRATION},
    {KEYS_INTEGRATIONS, ACTION_EDIT, "an integration", true, NO_INTEGRATION},
    {KEYS_INTEGRATIONS, ACTION_ASSIGN, "an integration", true, NO_INTEGRATION},
    {KEYS_INTEGRATIONS, ACTION_ENABLE, "an integration", true, NO_INTEGRATION},
    {KEYS_INTEGRATIONS, ACTION_DUPLICATE, "an integration", true, NO_INTEGRATION},
    {KEYS_INTEGRATIONS, ACTION_DELETE, "an integration", true, NO_INTEGRATION},
    {KEYS_FORM, ACTION_PRESET, NULL, false, "(for OAuth)"},
    {KEYS_CHECKS, ACTION_RUN, NULL, true, NULL},
    {KEYS_CHECKS, ACTION_ENTER, "a check", false, NULL},
    {KEYS_CHECKS, ACTION_FINDINGS, "a check", false, NULL},
    {KEYS_CHECKS, ACTION_EDIT, "a check", false, NULL},
    {KEYS_CHECKS, ACTION_ASSIGN, "a check", true, NULL},
    {KEYS_CHECKS, ACTION_ENABLE, "a check", true, NULL},
    {KEYS_CHECK, ACTION_ASSIGN, NULL, true, NULL},
    {KEYS_CHECK, ACTION_ENABLE, NULL, true, NULL},
    {KEYS_CHECK, ACTION_RUN, NULL, true, NULL},
    {KEYS_MATRIX, ACTION_TOGGLE, "a cell", true, NO_CELL},
    {KEYS_MATRIX, ACTION_ROW, "a row", true, NO_CELL},
    {KEYS_MATRIX, ACTION_COLUMN, "a column", true, NO_CELL},
    {KEYS_MATRIX, ACTION_ENTER, "a row", false, NO_CELL},
    {KEYS_MATRIX, ACTION_SAVE, NULL, true, "(nothing is unsaved)"},
    {KEYS_MATRIX, ACTION_UNDO, NULL, true, "(nothing is unsaved)"},
    {KEYS_DELIVERIES, ACTION_ENTER, "a delivery", false, NO_DELIVERY},
    {KEYS_DELIVERIES, ACTION_MARK, "a delivery", false, NO_DELIVERY},
    {KEYS_DELIVERIES, ACTION_PAGER, "a delivery", false, NO_DELIVERY},
    {KEYS_DELIVERIES, ACTION_COPY, "a delivery", false, NO_DELIVERY},
    {KEYS_DELIVERIES, ACTION_REDELIVER, NULL, true, NO_DELIVERY},
    {KEYS_DELIVERY, ACTION_REDELIVER, NULL, true, NULL},
    {KEYS_USERS, ACTION_ENTER, "a user", false, NO_USER},
    {KEYS_USERS, ACTION_EXPORT, NULL, false, NO_USER},
    {KEYS_USERS, ACTION_IMPORT, NULL, true, NULL},
    {KEYS_USERS, ACTION_SAMPLE, NULL, true, NULL},
    {KEYS_SOURCES, ACTION_IMPORT, NULL, true, NULL},
    {KEYS_SOURCES, ACTION_DELETE, "a data set", true, "(there is no data set)"},
};
/* clang-format on */

static const char *const titles[KEYS_CONTEXT_COUNT] = {
    [KEYS_GLOBAL] = "Everywhere",
    [KEYS_LIST] = "Lists",
    [KEYS_LISTING] = "Lists",
    [KEYS_MENU] = "Menus",
    [KEYS_CHECKMENU] = "Tick boxes",
    [KEYS_DIALOG] = "Questions",
    [KEYS_PROMPT] = "One line",
    [KEYS_HELP] = "Help",
    [KEYS_INTEGRATIONS] = "Integrations",
    [KEYS_FORM] = "Forms",
    [KEYS_PARAMS] = "Parameters",
    [KEYS_PARAM] = "One parameter",
    [KEYS_TEST] = "Test Connectivity",
    [KEYS_CHECKS] = "Checks",
    [KEYS_CHECK] = "One check",
    [KEYS_TUNE] = "Check settings",
    [KEYS_FINDINGS] = "Findings",
    [KEYS_RUN] = "Run Checks Now",
    [KEYS_DELIVERIES] = "Deliveries",
    [KEYS_DELIVERY] = "One delivery",
    [KEYS_MATRIX] = "Matrix",
    [KEYS_USERS] = "Users",
    [KEYS_USER] = "One user",
    [KEYS_SETTINGS] = "Settings",
    [KEYS_AUDIT] = "Audit",
    [KEYS_PREVIEW] = "Request preview",
    [KEYS_MERGE] = "Changed meanwhile",
    [KEYS_FILTER] = "Filter",
    [KEYS_PICKER] = "Files",
    [KEYS_IMPORT] = "Import",
    [KEYS_SOURCES] = "Data sets",
    [KEYS_PALETTE] = "Commands",
    [KEYS_COPY] = "Copy",
    [KEYS_DRAFTS] = "Drafts",
};

static bool row_has_key(const struct key_row *row, int key)
{
    for (size_t i = 0; i < KEYS_PER_ROW && row->keys[i] != KEY_NONE; i++) {
        if (row->keys[i] == key)
            return true;
    }
    return false;
}

bool key_is_text(int key)
{
    return key >= ' ' && key < KEY_FN(0) && key != 0x7f && iswprint((wint_t)key) &&
           !text_is_unsafe((uint32_t)key);
}

const char *key_context_title(enum key_context context)
{
    return titles[context] ? titles[context] : "";
}

enum action key_action(const enum key_context *contexts, int key, bool typing)
{
    if (typing && key_is_text(key))
        return ACTION_NONE;
    for (; *contexts != KEYS_END; contexts++) {
        for (size_t i = 0; i < key_table_count; i++) {
            if (key_table[i].context == *contexts && row_has_key(&key_table[i], key))
                return key_table[i].action;
        }
    }
    return ACTION_NONE;
}

const struct key_row *key_find(const enum key_context *contexts, enum action action)
{
    for (; *contexts != KEYS_END; contexts++) {
        for (size_t i = 0; i < key_table_count; i++) {
            if (key_table[i].context == *contexts && key_table[i].action == action)
                return &key_table[i];
        }
    }
    return NULL;
}

void key_table_each(void (*sink)(void *ctx, const char *label, const char *help), void *ctx)
{
    const char *told = NULL;
    for (int context = KEYS_GLOBAL; context < KEYS_CONTEXT_COUNT; context++) {
        const char *title = key_context_title((enum key_context)context);
        for (size_t i = 0; i < key_table_count; i++) {
            const struct key_row *row = &key_table[i];
            if ((int)row->context != context || !row->help)
                continue;
            if (!told || strcmp(told, title) != 0)
                sink(ctx, NULL, told = title);
            sink(ctx, row->label, row->help);
        }
    }
}

struct key_need key_need(enum key_context context, enum action action)
{
    for (size_t i = 0; i < ARRAY_LEN(needs); i++) {
        if (needs[i].context == context && needs[i].action == action)
            return needs[i];
    }
    return (struct key_need){.context = context, .action = action};
}

void key_label(const struct key_row *row, char out[16])
{
    const char *label = row ? row->label : "";
    snprintf(out, 16, "%.*s", (int)strcspn(label, " "), label);
}
