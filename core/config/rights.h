/*
 * May a file of ours be changed by this process? Asked before anything is offered, so that a screen
 * can say why not, and by whom it could be.
 */
#ifndef CHECKHOOK_CORE_CONFIG_RIGHTS_H
#define CHECKHOOK_CORE_CONFIG_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"

/*
 * The file is replaced, or has files beside it, so that its folder must be writable as well. ERR_IO
 * is a sentence that begins with who may: "only root may write /etc/checkhook/checkhook.conf
 * (root:root, mode 0640); you are alice".
 */
bool file_may_change(const char *path, struct error *why);

/* "root:root 0640", cut to out; "" where there is no such file. */
void file_access_text(const char *path, char *out, size_t size);

#endif
