/*
 * All screens, found by id. A screen is added by its file, one line here and one in registry.c.
 */
#ifndef CHECKHOOK_TUI_REGISTRY_H
#define CHECKHOOK_TUI_REGISTRY_H

#include "tui/frame.h"
#include "tui/screen.h"

extern const struct screen_ops screen_integrations;
extern const struct screen_ops screen_form;
extern const struct screen_ops screen_params;
extern const struct screen_ops screen_drafts;
extern const struct screen_ops screen_merge;
extern const struct screen_ops screen_preview;
extern const struct screen_ops screen_test;
extern const struct screen_ops screen_checks;
extern const struct screen_ops screen_check;
extern const struct screen_ops screen_tune;
extern const struct screen_ops screen_findings;
extern const struct screen_ops screen_run;
extern const struct screen_ops screen_matrix;
extern const struct screen_ops screen_deliveries;
extern const struct screen_ops screen_delivery;
extern const struct screen_ops screen_users;
extern const struct screen_ops screen_user;
extern const struct screen_ops screen_sources;
extern const struct screen_ops screen_import;
extern const struct screen_ops screen_bring;
extern const struct screen_ops screen_help;
extern const struct screen_ops screen_settings;
extern const struct screen_ops screen_audit;
extern const struct screen_ops screen_audit_entry;

const struct screen_ops *registry_find(const char *id); /* NULL */
const struct screen_ops *registry_page(int number);     /* NULL where there is no such page */

/* The pages that exist, in order; at most max. Returns how many. */
size_t registry_pages(struct frame_page *out, size_t max);

#endif
