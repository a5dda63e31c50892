/*
 * Okta files: what the files of one import say beside their items: whose a file is, who holds
 * roles, and whose roles are there. Memory grows with the administrators, not with the users.
 */
#ifndef CHECKHOOK_CORE_DATASET_OKTA_FILES_H
#define CHECKHOOK_CORE_DATASET_OKTA_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/dataset/format.h"
#include "core/dataset/record.h"

/* The answer about one user: factors/USERID.json, USERID/factors.json or likewise for roles. */
struct okta_file {
    char *user_id; /* NULL: the name is not of that form */
    enum record_table table;
};
struct okta_file okta_file_of(const char *path);
void okta_file_release(struct okta_file *file);

/* The id in a link ("https://org.example/api/v1/users/ID/factors"), or NULL. The caller frees. */
char *okta_link_user(const char *link);

struct okta_ids {
    char **items;
    size_t count;
};
struct okta_files {
    struct okta_ids holders, roles; /* of the list of holders; of those whose roles are there */
    size_t failed;                  /* files with an error in place of an answer */
    char *first_failure;
};
void okta_files_release(struct okta_files *files);
void okta_files_holder(struct okta_files *files, const char *user_id); /* NULL is left alone */
void okta_files_roles(struct okta_files *files, const char *user_id);
/* An error of Okta, safe to be shown; either may be NULL. The caller frees. */
char *okta_error_text(const char *code, const char *summary);
void okta_files_failed(struct okta_files *files, const char *name, const char *code,
                       const char *summary);

/* Tells the output what follows: roles cover everybody where those of all holders are there and
 * the list of holders is whole; remarks otherwise. */
void okta_files_complete(struct okta_files *files, const struct format_output *output, bool whole);

#endif
