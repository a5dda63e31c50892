#ifndef CHECKHOOK_TESTS_SUPPORT_GZIP_H
#define CHECKHOOK_TESTS_SUPPORT_GZIP_H

#include <stddef.h>

/* LEN bytes of zeroes as gzip packs them, which is little: a bomb for whoever unpacks it whole. The
 * caller frees. */
char *gzip_zeroes(size_t len, size_t *packed_len);

#endif
