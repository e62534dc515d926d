package authz_test

import (
	"testing"

	"octavo/internal/authz"
)

// BenchmarkCan measures how many permissions are asked in a second, of somebody whose right comes last: from a
// role of the agency's own making. The answers are known before the clock runs.
func BenchmarkCan(b *testing.B) {
	custom := authz.Actor{User: "u", Account: 1, Home: 1, Roles: []authz.Role{authz.ViewOnly}, Custom: []authz.Permission{authz.TabShare, authz.KlipEdit}}
	viewer := authz.Actor{User: "u", Account: 1, Home: 1, Roles: []authz.Role{authz.ViewOnly}}
	asset := authz.Asset{Kind: "klip", Owner: "somebody", Best: authz.Edit}
	for _, c := range []struct {
		name string
		who  authz.Actor
		may  bool
	}{{"allowed", custom, true}, {"denied", viewer, false}} {
		if err := authz.Can(c.who, authz.KlipEdit, authz.Edit, asset); (err == nil) != c.may {
			b.Fatalf("%s: %v", c.name, err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = authz.Can(c.who, authz.KlipEdit, authz.Edit, asset)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "checks/s")
		})
	}
}
