# MariaDB.
PATH=$PATH:/usr/sbin

prepare() {
	mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal \
		--skip-test-db --innodb-log-file-size=4M
}

run() {
	exec mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --pid-file="$dir/pid" \
		--skip-networking --skip-log-bin --innodb-flush-log-at-trx-commit=0 --innodb-log-file-size=4M \
		--innodb-buffer-pool-size=16M --performance-schema=OFF --tmpdir="$dir" --ssl-cert="$dir/cert.pem" --ssl-key="$dir/key.pem"
}

answers() {
	mariadb-admin --no-defaults --socket="$dir/socket" --user=root ping
}

supervise KILL
