package db

import (
	"context"
	"log/slog"
	"strings"
	"time"
)

// manyRows is the number of rows of one transaction from which PostgreSQL looks at a
// table at once. It does so by itself within a minute or two; until then it plans with
// what it knew before a roll-out, and reads whole tables for each of a thousand clients:
// its undo took 11 s instead of 2, counting 100,000 instances 5 s instead of 0.2.
const manyRows = 5_000

// wrote notes how many rows a statement has written into which table.
func (t *Tx) wrote(text string, rows int64) {
	if !t.db.d.postgres || rows == 0 {
		return
	}
	words := strings.Fields(text)
	if len(words) < 3 || words[0] != "INSERT" {
		return
	}
	if t.grown == nil {
		t.grown = map[string]int64{}
	}
	t.grown[words[2]] += rows
}

// count has the tables looked at that have grown much. The change is committed, so
// neither a failure nor the end of its request may undo it.
func (d *DB) count(ctx context.Context, grown map[string]int64) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	for table, rows := range grown {
		if rows < manyRows {
			continue
		}
		if _, err := d.write.ExecContext(ctx, "ANALYZE "+table); err != nil {
			d.log.LogAttrs(ctx, slog.LevelWarn, "table not counted", slog.String("table", table), slog.Any("err", err))
		}
	}
}
