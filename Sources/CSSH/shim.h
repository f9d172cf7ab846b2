#include <libssh/libssh.h>
#include <libssh/callbacks.h>
#include <malloc.h>

/* glibc gives each thread memory in steps of some KiB, each a system call; Swift does not see this setting of it. */
static inline void lab_grow_memory_in_steps_of(int bytes) { mallopt(M_TOP_PAD, bytes); }

/* The exit status of what ran in a channel, or -1 as long as there is none. From libssh 0.11 on, another function has it, and the first is
   deprecated. */
static inline int lab_channel_exit_status(ssh_channel channel) {
#if LIBSSH_VERSION_INT >= SSH_VERSION_INT(0, 11, 0)
  uint32_t status = 0;
  return ssh_channel_get_exit_state(channel, &status, NULL, NULL) == SSH_OK ? (int)status : -1;
#else
  return ssh_channel_get_exit_status(channel);
#endif
}
