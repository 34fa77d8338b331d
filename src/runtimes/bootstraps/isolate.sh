# Runs a command with folders of its own in place of the host's: isolate.sh MOUNT LIBRARY_PATH [FROM TO]... -- COMMAND...
# It runs in a mount namespace that ends with the command, so the host sees nothing of it. The library path is the
# function's and is set last, so that it cannot change what runs here.
set -e
mount=$1 libraries=$2
shift 2
while [ "$1" != -- ]; do
  "$mount" --rbind "$1" "$2"
  shift 2
done
shift
cd "$LAMBDA_TASK_ROOT"
unset OLDPWD
export LD_LIBRARY_PATH="$libraries"
exec "$@"
