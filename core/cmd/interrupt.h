/*
 * Ctrl-C (and SIGTERM, and SIGHUP when the line drops) during long work of a command: noted instead
 * of ending the program at once, so that the work can be left in good order. The second one ends it
 * as if nobody had caught it. A signal that was ignored at the start (nohup, a job in the
 * background of a script) stays ignored.
 */
#ifndef CHECKHOOK_CORE_CMD_INTERRUPT_H
#define CHECKHOOK_CORE_CMD_INTERRUPT_H

#include <stdbool.h>

/* From here on until interrupt_release. They do not nest. System calls are not started again, so
 * that a poll ends at once. */
void interrupt_catch(void);
void interrupt_release(void);

/* Since interrupt_catch. */
bool interrupt_seen(void);

/* Ends the program as the signal that was seen would have: a shell that runs several commands then
 * stops as well. No-op where none was seen. After interrupt_release; a command asks for it with
 * cmd.interrupted, so that everything is closed before. */
void interrupt_obey(void);

#endif
