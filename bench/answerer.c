/* A light SSH server for measuring clients: it takes any key, and answers every script of lab with answers recorded before.
 *
 *   answerer PORT HOSTKEY ANSWERS [SECONDS]      (on all addresses; one process a connection; SECONDS is how long it works)
 *
 * ANSWERS holds lines "NAME FIELD", as lab's script prints them, without "LAB<nonce> " in front. */
#include <arpa/inet.h>
#include <libssh/libssh.h>
#include <libssh/server.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char *answers[256];
static int count;
static int delay;

static void load(const char *path) {
  FILE *f = fopen(path, "r");
  char *line = NULL;
  size_t size = 0;
  if (!f) { perror(path); exit(1); }
  while (count < 256 && getline(&line, &size, f) > 0) answers[count++] = strdup(line);
  fclose(f);
}

static int log_in(ssh_session s) {
  ssh_message m;
  while ((m = ssh_message_get(s))) {
    if (ssh_message_type(m) == SSH_REQUEST_AUTH && ssh_message_subtype(m) == SSH_AUTH_METHOD_PUBLICKEY) {
      if (ssh_message_auth_publickey_state(m) == SSH_PUBLICKEY_STATE_VALID) {
        ssh_message_auth_reply_success(m, 0);
        ssh_message_free(m);
        return 1;
      }
      ssh_message_auth_reply_pk_ok_simple(m);
    } else {
      ssh_message_auth_set_methods(m, SSH_AUTH_METHOD_PUBLICKEY);
      ssh_message_reply_default(m);
    }
    ssh_message_free(m);
  }
  return 0;
}

static void serve(int fd, ssh_bind b) {
  ssh_session s = ssh_new();
  ssh_channel c = NULL;
  ssh_message m;
  int one = 1, wanted = 0;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (ssh_bind_accept_fd(b, s, fd) != SSH_OK || ssh_handle_key_exchange(s) != SSH_OK || !log_in(s)) _exit(1);
  while (!wanted && (m = ssh_message_get(s))) {
    if (ssh_message_type(m) == SSH_REQUEST_CHANNEL_OPEN) {
      c = ssh_message_channel_request_open_reply_accept(m);
    } else if (ssh_message_type(m) == SSH_REQUEST_CHANNEL && ssh_message_subtype(m) == SSH_CHANNEL_REQUEST_EXEC) {
      ssh_message_channel_request_reply_success(m);
      wanted = 1;
    } else {
      ssh_message_reply_default(m);
    }
    ssh_message_free(m);
  }
  if (!c) _exit(1);
  char *script = malloc(1 << 20);
  size_t length = 0;
  int n;
  while (length < (1 << 20) - 1 && (n = ssh_channel_read(c, script + length, (1 << 20) - 1 - length, 0)) > 0) length += n;
  script[length] = 0;
  sleep(delay);
  char *nonce = strstr(script, "\nN=");
  char name[64] = "";
  if (nonce) sscanf(nonce + 3, "%63[a-z0-9]", name);
  for (int i = 0; i < count; i++) {
    char *line = NULL;
    int size = asprintf(&line, "LAB%s %s", name, answers[i]);
    ssh_channel_write(c, line, size);
    free(line);
  }
  ssh_channel_request_send_exit_status(c, 0);
  ssh_channel_send_eof(c);
  ssh_channel_close(c);
  ssh_disconnect(s);
  _exit(0);
}

int main(int argc, char **argv) {
  if (argc < 4) { fprintf(stderr, "answerer PORT HOSTKEY ANSWERS [SECONDS]\n"); return 2; }
  if (argc > 4) delay = atoi(argv[4]);
  load(argv[3]);
  ssh_init();
  ssh_bind b = ssh_bind_new();
  ssh_bind_options_set(b, SSH_BIND_OPTIONS_HOSTKEY, argv[2]);
  /* Reads the host key; the listening is done here, so that one process a connection is all there is. */
  ssh_bind_options_set(b, SSH_BIND_OPTIONS_BINDADDR, "127.0.0.1");
  ssh_bind_options_set(b, SSH_BIND_OPTIONS_BINDPORT_STR, "0");
  if (ssh_bind_listen(b) < 0) { fprintf(stderr, "%s\n", ssh_get_error(b)); return 1; }
  int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr = {htonl(INADDR_ANY)}};
  setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(l, (struct sockaddr *)&a, sizeof a) || listen(l, 4096)) { perror("listen"); return 1; }
  signal(SIGCHLD, SIG_IGN);
  for (;;) {
    int fd = accept(l, NULL, NULL);
    if (fd < 0) continue;
    if (fork() == 0) { close(l); serve(fd, b); }
    close(fd);
  }
}
