/*
 * For clang-tidy only, which sees one source at a time: functions that always return false.
 * Without it, every path after a failure is followed as if it had succeeded.
 */
#ifndef CHECKHOOK_TESTS_GATES_ANALYSER_H
#define CHECKHOOK_TESTS_GATES_ANALYSER_H

#define error_set(...)   (error_set(__VA_ARGS__), (bool)0)
#define error_wrap(...)  (error_wrap(__VA_ARGS__), (bool)0)
#define error_errno(...) (error_errno(__VA_ARGS__), (bool)0)

#endif
