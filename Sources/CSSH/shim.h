#include <libssh/libssh.h>
#include <libssh/callbacks.h>
#include <malloc.h>

/* glibc gives each thread memory in steps of some KiB, each a system call; Swift does not see this setting of it. */
static inline void lab_grow_memory_in_steps_of(int bytes) { mallopt(M_TOP_PAD, bytes); }
