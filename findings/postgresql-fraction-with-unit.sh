#!/usr/bin/env bash
# PostgreSQL 15.20 (Debian 12, 15.20-0+deb12u1): a fraction with a unit in postgresql.conf, without quotes.
#
# One would guess: 0.125GB needs no quotes, since 128MB needs none and '0.125GB' is a valid value.
# What happens: a whole number may carry a unit without quotes, a number with a decimal point may not. The file does not
#   parse, and the server does not start.
# Output seen:
#   LOG:  syntax error in file "…/postgresql.conf" line 1, near token "GB"
#   FATAL:  configuration file "…/postgresql.conf" contains errors
# Why it matters: a tool that computes a setting and writes it, or that strips quotes it thinks needless, writes a file
#   that stops the server at its next start. Always quote; and when you read such files, do not call this line valid.
set -euo pipefail
. "$(dirname "$0")/tools.bash"

unpack postgresql-15=15.20-0+deb12u1
postgres=$packages/usr/lib/postgresql/15/bin/postgres
need_libraries "$postgres" libicu72 libldap-2.5-0 libxml2
make_folder "$place/data"

# What the server makes of shared_buffers = $1, in pages of 8 kB; or the syntax error it names.
shared_buffers() {
  printf 'shared_buffers = %s\n' "$1" >"$place/data/postgresql.conf"
  unprivileged "$postgres" -D "$place/data" -C shared_buffers 2>&1 |
    sed -n -e 's/.*\(syntax error\) in file .* \(line 1, near token\)/\1, \2/p' -e '/^[0-9]*$/p'
}

same '128MB' 16384 "$(shared_buffers 128MB)"
same "'0.125GB'" 16384 "$(shared_buffers "'0.125GB'")"
same '0.125GB' 'syntax error, line 1, near token "GB"' "$(shared_buffers 0.125GB)"
echo "as found: PostgreSQL 15.20 takes 128MB and '0.125GB' in postgresql.conf, and 0.125GB is a syntax error"
