package account_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"octavo/internal/account"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/fixture"
	"octavo/internal/page"
)

// many is an agency with clients beside the two of the fixture; statements counts what runs.
func many(t testing.TB, clients int, statements *int) (*fixture.Family, authz.Actor) {
	t.Helper()
	f := fixture.New(t, dbtest.Open(t, dbtest.OnStatement(func(db.Statement) error {
		*statements++
		return nil
	})))
	admin := f.Actor(f.Agency, f.Agency.Admin)
	for from := 0; from < clients; from += account.MaxBulk {
		var file strings.Builder
		file.WriteString("name,tags,external_id\n")
		for i := from; i < min(clients, from+account.MaxBulk); i++ {
			fmt.Fprintf(&file, "Client %05d,group %d,crm-%d\n", i, i%7, i)
		}
		if _, err := f.Accounts.ImportClients(context.Background(), admin, file.String(), false); err != nil {
			t.Fatal(err)
		}
	}
	return f, admin
}

func TestListTakesTheSameStatementsForManyClients(t *testing.T) {
	t.Parallel()
	took := map[int]int{}
	for _, clients := range []int{20, 300} {
		n := 0
		f, admin := many(t, clients, &n)
		n = 0
		rows, _, err := f.Accounts.ListClients(context.Background(), admin, account.Filter{Tag: "group 3"}, page.Request{Limit: 200})
		if err != nil || len(rows) != (clients+3)/7 {
			t.Fatalf("%d rows of %d, %v", len(rows), clients, err)
		}
		if _, err := f.Accounts.CountClients(context.Background(), admin, account.Filter{Search: "client"}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Accounts.Attention(context.Background(), admin); err != nil {
			t.Fatal(err)
		}
		took[clients] = n
	}
	if took[20] != took[300] {
		t.Errorf("statements: %v", took)
	}
}

// BenchmarkList measures what the screen of an agency with 5,000 clients asks for: the first rows, and
// the rows of a keystroke in the search.
func BenchmarkList(b *testing.B) {
	n := 0
	f, admin := many(b, 5000, &n)
	list := func(b *testing.B, filter account.Filter, rows, all int) {
		for b.Loop() {
			got, _, err := f.Accounts.ListClients(context.Background(), admin, filter, page.Request{})
			if err != nil || len(got) != rows {
				b.Fatalf("%d rows, %v", len(got), err)
			}
			count, err := f.Accounts.CountClients(context.Background(), admin, filter)
			if err != nil || count != int64(all) {
				b.Fatalf("%d clients, %v", count, err)
			}
		}
	}
	b.Run("parties", func(b *testing.B) {
		for b.Loop() {
			if p, err := f.Accounts.Parties(context.Background(), admin); err != nil || len(p) != 5003 {
				b.Fatalf("%d, %v", len(p), err)
			}
		}
	})
	b.Run("first", func(b *testing.B) { list(b, account.Filter{}, 50, 5002) })
	b.Run("keystroke", func(b *testing.B) { list(b, account.Filter{Search: "t 0421"}, 10, 10) })
	b.Run("by-sign-in", func(b *testing.B) { list(b, account.Filter{Sort: "-last_sign_in_at"}, 50, 5002) })
	b.Run("tag", func(b *testing.B) { list(b, account.Filter{Tag: "group 3"}, 50, 714) })
	b.Run("attention", func(b *testing.B) {
		for b.Loop() {
			counts, err := f.Accounts.Attention(context.Background(), admin)
			if err != nil || counts[account.InSetup] != 5000 {
				b.Fatalf("%v, %v", counts, err)
			}
		}
	})
}
