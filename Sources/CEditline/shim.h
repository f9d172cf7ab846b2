#include <histedit.h>
#include <stdio.h>

/* el_set, el_get and history take variable arguments, which Swift cannot pass. */

static inline EditLine *lab_el_open(const char *name) { return el_init(name, stdin, stdout, stderr); }
static inline int lab_el_prompt(EditLine *e, char *(*prompt)(EditLine *)) { return el_set(e, EL_PROMPT_ESC, prompt, '\1'); }
static inline int lab_el_emacs(EditLine *e) { return el_set(e, EL_EDITOR, "emacs"); }
/* Who reads the next character; it is a wide one also here. */
static inline int lab_el_reader(EditLine *e, int (*f)(EditLine *, wchar_t *)) { return el_set(e, EL_GETCFN, f); }
/* Single keys (1), or the terminal as it was (0). */
static inline int lab_el_prepare(EditLine *e, int on) { return el_set(e, EL_PREP_TERM, on); }
static inline int lab_el_client(EditLine *e, void *data) { return el_set(e, EL_CLIENTDATA, data); }
static inline void *lab_el_client_of(EditLine *e) { void *data = 0; el_get(e, EL_CLIENTDATA, &data); return data; }
static inline int lab_el_bind(EditLine *e, const char *key, const char *command) {
  return el_set(e, EL_BIND, key, command, (char *)0);
}
static inline int lab_el_function(EditLine *e, const char *name, const char *help, unsigned char (*f)(EditLine *, int)) {
  return el_set(e, EL_ADDFN, name, help, f);
}
/* Ctrl-C becomes a key like any other while a line is edited. */
static inline int lab_el_no_interrupt_key(EditLine *e) { return el_set(e, EL_SETTY, "-d", "-isig", (char *)0); }
static inline int lab_el_history(EditLine *e, History *h) { return el_set(e, EL_HIST, history, h); }
static inline int lab_history_size(History *h, int size) {
  HistEvent event;
  return history(h, &event, H_SETSIZE, size);
}
static inline int lab_history_unique(History *h) {
  HistEvent event;
  return history(h, &event, H_SETUNIQUE, 1);
}
static inline int lab_history_enter(History *h, const char *line) {
  HistEvent event;
  return history(h, &event, H_ENTER, line);
}
/* Draws the line anew where the cursor stands, after something else was written. */
static inline int lab_el_redraw(EditLine *e) { return el_set(e, EL_REFRESH); }
