/* Two names in the file system trade places at once, so that neither is ever missing. Glibc declares renameat2 only with _GNU_SOURCE. */
extern int renameat2(int, const char *, int, const char *, unsigned int);

static inline int exchange_names(const char *one, const char *other) {
  return renameat2(-100 /* AT_FDCWD */, one, -100, other, 2 /* RENAME_EXCHANGE */);
}
