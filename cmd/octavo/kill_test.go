package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"octavo/internal/db"
	"octavo/internal/db/dbtest"
)

// operations are what is killed. Each is known by the fail points that it passes: the
// first parts of their names.
var operations = []struct {
	name   string
	passes []string
	next   func(r *rig) *call
}{
	{"upload", []string{"upload"}, (*rig).uploads}, // the later points are those of the job that reads it
	{"new data source", []string{"source", "create", "call"}, (*rig).makesSource},
	{"push", []string{"deliver"}, (*rig).pushes}, // the other points are those of a data source
	{"save of a Klip", []string{"klip", "content", "save", "call"}, (*rig).savesKlip},
	{"save of a dashboard", []string{"dashboard"}, (*rig).savesDashboard}, // the other points are those of a Klip
	{"import", []string{"import", "transfer"}, (*rig).imports},
	{"update", []string{"update", "transfer"}, (*rig).updates},
	{"roll back", []string{"rollback"}, (*rig).rollsBack}, // the points of transfer are those of an update
	{"roll-out", []string{"rollout"}, (*rig).rollsOut},    // the other points are those of an import
	{"undo of a roll-out", []string{"undo"}, (*rig).undoes},
}

// everyKillEnv names the environment variable that asks for all of the tests on PostgreSQL, too.
const everyKillEnv = "OCTAVO_TEST_EVERY_KILL"

// here says whether an operation is killed at its points on the engine of this run. On
// PostgreSQL those are asked whose transaction spans several accounts: what a transaction
// leaves is the engine's to keep, and the steps around it are the same on both.
func here(operation string) bool {
	across := []string{"import", "update", "roll back", "roll-out", "undo of a roll-out"}
	return !dbtest.Postgres() || os.Getenv(everyKillEnv) != "" || slices.Contains(across, operation)
}

// TestKilledAtEachPoint lets the server end, as kill -9 ends it, at every point that an
// operation passes. Afterwards all of the operation is there or nothing, every reference
// holds, and the operation succeeds exactly once when it is repeated.
func TestKilledAtEachPoint(t *testing.T) {
	t.Parallel()
	points := failPoints(t)
	r := newRig(t)
	passed := map[string]bool{}
	for _, o := range operations {
		if !here(o.name) {
			continue
		}
		count := 0
		for _, point := range points {
			if first, _, _ := strings.Cut(point, "/"); slices.Contains(o.passes, first) {
				passed[point] = true
				count++
				r.kill(o.name+" at "+point, o.next(r), func() { r.arm(point) })
			}
		}
		t.Logf("%s: %d points", o.name, count)
	}
	if here("upload") {
		r.readInTheEnd()
	}
	for _, point := range points {
		if strings.HasPrefix(point, "refresh/") {
			continue // a job: TestKilledDuringRefresh
		}
		if !passed[point] && here("") {
			t.Errorf("no operation passes the point %s", point)
		}
	}
}

// readInTheEnd proves that the files whose reading a killed server has begun are read by the next one.
func (r *rig) readInTheEnd() {
	r.t.Helper()
	r.leasesEnd("upload.read")
	ctx := r.t.Context()
	var unread, again int
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		err := r.db.Tx(ctx, db.System(), func(tx *db.Tx) error {
			// Taken back, a job rests a while before its next attempt.
			if _, err := tx.Exec(ctx, `UPDATE jobs SET due_at = 0 WHERE kind = 'upload.read' AND state = 'later'`, nil); err != nil {
				return err
			}
			_, err := tx.One(ctx, `SELECT (SELECT COUNT(*) FROM uploads WHERE state <> 'read'),
				(SELECT COUNT(*) FROM jobs WHERE kind = 'upload.read' AND state = 'done' AND attempts > 1)`, nil, &unread, &again)
			return err
		})
		if err != nil {
			r.t.Fatal(err)
		}
		if unread == 0 {
			break
		}
	}
	if unread > 0 || again < 3 {
		r.t.Errorf("%d uploads are not read; %d were in a second attempt, at least 3 were killed", unread, again)
	}
	r.check("after all files were read")
}

// seedEnv names the environment variable with a seed to repeat a run with.
const seedEnv = "OCTAVO_TEST_SEED"

// instants is how many random instants are tried.
func instants() int {
	if dbtest.Postgres() && os.Getenv(everyKillEnv) == "" {
		return 10
	}
	return 40
}

// TestKilledAtRandomInstants is TestKilledAtEachPoint for instants that nobody chose.
func TestKilledAtRandomInstants(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	if text := os.Getenv(seedEnv); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	fmt.Printf("TestKilledAtRandomInstants: %s=%d\n", seedEnv, seed)
	random := rand.New(rand.NewPCG(seed, 0))
	r := newRig(t)
	longest := map[string]time.Duration{}
	n := instants()
	for range n {
		o := operations[random.IntN(len(operations))]
		if longest[o.name] == 0 {
			begun := time.Now()
			r.do(o.next(r))
			longest[o.name] = time.Since(begun)
		}
		after := time.Duration(random.Int64N(int64(longest[o.name])*5/4 + 1))
		r.kill(fmt.Sprintf("%s after %s", o.name, after), o.next(r), func() {
			time.AfterFunc(after, func() { _ = r.server.cmd.Process.Kill() })
		})
	}
	t.Logf("%d of %d calls were answered before the server ended", r.answered, n)
	if r.answered == n {
		t.Error("no call was interrupted")
	}
}

// The program as people get it holds no fail point, not even a name of one.
func TestNoFailPointsInTheProduct(t *testing.T) {
	onceForAllEngines(t)
	t.Parallel()
	self, err := os.Executable() // holds all of the product, built as it is built
	if err != nil {
		t.Fatal(err)
	}
	product, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	killable, err := os.ReadFile(killableBinary(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, point := range failPoints(t) {
		if bytes.Contains(product, []byte(point)) {
			t.Errorf("the product holds %s", point)
		}
		if !bytes.Contains(killable, []byte(point)) {
			t.Errorf("%s is not in the build for this test either", point)
		}
	}
}
