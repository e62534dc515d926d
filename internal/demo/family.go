package demo

import (
	"context"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/db"
	"octavo/internal/id"
	"octavo/internal/user"
)

// builder is the demo while it is made.
type builder struct {
	*Maker
	agency  *account.Account
	clients map[string]*account.Account
	maya    authz.Actor

	orders, targets, stock, weather, jobs string // public ids of data sources
	klips                                 map[string]string
	dashboards                            map[string]string // title → public id
	shown                                 int64             // number of Solstice's Trading
}

// family makes accounts and people.
func (m *Maker) family(ctx context.Context, password string) (*builder, error) {
	b := &builder{Maker: m, clients: map[string]*account.Account{}, klips: map[string]string{}, dashboards: map[string]string{}}
	var err error
	if b.agency, err = m.Accounts.CreateParent(ctx, account.Draft{Name: "Northlight"}); err != nil {
		return nil, err
	}
	b.maya = b.agency.Operator()
	for _, d := range []account.Draft{
		{Name: solstice, Slug: "solstice", Description: "Food and drink", Status: account.Active},
		{Name: fjord, Slug: "fjord", Description: "Retail", Status: account.Active},
		{Name: marigold, Slug: "marigold", Description: "Retail", Status: account.Setup},
	} {
		if b.clients[d.Name], err = m.Accounts.CreateClient(ctx, b.maya, d); err != nil {
			return nil, err
		}
	}
	for _, p := range people {
		home := b.agency
		if p.client != "" {
			home = b.clients[p.client]
		}
		person, err := m.Users.Create(ctx, home.Operator(), user.Draft{
			Name: p.name, Email: p.email, Password: password, Roles: []authz.Role{p.role},
		})
		if err != nil {
			return nil, err
		}
		if p.client == "" && p.role == authz.Admin {
			b.maya.User, b.maya.Name, b.maya.Email, b.maya.Owner = person.ID, person.Name, person.Email, person.ID
			b.maya.HomeRoles = b.maya.Roles
		}
	}
	return b, nil
}

// visitor is the agency's administrator inside a client.
func (b *builder) visitor(client *account.Account) authz.Actor {
	who := b.maya
	who.Account, who.IsParent, who.Delegated, who.Owner = client.ID, false, true, client.Principal
	return who
}

// shareWithAll lets everybody of an account see a dashboard, and puts it into their bars.
func (b *builder) shareWithAll(ctx context.Context, who authz.Actor, dashboard string) error {
	_, groups, err := b.Users.Principals(ctx, who)
	if err != nil {
		return err
	}
	var everybody id.Group
	for _, g := range groups {
		if g.BuiltIn {
			everybody = g.ID
		}
	}
	return b.DB.Tx(ctx, db.Account(who.Account), func(tx *db.Tx) error {
		no, err := b.Assets.Resolve(who.Account, dashboard)
		if err != nil {
			return err
		}
		return b.Assets.SetShares(ctx, tx, who, no, []asset.Share{{Kind: "group", ID: string(everybody), Right: authz.View, Visibility: asset.Added}})
	})
}
