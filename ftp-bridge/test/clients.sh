#!/usr/bin/env bash
# Drives a running bridge with curl and lftp, over FTP and FTPS: for a bridge as it is deployed, container or not.
#   FTP=127.0.0.1:2121 ACCOUNT=CP1:key OTHER=CP2:key [SIZE_MB=100] [PARALLEL=50] ftp-bridge/test/clients.sh
# Needs curl, lftp, and a certificate at the bridge. Files of earlier runs do no harm.
set -uo pipefail
: "${FTP:?host:port}" "${ACCOUNT:?name:password}" "${OTHER:?name:password of another charger}"
size_mb=${SIZE_MB:-100} parallel=${PARALLEL:-50}
host=${FTP%:*} port=${FTP#*:} user=${ACCOUNT%%:*} password=${ACCOUNT#*:}
run=run-$$-$(date +%s)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

check() { # what, command…
  local what=$1
  shift
  if "$@" >"$work/out" 2>&1; then echo "ok    $what"; else
    echo "FAIL  $what"
    sed 's/^/      /' "$work/out" | tail -5
    failures=$((failures + 1))
  fi
}
not() { ! "$@"; }
sum() { sha256sum <"$1"; }
same() { [ "$(sum "$1")" = "$(sum "$2")" ]; }
ftp() { curl -sS --max-time 600 --ftp-create-dirs -u "$ACCOUNT" "$@"; }
url="ftp://$host:$port/files/$run"
tls=(--ssl-reqd -k)
lftp_do() {
  lftp -e "set net:max-retries 2; set net:timeout 20; set ssl:verify-certificate no; $1; bye" -u "$user,$password" -p "$port" "$host"
}
there_and_back() { # url, file, curl options…
  local to=$1 file=$2
  shift 2
  ftp "$@" -T "$file" "$to" && ftp "$@" -o back "$to" && same "$file" back
}

: >empty
printf x >one
head -c 300000 /dev/urandom >middle
head -c "${size_mb}M" /dev/urandom >large
head -c $((size_mb * 1000 * 1000 / 3)) large >part

check "curl, 0 bytes" there_and_back "$url/empty" empty
# Without this, what has to be refused below would be refused for the wrong reason.
[ "$failures" = 0 ] || exit 1
check "curl, 1 byte" there_and_back "$url/one" one
check "curl, 300 kB" there_and_back "$url/middle" middle
check "curl, $size_mb MB" there_and_back "$url/large" large
check "curl, PASV instead of EPSV" there_and_back "$url/pasv" middle --disable-epsv
check "curl, FTPS" there_and_back "$url/tls" middle "${tls[@]}"
check "curl, FTPS, $size_mb MB" there_and_back "$url/tls-large" large "${tls[@]}"
check "curl, credentials in the URL" curl -sS -T one "ftp://$user:$password@$host:$port/files/$run/in-url"
check "curl, a name with spaces" there_and_back "$url/with%20some%20spaces.log" middle
check "curl, a name in Unicode" there_and_back "$url/gr%C3%BC%C3%9Fe-%E5%85%85%E9%9B%BB.log" middle
check "curl, range of a download" bash -c "curl -sS -u '$ACCOUNT' -r 1000-1999 '$url/middle' | cmp - <(tail -c +1001 '$work/middle' | head -c 1000)"
check "curl, resumed download" bash -c "head -c 1000 middle >back; curl -sS -u '$ACCOUNT' -C - -o back '$url/middle' && cmp back middle"
check "curl, resumed upload of what is there in part" bash -c "curl -sS -u '$ACCOUNT' -T part '$url/resumed' && curl -sS -u '$ACCOUNT' -C - -T large '$url/resumed'"
check "curl, and it is whole" bash -c "curl -sS -u '$ACCOUNT' -o back '$url/resumed' && cmp back large"

# Cut off in the middle: no file, but a beginning.
timeout -s KILL 2 curl -sS --limit-rate 5M -u "$ACCOUNT" -T large "$url/broken" >/dev/null 2>&1
sleep 1
check "a killed upload is not in the listing" not bash -c "curl -sS -u '$ACCOUNT' -l '$url/' | grep -qx broken"
check "a killed upload cannot be read" not ftp -o /dev/null "$url/broken"
check "a killed upload is resumed" ftp -C - -T large "$url/broken"
check "and is whole then" bash -c "curl -sS -u '$ACCOUNT' -o back '$url/broken' && cmp back large"

mkdir -p tree/sub && cp one middle tree && cp middle "tree/sub/ü n.log"
check "lftp, mirror up" lftp_do "mirror -R tree /files/$run/tree"
check "lftp, mirror down" lftp_do "mirror /files/$run/tree back-tree"
check "lftp, the trees are the same" diff -r tree back-tree
check "lftp, FTPS" lftp_do "set ftp:ssl-force yes; set ftp:ssl-protect-data yes; mkdir -pf /files/$run; put -O /files/$run large -o lftp-tls"
head -c 5000 middle >lftp-back
check "lftp, get -c" lftp_do "get -c /files/$run/middle -o lftp-back"
check "lftp, and it is whole" cmp middle lftp-back
cp part resumed-by-lftp
check "lftp, a part" lftp_do "put -O /files/$run resumed-by-lftp"
cp large resumed-by-lftp
check "lftp, put -c" lftp_do "put -c -O /files/$run resumed-by-lftp"
check "lftp, and it is whole too" bash -c "curl -sS -u '$ACCOUNT' -o back '$url/resumed-by-lftp' && cmp back large"
check "lftp, rename" lftp_do "mv /files/$run/one /files/$run/renamed"
check "lftp, the renamed file" bash -c "curl -sS -u '$ACCOUNT' '$url/renamed' | cmp - one"

ftp -T one "$url/twice.log" && ftp -T middle "$url/twice.log"
check "a name that is taken: the sender sees what it sent" bash -c "curl -sS -u '$ACCOUNT' -o back '$url/twice.log' && cmp back middle"
check "a name that is taken: both are there" bash -c "[ \$(curl -sS -u '$ACCOUNT' -l '$url/' | grep -c ^twice) = 2 ]"

for name in "../../../../etc/passwd" "/${OTHER%%:*}/x" "..%2f..%2fx"; do
  check "curl, $name stays in the own folder" bash -c "curl -sS --path-as-is -u '$OTHER' '$url/../../../$run/middle' -o leaked && exit 1; [ ! -s leaked ]"
done
check "the other charger sees nothing of it" not bash -c "curl -sS -u '$OTHER' -l 'ftp://$host:$port/' | grep -q '$run'"
check "a wrong password is refused" not curl -sS -u "$user:wrong" "ftp://$host:$port/"
check "anonymous is refused" not curl -sS "ftp://$host:$port/"

seq "$parallel" | xargs -P "$parallel" -I{} sh -c "head -c \$((100000 + {})) large > p{} && curl -sS --retry 0 -u '$ACCOUNT' -T p{} '$url/parallel/p{}' --ftp-create-dirs"
check "$parallel uploads at once" lftp_do "mirror /files/$run/parallel back-parallel"
check "and all are whole" bash -c "for n in \$(seq $parallel); do cmp p\$n back-parallel/p\$n || exit 1; done"

echo "$failures failed"
[ "$failures" = 0 ]
