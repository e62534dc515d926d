package backup_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"octavo/internal/account"
	"octavo/internal/app"
	"octavo/internal/backup"
	"octavo/internal/db"
	"octavo/internal/db/dbtest"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

var clients = flag.Int("clients", 300, "clients of the family that benchmarks save")

// grown is the demo with further clients: each has the agency's dashboards and an
// orders file of its own (about 40 kB).
func grown(b *testing.B) *app.App {
	b.Helper()
	a, err := app.New(b.Context(), app.Config{Data: b.TempDir(), Database: dbtest.Empty(b)}, app.Config{LogLevel: "error"}.Logger())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { a.Close() })
	agency, err := demoAgency(b.Context(), a)
	if err != nil {
		b.Fatal(err)
	}
	sel := transfer.Selection{From: agency.ID}
	err = a.DB.Read(b.Context(), db.Account(agency.ID), func(tx *db.Tx) error {
		return tx.Query(b.Context(), `SELECT no FROM assets WHERE account_id = :account AND kind = 'dashboard' AND deleted_at IS NULL`, nil,
			func(scan func(...any) error) error {
				found := id.Asset{Account: agency.ID}
				err := scan(&found.No)
				sel.Assets = append(sel.Assets, found)
				return err
			})
	})
	for n := 0; n < *clients && err == nil; n++ {
		err = addClient(b.Context(), a, agency, sel, n)
	}
	if err != nil {
		b.Fatal(err)
	}
	return a
}

func demoAgency(ctx context.Context, a *app.App) (*account.Account, error) {
	if err := a.Demo().Create(ctx); err != nil {
		return nil, err
	}
	return a.Accounts.BySlug(ctx, "northlight")
}

func addClient(ctx context.Context, a *app.App, agency *account.Account, sel transfer.Selection, n int) error {
	client, err := a.Accounts.CreateClient(ctx, agency.Operator(), account.Draft{Name: fmt.Sprintf("Client %04d", n), Status: account.Setup})
	if err != nil {
		return err
	}
	who := agency.Operator()
	who.Account, who.IsParent, who.Delegated, who.Owner, who.HomeRoles = client.ID, false, true, client.Principal, who.Roles
	plan, err := a.Transfer.Preview(ctx, who, sel)
	if err != nil {
		return err
	}
	res, err := a.Transfer.Import(ctx, who, sel, plan.ID, "")
	if err != nil {
		return err
	}
	var orders strings.Builder
	orders.WriteString("Order,Day,Region,Channel,Amount\n")
	for row := range 1000 {
		fmt.Fprintf(&orders, "%d,2026-%02d-%02d,Region %d,Shop,%d.50\n", n*1000+row, row%12+1, row%28+1, (row*7+n)%9, (row*31+n*17)%997)
	}
	for _, item := range res.Items {
		if item.Name == "Shop orders" {
			up, err := a.Sources.ReadHere(ctx, who, "orders.csv", "", strings.NewReader(orders.String()))
			if err != nil {
				return err
			}
			_, err = a.Sources.ReplacePayload(ctx, who, a.Assets.PublicID(id.Asset{Account: client.ID, No: item.No}), up.ID, 0)
			return err
		}
	}
	return errors.New("no source with orders came along")
}

// BenchmarkBackup saves a family, verifies the file and restores it into an empty place.
func BenchmarkBackup(b *testing.B) {
	a := grown(b)
	path := filepath.Join(b.TempDir(), "octavo.backup")
	b.Run("create", func(b *testing.B) {
		var m *backup.Manifest
		for b.Loop() {
			if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
				b.Fatal(err)
			}
			var err error
			if m, err = backup.Create(b.Context(), of(a), "bench", path); err != nil {
				b.Fatal(err)
			}
		}
		info, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		files, bytes := m.Files()
		b.ReportMetric(float64(info.Size())/1e6, "MB")
		b.ReportMetric(float64(m.Rows()), "rows")
		b.ReportMetric(float64(files), "files")
		b.ReportMetric(float64(bytes)/1e6, "MB-of-files")
	})
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			if _, err := backup.Verify(b.Context(), path); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("restore", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			to, err := app.Stores(b.Context(), app.Config{Data: b.TempDir(), Database: dbtest.Empty(b)}, false, app.Config{LogLevel: "error"}.Logger())
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if _, err := backup.Restore(b.Context(), of(to), path); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if err := to.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
}
