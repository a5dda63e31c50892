#ifndef CHECKHOOK_TESTS_BENCH_FIGURES_H
#define CHECKHOOK_TESTS_BENCH_FIGURES_H

#include <stddef.h>

/* The table that a bench prints: one line for each figure and what it must reach. */
enum bound { AT_LEAST, AT_MOST };

void print_row(const char *figure, double value, enum bound bound, double limit, const char *unit);

/* A figure that only stands beside others. */
void print_fact(const char *figure, double value, const char *unit);

/* The value below which this part of them lies (0.5 = the median); sorts them. */
double part_of(double *values, size_t count, double part);

#endif
