# Starts PostgreSQL in directory $1 with the programs of $2, says "ready", and
# stops it and removes the directory when standard input ends: that is when Stop
# is called, and also when the process that started this one is killed, even before
# it could hear "ready" (so a broken pipe must not end this script).
trap '' HUP INT TERM PIPE
dir=$1
bin=$2

finish() {
	# Immediate shutdown: the data is thrown away, so nothing is worth writing.
	[ -z "$server" ] || { kill -QUIT "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
	rm -rf "$dir"
}

fail() {
	echo "failed: $1"
	cat "$dir/log" 2>/dev/null
	finish
	exit 1
}

server=
# Linguistic order by default, as most installations have it, so that a missing
# COLLATE shows as a different order than SQLite's.
"$bin/initdb" -D "$dir/data" -U octavo_test -A trust -E UTF8 --locale=C.UTF-8 \
	--locale-provider=icu --icu-locale=en --no-sync --no-instructions >"$dir/log" 2>&1 </dev/null ||
	fail initdb
# Tests of sign-ins make users of this role; all others need no password.
sed -i '1i local all +octavo_password scram-sha-256' "$dir/data/pg_hba.conf" || fail pg_hba.conf

"$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= \
	-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
	-c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c jit=off \
	-c max_connections=300 -c shared_buffers=64MB -c deadlock_timeout=100ms \
	>>"$dir/log" 2>&1 </dev/null &
server=$!

tries=0
until "$bin/pg_isready" -q -h "$dir" </dev/null; do
	kill -0 "$server" 2>/dev/null || fail "the server ended"
	tries=$((tries + 1))
	[ "$tries" -lt 1200 ] || fail "the server is not ready after a minute"
	sleep 0.05
done
echo ready 2>/dev/null
read -r _
finish
