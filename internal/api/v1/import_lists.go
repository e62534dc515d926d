package v1

import (
	"context"
	"time"

	"octavo/internal/account"
	"octavo/internal/asset"
	"octavo/internal/authz"
	"octavo/internal/id"
	"octavo/internal/page"
)

// ImportAccount is an account that one may import from.
type ImportAccount struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
	Kind string `json:"kind" enum:"parent,client"`
}

func (s *Server) listImportAccounts(ctx context.Context, c *Call, _ *struct{}) (*Answer[Page[ImportAccount]], error) {
	sources, err := s.Transfer.Sources(ctx, c.Actor)
	if err != nil {
		return nil, err
	}
	out := Page[ImportAccount]{Items: []ImportAccount{}}
	for _, p := range sources {
		out.Items = append(out.Items, ImportAccount{Slug: p.Slug, Name: p.Name, Kind: string(p.Kind)})
	}
	return answer(out), nil
}

// importSource finds the account to import from among those that the person manages.
func (s *Server) importSource(ctx context.Context, c *Call, slug string) (account.Party, error) {
	sources, err := s.Transfer.Sources(ctx, c.Actor)
	if err != nil {
		return account.Party{}, err
	}
	for _, p := range sources {
		if p.Slug == slug {
			return p, nil
		}
	}
	return account.Party{}, authz.NotFound()
}

// ImportAssetsInput asks for one kind of asset of an account.
type ImportAssetsInput struct {
	ListInput
	From  string    `query:"from" required:"true" doc:"Address of the account."`
	Kind  string    `query:"kind" required:"true" enum:"dashboard,klip,source" doc:"What to list."`
	Q     string    `query:"q" maxLength:"200" doc:"Part of the name."`
	Owner id.User   `query:"owner" maxLength:"64" doc:"Id of the owner."`
	On    string    `query:"on" maxLength:"64" doc:"Klips and data: id of a dashboard that uses them."`
	Since time.Time `query:"since" doc:"Changed at this time or later."`
	Type  string    `query:"type" enum:"raw,model,merged" doc:"Data: raw data sources, all models, or merged ones."`
}

func (in ImportAssetsInput) filter() asset.Filter {
	f := asset.Filter{Kinds: importKinds[in.Kind], Search: in.Q, Choice: asset.Choice{Owner: in.Owner, On: in.On}}
	if !in.Since.IsZero() {
		f.Since = in.Since.UnixMilli()
	}
	if in.Kind != "source" {
		return f
	}
	switch in.Type {
	case "raw":
		f.Kinds = []asset.Kind{asset.Source}
	case "model", "merged":
		f.Kinds, f.Merged = []asset.Kind{asset.Model}, in.Type == "merged"
	}
	return f
}

// ImportAsset is an asset of another account.
type ImportAsset struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind" enum:"dashboard,klip,source,model"`
	Name      string    `json:"name"`
	Owner     string    `json:"owner"`
	UpdatedAt time.Time `json:"updated_at"`
	Here      int       `json:"here" doc:"Copies of it that are here already."`
}

func (s *Server) listImportAssets(ctx context.Context, c *Call, in *ImportAssetsInput) (*Listing[ImportAsset], error) {
	from, err := s.importSource(ctx, c, in.From)
	if err != nil {
		return nil, err
	}
	req, err := s.page(c, in.ListInput)
	if err != nil {
		return nil, err
	}
	filter := in.filter()
	filter.Limit = req.Rows()
	filter.After, filter.AfterNo = assetMark(req)
	list, copies, err := s.Transfer.Assets(ctx, c.Actor, from.Account, filter)
	if err != nil {
		return nil, err
	}
	list, next := page.Cut(req, list, markOfAsset)
	return listing(s, c, list, next, nil, func(a asset.Asset) ImportAsset {
		return ImportAsset{
			ID: s.Keys.IDs.Format(a.Key), Kind: string(a.Kind), Name: a.Title(), Owner: a.OwnerName,
			UpdatedAt: millis(a.UpdatedAt()), Here: len(copies[a.Key.No]),
		}
	})
}

var importKinds = map[string][]asset.Kind{
	"dashboard": {asset.Dashboard}, "klip": {asset.Klip}, "source": {asset.Source, asset.Model},
}

// ImportOwnersInput asks whose assets of one kind there are.
type ImportOwnersInput struct {
	From string `query:"from" required:"true" doc:"Address of the account."`
	Kind string `query:"kind" required:"true" enum:"dashboard,klip,source" doc:"What is listed."`
}

func (s *Server) listImportOwners(ctx context.Context, c *Call, in *ImportOwnersInput) (*Answer[Page[Named]], error) {
	from, err := s.importSource(ctx, c, in.From)
	if err != nil {
		return nil, err
	}
	owners, err := s.Transfer.Owners(ctx, c.Actor, from.Account, importKinds[in.Kind])
	if err != nil {
		return nil, err
	}
	out := Page[Named]{Items: []Named{}}
	for _, o := range owners {
		out.Items = append(out.Items, Named{ID: o.ID, Name: o.Name})
	}
	return answer(out), nil
}

// ImportHelp is what to do when an import keeps failing.
type ImportHelp struct {
	Failures int    `json:"failures" doc:"Imports of this selection that did not succeed within the last hour."`
	Support  string `json:"support" doc:"Whom to write to; empty before the second failure, and where nobody is named."`
}

func (s *Server) importHelp(ctx context.Context, c *Call, in *struct{ Body ImportSelection }) (*Answer[ImportHelp], error) {
	sel, err := s.selection(ctx, c, in.Body)
	if err != nil {
		return nil, err
	}
	help, err := s.Transfer.Help(ctx, c.Actor, sel)
	if err != nil {
		return nil, err
	}
	return answer(ImportHelp(*help)), nil
}
