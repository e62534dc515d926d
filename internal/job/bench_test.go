package job_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"octavo/internal/clock"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/job"
)

// BenchmarkThroughput does empty jobs of ten accounts, four at a time: what the table itself costs.
func BenchmarkThroughput(b *testing.B) {
	d := dbtest.Open(b, dbtest.Clock(clock.System()))
	const batch = 500
	for a := range int64(10) {
		for left := b.N/10 + 1; left > 0; left -= batch {
			err := d.Tx(context.Background(), db.Account(account(a+1)), func(tx *db.Tx) error {
				for range min(left, batch) {
					if err := job.Enqueue(context.Background(), tx, job.New{Kind: "empty"}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	var done atomic.Int64
	r, err := job.NewRunner(job.Config{DB: d, Handlers: []job.Handler{{Kind: "empty", Run: func(context.Context, *job.Run) error {
		done.Add(1)
		return nil
	}}}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	b.ResetTimer()
	go func() { r.Serve(ctx); close(ended) }()
	for done.Load() < int64(b.N) {
		time.Sleep(time.Millisecond)
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
	cancel()
	<-ended
}
