package demo

import (
	"context"

	"octavo/internal/account"
	"octavo/internal/id"
	"octavo/internal/tour"
	"octavo/internal/user"
)

// companyID is the property that Marigold Home lacks.
const companyID = "companyId"

// setUp brings Marigold Home to the last step of its set-up: groups, people whose invitations
// wait until it is opened, branding put off. What is left is the import, and companyId.
func (b *builder) setUp(ctx context.Context) error {
	who := b.visitor(b.clients[marigold])
	for _, g := range [][2]string{{"Management", "See everything."}, {"Shops", "See how their shop does."}} {
		if _, err := b.Users.CreateGroup(ctx, who, g[0], g[1]); err != nil {
			return err
		}
	}
	if _, err := b.Users.Invite(ctx, who, []user.Invitee{
		{Email: "ana@marigold.example", Name: "Ana Sousa", Groups: []string{"Management"}},
		{Email: "leo@marigold.example", Name: "Leo Martins", Groups: []string{"Shops"}},
	}); err != nil {
		return err
	}
	client, err := b.Accounts.GetClient(ctx, b.maya, b.clients[marigold].Slug)
	if err != nil {
		return err
	}
	later := true
	_, err = b.Accounts.UpdateClient(ctx, b.maya, client.Slug, client.Version, account.Patch{BrandingLater: &later})
	return err
}

// tour says what the steps of the tour speak of.
func (b *builder) tour(ctx context.Context) error {
	return b.Tour.Offer(ctx, tour.Objects{
		Agency: b.agency.ID, Shown: b.clients[solstice].ID, Dashboard: b.shown, New: b.clients[marigold].ID, Property: companyID,
	})
}

// remember takes down what was made, so that exactly this can be removed.
func (b *builder) remember(ctx context.Context) error {
	var clients []id.Account
	for _, name := range []string{solstice, fjord, marigold} {
		clients = append(clients, b.clients[name].ID)
	}
	return b.Things.Remember(ctx, b.agency.ID, clients)
}
