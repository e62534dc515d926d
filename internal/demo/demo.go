package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/dashboard"
	"octavo/internal/datasource"
	"octavo/internal/db"
	"octavo/internal/klip"
	"octavo/internal/property"
	"octavo/internal/purge"
	"octavo/internal/tour"
	"octavo/internal/transfer"
	"octavo/internal/user"
)

// Maker makes the demo with the services of an installation.
type Maker struct {
	DB         *db.DB
	Accounts   *account.Service
	Users      *user.Service
	Assets     *asset.Service
	Sources    *datasource.Service
	Klips      *klip.Service
	Dashboards *dashboard.Service
	Transfer   *transfer.Service
	Properties *property.Service
	Tour       *tour.Service
	Things     *purge.Demo // remembers what was made
}

// Login is one person of the demo.
type Login struct {
	Email, Password, What string
}

// people are the persons of the demo. Example addresses lead nowhere.
var people = []struct {
	client, name, email, what string
	role                      authz.Role
}{
	{"", "Maya Lindqvist", "maya@northlight.example", "administrator of the agency", authz.Admin},
	{"", "Tom Okafor", "tom@northlight.example", "editor of the agency", authz.Editor},
	{solstice, "Ines Brandt", "ines@solstice.example", "looks at the dashboards of Solstice Coffee", authz.ViewOnly},
	{solstice, "Rui Costa", "rui@solstice.example", "administrator of Solstice Coffee", authz.Admin},
	{fjord, "Kari Nilsen", "kari@fjord.example", "looks at the dashboards of Fjord Outdoors", authz.ViewOnly},
}

// Names of the clients.
const (
	solstice = "Solstice Coffee Roasters"
	fjord    = "Fjord Outdoors"
	marigold = "Marigold Home"
)

// State is what became of the demo so far.
type State int

// The states of the demo.
const (
	None State = iota
	Made
	Removed // its agency is still there, so it is not made again
)

// State says whether the demo is there. It is an error when its making was interrupted.
func (m *Maker) State(ctx context.Context) (State, error) {
	state, err := m.setting(ctx, purge.DemoState)
	if err != nil {
		return None, err
	}
	switch state {
	case purge.DemoMaking:
		return None, errors.New("the making of the demo was interrupted; start again with an empty data folder")
	case purge.DemoMade:
		return Made, nil
	case purge.DemoRemoved:
		return Removed, nil
	}
	return None, nil
}

// Logins lists who can sign in, with the password that was made for this installation.
func (m *Maker) Logins(ctx context.Context) ([]Login, error) {
	password, err := m.setting(ctx, purge.DemoPassword)
	if err != nil {
		return nil, err
	}
	var out []Login
	for _, p := range people {
		out = append(out, Login{Email: p.email, Password: password, What: p.what})
	}
	return out, nil
}

// Create makes the demo. Codes of the services.
func (m *Maker) Create(ctx context.Context) error {
	password := newPassword()
	if err := m.set(ctx, purge.DemoState, purge.DemoMaking); err != nil {
		return err
	}
	if err := m.set(ctx, purge.DemoPassword, password); err != nil {
		return err
	}
	b, err := m.family(ctx, password)
	if err != nil {
		return fmt.Errorf("demo.Create: %w", err)
	}
	for _, step := range []func(context.Context) error{b.sources, b.trading, b.market, b.rollOut, b.drift, b.properties, b.setUp, b.tour, b.remember} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("demo.Create: %w", err)
		}
	}
	return m.set(ctx, purge.DemoState, purge.DemoMade)
}

func (m *Maker) setting(ctx context.Context, name string) (string, error) {
	var value string
	err := m.DB.Read(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.One(ctx, `SELECT value FROM installation WHERE name = :name`, db.Args{"name": name}, &value)
		return err
	})
	return value, err
}

func (m *Maker) set(ctx context.Context, name, value string) error {
	return m.DB.Tx(ctx, db.System(), func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO installation (name, value) VALUES (:name, :value)
			ON CONFLICT (name) DO UPDATE SET value = :value`, db.Args{"name": name, "value": value})
		return err
	})
}

// words make passwords that can be read out.
var words = []string{
	"amber", "basil", "cedar", "delta", "ember", "fern", "grove", "harbour", "indigo", "juniper", "kestrel", "lantern",
	"maple", "nectar", "orchard", "pebble", "quartz", "russet", "sable", "thistle", "umber", "violet", "willow", "yarrow",
}

// newPassword is made anew for each installation, so that a demo on a network has no known password.
func newPassword() string {
	pick := func() string { return words[rand.IntN(len(words))] }
	return fmt.Sprintf("%s-%s-%s-%04d", pick(), pick(), pick(), rand.IntN(10_000))
}
