/* Prints measured figures beside what they must reach. */
#include "tests/bench/figures.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void print_row(const char *figure, double value, enum bound bound, double limit, const char *unit)
{
    bool good = bound == AT_LEAST ? value >= limit : value <= limit;
    printf("%-58s %10.2f%-4s %s %8.2f%-4s %s\n", figure, value, unit,
           bound == AT_LEAST ? "at least" : "at most ", limit, unit, good ? "ok" : "FALLS SHORT");
    fflush(stdout);
}

void print_fact(const char *figure, double value, const char *unit)
{
    printf("%-58s %10.2f%-4s\n", figure, value, unit);
    fflush(stdout);
}

static int compare_doubles(const void *left, const void *right)
{
    double a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return (a > b) - (a < b);
}

double part_of(double *values, size_t count, double part)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[(size_t)((double)(count - 1) * part)];
}
