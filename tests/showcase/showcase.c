/* showcase HOME: fills an empty home. The catalogue is found as the product finds it. */
#include "tests/showcase/showcase.h"

#include <stdio.h>
#include <stdlib.h>

void showcase_must(bool ok, const struct error *err)
{
    if (ok)
        return;
    fprintf(stderr, "showcase: %s\n", err->text);
    exit(1);
}

int main(int argc, char **argv)
{
    struct error err = {0};
    struct app app = {0};
    if (argc != 2) {
        fprintf(stderr, "usage: showcase HOME\n");
        return 2;
    }
    showcase_must(app_open(&app, argv[1], APP_STORE | APP_CATALOGUE, &err), &err);
    showcase_integrations(&app);
    showcase_users(&app);
    showcase_deliveries(&app);
    showcase_audit(&app);
    app_close(&app);
    return 0;
}
