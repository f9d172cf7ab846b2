/* The commit that lab was built from. `make build` links it in (packaging/link-inputs); any other build has none. */
extern const char lab_commit[] __attribute__((weak));

static inline const char *lab_commit_or_empty(void) { return lab_commit ? lab_commit : ""; }
