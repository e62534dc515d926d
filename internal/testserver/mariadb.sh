# Starts MariaDB in directory $1, says "ready", and stops it and removes the directory when
# standard input ends, as supervise.sh does for PostgreSQL.
trap '' HUP INT TERM PIPE
dir=$1

finish() {
	# The data is thrown away, so nothing is worth writing.
	[ -z "$server" ] || { kill -KILL "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
	rm -rf "$dir"
}

fail() {
	echo "failed: $1"
	cat "$dir/log" 2>/dev/null
	finish
	exit 1
}

server=
PATH=$PATH:/usr/sbin
mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal \
	--skip-test-db --innodb-log-file-size=4M >"$dir/log" 2>&1 </dev/null || fail mariadb-install-db

mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --pid-file="$dir/pid" \
	--skip-networking --skip-log-bin --innodb-flush-log-at-trx-commit=0 --innodb-log-file-size=4M \
	--innodb-buffer-pool-size=16M --performance-schema=OFF --tmpdir="$dir" >>"$dir/log" 2>&1 </dev/null &
server=$!

tries=0
until mariadb-admin --no-defaults --socket="$dir/socket" --user=root ping >/dev/null 2>&1 </dev/null; do
	kill -0 "$server" 2>/dev/null || fail "the server ended"
	tries=$((tries + 1))
	[ "$tries" -lt 600 ] || fail "the server is not ready after a minute"
	sleep 0.1
done
echo ready 2>/dev/null
read -r _
finish
