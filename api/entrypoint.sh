#!/bin/sh
# Entry point of the image, and under two further names its commands for the runbooks.
set -eu
command=${0##*/}
case $command in
  run-job | redrive) exec node "/app/$command.mjs" "$@" ;;
  psql) LD_LIBRARY_PATH=/usr/local/lib/psql exec /usr/local/lib/psql/psql "$@" ;;
esac
case ${1-} in
  # `exec` makes Node process 1, so SIGTERM reaches it.
  api | worker) exec node "/app/$1.mjs" ;;
esac
echo "\"${1-}\" is no process of this image: the first argument is api or worker." >&2
exit 64
