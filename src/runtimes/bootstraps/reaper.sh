# Ends what Headwater leaves behind: told the process groups it starts and ends, it kills the rest when Headwater's end of the
# pipe closes, however that came about.
trap '' INT TERM HUP
groups=' '
while read -r what group; do
  case $what in
    started) groups="$groups$group " ;;
    ended) case $groups in *" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
