# Starts a server in directory $1 by the functions of another script, which follows this one, says "ready", and
# stops it and removes the directory when standard input ends: that is when Stop
# is called, and also when the process that started this one is killed, even before
# it could hear "ready" (so a broken pipe must not end this script).
trap '' HUP INT TERM PIPE
dir=$1
server=

finish() {
	# Immediate shutdown: the data is thrown away, so nothing is worth writing.
	[ -z "$server" ] || { kill -"$end" "$server" 2>/dev/null; wait "$server" 2>/dev/null; }
	rm -rf "$dir"
}

fail() {
	echo "failed: $1"
	cat "$dir/log" 2>/dev/null
	finish
	exit 1
}

# supervise SIGNAL: prepares and starts the server, waits until it answers, and ends it with the signal. The other
# script has prepare, which may fail, run, which becomes the server, and answers.
supervise() {
	end=$1
	prepare >"$dir/log" 2>&1 </dev/null || fail "its data cannot be made"
	run >>"$dir/log" 2>&1 </dev/null &
	server=$!
	tries=0
	until answers >/dev/null 2>&1 </dev/null; do
		kill -0 "$server" 2>/dev/null || fail "the server ended"
		tries=$((tries + 1))
		[ "$tries" -lt 1200 ] || fail "the server is not ready after a minute"
		sleep 0.05
	done
	echo ready 2>/dev/null
	read -r _
	finish
}
