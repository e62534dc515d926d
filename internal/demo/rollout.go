package demo

import (
	"bytes"
	"context"
	"fmt"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/id"
	"octavo/internal/transfer"
)

// rollOut imports the templates into two clients, gives these data of their own and shares the dashboards.
func (b *builder) rollOut(ctx context.Context) error {
	for _, c := range []struct {
		client     *account.Account
		shop       shop
		dashboards []string
	}{
		{b.clients[solstice], solsticeShop, []string{"Trading", "Market"}},
		{b.clients[fjord], fjordShop, []string{"Trading"}},
	} {
		if err := b.bring(ctx, c.client, c.shop, c.dashboards); err != nil {
			return fmt.Errorf("%s: %w", c.client.Name, err)
		}
	}
	return nil
}

func (b *builder) bring(ctx context.Context, client *account.Account, s shop, dashboards []string) error {
	who := b.visitor(client)
	sel := transfer.Selection{From: b.agency.ID}
	for _, title := range dashboards {
		no, err := b.Assets.Resolve(b.agency.ID, b.dashboards[title])
		if err != nil {
			return err
		}
		sel.Assets = append(sel.Assets, id.Asset{Account: b.agency.ID, No: no})
	}
	plan, err := b.Transfer.Preview(ctx, who, sel)
	if err != nil {
		return err
	}
	res, err := b.Transfer.Import(ctx, who, sel, plan.ID, "")
	if err != nil {
		return err
	}
	targets, err := s.targets(b.DB.Clock().Now().UTC())
	if err != nil {
		return err
	}
	stock, err := s.stock()
	if err != nil {
		return err
	}
	own := map[string][]byte{"Shop orders": s.orders(b.DB.Clock().Now().UTC()), "Targets": targets, "Stock": stock}
	files := map[string]string{"Shop orders": "orders.csv", "Targets": "targets.xlsx", "Stock": "stock.json"}
	for _, item := range res.Items {
		public := b.Assets.PublicID(id.Asset{Account: client.ID, No: item.No})
		switch {
		case item.Kind == asset.Dashboard:
			if client.Name == solstice && item.Name == "Trading" {
				b.shown = item.No
			}
			err = b.shareWithAll(ctx, who, public)
		case own[item.Name] != nil:
			up, err := b.Sources.ReadHere(ctx, who, files[item.Name], "", bytes.NewReader(own[item.Name]))
			if err != nil {
				return err
			}
			if _, err := b.Sources.ReplacePayload(ctx, who, public, up.ID, 0); err != nil {
				return err
			}
		case item.Name == "Revenue and target":
			b.klips[client.Name] = public
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// drift lets one client change its copy and the agency its template afterwards, so
// that there is something to look at and to update.
func (b *builder) drift(ctx context.Context) error {
	visitor := b.visitor(b.clients[fjord])
	own, err := b.Klips.Get(ctx, visitor, b.klips[fjord])
	if err != nil {
		return err
	}
	own.Document["title"] = "Sales and target"
	if _, err := b.Klips.Save(ctx, visitor, own.ID, own.Version, own.Document); err != nil {
		return err
	}
	master, err := b.Klips.Get(ctx, b.maya, b.klips["Revenue and target"])
	if err != nil {
		return err
	}
	master.Document["description"] = "Sales of each month beside its target."
	_, err = b.Klips.Save(ctx, b.maya, master.ID, master.Version, master.Document)
	return err
}
