/* Versions of the libraries that the configuration needs. */
#include "core/config/libraries.h"

#include <libconfig.h>
#include <sodium.h>

#define TEXT_OF(x)   #x
#define NUMBER_OF(x) TEXT_OF(x)

const char *sodium_library(void)
{
    return sodium_version_string();
}

const char *libconfig_library(void)
{
    return NUMBER_OF(LIBCONFIG_VER_MAJOR) "." NUMBER_OF(LIBCONFIG_VER_MINOR);
}
