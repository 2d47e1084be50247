#!/bin/sh
# Tests the configuration of one environment before it goes anywhere: `scripts/test.sh staging`.
# What a schema can say is in schemas/web.schema.json; here is what it cannot.
set -eu

environment=${1:?usage: scripts/test.sh ENVIRONMENT}
file=environments/$environment/services/web.yaml

fail() {
  echo "$file: $1" >&2
  exit 1
}

[ -f "$file" ] || fail "is missing"

greeting=$(sed -n 's/^greeting:[[:space:]]*//p' "$file")
[ -n "$greeting" ] || fail "the greeting is empty"

# A page that greets visitors of production in the name of another environment has happened to everybody once.
# (A run sees its own environment's folder only, so the names stand here.)
for other in development staging production; do
  [ "$other" = "$environment" ] && continue
  case $greeting in
    *"$other"*) fail "the greeting of $environment speaks of $other: $greeting" ;;
  esac
done

echo "$file: the greeting is \"$greeting\""
