/*
 * Which libraries of the configuration this program runs with.
 */
#ifndef CHECKHOOK_CORE_CONFIG_LIBRARIES_H
#define CHECKHOOK_CORE_CONFIG_LIBRARIES_H

const char *sodium_library(void);    /* "1.0.18" */
const char *libconfig_library(void); /* that it was built with */

#endif
