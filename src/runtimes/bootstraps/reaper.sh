# Ends what Headwater leaves behind: told the process groups it starts and ends, it kills the rest when Headwater's end of the
# pipe closes, however that came about; with the control groups they are bounded in, also what has left its process group.
trap '' INT TERM HUP
groups=' ' bounds=
while read -r what group prefix; do
  case $what in
    started) groups="$groups$group " bounds=$prefix ;;
    ended) case $groups in *" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
[ -n "$bounds" ] || exit 0
for members in "$bounds"*/cgroup.procs; do
  [ -r "$members" ] && while read -r process; do [ "$process" = 0 ] || kill -9 "$process" 2>/dev/null; done <"$members"
done
