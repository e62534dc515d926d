# PostgreSQL, with the programs of $2.
bin=$2

prepare() {
	# Linguistic order by default, as most installations have it, so that a missing
	# COLLATE shows as a different order than SQLite's.
	"$bin/initdb" -D "$dir/data" -U octavo_test -A trust -E UTF8 --locale=C.UTF-8 \
		--locale-provider=icu --icu-locale=en --no-sync --no-instructions || return 1
	# Tests of sign-ins make users of this role; all others need no password.
	sed -i '1i local all +octavo_password scram-sha-256' "$dir/data/pg_hba.conf"
}

run() {
	exec "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= \
		-c fsync=off -c synchronous_commit=off -c full_page_writes=off \
		-c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off -c jit=off \
		-c max_connections=300 -c shared_buffers=64MB -c deadlock_timeout=100ms
}

answers() {
	"$bin/pg_isready" -q -h "$dir"
}

supervise QUIT
